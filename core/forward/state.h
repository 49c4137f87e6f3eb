/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an RnnState is made of, and the stages of a run.
 *
 * A run goes block by block; a block is some steps of all its streams. Its rows
 * are ordered by step, then stream: row i is step i / n_streams of stream
 * i % n_streams. Stages: tokens -> sums (input.c) -> hidden (layer.c, once a
 * layer) -> yhat (output.c).
 */
#pragma once

#include "forward/packed.h"

#include <rnn/rnn-state.h>

/* Rows that all stages of a block share; grows with need, and stays. */
typedef struct {
  gsize n_rows;        /* there is room for */
  float *dense;        /* [n_rows][pad (n_e)]: sums of embedding rows */
  float *sums;         /* [n_rows][sums_stride] */
  float *hidden[2];    /* [n_rows][hidden_stride]: layers write them in turn */
  float *yhat;         /* [pad (n_rows n_y)] */
  float *zeros;        /* [pad (n_a)]: where a backward direction begins */
  float *cells;        /* [n_rows][pad (n_a)]: its c<t>; NULL without one */
  gint8 *bytes;        /* a vector, rounded: NULL without whole numbers */
  float *byte_sums;    /* [sums_stride] */
  float *candidate;    /* [pad (n_a)] */
  float *row;          /* [G n_a] or [n_e], one row of weights made floats */
  RnnStep *steps;      /* [n_rows], as rows are ordered */
  RnnStep *to_compute; /* [n_rows]: rows whose sums are not there yet */
  gpointer memory;
  gboolean turn; /* which way the next step goes over the weights */
} RnnWorkspace;

struct _RnnState {
  RnnModel *model;
  const RnnPackedModel *packed;
  /* [n_layers][pad (n_a)] of a<t>, then, for an LSTM, as much of c<t>. */
  float *carried;
  float *next; /* where a run writes, so that a failed one leaves no trace */
};

typedef struct {
  RnnState *const *states;
  gsize n_streams;
  const RnnModel *model;
  const RnnPackedModel *packed;
  RnnWorkspace *work;
  const gint32 *tokens; /* int32[n_streams][n_tokens][F], the whole run */
  gsize n_tokens;
  gsize first; /* step where this block begins */
  gsize n_steps;
} RnnBlock;

gsize _rnn_state_n_floats (const RnnModel *model);
/* How long what rnn_state_save() makes of @state is. */
gsize _rnn_state_saved_bytes (const RnnState *state);
gboolean _rnn_workspace_grow (RnnWorkspace *work, const RnnModel *model,
                              gsize n_rows);
void _rnn_workspace_clear (RnnWorkspace *work);
/* NULL: no memory. */
RnnWorkspaces *_rnn_workspaces_new (void);
void _rnn_workspaces_free (RnnWorkspaces *all);
/* Take a workspace for a run of @state and its like; it may have no rows yet.
 * NULL: no memory. Any thread. */
RnnWorkspace *_rnn_workspaces_take (RnnWorkspaces *all, const RnnState *state);
void _rnn_workspaces_give (RnnWorkspaces *all, const RnnState *state,
                           RnnWorkspace *work);

gboolean _rnn_tokens_check (const RnnModel *model, const gint32 *tokens,
                            gsize n, GError **error);
/* Point the steps of layer 0 in one direction to the sums that the tokens give.
 */
void _rnn_input_sums (const RnnBlock *block, gsize direction);
/* Make room for the sums of the first words, where a token is one index;
 * FALSE: no memory. */
gboolean _rnn_fold_prepare (RnnPackedModel *packed, const RnnModel *model);
void _rnn_fold_clear (RnnPackedLayer *layer);
/* The sums of @word, float[@stride]; NULL: they are not kept. Any thread. */
const float *_rnn_folded_sums (const RnnPackedLayer *layer, gsize word,
                               gsize stride);
/* Keep the sums of @word, if there is room. Any thread, without a lock. */
void _rnn_fold_sums (const RnnPackedLayer *layer, gsize word, gsize stride,
                     const float *sums);
/* Add W times x, float[@n], to @sums in whole numbers (bytes.c). */
void _rnn_bytes_add (const RnnBlock *block, const RnnPackedBytes *W,
                     const float *x, gsize n, float *sums);
/* One step of a cell whose chain is in whole numbers. @next: the one that comes
 * then, whose sums are asked for; NULL: none. */
void _rnn_bytes_step (const RnnBlock *block, const RnnPackedLayer *weights,
                      RnnStepFunction function, const RnnStep *step,
                      const RnnStep *next);
/* Run both directions of a layer; @input: NULL for layer 0, else the layer
 * below's hidden rows. Returns this layer's. */
const float *_rnn_layer_run (const RnnBlock *block, gsize layer,
                             const float *input);
/* Fill work->yhat from the last layer's rows; FALSE: not all are finite. */
gboolean _rnn_output_run (const RnnBlock *block, const float *hidden);
