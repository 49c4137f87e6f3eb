/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files whose reads, writes and renames fail. */
#include "fail.h"

#include "../core/folder.h"
#include "../core/network.h"
#include "base/checked.h"
#include "base/file.h"
#include "model/write.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <rnn/rnn-state.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char *folder;
static char *path;

static gboolean
write_text (const char *to, const char *text, GError **error)
{
  RnnChunk chunks[2] = { { text, 1 }, { text + 1, strlen (text) - 1 } };

  return _rnn_file_write_atomic (to, chunks, 2, error);
}

static void
assert_file_is (const char *name, const char *text)
{
  char *came;

  g_assert_true (g_file_get_contents (name, &came, NULL, NULL));
  g_assert_cmpstr (came, ==, text);
  g_free (came);
}

/* Write with each call of @kind failing in turn, until none is left. */
static void
assert_old_file_survives (FailKind kind, int number)
{
  gboolean has_come = TRUE;
  gsize n_failed = 0;

  g_assert_true (write_text (path, "old text", NULL));
  for (gsize nth = 1; has_come; nth++) {
    GError *error = NULL;
    gboolean ok;
    fail_nth (kind, nth, number);
    ok = write_text (path, "new text", &error);
    has_come = fail_stop (kind);
    if (ok) {
      assert_file_is (path, "new text");
      g_assert_true (write_text (path, "old text", NULL));
    } else {
      g_assert_error (error, RNN_ERROR, RNN_ERROR_WRITE);
      g_assert_nonnull (strstr (error->message, path));
      g_assert_nonnull (strstr (error->message, g_strerror (number)));
      assert_file_is (path, "old text");
      n_failed++;
    }
    g_assert_cmpuint (test_folder_count (folder), ==, 1);
    g_clear_error (&error);
  }
  g_assert_cmpuint (n_failed, >, 0);
}

static void
fault_64_a_full_disk_leaves_the_old_file (void)
{
  assert_old_file_survives (FAIL_WRITE, ENOSPC);
  assert_old_file_survives (FAIL_FSYNC, ENOSPC);
  assert_old_file_survives (FAIL_CLOSE, ENOSPC);
  assert_old_file_survives (FAIL_WRITE, EIO);
}

/* No fake: the kernel refuses to let the file grow. */
static void
fault_64_a_file_that_may_not_grow_leaves_the_old_one (void)
{
  struct rlimit before, small = { 1000, 0 };
  char *text = g_strnfill (5000, 'x');
  GError *error = NULL;

  g_assert_true (write_text (path, "old text", NULL));
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small.rlim_max = before.rlim_max;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_false (write_text (path, text, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_error (error, RNN_ERROR, RNN_ERROR_WRITE);
  assert_file_is (path, "old text");
  g_assert_cmpuint (test_folder_count (folder), ==, 1);
  g_error_free (error);
  g_free (text);
}

static void
fault_66_a_rename_that_fails_is_a_write_error (void)
{
  GError *error = NULL;

  assert_old_file_survives (FAIL_RENAME, EXDEV);
  assert_old_file_survives (FAIL_OPEN, EROFS);
  /* A folder where nobody may make a file. */
  g_assert_false (write_text ("/proc/model.safetensors", "text", &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_WRITE);
  g_error_free (error);
}

static void
writes_and_reads_in_small_pieces_are_whole (void)
{
  guint8 *bytes;
  gsize n;

  fail_short (3);
  g_assert_true (write_text (path, "in small pieces", NULL));
  assert_file_is (path, "in small pieces");
  g_assert_true (_rnn_file_read (path, 100, &bytes, &n, NULL));
  fail_short (0);
  g_assert_cmpmem (bytes, n, "in small pieces", 15);
  _rnn_free (bytes);
}

static void
interrupted_calls_go_on (void)
{
  guint8 *bytes;
  gsize n;

  fail_nth (FAIL_WRITE, 1, EINTR);
  fail_nth (FAIL_READ, 1, EINTR);
  g_assert_true (write_text (path, "text", NULL));
  g_assert_true (_rnn_file_read (path, 100, &bytes, &n, NULL));
  g_assert_true (fail_stop (FAIL_WRITE));
  g_assert_true (fail_stop (FAIL_READ));
  g_assert_cmpmem (bytes, n, "text", 4);
  _rnn_free (bytes);
}

static void
a_read_that_fails_is_a_read_error (void)
{
  guint8 *bytes = NULL;
  GError *error = NULL;
  gsize n = 0;

  g_assert_true (write_text (path, "some text", NULL));
  for (gsize nth = 1; nth <= 3; nth++) {
    fail_short (4);
    fail_nth (FAIL_READ, nth, EIO);
    g_assert_false (_rnn_file_read (path, 100, &bytes, &n, &error));
    g_assert_true (fail_stop (FAIL_READ));
    g_assert_error (error, RNN_ERROR, RNN_ERROR_READ);
    g_assert_null (bytes);
    g_clear_error (&error);
  }
  fail_short (0);
}

static RnnModel *
random_model (guint64 seed, GBytes **bytes)
{
  TestNetwork net = { RNN_CELL_ELMAN,
                      RNN_ACTIVATION_TANH,
                      RNN_OUTPUT_SIGMOID,
                      4,
                      0,
                      3,
                      1,
                      1,
                      2,
                      0,
                      1.0f };
  RnnRandom random;

  _rnn_random_seed (&random, seed);
  *bytes = test_network_bytes (&net, &random);
  return _rnn_model_parse (g_bytes_get_data (*bytes, NULL),
                           g_bytes_get_size (*bytes), "random", NULL);
}

static void
write_bytes (GBytes *bytes)
{
  RnnChunk chunk = { g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes) };

  g_assert_true (_rnn_file_write_atomic (path, &chunk, 1, NULL));
}

static void
assert_runs_like (RnnModel *model, RnnModel *wanted)
{
  const gint32 tokens[] = { 1, 2, 3 };
  RnnState *a = rnn_state_new (model), *b = rnn_state_new (wanted);
  float yhat[6], other[6];

  g_assert_true (rnn_state_run (a, tokens, 3, yhat, NULL));
  g_assert_true (rnn_state_run (b, tokens, 3, other, NULL));
  g_assert_cmpmem (yhat, sizeof yhat, other, sizeof other);
  rnn_state_free (a);
  rnn_state_free (b);
}

static void
fault_67_a_model_does_not_change_with_its_file (void)
{
  GBytes *old_bytes, *new_bytes;
  RnnModel *wanted = random_model (1, &old_bytes);
  RnnModel *other = random_model (2, &new_bytes);
  RnnModel *model;

  write_bytes (old_bytes);
  model = rnn_model_load (path, NULL);
  g_assert_nonnull (model);
  write_bytes (new_bytes);
  assert_runs_like (model, wanted);
  /* Cut while it is open: a map of the file would end the process here. */
  g_assert_cmpint (truncate (path, 0), ==, 0);
  assert_runs_like (model, wanted);
  rnn_model_unref (model);
  rnn_model_unref (wanted);
  rnn_model_unref (other);
  g_bytes_unref (old_bytes);
  g_bytes_unref (new_bytes);
}

static gpointer
write_often (gpointer data)
{
  for (gsize i = 0; i < 50; i++)
    g_assert_true (write_text (path, data, NULL));
  return NULL;
}

static void
fault_68_of_two_writers_the_last_wins_whole (void)
{
  GThread *one = g_thread_new ("one", write_often, (gpointer) "aaaaaaaa");
  GThread *two = g_thread_new ("two", write_often, (gpointer) "bbbb");
  char *came;

  g_thread_join (one);
  g_thread_join (two);
  g_assert_true (g_file_get_contents (path, &came, NULL, NULL));
  g_assert_true (strcmp (came, "aaaaaaaa") == 0 || strcmp (came, "bbbb") == 0);
  g_assert_cmpuint (test_folder_count (folder), ==, 1);
  g_free (came);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("rnn-fault-XXXXXX", NULL);
  path = g_build_filename (folder, "model.safetensors", NULL);
  g_test_add_func ("/files/64/full-disk",
                   fault_64_a_full_disk_leaves_the_old_file);
  g_test_add_func ("/files/64/limit",
                   fault_64_a_file_that_may_not_grow_leaves_the_old_one);
  g_test_add_func ("/files/66", fault_66_a_rename_that_fails_is_a_write_error);
  g_test_add_func ("/files/67", fault_67_a_model_does_not_change_with_its_file);
  g_test_add_func ("/files/68", fault_68_of_two_writers_the_last_wins_whole);
  g_test_add_func ("/files/pieces", writes_and_reads_in_small_pieces_are_whole);
  g_test_add_func ("/files/interrupted", interrupted_calls_go_on);
  g_test_add_func ("/files/read-error", a_read_that_fails_is_a_read_error);
  result = g_test_run ();
  g_remove (path);
  g_rmdir (folder);
  g_free (path);
  g_free (folder);
  return result;
}
