/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A training as a file, to go on from after a break: safetensors of the
 * weights, Adam's moments, the average, a<t> of the window, and the position.
 */
#include "train/training.h"

#include "base/checked.h"
#include "base/file.h"
#include "model/safetensors.h"
#include "model/write.h"

#include <rnn/rnn-error.h>
#include <string.h>

#define FORMAT "1"
#define MAX_FILE ((gsize) 1 << 38)

/* Where a training is, but for its arrays. */
typedef struct {
  guint64 epoch;
  guint64 next_window;
  guint64 best_epoch;
  guint64 adam_steps;
  guint64 average_steps;
  guint64 n_words;
  guint64 n_skipped;
  guint64 is_saved;
  RnnRandom random;
  RnnRandom epoch_random;
  double loss_sum;
  double f1;
  double best_f1;
} Position;

/* An array of the training: where it is, and what the file calls it. */
typedef struct {
  char *name;
  float *values;
  gsize n;
} Array;

static void
array_clear (gpointer data)
{
  g_free (((Array *) data)->name);
}

static void
add_array (GArray *arrays, const char *what, gsize index, float *values,
           gsize n)
{
  Array array = { g_strdup_printf ("%s.%" G_GSIZE_FORMAT, what, index), values,
                  n };

  if (values)
    g_array_append_val (arrays, array);
  else
    g_free (array.name);
}

/* All that changes, in a fixed order. */
static GArray *
list_arrays (const RnnTraining *training)
{
  const RnnNet *net = training->net;
  GArray *arrays = g_array_new (FALSE, FALSE, sizeof (Array));
  gsize n_state = training->window->n_streams * net->padded;

  g_array_set_clear_func (arrays, array_clear);
  for (gsize i = 0; i < net->n_all; i++) {
    RnnParameter *p = net->all[i];
    gsize n = p->rows * p->cols;
    if (p->is_frozen)
      continue;
    add_array (arrays, "value", i, p->values, n);
    add_array (arrays, "mean", i, p->mean, n);
    add_array (arrays, "variance", i, p->variance, n);
    if (training->average)
      add_array (arrays, "average", i, training->average->values[i], n);
  }
  for (gsize i = 0; i < net->config.n_layers * net->config.n_directions; i++) {
    RnnTrace *trace = &training->window->traces[i];
    add_array (arrays, "carried", i, trace->carried, n_state);
    add_array (arrays, "carried_cells", i, trace->carried_cells, n_state);
    add_array (arrays, "kept", i, trace->kept, n_state);
    add_array (arrays, "kept_cells", i, trace->kept_cells, n_state);
  }
  return arrays;
}

static Position
get_position (const RnnTraining *training)
{
  return (Position){
    .epoch = training->progress.epoch,
    .next_window = training->next_window,
    .best_epoch = training->best_epoch,
    .adam_steps = training->adam.n_steps,
    .average_steps = training->average ? training->average->n_steps : 0,
    .n_words = training->n_words,
    .n_skipped = training->progress.n_skipped,
    .is_saved = training->is_saved,
    .random = training->random,
    .epoch_random = training->epoch_random,
    .loss_sum = training->loss_sum,
    .f1 = training->progress.f1,
    .best_f1 = training->progress.best_f1,
  };
}

static void
set_position (RnnTraining *training, const Position *position)
{
  training->progress.epoch = (gsize) position->epoch;
  training->next_window = (gsize) position->next_window;
  training->best_epoch = (gsize) position->best_epoch;
  training->adam.n_steps = position->adam_steps;
  if (training->average)
    training->average->n_steps = position->average_steps;
  training->n_words = position->n_words;
  training->progress.n_skipped = position->n_skipped;
  training->is_saved = position->is_saved != 0;
  training->random = position->random;
  training->epoch_random = position->epoch_random;
  training->loss_sum = position->loss_sum;
  training->progress.f1 = position->f1;
  training->progress.best_f1 = position->best_f1;
}

static void
add_setting (GPtrArray *settings, const char *name, char *value)
{
  g_ptr_array_add (settings, g_strdup (name));
  g_ptr_array_add (settings, value);
}

static void
add_number (GPtrArray *settings, const char *name, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  add_setting (settings, name,
               g_strdup (g_ascii_dtostr (text, sizeof text, value)));
}

static void
hash_floats (GChecksum *sum, const float *values, gsize n)
{
  for (gsize i = 0; values && i < n; i += 1 << 20)
    g_checksum_update (sum, (const guchar *) (values + i),
                       (gssize) (MIN (n - i, 1 << 20) * sizeof *values));
}

/* A hash of all text that is learned from, and of word vectors and lists. */
static char *
hash_text (const RnnTraining *training)
{
  const RnnExamples *examples = &training->examples;
  const RnnDictionary *dictionary = &examples->dictionary;
  GChecksum *sum = g_checksum_new (G_CHECKSUM_SHA256);
  char *hash;

  for (gsize c = 0; c < examples->n_corpora; c++) {
    const RnnCorpus *corpus = examples->corpora[c];
    for (gsize i = 0; i < corpus->n_tokens; i++) {
      const char *tag = corpus->tag_names[corpus->tags[i]];
      g_checksum_update (sum, (const guchar *) corpus->words[i], -1);
      g_checksum_update (sum, (const guchar *) tag, (gssize) strlen (tag) + 1);
    }
    g_checksum_update (sum, (const guchar *) corpus->sentence_starts,
                       (gssize) (corpus->n_sentences * sizeof (gsize)));
  }
  g_checksum_update (sum, (const guchar *) dictionary->vocab,
                     (gssize) dictionary->n_vocab);
  for (gsize i = 0; i < dictionary->n_lists; i++)
    g_checksum_update (sum, (const guchar *) dictionary->lists[i].words,
                       (gssize) dictionary->lists[i].n_bytes);
  if (dictionary->vectors)
    hash_floats (sum, dictionary->vectors->values,
                 dictionary->vectors->n_words * dictionary->vectors->size);
  hash = g_strdup (g_checksum_get_string (sum));
  g_checksum_free (sum);
  return hash;
}

static char *
join_weights (const RnnTraining *training)
{
  GString *text = g_string_new (NULL);

  for (gsize c = 0; c < training->examples.n_corpora; c++)
    g_string_append_printf (text, "%s%g", c ? "," : "",
                            training->options->weights
                                ? (double) training->options->weights[c]
                                : 1);
  return g_string_free (text, FALSE);
}

/* What must be the same for the file to come out the same: name, value, …,
 * NULL. Free its strings with it. */
static GPtrArray *
list_settings (const RnnTraining *training)
{
  const RnnTrainOptions *o = training->options;
  GPtrArray *settings = g_ptr_array_new_with_free_func (g_free);
  const struct {
    const char *name;
    double value;
  } numbers[] = {
    { "cell", o->cell },
    { "activation", o->activation },
    { "hidden size", (double) o->hidden_size },
    { "layers", (double) o->n_layers },
    { "bidirectional", o->bidirectional },
    { "look-ahead", (double) o->lookahead },
    { "embedding size", (double) o->embedding_size },
    { "embedding of all", o->embed_all },
    { "words", (double) o->n_words },
    { "tune from", (double) o->tune_from },
    { "epochs", (double) o->n_epochs },
    { "patience", (double) o->patience },
    { "steps", (double) o->n_steps },
    { "streams", (double) o->n_streams },
    { "learning rate", (double) o->learning_rate },
    { "decay", (double) o->decay },
    { "clip", (double) o->clip },
    { "dropout", (double) o->dropout },
    { "input dropout", (double) o->input_dropout },
    { "average", (double) o->average },
    { "unknown rate", (double) o->unknown_rate },
    { "lower-case share", (double) o->lowercase_share },
    { "other styles share", (double) o->other_styles_share },
    { "known ends share", (double) o->known_ends_share },
    { "substitute share", (double) o->substitute_share },
    { "error rate", (double) o->error_rate },
    { "storage", o->storage },
    { "seed", (double) o->seed },
    { "dev files", (double) training->n_dev },
  };

  add_setting (settings, "checkpoint", g_strdup (FORMAT));
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    add_number (settings, numbers[i].name, numbers[i].value);
  add_setting (settings, "normalize",
               g_strdup (o->normalize ? o->normalize : "none"));
  add_setting (settings, "features",
               g_strdup (o->features ? o->features : "word"));
  add_setting (settings, "entity", g_strdup (o->entity ? o->entity : "all"));
  add_setting (settings, "weights", join_weights (training));
  add_setting (settings, "text", hash_text (training));
  g_ptr_array_add (settings, NULL);
  return settings;
}

gboolean
_rnn_training_write_checkpoint (RnnTraining *training, GError **error)
{
  GPtrArray *settings;
  GArray *arrays;
  RnnTensorOut *tensors;
  Position position = get_position (training);
  gboolean ok;

  if (!training->options->checkpoint)
    return TRUE;
  settings = list_settings (training);
  arrays = list_arrays (training);
  tensors = g_new0 (RnnTensorOut, arrays->len + 1);
  for (guint i = 0; i < arrays->len; i++) {
    const Array *array = &g_array_index (arrays, Array, i);
    tensors[i] = (RnnTensorOut){
      array->name, RNN_DTYPE_F32, 1, { array->n, 0 }, array->values
    };
  }
  tensors[arrays->len] = (RnnTensorOut){
    "position", RNN_DTYPE_U8, 1, { sizeof position, 0 }, &position
  };
  ok = _rnn_safetensors_write (training->options->checkpoint, tensors,
                               arrays->len + 1,
                               (const char *const *) settings->pdata, error);
  training->checkpointed = g_get_monotonic_time ();
  g_free (tensors);
  g_array_unref (arrays);
  g_ptr_array_unref (settings);
  return ok;
}

gboolean
_rnn_training_write_due_checkpoint (RnnTraining *training, GError **error)
{
  double minutes =
      (double) (g_get_monotonic_time () - training->checkpointed) / 60e6;

  return minutes < training->options->checkpoint_minutes
         || _rnn_training_write_checkpoint (training, error);
}

static gboolean
check_settings (const RnnTraining *training, GHashTable *metadata,
                GError **error)
{
  GPtrArray *settings = list_settings (training);
  gboolean ok = TRUE;

  for (guint i = 0; ok && settings->pdata[i]; i += 2) {
    const char *name = settings->pdata[i], *value = settings->pdata[i + 1];
    const char *was = g_hash_table_lookup (metadata, name);
    ok = g_strcmp0 (was, value) == 0;
    if (!ok)
      g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
                   "%s: %s: expected %s, as the training began, %s came",
                   training->options->checkpoint, name, was ? was : "none",
                   value);
  }
  g_ptr_array_unref (settings);
  return ok;
}

static const guint8 *
find_bytes (const RnnTraining *training, const RnnTensorTable *table,
            const guint8 *bytes, const char *name, gsize n_bytes,
            GError **error)
{
  const RnnTensorInfo *info = _rnn_tensor_table_find (table, name);

  if (info && info->end - info->begin == n_bytes)
    return bytes + table->data_start + info->begin;
  g_set_error (error, RNN_ERROR, RNN_ERROR_FORMAT,
               "%s: tensor %s: expected %" G_GSIZE_FORMAT " bytes, %s came",
               training->options->checkpoint, name, n_bytes,
               info ? "others" : "none");
  return NULL;
}

static gboolean
restore_arrays (RnnTraining *training, const RnnTensorTable *table,
                const guint8 *bytes, GError **error)
{
  GArray *arrays = list_arrays (training);
  gboolean ok = TRUE;

  for (guint i = 0; ok && i < arrays->len; i++) {
    const Array *array = &g_array_index (arrays, Array, i);
    gsize n_bytes = array->n * sizeof *array->values;
    const guint8 *from =
        find_bytes (training, table, bytes, array->name, n_bytes, error);
    ok = from != NULL;
    if (ok)
      memcpy (array->values, from, n_bytes);
  }
  g_array_unref (arrays);
  return ok;
}

/* Word vectors that had begun to learn must be ready for it. */
static gboolean
thaw_if_tuned (RnnTraining *training)
{
  gsize from = training->options->tune_from, epoch = training->progress.epoch;

  if (!training->net->embedding || from == 0 || epoch < from
      || (epoch == from && training->next_window == 0))
    return TRUE;
  return _rnn_parameter_thaw (training->net->embedding);
}

static gboolean
restore (RnnTraining *training, const RnnTensorTable *table,
         const guint8 *bytes, GError **error)
{
  Position position;
  const guint8 *from;

  if (!check_settings (training, table->metadata, error)
      || !(from = find_bytes (training, table, bytes, "position",
                              sizeof position, error)))
    return FALSE;
  memcpy (&position, from, sizeof position);
  set_position (training, &position);
  if (training->is_saved && !g_file_test (training->path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_NOT_FOUND,
                 "%s: expected the best model so far, which %s speaks of",
                 training->path, training->options->checkpoint);
    return FALSE;
  }
  if (thaw_if_tuned (training))
    return restore_arrays (training, table, bytes, error);
  g_set_error_literal (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                       "no memory to tune the embedding");
  return FALSE;
}

gboolean
_rnn_training_read_checkpoint (RnnTraining *training, GError **error)
{
  const char *path = training->options->checkpoint;
  RnnTensorTable *table;
  guint8 *bytes;
  gboolean ok = FALSE;
  gsize n;

  /* The first start of a command that is repeated until it is done. */
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!_rnn_file_read (path, MAX_FILE, &bytes, &n, error))
    return FALSE;
  table = _rnn_tensor_table_parse (bytes, n, n, path, error);
  if (table) {
    ok = restore (training, table, bytes, error);
    _rnn_tensor_table_free (table);
  }
  _rnn_free (bytes);
  return ok;
}
