/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Back-propagation through time over one window (Werbos 1990); what came from
 * the window before counts as constant. */
#include "train/net.h"

#include "kernels/kernels.h"
#include "train/gemm.h"

#include <string.h>

/* @to [cols] += the sum of @n rows. */
static void
add_rows (float *restrict to, const float *restrict rows, gsize n, gsize cols)
{
  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j < cols; j++)
      to[j] += rows[i * cols + j];
}

/* Each look-up hands its gradient row on to what was looked up; @first is the
 * index of @table's row 0, @n its rows. */
static void
scatter (const RnnNet *net, const RnnWindow *w, RnnParameter *table,
         gsize first, gsize n, const float *gradient)
{
  gsize F = net->config.n_slots, n_tokens = w->n_steps * w->n_streams * F;

  for (gsize i = 0; i < n_tokens; i++) {
    gint32 index = w->tokens[i];
    if (index < 0 || (gsize) index < first || (gsize) index >= first + n)
      continue;
    _rnn_parameter_touch (table, (gsize) index - first);
    _rnn_kernels_get ()->add (table->gradient
                                  + ((gsize) index - first) * table->cols,
                              gradient + i / F * table->cols, table->cols);
  }
}

/* Move the gradient rows, [B][P], of streams whose step @t has @mark. What
 * flows back from a RNN_STEP_RETURN does not go to the step before, which only
 * looked ahead, but waits for the RNN_STEP_KEEP that it came from. */
static void
move_marked (const RnnWindow *w, gsize t, guint8 mark, gsize P, float *from,
             float *to)
{
  gsize B = w->n_streams;

  for (gsize b = 0; b < B; b++)
    if (w->marks[t * B + b] & mark) {
      _rnn_kernels_get ()->add (to + b * P, from + b * P, P);
      memset (from + b * P, 0, P * sizeof *from);
    }
}

/* Back through the steps: fill d_gates and d_hidden_gates. @d_output: the
 * gradient of the layer's output, [T B][D P]. */
static void
steps_backward (const RnnNet *net, RnnWindow *w, gsize index,
                const float *d_output)
{
  gsize d = index % net->config.n_directions, T = w->n_steps, B = w->n_streams;
  gsize P = net->padded, rows = net->n_gates * P;
  gsize out = net->config.n_directions * P;
  const float *Whh = net->layers[index].weight_hh->values;
  float *flows[] = { w->d_a, w->d_c }, *kept[] = { w->d_kept, w->d_kept_c };

  for (gsize i = 0; i < 2; i++) {
    memset (flows[i], 0, B * P * sizeof (float));
    memset (kept[i], 0, B * P * sizeof (float));
  }
  for (gsize i = 0; i < T; i++) {
    gsize t = d == 0 ? T - 1 - i : i;
    for (gsize f = 0; d == 0 && f < 2; f++)
      move_marked (w, t, RNN_STEP_KEEP, P, kept[f], flows[f]);
    for (gsize b = 0; b < B; b++)
      _rnn_kernels_get ()->add (w->d_a + b * P,
                                d_output + (t * B + b) * out + d * P, P);
    _rnn_cell_backward (net, &w->traces[index], w, t, B);
    _rnn_gemm_nn (B, P, rows, w->d_hidden_gates + t * B * rows, Whh, w->d_a);
    for (gsize f = 0; d == 0 && f < 2; f++)
      move_marked (w, t, RNN_STEP_RETURN, P, flows[f], kept[f]);
  }
}

/* Gradients of a direction's weights, once d_gates are there. */
static void
weights_backward (RnnNet *net, RnnWindow *w, gsize index, const float *input)
{
  RnnNetLayer *layer = &net->layers[index];
  gsize d = index % net->config.n_directions, n = w->n_steps * w->n_streams;
  gsize P = net->padded, rows = net->n_gates * P;

  _rnn_gemm_tn (rows, P, n, w->d_hidden_gates, w->traces[index].before,
                layer->weight_hh->gradient);
  add_rows (layer->bias_ih->gradient, w->d_gates, n, rows);
  add_rows (layer->bias_hh->gradient, w->d_hidden_gates, n, rows);
  if (layer->weight_ih)
    _rnn_gemm_tn (rows, layer->weight_ih->cols, n, w->d_gates, input,
                  layer->weight_ih->gradient);
  if (index < net->config.n_directions && net->columns[d])
    scatter (net, w, net->columns[d], net->config.n_words,
             net->config.n_inputs - net->config.n_words, w->d_gates);
}

static void
output_backward (RnnNet *net, RnnWindow *w, float *d_output)
{
  gsize n = w->n_steps * w->n_streams, n_y = net->config.n_outputs;
  gsize cols = net->output_weight->cols, last = net->config.n_layers - 1;

  _rnn_gemm_tn (n_y, cols, n, w->d_logits, w->outputs[last],
                net->output_weight->gradient);
  add_rows (net->output_bias->gradient, w->d_logits, n, n_y);
  memset (d_output, 0, n * cols * sizeof *d_output);
  _rnn_gemm_nn (n, cols, n_y, w->d_logits, net->output_weight->values,
                d_output);
}

static void
undrop (float *gradient, const float *mask, gsize n, float rate)
{
  for (gsize i = 0; rate > 0 && i < n; i++)
    gradient[i] *= mask[i];
}

void
_rnn_net_backward (RnnNet *net, RnnWindow *w)
{
  gsize n = w->n_steps * w->n_streams, D = net->config.n_directions;
  float *d_output = w->d_outputs[0], *d_input = w->d_outputs[1], *swap;
  gboolean needs_input;

  output_backward (net, w, d_output);
  for (gsize l = net->config.n_layers; l-- > 0;) {
    const float *input = l == 0 ? w->dense : w->outputs[l - 1];
    const RnnParameter *weight_ih = net->layers[l * D].weight_ih;
    undrop (d_output, w->masks[l], n * D * net->padded, net->dropout);
    needs_input = l > 0 || (net->embedding && !net->embedding->is_frozen);
    if (needs_input)
      memset (d_input, 0, n * weight_ih->cols * sizeof *d_input);
    for (gsize d = 0; d < D; d++) {
      gsize index = l * D + d;
      steps_backward (net, w, index, d_output);
      weights_backward (net, w, index, input);
      if (needs_input)
        _rnn_gemm_nn (n, weight_ih->cols, net->n_gates * net->padded,
                      w->d_gates, net->layers[index].weight_ih->values,
                      d_input);
    }
    swap = d_output;
    d_output = d_input;
    d_input = swap;
  }
  if (net->embedding && !net->embedding->is_frozen) {
    undrop (d_output, w->dense_mask, n * net->embedding->cols,
            net->input_dropout);
    scatter (net, w, net->embedding, 0, net->config.n_words, d_output);
  }
}
