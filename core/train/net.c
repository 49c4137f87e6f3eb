/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/net.h"

#include "base/checked.h"
#include "kernels/kernels.h"

#include <math.h>

/* Uniform numbers in ±@bound where there is no pad; a gate is @gate rows, of
 * which the first @gate_used are used. */
static void
draw (RnnParameter *p, gsize gate, gsize gate_used, gsize cols_used,
      float bound, RnnRandom *random)
{
  for (gsize r = 0; r < p->rows; r++)
    for (gsize c = 0; c < p->cols; c++)
      if (r % gate < gate_used && c < cols_used)
        p->values[r * p->cols + c] =
            bound * (2 * _rnn_random_float (random) - 1);
}

/* The same for what has the gates side by side in its columns. */
static void
draw_columns (RnnParameter *p, gsize gate, gsize gate_used, float bound,
              RnnRandom *random)
{
  for (gsize r = 0; r < p->rows; r++)
    for (gsize c = 0; c < p->cols; c++)
      if (c % gate < gate_used)
        p->values[r * p->cols + c] =
            bound * (2 * _rnn_random_float (random) - 1);
}

static RnnParameter *
add (RnnNet *net, gsize rows, gsize cols, gboolean is_sparse)
{
  RnnParameter *p = _rnn_parameter_new (rows, cols, is_sparse);

  if (p)
    net->all[net->n_all++] = p;
  return p;
}

static gboolean
add_layer (RnnNet *net, gsize index, float bound, RnnRandom *random)
{
  const RnnConfig *config = &net->config;
  RnnNetLayer *layer = &net->layers[index];
  gsize P = net->padded, rows = net->n_gates * P, n_a = config->n_hidden;
  gboolean is_first = index < config->n_directions;
  gsize n_in =
      is_first ? _rnn_pad (config->n_embedding) : P * config->n_directions;

  if (n_in > 0 && !(layer->weight_ih = add (net, rows, n_in, FALSE)))
    return FALSE;
  layer->weight_hh = add (net, rows, P, FALSE);
  layer->bias_ih = add (net, 1, rows, FALSE);
  layer->bias_hh = add (net, 1, rows, FALSE);
  if (!layer->weight_hh || !layer->bias_ih || !layer->bias_hh)
    return FALSE;
  if (is_first && n_in > 0)
    draw (layer->weight_ih, P, n_a, config->n_embedding, bound, random);
  for (gsize r = 0; !is_first && r < rows; r++)
    for (gsize c = 0; c < n_in; c++)
      if (r % P < n_a && c % P < n_a)
        layer->weight_ih->values[r * n_in + c] =
            bound * (2 * _rnn_random_float (random) - 1);
  draw (layer->weight_hh, P, n_a, n_a, bound, random);
  draw_columns (layer->bias_ih, P, n_a, bound, random);
  draw_columns (layer->bias_hh, P, n_a, bound, random);
  return TRUE;
}

static RnnParameter *
add_embedding (RnnNet *net, gboolean is_frozen)
{
  gsize rows = net->config.n_words, cols = _rnn_pad (net->config.n_embedding);
  RnnParameter *p = is_frozen ? _rnn_parameter_new_frozen (rows, cols)
                              : _rnn_parameter_new (rows, cols, TRUE);

  if (p)
    net->all[net->n_all++] = p;
  return p;
}

static gboolean
add_inputs (RnnNet *net, gboolean is_frozen, float bound, RnnRandom *random)
{
  const RnnConfig *config = &net->config;
  gsize n_columns = config->n_inputs - config->n_words;

  if (config->n_embedding > 0) {
    net->embedding = add_embedding (net, is_frozen);
    if (!net->embedding)
      return FALSE;
    if (!is_frozen)
      draw (net->embedding, 1, 1, config->n_embedding, 0.5f, random);
  }
  for (gsize d = 0; n_columns > 0 && d < config->n_directions; d++) {
    net->columns[d] = add (net, n_columns, net->n_gates * net->padded, TRUE);
    if (!net->columns[d])
      return FALSE;
    draw_columns (net->columns[d], net->padded, config->n_hidden, bound,
                  random);
  }
  return TRUE;
}

static gboolean
add_output (RnnNet *net, float bound, RnnRandom *random)
{
  const RnnConfig *config = &net->config;
  gsize cols = net->padded * config->n_directions;

  net->output_weight = add (net, config->n_outputs, cols, FALSE);
  net->output_bias = add (net, 1, config->n_outputs, FALSE);
  if (!net->output_weight || !net->output_bias)
    return FALSE;
  draw_columns (net->output_weight, net->padded, config->n_hidden, bound,
                random);
  return TRUE;
}

/* Make a network of @config with random weights, as PyTorch draws them: uniform
 * in ±1/sqrt(n_a). NULL: no memory. */
RnnNet *
_rnn_net_new (const RnnConfig *config, gboolean is_frozen, float dropout,
              float input_dropout, RnnRandom *random)
{
  RnnNet *net = g_new0 (RnnNet, 1);
  float bound = 1 / sqrtf ((float) config->n_hidden);
  gboolean ok;

  net->config = *config;
  net->n_gates = _rnn_cell_gates (config->cell);
  net->padded = _rnn_pad (config->n_hidden);
  net->dropout = dropout;
  net->input_dropout = input_dropout;
  ok = add_inputs (net, is_frozen, bound, random);
  for (gsize i = 0; ok && i < config->n_layers * config->n_directions; i++)
    ok = add_layer (net, i, bound, random);
  if (ok && add_output (net, bound, random))
    return net;
  _rnn_net_free (net);
  return NULL;
}

void
_rnn_net_free (RnnNet *net)
{
  if (!net)
    return;
  for (gsize i = 0; i < net->n_all; i++)
    _rnn_parameter_free (net->all[i]);
  g_free (net);
}

float **
_rnn_net_new_arrays (const RnnNet *net, gboolean all)
{
  float **arrays = g_new0 (float *, net->n_all);

  for (gsize i = 0; i < net->n_all; i++) {
    const RnnParameter *p = net->all[i];
    if (p->is_frozen && !all)
      continue;
    arrays[i] = _rnn_try_alloc (p->rows * p->cols, sizeof (float));
    if (!arrays[i]) {
      _rnn_net_free_arrays (net, arrays);
      return NULL;
    }
  }
  return arrays;
}

void
_rnn_net_free_arrays (const RnnNet *net, float **arrays)
{
  for (gsize i = 0; arrays && i < net->n_all; i++)
    _rnn_free (arrays[i]);
  g_free (arrays);
}
