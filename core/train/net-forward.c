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
      _rnn_kernels_get ()->add (
          gates + i / F * columns->cols,
          columns->values +
              ((gsize) index - net->config.n_words) * columns->cols,
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

/* Where a<t> was: the forward direction goes on from the last window's end, the
 * backward one begins at 0. */
static void
start_states (const RnnNet *net, const RnnWindow *w, RnnTrace *trace, gsize d)
{
  gsize size = w->n_streams * net->padded, last = w->n_steps * size;

  if (d == 0) {
    memcpy (trace->hidden, trace->hidden + last, size * sizeof (float));
    if (trace->cells)
      memcpy (trace->cells, trace->cells + last, size * sizeof (float));
  } else {
    memset (trace->hidden + last, 0, size * sizeof (float));
    if (trace->cells)
      memset (trace->cells + last, 0, size * sizeof (float));
  }
}

static void
step (const RnnNet *net, RnnWindow *w, const RnnNetLayer *weights,
      RnnTrace *trace, gsize row, gsize before, gsize after)
{
  gsize B = w->n_streams, P = net->padded, rows = net->n_gates * P;
  float *sums = trace->gates + row * B * rows;

  if (net->config.cell == RNN_CELL_GRU) {
    sums = w->step_gates;
    for (gsize b = 0; b < B; b++)
      memcpy (sums + b * rows, weights->bias_hh->values, rows * sizeof *sums);
  }
  _rnn_gemm_nt (B, rows, P, trace->hidden + before * B * P,
                weights->weight_hh->values, sums);
  _rnn_cell_forward (net, trace, w->step_gates, row, before, after, B);
}

static void
run_direction (const RnnNet *net, RnnWindow *w, gsize layer, gsize d)
{
  gsize index = layer * net->config.n_directions + d, T = w->n_steps;
  gsize P = net->padded, out = net->config.n_directions * P;
  RnnTrace *trace = &w->traces[index];

  start_gates (net, w, layer, d, trace->gates);
  start_states (net, w, trace, d);
  for (gsize i = 0; i < T; i++) {
    gsize t = d == 0 ? i : T - 1 - i;
    step (net, w, &net->layers[index], trace, t, d == 0 ? t : t + 1,
          d == 0 ? t + 1 : t);
  }
  for (gsize i = 0; i < T * w->n_streams; i++)
    memcpy (w->outputs[layer] + i * out + d * P,
            trace->hidden + ((d == 0 ? w->n_streams : 0) + i) * P,
            P * sizeof (float));
}

/* Zero some outputs and scale the rest, so that the mean stays (Srivastava et
 * al. 2014). */
static void
drop (const RnnNet *net, RnnWindow *w, gsize layer, RnnRandom *random)
{
  gsize n = w->n_steps * w->n_streams * net->config.n_directions * net->padded;
  float keep = 1 - net->dropout;

  for (gsize i = 0; i < n; i++) {
    w->masks[layer][i] =
        random && _rnn_random_float (random) < net->dropout ? 0
        : random                                            ? 1 / keep
                                                            : 1;
    w->outputs[layer][i] *= w->masks[layer][i];
  }
}

void
_rnn_net_forward (const RnnNet *net, RnnWindow *w, RnnRandom *random)
{
  gsize n = w->n_steps * w->n_streams, n_y = net->config.n_outputs;
  gsize last = net->config.n_layers - 1;

  if (net->embedding)
    embed (net, w);
  for (gsize l = 0; l <= last; l++) {
    for (gsize d = 0; d < net->config.n_directions; d++)
      run_direction (net, w, l, d);
    if (net->dropout > 0)
      drop (net, w, l, random);
  }
  for (gsize i = 0; i < n; i++)
    memcpy (w->logits + i * n_y, net->output_bias->values,
            n_y * sizeof *w->logits);
  _rnn_gemm_nt (n, n_y, net->output_weight->cols, w->outputs[last],
                net->output_weight->values, w->logits);
}
