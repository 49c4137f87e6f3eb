/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A network in training, and the window of steps that it learns from.
 *
 * P is n_a padded to a panel; each gate has a block of P rows, so that every
 * block is whole panels. Pads are 0 in weights, states and gradients.
 */
#pragma once

#include "model/model.h"
#include "train/parameters.h"

#define RNN_NET_MAX_LAYERS 8

/* One direction of one layer. */
typedef struct {
  RnnParameter *weight_ih; /* [G P][padded n_in]; NULL: no dense input */
  RnnParameter *weight_hh; /* [G P][P] */
  RnnParameter *bias_ih;   /* [1][G P] */
  RnnParameter *bias_hh;   /* [1][G P] */
} RnnNetLayer;

typedef struct {
  RnnConfig config;
  gsize n_gates;   /* G */
  gsize padded;    /* P */
  float dropout;   /* of each layer's output */
  RnnParameter *embedding;  /* [n_words][padded n_e], or NULL */
  RnnParameter *columns[2]; /* [n_x - n_words][G P], or NULL */
  RnnNetLayer layers[2 * RNN_NET_MAX_LAYERS];
  RnnParameter *output_weight; /* [n_y][D P] */
  RnnParameter *output_bias;   /* [1][padded n_y] */
  RnnParameter *all[8 * RNN_NET_MAX_LAYERS + 8];
  gsize n_all;
} RnnNet;

RnnNet *_rnn_net_new (const RnnConfig *config, float dropout,
                      RnnRandom *random);
void _rnn_net_free (RnnNet *net);
/* The bytes of a model file. @labels: newline-separated; others may be NULL. */
GBytes *_rnn_net_to_file (const RnnNet *net, const char *vocab, gsize n_vocab,
                          const char *labels, const char *normalize,
                          const char *features, GError **error);

/* What one direction of a layer keeps of a window for the way back. */
typedef struct {
  float *gates;  /* [T B][G P]: activated */
  float *hidden; /* [(T + 1) B][P]: a<t>; before the first step, then after */
  float *cells;  /* [(T + 1) B][P]: c<t>; LSTM */
  float *extra;  /* [T B][P]: tanh c<t> (LSTM), W_hh's part of n (GRU) */
} RnnTrace;

/* Rows are ordered by step, then stream: row t B + b. */
typedef struct {
  gsize n_steps;   /* T */
  gsize n_streams; /* B */
  gint32 *tokens;  /* [T B][F], filled by the caller */
  float *logits;   /* [T B][n_y]: W_ya a<t> + b_y */
  float *d_logits; /* their gradient, filled by the caller */
  float *dense;    /* [T B][padded n_e] */
  RnnTrace traces[2 * RNN_NET_MAX_LAYERS];
  float *outputs[RNN_NET_MAX_LAYERS]; /* [T B][D P], after dropout */
  float *masks[RNN_NET_MAX_LAYERS];   /* [T B][D P] */
  float *d_outputs[2];                /* [T B][max (D P, n_e)] */
  float *d_gates;  /* [T B][G P], by the input's part */
  float *d_hidden_gates; /* the same by W_hh's part: GRU has two */
  float *step_gates;     /* [B][G P] */
  float *d_a;            /* [B][P] */
  float *d_c;            /* [B][P] */
  gpointer memory;
} RnnWindow;

RnnWindow *_rnn_window_new (const RnnNet *net, gsize n_steps, gsize n_streams);
void _rnn_window_free (RnnWindow *window);
/* Put every stream back to a<0> = 0. */
void _rnn_window_reset (const RnnNet *net, RnnWindow *window);

/* Fill window->logits from window->tokens; a<t> goes on from the window before.
 * @random: for dropout; NULL: none. */
void _rnn_net_forward (const RnnNet *net, RnnWindow *window, RnnRandom *random);
/* Add the gradients that window->d_logits gives. */
void _rnn_net_backward (RnnNet *net, RnnWindow *window);

/* One step of all streams, element by element (cells.c). */
void _rnn_cell_forward (const RnnNet *net, RnnTrace *trace, float *step_gates,
                        gsize row, gsize before, gsize after, gsize n);
void _rnn_cell_backward (const RnnNet *net, const RnnTrace *trace,
                         RnnWindow *window, gsize row, gsize before,
                         gsize after, gsize n);
