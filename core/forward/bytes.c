/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Chains in whole numbers, where a model asks for them: the vector is rounded
 * to bytes, and what the product gives is added where a chain would end. */
#include "forward/state.h"

#include <string.h>

void
_rnn_bytes_add (const RnnBlock *block, const RnnPackedBytes *W, const float *x,
                gsize n, float *sums)
{
  const RnnByteKernels *kernels = block->packed->byte_kernels;
  float scale = kernels->round (x, n, block->work->bytes);

  kernels->product (W, block->work->bytes, scale, sums);
}

static void
fetch (const float *row, gsize n)
{
  for (gsize j = 0; j < n; j += RNN_LANES)
    __builtin_prefetch (row + j);
}

void
_rnn_bytes_step (const RnnBlock *block, const RnnPackedLayer *weights,
                 RnnStepFunction function, const RnnStep *step,
                 const RnnStep *next)
{
  const RnnConfig *config = &block->model->config;
  gsize n_a = config->n_hidden, size = n_a * sizeof (float);
  float *sums = block->work->byte_sums, *candidate = NULL;
  RnnStep with_sums = *step;

  memcpy (sums, step->sums, _rnn_cell_gates (config->cell) * size);
  if (config->cell == RNN_CELL_GRU)
    memcpy (sums + 2 * n_a, weights->candidate_bias, size);
  if (next)
    fetch (next->sums, _rnn_cell_gates (config->cell) * n_a);
  _rnn_bytes_add (block, &weights->bytes_hh, step->before, n_a, sums);
  /* A GRU wants its candidate's two parts each by itself. */
  if (config->cell == RNN_CELL_GRU) {
    candidate = block->work->candidate;
    memcpy (candidate, sums + 2 * n_a, size);
    memcpy (sums + 2 * n_a, step->sums + 2 * n_a, size);
  }
  with_sums.sums = sums;
  function (&weights->weight_hh, candidate, &with_sums, 1, FALSE);
}
