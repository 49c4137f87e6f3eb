/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dictionary.h"
#include "memory.h"
#include "model/model.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const TestDictionary million = { 1000000, 100 };

/* In a process of its own, so that this one's memory is the model's. */
static char *
write_apart (void)
{
  char path[4096] = "";
  int ends[2], status;
  gssize n;

  g_assert_cmpint (pipe (ends), ==, 0);
  if (fork () == 0) {
    char *written = test_dictionary_write (&million);
    n = write (ends[1], written, strlen (written));
    _exit (n != (gssize) strlen (written));
  }
  close (ends[1]);
  n = read (ends[0], path, sizeof path - 1);
  close (ends[0]);
  g_assert_cmpint (n, >, 0);
  g_assert_cmpint (wait (&status), >, 0);
  g_assert_cmpint (status, ==, 0);
  return g_strdup (path);
}

static void
check_words (const RnnModel *model)
{
  const RnnLexicon *lexicon = rnn_model_get_lexicon (model);
  char word[24];
  gint32 index;

  for (gsize i = 0; i < million.n_words; i++) {
    gsize n = test_dictionary_word (i, word), n_found;
    rnn_lexicon_look_up (lexicon, word, n, &index, NULL);
    g_assert_cmpint (index, ==, (gint32) i);
    g_assert_cmpmem (rnn_lexicon_get_word (lexicon, index, &n_found), n_found,
                     word, n);
  }
  rnn_lexicon_look_up (lexicon, "word", 4, &index, NULL);
  g_assert_cmpint (index, ==, 0);
}

static void
check_columns (const RnnModel *model)
{
  float column[100];

  g_assert_cmpuint (model->columns[0].rows, ==, million.n_words);
  for (gsize i = 0; i < million.n_words; i += 997) {
    _rnn_matrix_get_row (&model->columns[0], i, column);
    for (gsize j = 0; j < million.n_hidden; j++)
      g_assert_cmpfloat (column[j], ==, test_dictionary_weight (j, i));
  }
}

static void
a_million_words_open_in_little_more_memory_than_their_file (void)
{
  char *path = write_apart ();
  gsize before = test_memory ("VmRSS"), n_file, most;
  GError *error = NULL;
  RnnModel *model = rnn_model_load (path, &error);

  unlink (path);
  g_free (path);
  g_assert_no_error (error);
  n_file = million.n_words * million.n_hidden * sizeof (float);
  most = test_memory ("VmHWM") - before;
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpuint (most, <, n_file + n_file / 4);
#endif
  check_words (model);
  check_columns (model);
  rnn_model_unref (model);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func (
      "/dictionary/a million words open in little more memory than their file",
      a_million_words_open_in_little_more_memory_than_their_file);
  return g_test_run ();
}
