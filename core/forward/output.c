/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* yhat<t> = g2(W_ya a<t> + b_y), a whole block at once. */
#include "forward/state.h"

/* Any non-finite number times 0 is NaN, and stays so in a sum. */
static gboolean
all_finite (const float *numbers, gsize n)
{
  float sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += numbers[i] * 0.0f;
  return sum == 0.0f;
}

/* The same for rows of softmax, where one number that is not finite makes their
 * sum, and so all of the row, NaN. */
static gboolean
first_of_rows_are_finite (const float *y, gsize n_y, gsize n_rows)
{
  float sum = 0;

  for (gsize i = 0; i < n_rows; i++)
    sum += y[i * n_y] * 0.0f;
  return sum == 0.0f;
}

/* ReLU is the one a<t> that can grow without bound. */
static gboolean
hidden_is_finite (const RnnBlock *block, const float *hidden)
{
  const RnnConfig *config = &block->model->config;
  gsize n_rows = block->n_steps * block->n_streams;
  gboolean finite = TRUE;

  if (config->cell != RNN_CELL_ELMAN
      || config->activation != RNN_ACTIVATION_RELU)
    return TRUE;
  for (gsize i = 0; i < n_rows && finite; i++)
    finite = all_finite (hidden + i * _rnn_hidden_stride (config),
                         config->n_hidden * config->n_directions);
  return finite;
}

gboolean
_rnn_output_run (const RnnBlock *block, const float *hidden)
{
  const RnnConfig *config = &block->model->config;
  const RnnPackedModel *packed = block->packed;
  gsize n_rows = block->n_steps * block->n_streams, n_y = config->n_outputs;
  float *y = block->work->yhat;

  if (!hidden_is_finite (block, hidden))
    return FALSE;
  packed->kernels->dots (packed->output_weight, packed->output_bias, n_y,
                         config->n_hidden * config->n_directions, hidden,
                         _rnn_hidden_stride (config), y, n_y, n_rows);
  if (config->output == RNN_OUTPUT_SIGMOID)
    packed->kernels->sigmoid (y, n_rows * n_y);
  else if (config->output == RNN_OUTPUT_SOFTMAX) {
    packed->kernels->softmax (y, n_y, n_rows);
    return first_of_rows_are_finite (y, n_y, n_rows);
  }
  return all_finite (y, n_rows * n_y);
}
