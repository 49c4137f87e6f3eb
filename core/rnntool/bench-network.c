/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rnntool/bench-network.h"

#include "base/random.h"
#include "model/write.h"

#include <math.h>

#define N_WORDS 1000
#define N_TENSORS 6

static RnnTensorOut
draw (const char *name, gsize rows, gsize cols, float size, RnnRandom *random)
{
  gsize n = rows * MAX (cols, 1);
  float *data = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    data[i] = size * (2 * _rnn_random_float (random) - 1);
  return (
      RnnTensorOut){ name, RNN_DTYPE_F32, cols ? 2 : 1, { rows, cols }, data };
}

RnnModel *
bench_network_new (RnnCellKind cell, gsize n_hidden, gsize n_outputs,
                   GError **error)
{
  static const char *const cells[] = { "elman", "gru", "lstm" };
  const char *const metadata[] = { "rnn.cell", cells[cell], "rnn.output",
                                   "softmax", NULL };
  gsize n_sums = _rnn_cell_gates (cell) * n_hidden;
  float size = 1 / sqrtf ((float) n_hidden);
  RnnModel *model = NULL;
  RnnRandom random;
  GBytes *bytes;

  _rnn_random_seed (&random, 1);
  RnnTensorOut tensors[N_TENSORS] = {
    draw ("rnn.weight_ih_l0", n_sums, N_WORDS, size, &random),
    draw ("rnn.weight_hh_l0", n_sums, n_hidden, size, &random),
    draw ("rnn.bias_ih_l0", n_sums, 0, size, &random),
    draw ("rnn.bias_hh_l0", n_sums, 0, size, &random),
    draw ("output.weight", n_outputs, n_hidden, size, &random),
    draw ("output.bias", n_outputs, 0, size, &random),
  };
  bytes = _rnn_safetensors_serialize (tensors, N_TENSORS, metadata, error);
  if (bytes) {
    gsize n_bytes;
    const guint8 *data = g_bytes_get_data (bytes, &n_bytes);
    model = _rnn_model_parse (data, n_bytes, "random network", error);
    g_bytes_unref (bytes);
  }
  for (gsize i = 0; i < N_TENSORS; i++)
    g_free ((void *) tensors[i].data);
  return model;
}

static gsize
matrix_bytes (const RnnMatrix *matrix)
{
  static const gsize sizes[] = { [RNN_DTYPE_F32] = 4,
                                 [RNN_DTYPE_F16] = 2,
                                 [RNN_DTYPE_BF16] = 2,
                                 [RNN_DTYPE_I8] = 1,
                                 [RNN_DTYPE_U8] = 1 };

  return matrix->rows * matrix->cols * sizes[matrix->dtype];
}

gsize
bench_network_step_bytes (const RnnModel *model)
{
  const RnnConfig *config = &model->config;
  gsize n_nets = config->n_layers * config->n_directions;
  gsize row = _rnn_cell_gates (config->cell) * config->n_hidden
              * config->n_directions * sizeof (float);
  gsize bytes = matrix_bytes (&model->output_weight) + row;

  for (gsize i = 0; i < n_nets; i++)
    bytes += matrix_bytes (&model->layers[i].weight_hh);
  /* Layer 0's input part is one row of sums a word where it is folded. */
  for (gsize i = config->n_directions; i < n_nets; i++)
    bytes += matrix_bytes (&model->layers[i].weight_ih);
  return bytes;
}
