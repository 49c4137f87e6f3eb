/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Trainings that go on from a model. */
#include "folder.h"
#include "network.h"
#include "teddies.h"

#include <glib/gstdio.h>
#include <string.h>

static char *folder;

static void
train (const RnnTrainOptions *options, RnnCorpus *corpus, const char *path)
{
  GError *error = NULL;

  _rnn_train (options, &corpus, 1, NULL, 0, path, NULL, NULL, &error);
  g_assert_no_error (error);
}

static RnnTrainOptions
short_options (void)
{
  RnnTrainOptions options = test_small_options ();

  options.n_epochs = 1;
  return options;
}

static void
assert_same_file (const char *path, const char *other)
{
  char *bytes[2];
  gsize n[2];

  g_assert_true (g_file_get_contents (path, &bytes[0], &n[0], NULL));
  g_assert_true (g_file_get_contents (other, &bytes[1], &n[1], NULL));
  g_assert_cmpmem (bytes[0], n[0], bytes[1], n[1]);
  g_free (bytes[0]);
  g_free (bytes[1]);
}

/* A net that @options make, and what a training at rate 0 makes of it. */
static void
assert_begins_where_it_ended (const RnnTrainOptions *options)
{
  RnnTrainOptions again = short_options ();
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  char *path = g_build_filename (folder, "first", NULL);
  char *other = g_build_filename (folder, "second", NULL);

  train (options, corpus, path);
  again.from = path;
  again.learning_rate = 0;
  again.seed = 99;
  again.storage = options->storage;
  train (&again, corpus, other);
  assert_same_file (path, other);
  _rnn_corpus_free (corpus);
  g_free (other);
  g_free (path);
}

static void
a_training_begins_with_the_models_weights_words_and_labels (void)
{
  for (RnnCellKind cell = RNN_CELL_ELMAN; cell <= RNN_CELL_LSTM; cell++)
    for (int i = 0; i < 4; i++) {
      RnnTrainOptions options = short_options ();
      options.cell = cell;
      options.activation = cell == RNN_CELL_ELMAN && i == 1
                               ? RNN_ACTIVATION_RELU
                               : RNN_ACTIVATION_TANH;
      options.bidirectional = i == 1;
      options.n_layers = i == 2 ? 2 : 1;
      options.embedding_size = i == 0 ? 0 : 5;
      options.embed_all = i == 3;
      options.lookahead = i == 3 ? 2 : 0;
      options.entity = i % 2 ? "PER" : NULL;
      options.features = i ? "word shape ?suffix2:16" : NULL;
      options.normalize = i ? "nfc lowercase" : NULL;
      options.storage = (RnnTrainStorage) (i % 3);
      assert_begins_where_it_ended (&options);
    }
}

static void
lists_of_words_stay (void)
{
  RnnTrainOptions options = short_options ();
  char *list = g_build_filename (folder, "list", NULL), *argument;
  char *lists[] = { NULL, NULL };

  g_assert_true (g_file_set_contents (list, "teddy\tx\nharry\n", -1, NULL));
  lists[0] = argument = g_strconcat ("first=", list, NULL);
  options.lists = lists;
  options.features = "word list.first:2";
  options.normalize = "lowercase";
  assert_begins_where_it_ended (&options);
  g_free (argument);
  g_free (list);
}

static void
a_model_that_was_wrong_learns_better (void)
{
  RnnTrainOptions options = test_small_options ();
  RnnCorpus *wrong = test_teddies_new (TEST_LABELS_WRONG);
  RnnCorpus *right = test_teddies_new (TEST_LABELS_RIGHT);
  char *path = g_build_filename (folder, "wrong", NULL);
  char *better = g_build_filename (folder, "better", NULL);

  options.lookahead = 1;
  options.n_epochs = 10; /* what is sure of itself learns slowly */
  train (&options, wrong, path);
  g_assert_cmpfloat (test_score (path, right), <, 0.5);
  options = test_small_options ();
  options.from = path;
  train (&options, right, better);
  g_assert_cmpfloat (test_score (better, right), >, 0.99);
  _rnn_corpus_free (wrong);
  _rnn_corpus_free (right);
  g_free (better);
  g_free (path);
}

static void
the_embedding_learns_from_the_epoch_on_that_is_asked_for (void)
{
  RnnTrainOptions options = short_options ();
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  char *path = g_build_filename (folder, "frozen", NULL);
  char *other = g_build_filename (folder, "tuned", NULL);
  GError *error = NULL;

  options.embedding_size = 3;
  train (&options, corpus, path);
  for (gsize tune_from = 0; tune_from < 2; tune_from++) {
    RnnModel *before, *after;
    options = short_options ();
    options.from = path;
    options.tune_from = tune_from;
    train (&options, corpus, other);
    before = rnn_model_load (path, &error);
    g_assert_no_error (error);
    after = rnn_model_load (other, &error);
    g_assert_no_error (error);
    g_assert_cmpint (memcmp (before->embedding.data, after->embedding.data,
                             3 * before->embedding.rows * sizeof (float))
                         != 0,
                     ==, tune_from == 1);
    rnn_model_unref (before);
    rnn_model_unref (after);
  }
  _rnn_corpus_free (corpus);
  g_free (other);
  g_free (path);
}

/* Train on from @begun, and read the first unit's row of W_aa. */
static void
train_and_read (const char *begun, float keep, gsize tune_from, float *row)
{
  RnnTrainOptions options = short_options ();
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  char *path = g_build_filename (folder, "kept", NULL);
  GError *error = NULL;
  RnnModel *model;

  options.from = begun;
  options.keep = keep;
  options.tune_from = tune_from;
  options.average = 0.5f;
  train (&options, corpus, path);
  model = rnn_model_load (path, &error);
  g_assert_no_error (error);
  _rnn_matrix_get_row (&model->layers[0].weight_hh, 0, row);
  if (keep == 1)
    assert_same_file (path, begun);
  rnn_model_unref (model);
  _rnn_corpus_free (corpus);
  g_free (path);
}

static void
first_and_last_weights_are_mixed_as_asked_for (void)
{
  RnnTrainOptions options = short_options ();
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_WRONG);
  char *begun = g_build_filename (folder, "mixed", NULL);
  float first[8], last[8], mixed[8];

  options.embedding_size = 3;
  train (&options, corpus, begun);
  for (gsize tune_from = 0; tune_from < 2; tune_from++) {
    train_and_read (begun, 1, tune_from, first);
    train_and_read (begun, 0, tune_from, last);
    train_and_read (begun, 0.25f, tune_from, mixed);
    for (gsize j = 0; j < G_N_ELEMENTS (mixed); j++) {
      g_assert_cmpfloat (first[j], !=, last[j]);
      g_assert_cmpfloat (mixed[j], ==, 0.75f * last[j] + 0.25f * first[j]);
    }
  }
  _rnn_corpus_free (corpus);
  g_free (begun);
}

static gboolean
stop_in_the_middle (const RnnTrainProgress *progress, gpointer data)
{
  return progress->done < 0.6;
}

static void
a_broken_off_training_goes_on_only_from_the_same_model (void)
{
  RnnTrainOptions options = short_options ();
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  char *begun = g_build_filename (folder, "begun", NULL);
  char *whole = g_build_filename (folder, "whole", NULL);
  char *broken = g_build_filename (folder, "broken", NULL);
  char *checkpoint = g_build_filename (folder, "checkpoint", NULL);
  GError *error = NULL;

  train (&options, corpus, begun);
  options = short_options ();
  options.n_epochs = 3;
  options.from = begun;
  options.keep = 0.5f;
  train (&options, corpus, whole);
  options.checkpoint = checkpoint;
  options.resume = TRUE;
  _rnn_train (&options, &corpus, 1, NULL, 0, broken, stop_in_the_middle, NULL,
              &error);
  g_assert_no_error (error);
  options.from = whole;
  g_assert_false (
      _rnn_train (&options, &corpus, 1, NULL, 0, broken, NULL, NULL, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "from: expected"));
  g_clear_error (&error);
  options.from = begun;
  train (&options, corpus, broken);
  assert_same_file (whole, broken);
  _rnn_corpus_free (corpus);
  g_free (checkpoint);
  g_free (broken);
  g_free (whole);
  g_free (begun);
}

static void
assert_refused (const char *from, RnnCorpus *corpus, RnnError code,
                const char *word)
{
  RnnTrainOptions options = short_options ();
  char *path = g_build_filename (folder, "refused", NULL);

  options.from = from;
  test_assert_refused (&options, corpus, path, code, word);
  g_free (path);
}

static void
a_tag_that_the_model_does_not_have_is_refused_by_name (void)
{
  RnnTrainOptions options = short_options ();
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  RnnCorpus *places = test_corpus_new ("in\tO\nRome\tB-LOC\n");
  char *path = g_build_filename (folder, "people", NULL);

  options.entity = NULL;
  train (&options, corpus, path);
  assert_refused (path, places, RNN_ERROR_DATA, "'B-LOC' came");
  _rnn_corpus_free (corpus);
  _rnn_corpus_free (places);
  g_free (path);
}

static void
models_that_training_cannot_make_are_refused (void)
{
  static const struct {
    const char *vocab;
    RnnOutputKind output;
    const char *word;
  } cases[] = { { NULL, RNN_OUTPUT_SIGMOID, "with words" },
                { "a\nb\nc", RNN_OUTPUT_SIGMOID, "with a word <UNK>" },
                { "<UNK>\nb\nc", RNN_OUTPUT_LINEAR, "probabilities" } };
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  RnnRandom random;

  _rnn_random_seed (&random, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    TestNetwork network = { .n_inputs = 3,
                            .n_hidden = 4,
                            .n_layers = 1,
                            .n_directions = 1,
                            .n_outputs = 1,
                            .gain = 1,
                            .output = cases[i].output,
                            .vocab = cases[i].vocab };
    char *path = test_network_write (&network, &random);
    assert_refused (path, corpus, RNN_ERROR_MODEL, cases[i].word);
    g_unlink (path);
    g_free (path);
  }
  assert_refused ("/nowhere/model", corpus, RNN_ERROR_NOT_FOUND, "/nowhere");
  _rnn_corpus_free (corpus);
}

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  folder = test_folder_new ();
  g_test_add_func ("/fine-tuning/begins",
                   a_training_begins_with_the_models_weights_words_and_labels);
  g_test_add_func ("/fine-tuning/lists", lists_of_words_stay);
  g_test_add_func ("/fine-tuning/learns", a_model_that_was_wrong_learns_better);
  g_test_add_func ("/fine-tuning/embedding",
                   the_embedding_learns_from_the_epoch_on_that_is_asked_for);
  g_test_add_func ("/fine-tuning/keep",
                   first_and_last_weights_are_mixed_as_asked_for);
  g_test_add_func ("/fine-tuning/resume",
                   a_broken_off_training_goes_on_only_from_the_same_model);
  g_test_add_func ("/fine-tuning/tags",
                   a_tag_that_the_model_does_not_have_is_refused_by_name);
  g_test_add_func ("/fine-tuning/refused",
                   models_that_training_cannot_make_are_refused);
  code = g_test_run ();
  return test_folder_end (folder, code);
}
