/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Trainings that are to go on from a checkpoint of something else: fault 71,
 * and 63 for what is written into one. */
#include "../core/folder.h"
#include "../core/teddies.h"
#include "comma.h"

#include <glib/gstdio.h>
#include <locale.h>

/* Of an epoch: 4 streams of windows of 8 steps; 200 sentences of 3 words. */
#define N_WINDOWS 19

static char *folder;
static char *path;
static char *checkpoint;

static gboolean
train (const RnnTrainOptions *options, RnnCorpus *corpus,
       RnnTrainCallback callback, gpointer data, GError **error)
{
  return _rnn_train (options, &corpus, 1, NULL, 0, path, callback, data, error);
}

static gboolean
stop_after (const RnnTrainProgress *progress, gpointer n_left)
{
  return --*(gsize *) n_left > 0;
}

static void
assert_refused (const RnnTrainOptions *options, RnnCorpus *corpus,
                RnnError code, const char *word)
{
  test_assert_refused (options, corpus, path, code, word);
}

/* Leave a checkpoint of a training with @options that was broken off. */
static void
break_off (RnnTrainOptions *options, RnnCorpus *corpus)
{
  gsize n = N_WINDOWS + 2;
  GError *error = NULL;

  g_remove (checkpoint);
  options->checkpoint = checkpoint;
  options->resume = TRUE;
  train (options, corpus, stop_after, &n, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_test (checkpoint, G_FILE_TEST_EXISTS));
}

static void
fault_71_a_checkpoint_of_other_options_is_refused_by_the_first (void)
{
  static const struct {
    const char *name;
    gsize offset;
    float value;
    enum {
      SIZE_FIELD,
      FLOAT_FIELD,
      INT_FIELD,
      NUMBERS_FIELD, /* of the one corpus */
      STRING_FIELD
    } kind;
    const char *text;
  } rows[] = {
#define FIELD(name, field, value, kind)                                        \
  { name, G_STRUCT_OFFSET (RnnTrainOptions, field), value, kind, NULL }
#define TEXT(name, field, text)                                                \
  {                                                                            \
    name, G_STRUCT_OFFSET (RnnTrainOptions, field), 0, STRING_FIELD, text      \
  }
    FIELD ("cell", cell, RNN_CELL_GRU, INT_FIELD),
    FIELD ("activation", activation, RNN_ACTIVATION_RELU, INT_FIELD),
    FIELD ("hidden size", hidden_size, 9, SIZE_FIELD),
    FIELD ("layers", n_layers, 2, SIZE_FIELD),
    FIELD ("bidirectional", bidirectional, TRUE, INT_FIELD),
    FIELD ("look-ahead", lookahead, 2, SIZE_FIELD),
    FIELD ("embedding size", embedding_size, 4, SIZE_FIELD),
    FIELD ("words", n_words, 9, SIZE_FIELD),
    FIELD ("epochs", n_epochs, 26, SIZE_FIELD),
    FIELD ("patience", patience, 5, SIZE_FIELD),
    FIELD ("steps", n_steps, 9, SIZE_FIELD),
    FIELD ("streams", n_streams, 5, SIZE_FIELD),
    FIELD ("learning rate", learning_rate, 0.25f, FLOAT_FIELD),
    FIELD ("decay", decay, 0.1f, FLOAT_FIELD),
    FIELD ("clip", clip, 2, FLOAT_FIELD),
    FIELD ("dropout", dropout, 0.1f, FLOAT_FIELD),
    FIELD ("input dropout", input_dropout, 0.1f, FLOAT_FIELD),
    FIELD ("average", average, 0.5f, FLOAT_FIELD),
    FIELD ("unknown rate", unknown_rate, 0.5f, FLOAT_FIELD),
    FIELD ("lower-case share", lowercase_share, 0.5f, FLOAT_FIELD),
    FIELD ("other styles share", other_styles_share, 0.5f, FLOAT_FIELD),
    FIELD ("known ends share", known_ends_share, 0.25f, FLOAT_FIELD),
    FIELD ("substitute share", substitute_share, 0.5f, FLOAT_FIELD),
    FIELD ("error rate", error_rate, 0.5f, FLOAT_FIELD),
    FIELD ("weights", weights, 0.25f, NUMBERS_FIELD),
    FIELD ("trust", trusts, 0.25f, NUMBERS_FIELD),
    FIELD ("consistent", consistent, TRUE, INT_FIELD),
    FIELD ("storage", storage, RNN_STORE_F16, INT_FIELD),
    TEXT ("normalize", normalize, "lowercase"),
    TEXT ("features", features, "word shape"),
    TEXT ("entity", entity, NULL),
  };
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  RnnTrainOptions began = test_small_options ();

  break_off (&began, corpus);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    RnnTrainOptions options = began;
    gpointer field = G_STRUCT_MEMBER_P (&options, rows[i].offset);
    char *named =
        g_strconcat (checkpoint, ": ", rows[i].name, ": expected ", NULL);
    if (rows[i].kind == SIZE_FIELD)
      *(gsize *) field = (gsize) rows[i].value;
    else if (rows[i].kind == FLOAT_FIELD)
      *(float *) field = rows[i].value;
    else if (rows[i].kind == INT_FIELD)
      *(int *) field = (int) rows[i].value;
    else if (rows[i].kind == NUMBERS_FIELD)
      *(const float **) field = &rows[i].value;
    else
      *(const char **) field = rows[i].text;
    assert_refused (&options, corpus, RNN_ERROR_ARGUMENT, named);
    g_free (named);
  }
  _rnn_corpus_free (corpus);
}

static void
fault_71_a_checkpoint_of_other_text_is_refused (void)
{
  RnnTrainOptions options = test_small_options ();
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  RnnCorpus *other = test_teddies_new (TEST_LABELS_WRONG);

  break_off (&options, corpus);
  assert_refused (&options, other, RNN_ERROR_ARGUMENT, "text: expected");
  /* What it was the best model of has gone. */
  assert_refused (&options, corpus, RNN_ERROR_NOT_FOUND, path);
  _rnn_corpus_free (corpus);
  _rnn_corpus_free (other);
}

static void
fault_71_a_damaged_checkpoint_is_refused_by_name (void)
{
  RnnTrainOptions options = test_small_options ();
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  char *bytes;
  gsize n;

  break_off (&options, corpus);
  g_assert_true (g_file_get_contents (checkpoint, &bytes, &n, NULL));
  for (gsize cut = 0; cut < n; cut += 1 + n / 50) {
    g_assert_true (g_file_set_contents (checkpoint, bytes, (gssize) cut, NULL));
    assert_refused (&options, corpus, RNN_ERROR_FORMAT, checkpoint);
  }
  g_free (bytes);
  _rnn_corpus_free (corpus);
}

/* Broken off where numbers have a comma, it goes on where they have a point. */
static void
fault_63_a_checkpoint_is_the_same_in_every_locale (void)
{
  static const float weights[] = { 1.5f };
  RnnTrainOptions options = test_small_options ();
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  GError *error = NULL;

  options.weights = weights;
  options.n_epochs = 2;
  if (test_set_comma_locale ()) {
    break_off (&options, corpus);
    setlocale (LC_ALL, "C");
    train (&options, corpus, NULL, NULL, &error);
    g_assert_no_error (error);
  } else {
    g_test_skip ("no locale with a decimal comma");
  }
  _rnn_corpus_free (corpus);
}

#define ADD(function) g_test_add_func ("/faults-resume/" #function, function)

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  folder = test_folder_new ();
  path = g_build_filename (folder, "model.safetensors", NULL);
  checkpoint = g_build_filename (folder, "checkpoint", NULL);
  ADD (fault_71_a_checkpoint_of_other_options_is_refused_by_the_first);
  ADD (fault_71_a_checkpoint_of_other_text_is_refused);
  ADD (fault_71_a_damaged_checkpoint_is_refused_by_name);
  ADD (fault_63_a_checkpoint_is_the_same_in_every_locale);
  code = g_test_run ();
  g_free (checkpoint);
  g_free (path);
  return test_folder_end (folder, code);
}
