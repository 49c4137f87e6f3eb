/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "forward/state.h"

#include "base/checked.h"

#include <string.h>

static gboolean
pack_matrix (RnnPacked *packed, const RnnKernels *kernels,
             const RnnMatrix *matrix, gsize n_gates)
{
  float *floats;
  gboolean ok;

  if (matrix->rows == 0)
    return TRUE;
  floats = _rnn_matrix_to_floats (matrix);
  ok = floats
       && _rnn_packed_init (packed, kernels, floats, n_gates,
                            matrix->rows / n_gates, matrix->cols);
  _rnn_free (floats);
  return ok;
}

/* The bytes as they are stored, where the model asks for whole numbers. */
static gboolean
is_bytes (const RnnConfig *config, const RnnMatrix *matrix)
{
  return config->is_int8 && matrix->rows > 0 && matrix->dtype == RNN_DTYPE_I8
         && matrix->row_scale && !matrix->col_scale
         && _rnn_bytes_are_fit (matrix->data, matrix->rows, matrix->cols);
}

static gboolean
pack_bytes (RnnPackedBytes *packed, const RnnByteKernels *kernels,
            const RnnMatrix *matrix)
{
  return _rnn_packed_bytes_init (packed, kernels, matrix->data,
                                 matrix->row_scale, matrix->rows, matrix->cols);
}

static gboolean
pack_weights (RnnPackedModel *packed, const RnnLayer *layer,
              const RnnConfig *config, gsize i)
{
  RnnPackedLayer *to = &packed->layers[i];
  gsize G = _rnn_cell_gates (config->cell);
  static const float none;
  gboolean ok =
      is_bytes (config, &layer->weight_ih)
          ? pack_bytes (&to->bytes_ih, packed->byte_kernels, &layer->weight_ih)
          : pack_matrix (&to->weight_ih, packed->kernels, &layer->weight_ih, 1);

  if (!ok || !is_bytes (config, &layer->weight_hh))
    return ok
           && pack_matrix (&to->weight_hh, packed->kernels, &layer->weight_hh,
                           G);
  /* What is left for the cell is a chain of no columns. */
  return pack_bytes (&to->bytes_hh, packed->byte_kernels, &layer->weight_hh)
         && _rnn_packed_init (&to->weight_hh, packed->kernels, &none, G,
                              config->n_hidden, 0);
}

static gboolean
pack_biases (RnnPackedLayer *packed, const RnnLayer *layer,
             const RnnConfig *config)
{
  gsize n_a = config->n_hidden, n = _rnn_cell_gates (config->cell) * n_a;
  gboolean is_gru = config->cell == RNN_CELL_GRU;

  packed->input_bias =
      _rnn_try_alloc (_rnn_sums_stride (config), sizeof (float));
  if (is_gru)
    packed->candidate_bias = _rnn_try_alloc (_rnn_pad (n_a), sizeof (float));
  if (!packed->input_bias || (is_gru && !packed->candidate_bias))
    return FALSE;
  for (gsize j = 0; j < n; j++)
    packed->input_bias[j] = is_gru && j >= 2 * n_a
                                ? layer->bias_ih[j]
                                : layer->bias_ih[j] + layer->bias_hh[j];
  for (gsize j = 0; is_gru && j < n_a; j++)
    packed->candidate_bias[j] = layer->bias_hh[2 * n_a + j];
  return TRUE;
}

static gboolean
pack_output (RnnPackedModel *packed, const RnnModel *model)
{
  gsize n_y = model->config.n_outputs, padded, n_weights;

  padded = _rnn_pad (model->output_weight.cols);
  if (!_rnn_mul (n_y, padded, &n_weights))
    return FALSE;
  packed->output_weight = _rnn_try_alloc (n_weights, sizeof (float));
  packed->output_bias = _rnn_try_alloc (n_y, sizeof (float));
  if (!packed->output_weight || !packed->output_bias)
    return FALSE;
  for (gsize j = 0; j < n_y; j++)
    _rnn_matrix_get_row (&model->output_weight, j,
                         packed->output_weight + j * padded);
  memcpy (packed->output_bias, model->output_bias, n_y * sizeof (float));
  return TRUE;
}

static void
packed_model_free (gpointer data)
{
  RnnPackedModel *packed = data;

  for (gsize i = 0; packed->layers && i < packed->n_layers; i++) {
    _rnn_packed_clear (&packed->layers[i].weight_ih);
    _rnn_packed_clear (&packed->layers[i].weight_hh);
    _rnn_packed_bytes_clear (&packed->layers[i].bytes_ih);
    _rnn_packed_bytes_clear (&packed->layers[i].bytes_hh);
    _rnn_free (packed->layers[i].input_bias);
    _rnn_free (packed->layers[i].candidate_bias);
    _rnn_fold_clear (&packed->layers[i]);
  }
  g_free (packed->layers);
  _rnn_workspaces_free (packed->workspaces);
  _rnn_free (packed->output_weight);
  _rnn_free (packed->output_bias);
  g_free (packed);
}

static RnnPackedModel *
packed_model_new (const RnnModel *model, const RnnKernels *kernels)
{
  RnnPackedModel *packed = g_new0 (RnnPackedModel, 1);
  gboolean ok;

  packed->kernels = kernels;
  packed->byte_kernels = _rnn_byte_kernels_get ();
  packed->n_layers = model->config.n_layers * model->config.n_directions;
  packed->layers = g_try_new0 (RnnPackedLayer, packed->n_layers);
  packed->workspaces = _rnn_workspaces_new ();
  ok = packed->layers && packed->workspaces && pack_output (packed, model);
  for (gsize i = 0; ok && i < packed->n_layers; i++) {
    const RnnLayer *layer = &model->layers[i];
    ok = pack_weights (packed, layer, &model->config, i)
         && pack_biases (&packed->layers[i], layer, &model->config);
  }
  ok = ok && _rnn_fold_prepare (packed, model);
  if (ok)
    return packed;
  packed_model_free (packed);
  return NULL;
}

const RnnPackedModel *
_rnn_packed_model_get_for (RnnModel *model, const RnnKernels *kernels)
{
  const RnnPackedModel *packed;

  g_mutex_lock (&model->packed_lock);
  if (!model->packed) {
    model->packed = packed_model_new (model, kernels);
    model->packed_free = packed_model_free;
  }
  packed = model->packed;
  g_mutex_unlock (&model->packed_lock);
  return packed;
}

const RnnPackedModel *
_rnn_packed_model_get (RnnModel *model)
{
  return _rnn_packed_model_get_for (model, _rnn_kernels_get ());
}
