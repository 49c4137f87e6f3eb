/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/net.h"

#include "base/checked.h"
#include "kernels/kernels.h"

#include <string.h>

/* Hands out pieces of one block of memory; without one, counts. */
typedef struct {
  float *memory;
  gsize used;
} Arena;

static float *
take (Arena *arena, gsize n)
{
  float *here = arena->memory ? arena->memory + arena->used : NULL;

  arena->used += _rnn_pad (n);
  return here;
}

static void
lay_out_trace (Arena *arena, const RnnNet *net, RnnTrace *trace, gsize T,
               gsize B)
{
  gsize P = net->padded;

  trace->gates = take (arena, T * B * net->n_gates * P);
  trace->before = take (arena, T * B * P);
  trace->hidden = take (arena, T * B * P);
  trace->carried = take (arena, B * P);
  trace->kept = take (arena, B * P);
  if (net->config.cell == RNN_CELL_LSTM) {
    trace->cells_before = take (arena, T * B * P);
    trace->cells = take (arena, T * B * P);
    trace->carried_cells = take (arena, B * P);
    trace->kept_cells = take (arena, B * P);
  }
  if (net->config.cell != RNN_CELL_ELMAN)
    trace->extra = take (arena, T * B * P);
}

static void
lay_out (RnnWindow *w, const RnnNet *net, Arena *arena)
{
  const RnnConfig *config = &net->config;
  gsize T = w->n_steps, B = w->n_streams, P = net->padded;
  gsize out = config->n_directions * P, n_e = _rnn_pad (config->n_embedding);

  w->logits = take (arena, T * B * config->n_outputs);
  w->d_logits = take (arena, T * B * config->n_outputs);
  w->dense = take (arena, T * B * n_e);
  w->dense_mask = take (arena, net->input_dropout > 0 ? T * B * n_e : 0);
  for (gsize i = 0; i < config->n_layers * config->n_directions; i++)
    lay_out_trace (arena, net, &w->traces[i], T, B);
  for (gsize l = 0; l < config->n_layers; l++) {
    w->outputs[l] = take (arena, T * B * out);
    w->masks[l] = take (arena, net->dropout > 0 ? T * B * out : 0);
  }
  for (gsize i = 0; i < 2; i++)
    w->d_outputs[i] = take (arena, T * B * MAX (out, n_e));
  w->d_gates = take (arena, T * B * net->n_gates * P);
  w->d_hidden_gates = w->d_gates;
  if (config->cell == RNN_CELL_GRU)
    w->d_hidden_gates = take (arena, T * B * net->n_gates * P);
  w->step_gates = take (arena, B * net->n_gates * P);
  w->d_a = take (arena, B * P);
  w->d_c = take (arena, B * P);
  w->d_kept = take (arena, B * P);
  w->d_kept_c = take (arena, B * P);
}

/* Make room for windows of @n_steps steps of @n_streams streams; NULL: no
 * memory. */
RnnWindow *
_rnn_window_new (const RnnNet *net, gsize n_steps, gsize n_streams)
{
  RnnWindow *w = g_new0 (RnnWindow, 1);
  Arena arena = { NULL, 0 };

  w->n_steps = n_steps;
  w->n_streams = n_streams;
  lay_out (w, net, &arena);
  arena.memory = w->memory = _rnn_try_alloc (arena.used, sizeof (float));
  w->tokens = g_try_new0 (gint32, n_steps * n_streams * net->config.n_slots);
  w->marks = g_try_malloc0 (MAX (n_steps * n_streams, 1));
  if (!w->memory || !w->tokens || !w->marks) {
    _rnn_window_free (w);
    return NULL;
  }
  arena.used = 0;
  lay_out (w, net, &arena);
  return w;
}

void
_rnn_window_free (RnnWindow *w)
{
  if (!w)
    return;
  _rnn_free (w->memory);
  g_free (w->tokens);
  g_free (w->marks);
  g_free (w);
}

void
_rnn_window_reset (const RnnNet *net, RnnWindow *w)
{
  gsize n_bytes = w->n_streams * net->padded * sizeof (float);

  for (gsize i = 0; i < net->config.n_layers * net->config.n_directions; i++) {
    RnnTrace *trace = &w->traces[i];
    memset (trace->carried, 0, n_bytes);
    memset (trace->kept, 0, n_bytes);
    if (trace->cells) {
      memset (trace->carried_cells, 0, n_bytes);
      memset (trace->kept_cells, 0, n_bytes);
    }
  }
}
