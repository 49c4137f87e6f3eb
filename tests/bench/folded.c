/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "folded.h"

#include "base/checked.h"

#include <string.h>

static float *
fold_words (const RnnModel *model, gsize n_sums)
{
  const RnnLayer *layer = &model->layers[0];
  gsize n_a = model->config.n_hidden, n_e = model->config.n_embedding;
  float *W = _rnn_matrix_to_floats (&layer->weight_ih);
  float *e = _rnn_matrix_to_floats (&model->embedding);
  float *words = g_new (float, BENCH_WORDS *n_sums);

  for (gsize i = 0; i < BENCH_WORDS; i++)
    for (gsize j = 0; j < n_sums; j++) {
      gboolean is_candidate = n_sums == 3 * n_a && j >= 2 * n_a;
      float sum = layer->bias_ih[j] + (is_candidate ? 0 : layer->bias_hh[j]);
      for (gsize k = 0; k < n_e; k++)
        sum += W[j * n_e + k] * e[i * n_e + k];
      words[i * n_sums + j] = sum;
    }
  _rnn_free (W);
  _rnn_free (e);
  return words;
}

BenchFolded *
bench_folded_new (const RnnModel *model)
{
  const RnnLayer *layer = &model->layers[0];
  gsize gates = _rnn_cell_gates (model->config.cell);
  gsize n_sums = gates * model->config.n_hidden;
  BenchFolded *folded = g_new (BenchFolded, 1);

  folded->gates = gates;
  folded->words = fold_words (model, n_sums);
  folded->W_hh = _rnn_matrix_to_floats (&layer->weight_hh);
  folded->b_hh = g_memdup2 (layer->bias_hh, n_sums * sizeof (float));
  folded->W_y = _rnn_matrix_to_floats (&model->output_weight);
  folded->b_y = g_memdup2 (model->output_bias, BENCH_OUTPUTS * sizeof (float));
  return folded;
}

void
bench_folded_free (BenchFolded *folded)
{
  g_free (folded->words);
  _rnn_free (folded->W_hh);
  g_free (folded->b_hh);
  _rnn_free (folded->W_y);
  g_free (folded->b_y);
  g_free (folded);
}
