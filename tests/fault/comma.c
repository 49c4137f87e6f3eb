/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "comma.h"

#include <locale.h>

gboolean
test_set_comma_locale (void)
{
  static const char numbers[] = "LC_NUMERIC\n"
                                "decimal_point \",\"\n"
                                "thousands_sep \".\"\n"
                                "grouping 3;3\n"
                                "END LC_NUMERIC\n";
  char *folder = g_dir_make_tmp ("rnn-locale-XXXXXX", NULL);
  char *source = g_build_filename (folder, "numbers", NULL);
  /* -c: the other categories are missing, and stay those of C. */
  char *command =
      g_strdup_printf ("localedef --quiet -c -i %s %s/comma", source, folder);
  gboolean ok;

  g_assert_true (g_file_set_contents (source, numbers, -1, NULL));
  g_setenv ("LOCPATH", folder, TRUE);
  ok = g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL)
       && setlocale (LC_ALL, "comma");
  g_free (command);
  command = g_strdup_printf ("rm -r %s", folder);
  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
  g_free (command);
  g_free (source);
  g_free (folder);
  return ok;
}
