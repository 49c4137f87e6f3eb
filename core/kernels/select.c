/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which table of kernels runs here. */
#include "kernels/kernels.h"

#include <string.h>

#ifdef RNN_HAVE_AVX2
extern const RnnKernels _rnn_kernels_avx2;
#endif
#ifdef RNN_HAVE_AVX512
extern const RnnKernels _rnn_kernels_avx512;
#endif
#ifdef RNN_HAVE_NEON
extern const RnnKernels _rnn_kernels_neon;
#endif

#define MAX_TABLES 4

static const RnnKernels *tables[MAX_TABLES + 1];
static const RnnKernels *chosen;

static void
find_tables (void)
{
  gsize n = 0;

  tables[n++] = &_rnn_kernels_reference;
  /* __builtin_cpu_supports() asks XGETBV as well: it is false where the
   * operating system does not save the registers. */
#ifdef RNN_HAVE_AVX2
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
    tables[n++] = &_rnn_kernels_avx2;
#endif
#ifdef RNN_HAVE_AVX512
  if (__builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("fma"))
    tables[n++] = &_rnn_kernels_avx512;
#endif
#ifdef RNN_HAVE_NEON
  tables[n++] = &_rnn_kernels_neon;
#endif
  tables[n] = NULL;
}

/* The fastest one whose name the mask has; RNN_CPU_MASK is a list of names,
 * e.g. `c` or `c,avx2`; `c` is always allowed. */
static const RnnKernels *
choose (const char *mask)
{
  char **names = mask ? g_strsplit_set (mask, ", ", -1) : NULL;
  const RnnKernels *best = tables[0];
  gboolean known = FALSE;

  for (gsize i = 0; tables[i]; i++)
    if (!names
        || g_strv_contains ((const char *const *) names, tables[i]->name)) {
      best = tables[i];
      known = TRUE;
    }
  if (!known) {
    g_warning ("RNN_CPU_MASK=%s names no instruction set of this machine; "
               "expected some of c, avx2, avx512, neon; using all",
               mask);
    for (gsize i = 0; tables[i]; i++)
      best = tables[i];
  }
  g_strfreev (names);
  return best;
}

static void
init (void)
{
  static gsize done;

  if (g_once_init_enter (&done)) {
    find_tables ();
    chosen = choose (g_getenv ("RNN_CPU_MASK"));
    g_once_init_leave (&done, 1);
  }
}

const RnnKernels *
_rnn_kernels_get (void)
{
  init ();
  return chosen;
}

const RnnKernels *const *
_rnn_kernels_list (void)
{
  init ();
  return tables;
}
