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
  gsize n_gates;            /* G */
  gsize padded;             /* P */
  float dropout;            /* of each layer's output */
  float input_dropout;      /* of the embedding */
  RnnParameter *embedding;  /* [n_words][padded n_e], or NULL */
  RnnParameter *columns[2]; /* [n_x - n_words][G P], or NULL */
  RnnNetLayer layers[2 * RNN_NET_MAX_LAYERS];
  RnnParameter *output_weight; /* [n_y][D P] */
  RnnParameter *output_bias;   /* [1][padded n_y] */
  RnnParameter *all[8 * RNN_NET_MAX_LAYERS + 8];
  gsize n_all;
} RnnNet;

/* Where row or column @i, in blocks of @used without pads, is in blocks of
 * @padded; @used 0: there is one block, and no pad before @i. */
static inline gsize
_rnn_padded_index (gsize i, gsize used, gsize padded)
{
  return used ? i / used * padded + i % used : i;
}

/* @is_frozen: the embedding is 0 and does not learn, until it is filled and
 * thawed. */
RnnNet *_rnn_net_new (const RnnConfig *config, gboolean is_frozen,
                      float dropout, float input_dropout, RnnRandom *random);
void _rnn_net_free (RnnNet *net);
/* Arrays of 0 as long as the weights of @net, [n_all]; NULL in it for those
 * that are frozen, unless @all. Free them with _rnn_net_free_arrays(). NULL: no
 * memory. */
float **_rnn_net_new_arrays (const RnnNet *net, gboolean all);
void _rnn_net_free_arrays (const RnnNet *net, float **arrays);
/* What one direction of a layer keeps of a window for the way back. */
typedef struct {
  float *gates;         /* [T B][G P]: activated */
  float *before;        /* [T B][P]: a<t-1> */
  float *cells_before;  /* [T B][P]: c<t-1>; LSTM */
  float *hidden;        /* [T B][P]: a<t> */
  float *cells;         /* [T B][P]: c<t>; LSTM */
  float *extra;         /* [T B][P]: tanh c<t> (LSTM), W_hh's part of n (GRU) */
  float *carried;       /* [B][P]: a<t> after the last window's end */
  float *carried_cells; /* [B][P]; LSTM */
  float *kept;          /* [B][P]: a<t> of the last row marked RNN_STEP_KEEP */
  float *kept_cells;    /* [B][P]; LSTM */
} RnnTrace;

/* Marks of a step of the forward direction. After the last word of an utterance
 * come k steps of x<t> = 0 that only look ahead; the state then goes on as if
 * they had not been. */
enum {
  RNN_STEP_KEEP = 1 << 0,  /* remember a<t> of this step */
  RNN_STEP_RETURN = 1 << 1 /* a<t-1> of this step is what was remembered */
};

/* Rows are ordered by step, then stream: row t B + b. */
typedef struct {
  gsize n_steps;     /* T */
  gsize n_streams;   /* B */
  gint32 *tokens;    /* [T B][F], filled by the caller */
  guint8 *marks;     /* [T B]: RNN_STEP_…, filled by the caller */
  float *logits;     /* [T B][n_y]: W_ya a<t> + b_y */
  float *d_logits;   /* their gradient, filled by the caller */
  float *dense;      /* [T B][padded n_e] */
  float *dense_mask; /* [T B][padded n_e], of input dropout */
  RnnTrace traces[2 * RNN_NET_MAX_LAYERS];
  float *outputs[RNN_NET_MAX_LAYERS]; /* [T B][D P], after dropout */
  float *masks[RNN_NET_MAX_LAYERS];   /* [T B][D P] */
  float *d_outputs[2];                /* [T B][max (D P, n_e)] */
  float *d_gates;                     /* [T B][G P], by the input's part */
  float *d_hidden_gates;              /* the same by W_hh's part: GRU has two */
  float *step_gates;                  /* [B][G P] */
  float *d_a;                         /* [B][P] */
  float *d_c;                         /* [B][P] */
  float *d_kept;   /* [B][P]: on its way back to a RNN_STEP_KEEP */
  float *d_kept_c; /* [B][P] */
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

/* Step @t of all @n streams, element by element (cells.c). */
void _rnn_cell_forward (const RnnNet *net, RnnTrace *trace, float *step_gates,
                        gsize t, gsize n);
void _rnn_cell_backward (const RnnNet *net, const RnnTrace *trace,
                         RnnWindow *window, gsize t, gsize n);
