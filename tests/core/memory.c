/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

gsize
test_memory (const char *field)
{
  FILE *file = fopen ("/proc/self/status", "r");
  char line[256];
  gsize kib = 0;

  g_assert_nonnull (file);
  while (fgets (line, sizeof line, file))
    if (g_str_has_prefix (line, field))
      kib = strtoul (line + strlen (field) + 1, NULL, 10);
  fclose (file);
  g_assert_cmpuint (kib, >, 0);
  return kib * 1024;
}
