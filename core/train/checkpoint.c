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
  settings = _rnn_training_list_settings (training);
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

  if (!_rnn_training_check_settings (training, table->metadata, error)
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
