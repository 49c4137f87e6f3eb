/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/checked.h"
#include "base/file.h"

#include <rnn/rnn-error.h>

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

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
assert_is (const char *path, const char *text)
{
  char *came;

  g_assert_true (g_file_get_contents (path, &came, NULL, NULL));
  g_assert_cmpstr (came, ==, text);
  g_free (came);
}

static void
assert_write_refused (const char *path, const char *word)
{
  GError *error = NULL;

  g_assert_false (_rnn_file_check_target (path, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_WRITE);
  g_assert_nonnull (strstr (error->message, word));
  g_clear_error (&error);
  g_assert_false (write_file (path, "x", 1, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_WRITE);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, word));
  g_error_free (error);
}

/* A file behind two links, one of them to a folder, one relative; there or not
 * yet. */
static void
links_stay_and_their_file_is_written (void)
{
  char *real = in_folder ("real"), *file = in_folder ("real/file");
  char *to_folder = in_folder ("to-folder"), *link = in_folder ("link");
  GError *error = NULL;

  g_assert_cmpint (g_mkdir (real, 0700), ==, 0);
  g_assert_cmpint (symlink ("real", to_folder), ==, 0);
  g_assert_cmpint (symlink ("to-folder/file", link), ==, 0);
  for (int i = 0; i < 2; i++) {
    const char *text = i == 0 ? "first" : "second";
    g_assert_true (_rnn_file_check_target (link, &error));
    write_file (link, text, strlen (text), &error);
    g_assert_no_error (error);
    assert_is (file, text);
    g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  }
  g_free (real);
  g_free (file);
  g_free (to_folder);
  g_free (link);
}

static void
what_cannot_become_a_file_is_refused (void)
{
  char *nowhere = in_folder ("none/file"), *loop = in_folder ("loop");
  char *fifo = in_folder ("a-fifo");
  GStatBuf info;

  g_assert_cmpint (symlink ("loop", loop), ==, 0);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  assert_write_refused (folder, "a folder");
  assert_write_refused (fifo, "a FIFO");
  assert_write_refused (loop, g_strerror (ELOOP));
  g_assert_false (_rnn_file_check_target (nowhere, NULL));
  g_assert_false (_rnn_file_check_target ("", NULL));
  g_assert_cmpint (g_lstat (fifo, &info), ==, 0);
  g_assert_true (S_ISFIFO (info.st_mode));
  g_free (nowhere);
  g_free (loop);
  g_free (fifo);
}

/* Nodes are dead on a file system that is mounted so. */
static gboolean
is_open_to_write (const char *path)
{
  int fd = g_open (path, O_WRONLY, 0);

  return fd >= 0 && g_close (fd, NULL);
}

/* A node like /dev/null, but of the test's own. */
static void
a_device_gets_the_bytes_and_stays (void)
{
  char *device = in_folder ("device"), *link = in_folder ("to-device");
  GError *error = NULL;
  GStatBuf info;

  if (mknod (device, S_IFCHR | 0600, makedev (1, 3)) < 0
      || g_access (device, W_OK) < 0 || !is_open_to_write (device)) {
    g_test_skip ("no device can be made here");
  } else {
    g_assert_cmpint (symlink ("device", link), ==, 0);
    g_assert_true (_rnn_file_check_target (device, &error));
    write_file (device, "bytes", 5, &error);
    g_assert_no_error (error);
    write_file (link, "bytes", 5, &error);
    g_assert_no_error (error);
    g_assert_cmpint (g_lstat (device, &info), ==, 0);
    g_assert_true (S_ISCHR (info.st_mode));
    g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  }
  g_free (device);
  g_free (link);
}

static void
one_file_is_known_by_all_its_names (void)
{
  char *file = in_folder ("one"), *again = in_folder ("./one");
  char *link = in_folder ("to-one"), *other = in_folder ("two");
  char *dangling = in_folder ("to-two");

  write_file (file, "x", 1, NULL);
  g_assert_cmpint (symlink ("one", link), ==, 0);
  g_assert_cmpint (symlink ("two", dangling), ==, 0);
  g_assert_true (_rnn_file_is_same_target (file, again));
  g_assert_true (_rnn_file_is_same_target (file, link));
  g_assert_true (_rnn_file_is_same_target (dangling, other));
  g_assert_false (_rnn_file_is_same_target (file, other));
  g_assert_false (_rnn_file_is_same_target (file, folder));
  g_free (file);
  g_free (again);
  g_free (link);
  g_free (other);
  g_free (dangling);
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
  g_test_add_func ("/file/links", links_stay_and_their_file_is_written);
  g_test_add_func ("/file/no-target", what_cannot_become_a_file_is_refused);
  g_test_add_func ("/file/device", a_device_gets_the_bytes_and_stays);
  g_test_add_func ("/file/one-file", one_file_is_known_by_all_its_names);
  g_test_add_func ("/file/sizes", sizes_do_not_wrap);
  return g_test_run ();
}
