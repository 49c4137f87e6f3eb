/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Model files that cannot be opened, read to their end, or that change while
 * the model is in use. */
#include "model-file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <rnn/rnn.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
a_file_that_is_not_there_is_not_found (void)
{
  GError *error = NULL;

  g_unlink (path);
  g_assert_null (rnn_model_load (path, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_NOT_FOUND);
  g_error_free (error);
}

static void
a_file_that_may_not_be_read_is_told_apart_from_a_missing_one (void)
{
  const uid_t other = 65534;
  GError *error = NULL;
  RnnModel *model;

  write_model (GOOD, "a\nb\nc");
  g_assert_cmpint (g_chmod (path, 0), ==, 0);
  /* root may read all. */
  if (geteuid () == 0
      && (g_chmod (folder, 0755) != 0 || seteuid (other) != 0)) {
    g_test_skip ("root cannot become another user here");
    return;
  }
  model = rnn_model_load (path, &error);
  g_assert_cmpint (seteuid (getuid ()), ==, 0);
  g_assert_null (model);
  g_assert_error (error, RNN_ERROR, RNN_ERROR_OPEN);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, g_strerror (EACCES)));
  g_error_free (error);
  g_unlink (path);
}

static void
what_is_no_regular_file_is_refused_at_once (void)
{
  g_unlink (path);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  assert_refused ("regular file");
  g_rmdir (path);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  assert_refused ("regular file");
  g_unlink (path);
  g_assert_cmpint (symlink ("/dev/zero", path), ==, 0);
  assert_refused ("regular file");
  g_unlink (path);
}

static void
a_file_shorter_than_its_first_number_is_refused (void)
{
  for (gsize n = 0; n < 8; n++) {
    write_bytes ("\0\0\0\0\0\0\0", n);
    assert_refused ("");
  }
}

static void
a_file_cut_short_while_in_use_changes_nothing (void)
{
  const gint32 tokens[] = { 0, 1, 2 };
  float yhat[3] = { -1, -1, -1 };
  GError *error = NULL;
  RnnModel *model;
  RnnState *state;

  write_model (GOOD, "a\nb\nc");
  model = rnn_model_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (truncate (path, 3), ==, 0);
  state = rnn_state_new (model);
  g_assert_true (rnn_state_run (state, tokens, 3, yhat, &error));
  g_assert_cmpfloat (yhat[2], ==, 0.5f);
  rnn_state_free (state);
  rnn_model_unref (model);
  assert_refused ("");
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  model_file_init ();
#define ADD(name, f) g_test_add_func ("/model-access/" name, f)
  ADD ("01 a file that is not there", a_file_that_is_not_there_is_not_found);
  ADD ("01 a file that may not be read",
       a_file_that_may_not_be_read_is_told_apart_from_a_missing_one);
  ADD ("02 no regular file", what_is_no_regular_file_is_refused_at_once);
  ADD ("03 0 to 7 bytes", a_file_shorter_than_its_first_number_is_refused);
  ADD ("20 a file cut short while in use",
       a_file_cut_short_while_in_use_changes_nothing);
  result = g_test_run ();
  model_file_clear ();
  return result;
}
