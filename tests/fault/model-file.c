/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model-file.h"

#include <glib/gstdio.h>
#include <rnn/rnn.h>
#include <string.h>

char *folder, *path;

void
model_file_init (void)
{
  folder = g_dir_make_tmp ("faults-XXXXXX", NULL);
  path = g_build_filename (folder, "model.safetensors", NULL);
}

void
model_file_clear (void)
{
  g_unlink (path);
  g_rmdir (folder);
  g_free (path);
  g_free (folder);
}

void
write_bytes (const void *bytes, gsize n)
{
  g_assert_true (g_file_set_contents (path, bytes, (gssize) n, NULL));
}

void
write_model (const char *header, const char *words)
{
  GString *file = g_string_new (NULL);
  guint64 n = GUINT64_TO_LE ((guint64) strlen (header));

  g_string_append_len (file, (const char *) &n, sizeof n);
  g_string_append (file, header);
  g_string_append_len (file, (const char[60]){ 0 }, 60);
  g_string_append (file, words);
  write_bytes (file->str, file->len);
  g_string_free (file, TRUE);
}

void
assert_refused (const char *wanted)
{
  GError *error = NULL;
  RnnModel *model = rnn_model_load (path, &error);

  g_assert_null (model);
  g_assert_nonnull (error);
  g_assert_true (error->domain == RNN_ERROR);
  if (!strstr (error->message, path) || !strstr (error->message, wanted))
    g_error ("expected \"%s\" and the path in \"%s\"", wanted, error->message);
  g_error_free (error);
}
