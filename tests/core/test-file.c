/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/checked.h"
#include "base/file.h"

#include <rnn/rnn-error.h>

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static char *folder;

static char *
in_folder (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static gboolean
write_file (const char *path, const char *bytes, gsize n_bytes, GError **error)
{
  RnnChunk chunk = { bytes, n_bytes };

  return _rnn_file_write_atomic (path, &chunk, 1, error);
}

static void
assert_read_fails (const char *path, gsize max, RnnError code)
{
  guint8 *bytes = (guint8 *) "untouched";
  gsize n_bytes = 7;
  GError *error = NULL;

  g_assert_false (_rnn_file_read (path, max, &bytes, &n_bytes, &error));
  g_assert_error (error, RNN_ERROR, (gint) code);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_cmpstr ((char *) bytes, ==, "untouched");
  g_assert_cmpuint (n_bytes, ==, 7);
  g_error_free (error);
}

static void
a_written_file_reads_back (void)
{
  char *path = in_folder ("whole");
  guint8 *bytes;
  gsize n_bytes;
  GError *error = NULL;

  write_file (path, "old", 3, &error);
  g_assert_no_error (error);
  write_file (path, "new\0bytes", 9, &error);
  g_assert_no_error (error);
  g_assert_true (_rnn_file_read (path, 9, &bytes, &n_bytes, &error));
  g_assert_cmpmem (bytes, n_bytes, "new\0bytes", 9);
  assert_read_fails (path, 8, RNN_ERROR_LIMIT);
  _rnn_free (bytes);
  g_free (path);
}

static void
what_is_no_file_is_refused (void)
{
  char *missing = in_folder ("missing");
  char *fifo = in_folder ("fifo");

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  assert_read_fails (missing, 10, RNN_ERROR_NOT_FOUND);
  assert_read_fails (folder, 10, RNN_ERROR_OPEN);
  assert_read_fails (fifo, 10, RNN_ERROR_OPEN);
  assert_read_fails ("/dev/zero", 10, RNN_ERROR_OPEN);
  g_free (missing);
  g_free (fifo);
}

static void
a_failed_write_leaves_nothing (void)
{
  char *path = in_folder ("no-such-folder/file");
  GError *error = NULL;

  g_assert_false (write_file (path, "x", 1, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_WRITE);
  g_clear_error (&error);
  g_free (path);

  /* A folder cannot be replaced by a file: rename fails after the write. */
  path = in_folder ("taken");
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_false (write_file (path, "x", 1, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_WRITE);
  g_clear_error (&error);

  GDir *entries = g_dir_open (folder, 0, NULL);
  for (const char *name; (name = g_dir_read_name (entries));)
    g_assert_false (g_str_has_prefix (name, "taken."));
  g_dir_close (entries);
  g_free (path);
}

static void
sizes_do_not_wrap (void)
{
  gsize size = 5;

  g_assert_false (_rnn_mul (G_MAXSIZE, 2, &size));
  g_assert_false (_rnn_add (G_MAXSIZE, 1, &size));
  g_assert_null (_rnn_try_alloc (G_MAXSIZE / 2, 4));
  gpointer memory = _rnn_try_alloc (3, 5);
  g_assert_cmpuint (GPOINTER_TO_SIZE (memory) % 64, ==, 0);
  _rnn_free (memory);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("rnn-test-XXXXXX", NULL);
  g_test_add_func ("/file/written-reads-back", a_written_file_reads_back);
  g_test_add_func ("/file/no-file-is-refused", what_is_no_file_is_refused);
  g_test_add_func ("/file/failed-write", a_failed_write_leaves_nothing);
  g_test_add_func ("/file/sizes", sizes_do_not_wrap);
  return g_test_run ();
}
