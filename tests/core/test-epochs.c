/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which epoch's net is kept: by whose score, and for how long it is waited for
 * a better one. */
#include "folder.h"
#include "teddies.h"

#include <glib/gstdio.h>
#include <math.h>

static char *folder;
static char *path;

static gboolean
count_epochs (const RnnTrainProgress *progress, gpointer n_epochs)
{
  if (progress->is_epoch_end)
    *(gsize *) n_epochs = progress->epoch;
  return TRUE;
}

static void
without_a_better_score_patience_ends_the_training (void)
{
  RnnTrainOptions options = test_small_options ();
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  GError *error = NULL;
  gsize n_epochs = 0;

  /* With look-ahead the score is soon 1, and then rises no more. */
  options.lookahead = 1;
  options.n_epochs = 100;
  options.patience = 3;
  _rnn_train (&options, &corpus, 1, &corpus, 1, path, count_epochs, &n_epochs,
              &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_epochs, >, 3);
  g_assert_cmpuint (n_epochs, <, 100);
  g_assert_cmpfloat (test_score (path, corpus), >, 0.99);
  _rnn_corpus_free (corpus);
}

/* Nobody is in the dev text, so that no score is above 0: the net of the last
 * epoch is what is left, as without dev text. */
static void
while_nothing_is_found_patience_waits_and_the_last_net_is_kept (void)
{
  RnnTrainOptions options = test_small_options ();
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  RnnCorpus *dev = test_corpus_new ("ran\tO\n");
  GError *error = NULL;
  gsize n_epochs = 0, n[2];
  char *bytes[2];

  options.n_epochs = 6;
  options.patience = 2;
  for (gsize n_dev = 0; n_dev < 2; n_dev++) {
    _rnn_train (&options, &corpus, 1, &dev, n_dev, path, count_epochs,
                &n_epochs, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (n_epochs, ==, 6);
    g_assert_true (g_file_get_contents (path, &bytes[n_dev], &n[n_dev], NULL));
  }
  g_assert_cmpmem (bytes[0], n[0], bytes[1], n[1]);
  g_free (bytes[0]);
  g_free (bytes[1]);
  _rnn_corpus_free (corpus);
  _rnn_corpus_free (dev);
}

static gboolean
note_best (const RnnTrainProgress *progress, gpointer best)
{
  if (progress->is_epoch_end)
    *(double *) best = progress->best_f1;
  return TRUE;
}

/* The best F1 of a softmax over @tags, three for each name, that is scored by
 * @score. */
static double
best_score (const char *const *tags, const char *score)
{
  RnnTrainOptions options = test_small_options ();
  GString *text = g_string_new (NULL);
  GError *error = NULL;
  RnnCorpus *corpus;
  double best = NAN;

  for (gsize i = 0; i < 60; i++)
    g_string_append_printf (text, "Jo\t%s\nran\t%s\nhome\t%s\n\n", tags[0],
                            tags[1], tags[2]);
  corpus = test_corpus_new (text->str);
  options.entity = NULL;
  options.score = score;
  options.n_epochs = 8;
  _rnn_train (&options, &corpus, 1, &corpus, 1, path, note_best, &best, &error);
  g_assert_no_error (error);
  _rnn_corpus_free (corpus);
  g_string_free (text, TRUE);
  return best;
}

static void
the_score_is_of_what_the_tags_have (void)
{
  static const char *const people[] = { "B-PER", "O", "B-LOC" };
  static const char *const others[] = { "S-ORG", "O", "B-LOC" };
  static const char *const words[] = { "NNP", "VBD", "NN" };

  g_assert_cmpfloat (best_score (people, NULL), ==, 1);
  g_assert_cmpfloat (best_score (people, "LOC"), ==, 1);
  g_assert_cmpfloat (best_score (others, NULL), ==, 1);
  g_assert_cmpfloat (best_score (others, "ORG"), ==, 1);
  g_assert_cmpfloat (best_score (words, NULL), ==, 1);
  g_assert_cmpfloat (best_score (words, "VBD"), ==, 1);
}

/* In the dev text there is nobody to be found. */
static void
a_score_of_all_is_another_than_that_of_people (void)
{
  RnnTrainOptions options = test_small_options ();
  RnnCorpus *corpus = test_corpus_new ("Jo\tB-PER\nran\tO\nhome\tB-LOC\n");
  RnnCorpus *dev = test_corpus_new ("ran\tO\nhome\tB-LOC\n");
  GError *error = NULL;
  double people, all;

  options.entity = NULL;
  options.n_streams = 1;
  options.n_epochs = 60;
  _rnn_train (&options, &corpus, 1, &dev, 1, path, note_best, &people, &error);
  g_assert_no_error (error);
  options.score = RNN_SCORE_ALL;
  _rnn_train (&options, &corpus, 1, &dev, 1, path, note_best, &all, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (people, ==, 0);
  g_assert_cmpfloat (all, >, 0.5);
  _rnn_corpus_free (corpus);
  _rnn_corpus_free (dev);
}

static void
assert_refused (const RnnTrainOptions *options, const char *word)
{
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);

  test_assert_refused (options, corpus, path, RNN_ERROR_ARGUMENT, word);
  _rnn_corpus_free (corpus);
}

static void
a_score_of_what_the_tags_do_not_have_is_refused (void)
{
  RnnTrainOptions options = test_small_options ();

  options.score = "PER";
  assert_refused (&options,
                  "score: expected with all tags, as PER alone is learned");
  options.entity = NULL;
  options.score = "LOC";
  assert_refused (&options,
                  "score: expected all or an entity of the tags (B-PER "
                  "I-PER O), 'LOC' came");
}

typedef struct {
  gsize n_left;   /* windows until it is broken off */
  gsize n_epochs; /* that were told of */
} Break;

static gboolean
stop_and_count (const RnnTrainProgress *progress, gpointer data)
{
  Break *at = data;

  at->n_epochs += progress->is_epoch_end;
  return progress->is_epoch_end || at->n_left == 0 || --at->n_left > 0;
}

/* Train to the break; returns the file's bytes. */
static GBytes *
train_to_break (const RnnTrainOptions *options, RnnCorpus *corpus, Break *at)
{
  GError *error = NULL;
  char *bytes;
  gsize n;

  _rnn_train (options, &corpus, 1, &corpus, 1, path, stop_and_count, at,
              &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  return g_bytes_new_take (bytes, n);
}

/* Without look-ahead the score goes up and down, also within an epoch: a half
 * one is better than any whole one now and then. */
static void
half_an_epoch_is_not_kept_where_it_can_go_on (void)
{
  char *checkpoint = g_build_filename (folder, "halves", NULL);
  RnnTrainOptions options = test_small_options ();
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  Break whole = { 0, 0 };
  GBytes *wanted;

  options.n_epochs = 5;
  options.learning_rate = 0.4f;
  wanted = train_to_break (&options, corpus, &whole);
  options.checkpoint = checkpoint;
  options.resume = TRUE;
  for (gsize n = 1; n < 40; n += 2) {
    Break at = { n, 0 };
    GBytes *bytes;
    g_remove (checkpoint);
    g_bytes_unref (train_to_break (&options, corpus, &at));
    at.n_left = 0;
    bytes = train_to_break (&options, corpus, &at);
    g_assert_true (g_bytes_equal (bytes, wanted));
    g_assert_cmpuint (at.n_epochs, ==, whole.n_epochs);
    g_bytes_unref (bytes);
  }
  g_bytes_unref (wanted);
  _rnn_corpus_free (corpus);
  g_free (checkpoint);
}

#define ADD(function) g_test_add_func ("/epochs/" #function, function)

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  folder = test_folder_new ();
  path = g_build_filename (folder, "model.safetensors", NULL);
  ADD (without_a_better_score_patience_ends_the_training);
  ADD (while_nothing_is_found_patience_waits_and_the_last_net_is_kept);
  ADD (the_score_is_of_what_the_tags_have);
  ADD (a_score_of_all_is_another_than_that_of_people);
  ADD (a_score_of_what_the_tags_do_not_have_is_refused);
  ADD (half_an_epoch_is_not_kept_where_it_can_go_on);
  code = g_test_run ();
  g_free (path);
  return test_folder_end (folder, code);
}
