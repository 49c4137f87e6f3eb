/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From token indices to the sums that layer 0 starts from. */
#include "forward/state.h"

#include <string.h>

static gint32
resolve (const RnnModel *model, gint32 token)
{
  gboolean in_range = token >= 0 && (gsize) token < model->config.n_inputs;

  return in_range || token == -1 ? token : model->config.unk;
}

/* Check that each of @n indices has a meaning: -1, a row, or the unknown word.
 */
gboolean
_rnn_tokens_check (const RnnModel *model, const gint32 *tokens, gsize n,
                   GError **error)
{
  if (model->config.unk >= 0)
    return TRUE;
  for (gsize i = 0; i < n; i++)
    if (tokens[i] < -1
        || (tokens[i] >= 0 && (gsize) tokens[i] >= model->config.n_inputs)) {
      g_set_error (
          error, RNN_ERROR, RNN_ERROR_TOKEN,
          "token index %d: expected -1 or 0 … %" G_GSIZE_FORMAT
          " (n_x = %" G_GSIZE_FORMAT "), as the model has no unknown word",
          tokens[i], model->config.n_inputs - 1, model->config.n_inputs);
      return FALSE;
    }
  return TRUE;
}

static const gint32 *
tokens_of_row (const RnnBlock *block, gsize row)
{
  gsize step = block->first + row / block->n_streams;
  gsize stream = row % block->n_streams;

  return block->tokens
         + (stream * block->n_tokens + step) * block->model->config.n_slots;
}

/* A row of @matrix as floats: in place where it is stored so, else in the
 * workspace. */
static const float *
floats_of_row (const RnnBlock *block, const RnnMatrix *matrix, gsize row)
{
  if (matrix->dtype == RNN_DTYPE_F32)
    return (const float *) matrix->data + row * matrix->cols;
  _rnn_matrix_get_row (matrix, row, block->work->row);
  return block->work->row;
}

static void
add_embeddings (const RnnBlock *block, const gint32 *tokens, float *dense)
{
  const RnnModel *model = block->model;

  memset (dense, 0, model->config.n_embedding * sizeof *dense);
  for (gsize f = 0; f < model->config.n_slots; f++) {
    gint32 index = resolve (model, tokens[f]);
    if (index >= 0 && (gsize) index < model->config.n_words)
      block->packed->kernels->add (
          dense, floats_of_row (block, &model->embedding, (gsize) index),
          model->config.n_embedding);
  }
}

static void
add_columns (const RnnBlock *block, gsize direction, const gint32 *tokens,
             float *sums)
{
  const RnnModel *model = block->model;
  const RnnMatrix *columns = &model->columns[direction];

  for (gsize f = 0; columns->rows > 0 && f < model->config.n_slots; f++) {
    gint32 index = resolve (model, tokens[f]);
    if (index >= 0 && (gsize) index >= model->config.n_words)
      block->packed->kernels->add (
          sums,
          floats_of_row (block, columns, (gsize) index - model->config.n_words),
          columns->cols);
  }
}

/* The dense part of the sums of @n rows, in place of which their steps point to
 * where they go. */
static void
multiply_dense (const RnnBlock *block, const RnnPackedLayer *layer,
                const RnnStep *steps, gsize n)
{
  const RnnConfig *config = &block->model->config;
  gboolean is_bytes = layer->bytes_ih.n_cols > 0;

  if (config->n_embedding > 0 && !is_bytes) {
    block->packed->kernels->product (&layer->weight_ih, NULL, steps, n, FALSE);
    return;
  }
  for (gsize i = 0; i < n; i++) {
    memcpy (steps[i].after, layer->input_bias,
            _rnn_sums_stride (config) * sizeof (float));
    if (is_bytes)
      _rnn_bytes_add (block, &layer->bytes_ih, steps[i].before,
                      config->n_embedding, steps[i].after);
  }
}

/* Sums that are there already; NULL: there are none for this token. */
static const float *
folded_sums (const RnnBlock *block, const RnnPackedLayer *layer,
             const gint32 *tokens)
{
  gint32 index;

  if (block->model->config.n_slots != 1)
    return NULL;
  index = resolve (block->model, tokens[0]);
  if (index < 0)
    return layer->input_bias;
  return _rnn_folded_sums (layer, (gsize) index,
                           _rnn_sums_stride (&block->model->config));
}

/* Keep @sums, which @tokens gave, for the next time. */
static void
keep_sums (const RnnBlock *block, const RnnPackedLayer *layer,
           const gint32 *tokens, const float *sums)
{
  gint32 index = resolve (block->model, tokens[0]);

  if (block->model->config.n_slots == 1 && index >= 0)
    _rnn_fold_sums (layer, (gsize) index,
                    _rnn_sums_stride (&block->model->config), sums);
}

void
_rnn_input_sums (const RnnBlock *block, gsize direction)
{
  const RnnConfig *config = &block->model->config;
  const RnnPackedLayer *layer = &block->packed->layers[direction];
  gsize stride = _rnn_sums_stride (config),
        n_e = _rnn_pad (config->n_embedding);
  gsize n_rows = block->n_steps * block->n_streams, n = 0;
  RnnWorkspace *work = block->work;

  /* Rows to compute are gathered at the front of dense and sums. */
  for (gsize i = 0; i < n_rows; i++) {
    const gint32 *tokens = tokens_of_row (block, i);
    float *dense = n_e > 0 ? work->dense + n * n_e : NULL;
    work->steps[i].sums = folded_sums (block, layer, tokens);
    if (work->steps[i].sums)
      continue;
    if (n_e > 0)
      add_embeddings (block, tokens, dense);
    work->to_compute[n] = (RnnStep){ layer->input_bias, dense,
                                     work->sums + n * stride, NULL, NULL };
    n++;
  }
  if (n == 0)
    return;
  multiply_dense (block, layer, work->to_compute, n);
  for (gsize i = 0, at = 0; at < n; i++)
    if (!work->steps[i].sums) {
      float *sums = work->to_compute[at++].after;
      add_columns (block, direction, tokens_of_row (block, i), sums);
      keep_sums (block, layer, tokens_of_row (block, i), sums);
      work->steps[i].sums = sums;
    }
}
