/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RnnState: the hidden state a<t> of one stream, and the step that moves it on.
 *
 *   a<t>    = g1(W_aa a<t-1> + W_ax x<t> + b_a)
 *   yhat<t> = g2(W_ya a<t> + b_y)
 *
 * Invariant: any cut of one token sequence into calls gives the same yhat, bit
 * for bit (bidirectional models aside, whose backward net sees one call).
 * One thread at a time uses a state; states of one model share its weights.
 */
#pragma once

#include <glib.h>
#include <rnn/rnn-model.h>

G_BEGIN_DECLS

typedef struct _RnnState RnnState;

/**
 * rnn_state_new:
 *
 * Create the state of a stream at a<0>; it holds a reference to @model.
 *
 * Returns: (transfer full) (nullable): the state, or %NULL when there is no
 *   memory for it
 */
RnnState *rnn_state_new (RnnModel *model);

/* A snapshot: same model, same a<t>, from then on apart. %NULL: no memory. */
RnnState *rnn_state_copy (const RnnState *state);
/* Copy a<t> of @from, a state of the same model, into @state; no allocation. */
void rnn_state_assign (RnnState *state, const RnnState *from);
void rnn_state_reset (RnnState *state); /* back to a<0> */
void rnn_state_free (RnnState *state);
RnnModel *rnn_state_get_model (const RnnState *state); /* (transfer none) */

/**
 * rnn_state_run:
 * @tokens: int32[n_tokens][F], F = rnn_model_get_n_slots(); -1 is no word
 *   (adds nothing: a token of -1 alone is x<t> = 0)
 * @yhat: float[n_tokens][n_y], row-major, caller-owned; may not overlap @tokens
 *
 * Run @n_tokens steps. A token index outside 0 … n_x-1 other than -1 counts as
 * the unknown word where the model has one, else fails with %RNN_ERROR_TOKEN.
 * On failure @yhat and the state are untouched. A non-finite result is
 * %RNN_ERROR_NUMERIC; the state then goes back to where it was.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean rnn_state_run (RnnState *state, const gint32 *tokens, gsize n_tokens,
                        float *yhat, GError **error);

/**
 * rnn_states_run:
 * @states: n_states different states of one model
 * @tokens: int32[n_states][n_tokens][F]
 * @yhat: float[n_states][n_tokens][n_y], row-major, caller-owned
 *
 * Step @n_states streams together, each weight read once for all of them.
 * Gives the same bits as rnn_state_run() on each. Fails as a whole: on error no
 * state and no row of @yhat has changed.
 */
gboolean rnn_states_run (RnnState *const *states, gsize n_states,
                         const gint32 *tokens, gsize n_tokens, float *yhat,
                         GError **error);

/**
 * rnn_state_save:
 *
 * Write a<t> as bytes that only the same model file can read back: magic,
 * version, model hash, floats little-endian, checksum.
 *
 * Returns: (transfer full) (nullable): the bytes, or %NULL when there is no
 *   memory for them
 */
GBytes *rnn_state_save (const RnnState *state);
/* Set a<t> from rnn_state_save()'s bytes. Foreign, damaged or non-finite bytes
 * are %RNN_ERROR_FORMAT, and the state is untouched. */
gboolean rnn_state_load (RnnState *state, GBytes *bytes, GError **error);

/* Write rnn_state_save()'s bytes to a file: readers see the old one or the new
 * one, whole. Errors: %RNN_ERROR_WRITE, %RNN_ERROR_NO_MEMORY, and the old one
 * is as it was. */
gboolean rnn_state_save_file (const RnnState *state, const char *path,
                              GError **error);
/* Set a<t> from such a file. Fails as rnn_state_load(), or with NOT_FOUND,
 * OPEN, READ, LIMIT, NO_MEMORY; the state is untouched then. */
gboolean rnn_state_load_file (RnnState *state, const char *path,
                              GError **error);

G_END_DECLS
