/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One layer over the steps of a block: the recurrence itself. */
#include "forward/state.h"

#include <string.h>

/* One direction of a layer on its way through a block. Rows of a step lie one
 * after another, so all streams take the step together. */
typedef struct {
  const RnnKernels *kernels;
  const RnnPackedLayer *weights;
  const RnnConfig *config;
  gsize n_a;
  gsize a_stride;      /* of carried and cells */
  gsize sums_stride;
  gsize hidden_stride;
  gsize n_streams;
  float *cells;        /* c<t>, [n_streams][a_stride] */
} Direction;

static void
step_elman (const Direction *direction, float *sums, float *hidden)
{
  for (gsize s = 0; s < direction->n_streams; s++) {
    float *a = hidden + s * direction->hidden_stride;
    memcpy (a, sums + s * direction->sums_stride,
            direction->n_a * sizeof *a);
    if (direction->config->activation == RNN_ACTIVATION_TANH)
      direction->kernels->tanh (a, direction->n_a);
    else
      direction->kernels->relu (a, direction->n_a);
  }
}

static void
step_lstm (const Direction *direction, const float *sums, float *hidden)
{
  for (gsize s = 0; s < direction->n_streams; s++)
    direction->kernels->lstm (sums + s * direction->sums_stride,
                              direction->cells + s * direction->a_stride,
                              hidden + s * direction->hidden_stride,
                              direction->n_a);
}

/* @input: the input part of each candidate, saved before the recurrent chain
 * began in its place. */
static void
step_gru (const Direction *direction, const float *sums, const float *input,
          const float *before, gsize before_stride, float *hidden)
{
  for (gsize s = 0; s < direction->n_streams; s++) {
    float *a = hidden + s * direction->hidden_stride;
    memcpy (a, before + s * before_stride, direction->n_a * sizeof *a);
    direction->kernels->gru (sums + s * direction->sums_stride,
                             input + s * direction->a_stride, a,
                             direction->n_a);
  }
}

/* Move the input part of n away, and start n's recurrent chain at its bias. */
static void
part_candidates (const Direction *direction, float *sums, float *input)
{
  gsize n_a = direction->n_a;

  for (gsize s = 0; s < direction->n_streams; s++) {
    float *candidate = sums + s * direction->sums_stride + 2 * n_a;
    memcpy (input + s * direction->a_stride, candidate, n_a * sizeof *input);
    memcpy (candidate, direction->weights->candidate_bias,
            n_a * sizeof *candidate);
  }
}

/* One step of all streams from @before, a<t-1>, to @hidden, a<t>. @input:
 * [n_streams][a_stride] of scratch for a GRU. */
static void
step (const Direction *direction, float *sums, float *input,
      const float *before, gsize before_stride, float *hidden)
{
  if (direction->config->cell == RNN_CELL_GRU)
    part_candidates (direction, sums, input);
  direction->kernels->product (&direction->weights->weight_hh, before,
                               before_stride, sums, direction->sums_stride,
                               direction->n_streams);
  switch (direction->config->cell) {
  case RNN_CELL_ELMAN:
    step_elman (direction, sums, hidden);
    break;
  case RNN_CELL_GRU:
    step_gru (direction, sums, input, before, before_stride, hidden);
    break;
  case RNN_CELL_LSTM:
    step_lstm (direction, sums, hidden);
    break;
  }
}

/* Take all steps, in reverse for the backward direction; @carried: a<t> before
 * the first, [n_streams][a_stride], left as it is after the last. */
static void
run_steps (const RnnBlock *block, const Direction *direction,
           gboolean is_backward, float *hidden, float *carried, float *input)
{
  gsize n = direction->n_streams;
  const float *before = carried;
  gsize before_stride = direction->a_stride;

  for (gsize i = 0; i < block->n_steps; i++) {
    gsize t = is_backward ? block->n_steps - 1 - i : i;
    float *after = hidden + t * n * direction->hidden_stride;
    step (direction, block->work->sums + t * n * direction->sums_stride, input,
          before, before_stride, after);
    before = after;
    before_stride = direction->hidden_stride;
  }
  for (gsize s = 0; s < n; s++)
    memcpy (carried + s * direction->a_stride, before + s * before_stride,
            direction->n_a * sizeof *carried);
}

/* Where state @s keeps a<t> (or, after all layers of it, c<t>) of @layer. */
static float *
carried_of (const RnnBlock *block, gsize s, gsize layer)
{
  return block->states[s]->next +
         layer * _rnn_pad (block->model->config.n_hidden);
}

static void
gather (const RnnBlock *block, gsize layer, float *rows)
{
  gsize stride = _rnn_pad (block->model->config.n_hidden);

  for (gsize s = 0; s < block->n_streams; s++)
    memcpy (rows + s * stride, carried_of (block, s, layer),
            stride * sizeof *rows);
}

static void
scatter (const RnnBlock *block, gsize layer, const float *rows)
{
  gsize stride = _rnn_pad (block->model->config.n_hidden);

  for (gsize s = 0; s < block->n_streams; s++)
    memcpy (carried_of (block, s, layer), rows + s * stride,
            stride * sizeof *rows);
}

/* Sums of a layer above the first: bias, then the chain over the layer below. */
static void
start_sums (const RnnBlock *block, const RnnPackedLayer *weights,
            const float *input)
{
  const RnnConfig *config = &block->model->config;
  gsize stride = _rnn_sums_stride (config);
  gsize n_rows = block->n_steps * block->n_streams;
  float *sums = block->work->sums;

  for (gsize i = 0; i < n_rows; i++)
    memcpy (sums + i * stride, weights->input_bias, stride * sizeof *sums);
  block->packed->kernels->product (&weights->weight_ih, input,
                                   _rnn_hidden_stride (config), sums, stride,
                                   n_rows);
}

const float *
_rnn_layer_run (const RnnBlock *block, gsize layer, const float *input)
{
  const RnnConfig *config = &block->model->config;
  RnnWorkspace *work = block->work;
  gsize n_a = config->n_hidden, a_stride = _rnn_pad (n_a);
  gsize n_carried = block->n_streams * a_stride;
  float *hidden = work->hidden[layer % 2];

  for (gsize d = 0; d < config->n_directions; d++) {
    const RnnPackedLayer *weights =
        &block->packed->layers[layer * config->n_directions + d];
    Direction direction = { block->packed->kernels,
                            weights,
                            config,
                            n_a,
                            a_stride,
                            _rnn_sums_stride (config),
                            _rnn_hidden_stride (config),
                            block->n_streams,
                            work->cells };
    if (layer == 0)
      _rnn_input_sums (block, d);
    else
      start_sums (block, weights, input);
    if (d == 0) {
      gather (block, layer, work->carried);
      if (work->cells)
        gather (block, config->n_layers + layer, work->cells);
    } else {
      memset (work->carried, 0, n_carried * sizeof *work->carried);
      if (work->cells)
        memset (work->cells, 0, n_carried * sizeof *work->cells);
    }
    run_steps (block, &direction, d == 1, hidden + d * n_a, work->carried,
               work->candidates);
    if (d == 0) {
      scatter (block, layer, work->carried);
      if (work->cells)
        scatter (block, config->n_layers + layer, work->cells);
    }
  }
  return hidden;
}
