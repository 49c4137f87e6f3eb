/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One layer over the steps of a block: the recurrence itself. */
#include "forward/state.h"

#include <string.h>

static RnnStepFunction
step_function (const RnnKernels *kernels, const RnnConfig *config)
{
  switch (config->cell) {
  case RNN_CELL_GRU:
    return kernels->gru;
  case RNN_CELL_LSTM:
    return kernels->lstm;
  case RNN_CELL_ELMAN:
    break;
  }
  return config->activation == RNN_ACTIVATION_TANH ? kernels->elman_tanh
                                                   : kernels->elman_relu;
}

/* Where state @s has a<t> (or, after all layers of it, c<t>) of @layer before
 * this block. */
static const float *
carried_of (const RnnBlock *block, gsize s, gsize layer)
{
  const RnnState *state = block->states[s];

  return (block->first == 0 ? state->carried : state->next)
         + layer * _rnn_pad (block->model->config.n_hidden);
}

static float *
next_of (const RnnBlock *block, gsize s, gsize layer)
{
  return block->states[s]->next
         + layer * _rnn_pad (block->model->config.n_hidden);
}

/* Forwards: stream by stream from where it is, c<t> straight to where it goes.
 */
static void
link_forward (const RnnBlock *block, gsize layer, float *hidden)
{
  const RnnConfig *config = &block->model->config;
  gsize n = block->n_streams, stride = _rnn_hidden_stride (config);
  gsize cells = config->n_layers + layer;
  RnnStep *step = block->work->steps;

  for (gsize i = 0; i < block->n_steps * n; i++, step++) {
    step->after = hidden + i * stride;
    step->before = i < n ? carried_of (block, i, layer) : (step - n)->after;
    if (config->cell == RNN_CELL_LSTM) {
      step->c_after = next_of (block, i % n, cells);
      step->c_before = i < n ? carried_of (block, i, cells) : step->c_after;
    }
  }
}

/* Backwards: from 0, and nothing is kept. */
static void
link_backward (const RnnBlock *block, float *hidden)
{
  const RnnConfig *config = &block->model->config;
  gsize n = block->n_streams, stride = _rnn_hidden_stride (config);
  gsize n_rows = block->n_steps * n, a_stride = _rnn_pad (config->n_hidden);
  RnnWorkspace *work = block->work;

  memset (work->zeros, 0, a_stride * sizeof *work->zeros);
  if (work->cells)
    memset (work->cells, 0, n * a_stride * sizeof *work->cells);
  for (gsize i = n_rows; i-- > 0;) {
    RnnStep *step = &work->steps[i];
    step->after = hidden + i * stride;
    step->before = i + n >= n_rows ? work->zeros : step[n].after;
    if (work->cells)
      step->c_before = step->c_after = work->cells + i % n * a_stride;
  }
}

static void
run_steps (const RnnBlock *block, const RnnPackedLayer *weights,
           gboolean is_backward)
{
  RnnStepFunction function =
      step_function (block->packed->kernels, &block->model->config);
  gsize n = block->n_streams, last = block->n_steps - 1;

  for (gsize i = 0; i <= last; i++) {
    const RnnStep *steps =
        block->work->steps + (is_backward ? last - i : i) * n;
    if (weights->bytes_hh.n_cols > 0) {
      const RnnStep *then = i == last     ? NULL
                            : is_backward ? steps - n
                                          : steps + n;
      for (gsize s = 0; s + 1 < n; s++)
        _rnn_bytes_step (block, weights, function, &steps[s], &steps[s + 1]);
      _rnn_bytes_step (block, weights, function, &steps[n - 1], then);
      continue;
    }
    function (&weights->weight_hh, weights->candidate_bias, steps, n,
              block->work->turn);
    block->work->turn = !block->work->turn;
  }
}

/* Sums of a layer above the first: bias, then the chain over the layer below.
 */
static void
start_sums (const RnnBlock *block, const RnnPackedLayer *weights,
            const float *input)
{
  const RnnConfig *config = &block->model->config;
  gsize stride = _rnn_sums_stride (config);
  gsize n_rows = block->n_steps * block->n_streams;
  RnnStep *steps = block->work->steps;

  for (gsize i = 0; i < n_rows; i++) {
    steps[i].sums = weights->input_bias;
    steps[i].before = input + i * _rnn_hidden_stride (config);
    steps[i].after = block->work->sums + i * stride;
  }
  if (weights->bytes_ih.n_cols == 0)
    block->packed->kernels->product (&weights->weight_ih, NULL, steps, n_rows,
                                     FALSE);
  for (gsize i = 0; i < n_rows; i++) {
    if (weights->bytes_ih.n_cols > 0) {
      memcpy (steps[i].after, weights->input_bias, stride * sizeof (float));
      _rnn_bytes_add (block, &weights->bytes_ih, steps[i].before,
                      config->n_hidden * config->n_directions, steps[i].after);
    }
    steps[i].sums = steps[i].after;
  }
}

static void
keep_last (const RnnBlock *block, gsize layer, const float *hidden)
{
  const RnnConfig *config = &block->model->config;
  gsize n = block->n_streams, stride = _rnn_hidden_stride (config);

  for (gsize s = 0; s < n; s++)
    memcpy (next_of (block, s, layer),
            hidden + ((block->n_steps - 1) * n + s) * stride,
            config->n_hidden * sizeof *hidden);
}

const float *
_rnn_layer_run (const RnnBlock *block, gsize layer, const float *input)
{
  const RnnConfig *config = &block->model->config;
  float *hidden = block->work->hidden[layer % 2];

  for (gsize d = 0; d < config->n_directions; d++) {
    const RnnPackedLayer *weights =
        &block->packed->layers[layer * config->n_directions + d];
    if (layer == 0)
      _rnn_input_sums (block, d);
    else
      start_sums (block, weights, input);
    if (d == 0)
      link_forward (block, layer, hidden);
    else
      link_backward (block, hidden + config->n_hidden);
    run_steps (block, weights, d == 1);
    if (d == 0)
      keep_last (block, layer, hidden);
  }
  return hidden;
}
