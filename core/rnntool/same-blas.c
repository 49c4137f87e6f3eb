/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The same training on every processor: OpenBLAS has a code for each kind,
 * which adds up in an order of its own, and takes a kind that is newer than
 * itself for the least of all. It chooses before main(), by the environment. */
#include "rnntool/commands.h"

#include <stdlib.h>
#include <unistd.h>

/* The code that every processor with AVX2 can run. */
#define CORE "Haswell"

void
command_same_blas (char **argv)
{
#ifdef __x86_64__
  char *self;

  if (g_getenv ("OPENBLAS_CORETYPE") || !__builtin_cpu_supports ("avx2")
      || !__builtin_cpu_supports ("fma"))
    return;
  self = g_file_read_link ("/proc/self/exe", NULL);
  g_setenv ("OPENBLAS_CORETYPE", CORE, TRUE);
  if (self)
    execv (self, argv);
  g_free (self);
#endif
}
