/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/net.h"

#include "kernels/kernels.h"
#include "train/gemm.h"

#include <string.h>

/* Sums of embedding rows, [T B][padded n_e]. */
static void
embed (const RnnNet *net, RnnWindow *w)
{
  gsize n = w->n_steps * w->n_streams, F = net->config.n_slots;
  gsize cols = net->embedding->cols;

  memset (w->dense, 0, n * cols * sizeof *w->dense);
  for (gsize i = 0; i < n * F; i++) {
    gint32 index = w->tokens[i];
    if (index >= 0 && (gsize) index < net->config.n_words)
      _rnn_kernels_get ()->add (w->dense + i / F * cols,
                                net->embedding->values + (gsize) index * cols,
                                cols);
  }
}

static void
add_columns (const RnnNet *net, const RnnWindow *w, gsize d, float *gates)
{
  gsize n = w->n_steps * w->n_streams, F = net->config.n_slots;
  const RnnParameter *columns = net->columns[d];

  for (gsize i = 0; i < n * F; i++) {
    gint32 index = w->tokens[i];
    if (index >= 0 && (gsize) index >= net->config.n_words)
      _rnn_kernels_get ()->add (gates + i / F * columns->cols,
                                columns->values
                                    + ((gsize) index - net->config.n_words)
                                          * columns->cols,
                                columns->cols);
  }
}

/* Biases and the input's part of all steps' sums. */
static void
start_gates (const RnnNet *net, const RnnWindow *w, gsize layer, gsize d,
             float *gates)
{
  const RnnNetLayer *weights =
      &net->layers[layer * net->config.n_directions + d];
  gsize n = w->n_steps * w->n_streams, rows = net->n_gates * net->padded;
  const float *input = layer == 0 ? w->dense : w->outputs[layer - 1];

  for (gsize i = 0; i < n; i++) {
    memcpy (gates + i * rows, weights->bias_ih->values, rows * sizeof *gates);
    if (net->config.cell != RNN_CELL_GRU)
      _rnn_kernels_get ()->add (gates + i * rows, weights->bias_hh->values,
                                rows);
  }
  if (weights->weight_ih)
    _rnn_gemm_nt (n, rows, weights->weight_ih->cols, input,
                  weights->weight_ih->values, gates);
  if (layer == 0 && net->columns[d])
    add_columns (net, w, d, gates);
}

/* a<t-1> (or c<t-1>) of step @t to @before, [B][P]: the forward direction goes
 * on from the last window's end, the backward one begins at 0. */
static void
start_step (const RnnWindow *w, gsize d, gsize t, gsize P, const float *after,
            const float *carried, const float *kept, float *before)
{
  gsize B = w->n_streams, size = B * P;

  if (d == 1) {
    if (t + 1 == w->n_steps)
      memset (before, 0, size * sizeof *before);
    else
      memcpy (before, after + (t + 1) * size, size * sizeof *before);
    return;
  }
  memcpy (before, t == 0 ? carried : after + (t - 1) * size,
          size * sizeof *before);
  for (gsize b = 0; b < B; b++)
    if (w->marks[t * B + b] & RNN_STEP_RETURN)
      memcpy (before + b * P, kept + b * P, P * sizeof *before);
}

/* Remember a<t> (or c<t>) of the streams that will come back to it. */
static void
keep (const RnnWindow *w, gsize t, gsize P, const float *after, float *kept)
{
  gsize B = w->n_streams;

  for (gsize b = 0; b < B; b++)
    if (w->marks[t * B + b] & RNN_STEP_KEEP)
      memcpy (kept + b * P, after + (t * B + b) * P, P * sizeof *kept);
}

static void
step (const RnnNet *net, RnnWindow *w, gsize index, gsize t)
{
  const RnnNetLayer *weights = &net->layers[index];
  RnnTrace *trace = &w->traces[index];
  gsize d = index % net->config.n_directions;
  gsize B = w->n_streams, P = net->padded, rows = net->n_gates * P;
  float *sums = trace->gates + t * B * rows;

  start_step (w, d, t, P, trace->hidden, trace->carried, trace->kept,
              trace->before + t * B * P);
  if (trace->cells)
    start_step (w, d, t, P, trace->cells, trace->carried_cells,
                trace->kept_cells, trace->cells_before + t * B * P);
  if (net->config.cell == RNN_CELL_GRU) {
    sums = w->step_gates;
    for (gsize b = 0; b < B; b++)
      memcpy (sums + b * rows, weights->bias_hh->values, rows * sizeof *sums);
  }
  _rnn_gemm_nt (B, rows, P, trace->before + t * B * P,
                weights->weight_hh->values, sums);
  _rnn_cell_forward (net, trace, w->step_gates, t, B);
  if (d == 0)
    keep (w, t, P, trace->hidden, trace->kept);
  if (d == 0 && trace->cells)
    keep (w, t, P, trace->cells, trace->kept_cells);
}

static void
run_direction (const RnnNet *net, RnnWindow *w, gsize layer, gsize d)
{
  gsize index = layer * net->config.n_directions + d, T = w->n_steps;
  gsize P = net->padded, out = net->config.n_directions * P;
  gsize size = w->n_streams * P;
  RnnTrace *trace = &w->traces[index];

  start_gates (net, w, layer, d, trace->gates);
  for (gsize i = 0; i < T; i++)
    step (net, w, index, d == 0 ? i : T - 1 - i);
  memcpy (trace->carried, trace->hidden + (T - 1) * size,
          size * sizeof (float));
  if (trace->cells)
    memcpy (trace->carried_cells, trace->cells + (T - 1) * size,
            size * sizeof (float));
  for (gsize i = 0; i < T * w->n_streams; i++)
    memcpy (w->outputs[layer] + i * out + d * P, trace->hidden + i * P,
            P * sizeof (float));
}

/* Zero some of @n values and scale the rest, so that the mean stays (Srivastava
 * et al. 2014); @mask tells which. */
static void
drop (float *values, float *mask, gsize n, float rate, RnnRandom *random)
{
  float scale = 1 / (1 - rate);

  for (gsize i = 0; i < n; i++) {
    mask[i] = !random ? 1 : _rnn_random_float (random) < rate ? 0 : scale;
    values[i] *= mask[i];
  }
}

void
_rnn_net_forward (const RnnNet *net, RnnWindow *w, RnnRandom *random)
{
  gsize n = w->n_steps * w->n_streams, n_y = net->config.n_outputs;
  gsize last = net->config.n_layers - 1;

  if (net->embedding)
    embed (net, w);
  if (net->embedding && net->input_dropout > 0)
    drop (w->dense, w->dense_mask, n * net->embedding->cols, net->input_dropout,
          random);
  for (gsize l = 0; l <= last; l++) {
    for (gsize d = 0; d < net->config.n_directions; d++)
      run_direction (net, w, l, d);
    if (net->dropout > 0)
      drop (w->outputs[l], w->masks[l],
            n * net->config.n_directions * net->padded, net->dropout, random);
  }
  for (gsize i = 0; i < n; i++)
    memcpy (w->logits + i * n_y, net->output_bias->values,
            n_y * sizeof *w->logits);
  _rnn_gemm_nt (n, n_y, net->output_weight->cols, w->outputs[last],
                net->output_weight->values, w->logits);
}
