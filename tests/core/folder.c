/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "folder.h"

#include <stdlib.h>

char *
test_folder_new (void)
{
  GError *error = NULL;
  char *folder = g_dir_make_tmp ("rnn-test-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

gsize
test_folder_count (const char *folder)
{
  GDir *entries = g_dir_open (folder, 0, NULL);
  gsize n = 0;

  while (g_dir_read_name (entries))
    n++;
  g_dir_close (entries);
  return n;
}

int
test_folder_end (char *folder, int code)
{
  if (code == 0) {
    char *command = g_strdup_printf ("rm -r '%s'", folder);
    code = system (command);
    g_free (command);
  }
  g_free (folder);
  return code;
}
