/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Trainings that cannot go well: faults 69 and 70. The linker puts a loss of
 * ours before the trainer's (--wrap). */
#include "../core/folder.h"
#include "../core/teddies.h"
#include "base/checked.h"
#include "base/file.h"
#include "model/safetensors.h"
#include "train/loss.h"

#include <math.h>
#include <string.h>

static char *folder;
static char *path;
static char *checkpoint;

/* Of the calls of _rnn_loss() those from first_bad to last_bad go wrong. */
static struct {
  gsize calls, first_bad, last_bad;
  float loss, gradient;
} losses;

double __real__rnn_loss (RnnOutputKind output, const float *logits,
                         const RnnTargets *targets, gsize n, gsize n_y,
                         float *d_logits);
double __wrap__rnn_loss (RnnOutputKind output, const float *logits,
                         const RnnTargets *targets, gsize n, gsize n_y,
                         float *d_logits);

double
__wrap__rnn_loss (RnnOutputKind output, const float *logits,
                  const RnnTargets *targets, gsize n, gsize n_y,
                  float *d_logits)
{
  double loss = __real__rnn_loss (output, logits, targets, n, n_y, d_logits);

  losses.calls++;
  if (losses.calls < losses.first_bad || losses.calls > losses.last_bad)
    return loss;
  if (losses.gradient != 0)
    d_logits[0] = losses.gradient;
  return losses.loss != 0 ? (double) losses.loss : loss;
}

/* Windows from number @first to number @last have another loss or another
 * gradient than they should. */
static void
spoil (gsize first, gsize last, float loss, float gradient)
{
  losses.calls = 0;
  losses.first_bad = first;
  losses.last_bad = last;
  losses.loss = loss;
  losses.gradient = gradient;
}

static gboolean
train (const RnnTrainOptions *options, RnnCorpus *corpus,
       RnnTrainCallback callback, gpointer data, GError **error)
{
  return _rnn_train (options, &corpus, 1, NULL, 0, path, callback, data, error);
}

static void
assert_refused (const RnnTrainOptions *options, RnnCorpus *corpus,
                RnnError code, const char *word)
{
  test_assert_refused (options, corpus, path, code, word);
}

static gboolean
count_skipped (const RnnTrainProgress *progress, gpointer n_skipped)
{
  *(guint64 *) n_skipped = progress->n_skipped;
  return TRUE;
}

static void
fault_69_a_step_without_a_finite_gradient_is_skipped_and_counted (void)
{
  static const float bad[][2] = {
    { NAN, 0 }, { INFINITY, 0 }, { 0, NAN }, { 0, INFINITY }, { 0, -INFINITY }
  };
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  RnnTrainOptions options = test_small_options ();

  options.lookahead = 1;
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    guint64 n_skipped = 0;
    GError *error = NULL;
    spoil (3, 5, bad[i][0], bad[i][1]);
    train (&options, corpus, count_skipped, &n_skipped, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (n_skipped, ==, 3);
    g_assert_cmpfloat (test_score (path, corpus), >, 0.99);
  }
  _rnn_corpus_free (corpus);
}

static gboolean
stop_after (const RnnTrainProgress *progress, gpointer n_left)
{
  return --*(gsize *) n_left > 0;
}

/* All weights and moments that a training of @n windows leaves. */
static GBytes *
weights_after (RnnTrainOptions *options, RnnCorpus *corpus, gsize n)
{
  GByteArray *weights = g_byte_array_new ();
  GError *error = NULL;
  RnnTensorTable *table;
  guint8 *bytes;
  gsize n_bytes;

  options->checkpoint = checkpoint;
  train (options, corpus, stop_after, &n, &error);
  g_assert_no_error (error);
  g_assert_true (
      _rnn_file_read (checkpoint, 1 << 24, &bytes, &n_bytes, &error));
  table = _rnn_tensor_table_parse (bytes, n_bytes, n_bytes, checkpoint, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < table->n_tensors; i++) {
    const RnnTensorInfo *info = &table->tensors[i];
    if (g_str_has_prefix (info->name, "value.")
        || g_str_has_prefix (info->name, "mean.")
        || g_str_has_prefix (info->name, "variance."))
      g_byte_array_append (weights, bytes + table->data_start + info->begin,
                           (guint) (info->end - info->begin));
  }
  _rnn_tensor_table_free (table);
  _rnn_free (bytes);
  return g_byte_array_free_to_bytes (weights);
}

static void
fault_69_a_skipped_step_changes_no_weight (void)
{
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  RnnTrainOptions options = test_small_options ();
  GBytes *before, *after, *next;

  spoil (4, 4, 0, INFINITY);
  before = weights_after (&options, corpus, 3);
  spoil (4, 4, 0, INFINITY);
  after = weights_after (&options, corpus, 4);
  spoil (4, 4, 0, INFINITY);
  next = weights_after (&options, corpus, 5);
  g_assert_cmpuint (g_bytes_get_size (before), >, 0);
  g_assert_true (g_bytes_equal (before, after));
  g_assert_false (g_bytes_equal (after, next));
  g_bytes_unref (before);
  g_bytes_unref (after);
  g_bytes_unref (next);
  _rnn_corpus_free (corpus);
}

static void
fault_69_ten_skipped_steps_in_a_row_end_the_training (void)
{
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  RnnTrainOptions options = test_small_options ();
  GError *error = NULL;

  spoil (5, 100, NAN, 0);
  assert_refused (&options, corpus, RNN_ERROR_NUMERIC, "epoch 1");
  g_assert_cmpuint (losses.calls, ==, 14);
  /* Of epochs with fewer than ten windows, the row goes on through them. */
  options.n_steps = 64;
  spoil (1, 100, NAN, 0);
  g_assert_false (train (&options, corpus, NULL, NULL, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_NUMERIC);
  g_assert_nonnull (strstr (error->message, "learning rate"));
  g_error_free (error);
  g_assert_cmpuint (losses.calls, ==, 10);
  spoil (0, 0, 0, 0);
  _rnn_corpus_free (corpus);
}

static void
fault_70_a_file_without_labelled_text_is_refused_by_line (void)
{
  static const struct {
    const char *bytes, *named;
    gsize n;
  } rows[] = {
    { "", ": expected labelled tokens", 0 },
    { "\n\n \n", ":3: expected token<TAB>tag", 4 },
    { "a\tO\nb\n", ":2: expected token<TAB>tag", 6 },
    { "a\tO\nb\t\n", ":2: expected token<TAB>tag", 7 },
    { "\tO\n", ":1: expected token<TAB>tag", 3 },
    { "a\tO\tO\n", ":1: expected two columns", 6 },
    { "a\tO\n\xff\tO\n", ":2: expected UTF-8", 8 },
    { "a\tO\nb\0c\tO\n", ":2: expected text", 10 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    GError *error = NULL;
    RnnChunk chunk = { rows[i].bytes, rows[i].n };
    char *name = g_build_filename (folder, "text.tsv", NULL);
    g_assert_true (_rnn_file_write_atomic (name, &chunk, 1, NULL));
    g_assert_null (_rnn_corpus_read (name, &error));
    g_assert_error (error, RNN_ERROR, RNN_ERROR_DATA);
    g_assert_nonnull (strstr (error->message, name));
    if (!strstr (error->message, rows[i].named))
      g_error ("expected \"%s\" in \"%s\"", rows[i].named, error->message);
    g_error_free (error);
    g_free (name);
  }
}

static void
fault_70_more_tags_than_there_may_be_are_refused (void)
{
  GString *text = g_string_new (NULL);
  char *name = g_build_filename (folder, "text.tsv", NULL);
  GError *error = NULL;

  for (gsize i = 0; i <= 4096; i++)
    g_string_append_printf (text, "word\tB-%" G_GSIZE_FORMAT "\n", i);
  g_assert_true (g_file_set_contents (name, text->str, -1, NULL));
  g_assert_null (_rnn_corpus_read (name, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_DATA);
  g_assert_nonnull (strstr (error->message, ":4097: expected at most 4096"));
  g_error_free (error);
  g_free (name);
  g_string_free (text, TRUE);
}

static void
fault_70_what_nothing_can_be_learned_from_is_refused_before_epoch_1 (void)
{
  RnnTrainOptions options = test_small_options ();
  RnnCorpus *none = test_corpus_new ("a\tO\nb\tO\n\nc\tO\nd\tO\n");
  RnnCorpus *few = test_corpus_new ("a\tB-PER\nb\tO\nc\tO\n");

  spoil (0, 0, 0, 0);
  assert_refused (&options, none, RNN_ERROR_DATA, "B-PER");
  options.entity = NULL;
  assert_refused (&options, none, RNN_ERROR_DATA, "two different tags");
  assert_refused (&options, few, RNN_ERROR_DATA, "4 streams");
  options.weights = (const float[]){ 0 };
  options.entity = "PER";
  assert_refused (&options, few, RNN_ERROR_DATA, "4 streams");
  g_assert_cmpuint (losses.calls, ==, 0);
  _rnn_corpus_free (none);
  _rnn_corpus_free (few);
}

static void
fault_70_windows_of_one_step_and_sentences_of_one_word_train (void)
{
  RnnTrainOptions options = test_small_options ();
  RnnCorpus *corpus =
      test_corpus_new ("a\tB-PER\n\nb\tO\n\na\tB-PER\n\nb\tO\n");
  GError *error = NULL;

  options.n_steps = 1;
  options.n_epochs = 200;
  train (&options, corpus, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (test_score (path, corpus), ==, 1);
  _rnn_corpus_free (corpus);
}

static void
fault_70_options_out_of_range_are_refused_by_name (void)
{
  static const struct {
    const char *name;
    gsize offset;
    float value;
    gboolean is_size;
  } rows[] = {
#define SIZE(name, field, value)                                               \
  { name, G_STRUCT_OFFSET (RnnTrainOptions, field), value, TRUE }
#define SHARE(name, field, value)                                              \
  {                                                                            \
    name, G_STRUCT_OFFSET (RnnTrainOptions, field), value, FALSE               \
  }
    SIZE ("hidden size", hidden_size, 0),
    SIZE ("hidden size", hidden_size, 8193),
    SIZE ("layers", n_layers, 0),
    SIZE ("layers", n_layers, 1000),
    SIZE ("look-ahead", lookahead, 65),
    SIZE ("embedding size", embedding_size, 4097),
    SIZE ("words", n_words, 1),
    SIZE ("epochs", n_epochs, 0),
    SIZE ("steps", n_steps, 0),
    SIZE ("steps", n_steps, 4097),
    SIZE ("streams", n_streams, 0),
    SHARE ("learning rate", learning_rate, -1),
    SHARE ("learning rate", learning_rate, NAN),
    SHARE ("decay", decay, 2),
    SHARE ("clip", clip, -1),
    SHARE ("dropout", dropout, 1),
    SHARE ("input dropout", input_dropout, 1),
    SHARE ("average", average, 1),
    SHARE ("unknown rate", unknown_rate, INFINITY),
    SHARE ("lower-case share", lowercase_share, 1.5f),
    SHARE ("share to keep", keep, 2),
    SHARE ("other styles share", other_styles_share, -0.5f),
    SHARE ("known ends share", known_ends_share, 2),
    SHARE ("substitute share", substitute_share, 2),
    SHARE ("error rate", error_rate, 2),
  };
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);

  spoil (0, 0, 0, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    RnnTrainOptions options = test_small_options ();
    gpointer field = G_STRUCT_MEMBER_P (&options, rows[i].offset);
    char *start = g_strconcat (rows[i].name, ": expected", NULL);
    if (rows[i].is_size)
      *(gsize *) field = (gsize) rows[i].value;
    else
      *(float *) field = rows[i].value;
    assert_refused (&options, corpus, RNN_ERROR_ARGUMENT, start);
    g_free (start);
  }
  g_assert_cmpuint (losses.calls, ==, 0);
  _rnn_corpus_free (corpus);
}

#define ADD(function) g_test_add_func ("/faults-training/" #function, function)

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  folder = test_folder_new ();
  path = g_build_filename (folder, "model.safetensors", NULL);
  checkpoint = g_build_filename (folder, "checkpoint", NULL);
  ADD (fault_69_a_step_without_a_finite_gradient_is_skipped_and_counted);
  ADD (fault_69_a_skipped_step_changes_no_weight);
  ADD (fault_69_ten_skipped_steps_in_a_row_end_the_training);
  ADD (fault_70_a_file_without_labelled_text_is_refused_by_line);
  ADD (fault_70_more_tags_than_there_may_be_are_refused);
  ADD (fault_70_what_nothing_can_be_learned_from_is_refused_before_epoch_1);
  ADD (fault_70_windows_of_one_step_and_sentences_of_one_word_train);
  ADD (fault_70_options_out_of_range_are_refused_by_name);
  code = g_test_run ();
  g_free (checkpoint);
  g_free (path);
  return test_folder_end (folder, code);
}
