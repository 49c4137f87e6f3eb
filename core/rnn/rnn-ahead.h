/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RnnAhead: a stream's state and what a network with look-ahead k still owes.
 *
 * Step t + k yields yhat of token t. So tokens go in, and their rows come out
 * in the same order, k tokens late, or at an end that the caller knows of:
 * there the k steps beyond it are taken with x<t> = 0 by a snapshot, and the
 * true state goes on with the next token as if nothing had been.
 *
 * Invariant: the rows depend on the tokens and on where the ends are between
 * them, not on the cut of the tokens into calls. One thread at a time.
 *
 * A bidirectional network is other: its backward direction begins at the end of
 * a call. Each call is a text that ends there, the k steps beyond it taken with
 * it, and no token ever waits.
 */
#pragma once

#include <glib.h>
#include <rnn/rnn-state.h>

G_BEGIN_DECLS

typedef struct _RnnAhead RnnAhead;

/**
 * rnn_ahead_new:
 *
 * Start a stream at a<0>; it holds a reference to @model. Free it with
 * rnn_ahead_free().
 *
 * Returns: (transfer full) (nullable): %NULL when there is no memory for it
 */
RnnAhead *rnn_ahead_new (RnnModel *model);
void rnn_ahead_free (RnnAhead *ahead);

/* The true state. Whoever writes to it calls rnn_ahead_forget() as well. */
RnnState *rnn_ahead_get_state (RnnAhead *ahead); /* (transfer none) */

/* Forget the rows and what is owed; a<t> stays. */
void rnn_ahead_forget (RnnAhead *ahead);
/* Forget all that, and go back to a<0>. */
void rnn_ahead_reset (RnnAhead *ahead);
/* Take a<t> of @from, of the same model, and owe nothing; no allocation. */
void rnn_ahead_assign (RnnAhead *ahead, const RnnAhead *from);

/**
 * rnn_ahead_run:
 * @tokens: int32[n_tokens][F]
 *
 * Take a step for each token, and keep the rows that speak of tokens. Fails as
 * rnn_state_run() does, or with %RNN_ERROR_NO_MEMORY; then nothing has changed.
 */
gboolean rnn_ahead_run (RnnAhead *ahead, const gint32 *tokens, gsize n_tokens,
                        GError **error);
/* Like rnn_ahead_run(), and the text ends behind each token that ends a
 * sentence. @spans: RnnToken[n_tokens], the tokens' bytes of @text. A failure
 * leaves the sentences before it taken. */
gboolean rnn_ahead_run_sentences (RnnAhead *ahead, const gint32 *tokens,
                                  const char *text, const RnnToken *spans,
                                  gsize n_tokens, GError **error);
/* The text ends here: make the rows of all tokens that wait. Fails as
 * rnn_ahead_run(). */
gboolean rnn_ahead_end (RnnAhead *ahead, GError **error);
/* Make the rows of the @n_tokens that have waited longest (at most those that
 * wait), as if the text ended behind the last token; the others wait on. Fails
 * as rnn_ahead_run(). */
gboolean rnn_ahead_settle (RnnAhead *ahead, gsize n_tokens, GError **error);

/* How many tokens wait for their rows: at most k. */
gsize rnn_ahead_get_n_waiting (const RnnAhead *ahead);
/* How many rows are there, oldest first. */
gsize rnn_ahead_get_n_rows (const RnnAhead *ahead);
/* float[n_rows][n_y], owned by @ahead, until the next call that is not a get;
 * %NULL: there never was a row. */
const float *rnn_ahead_get_rows (const RnnAhead *ahead);
/* Drop the @n_rows oldest rows, of those that are there. */
void rnn_ahead_drop (RnnAhead *ahead, gsize n_rows);

G_END_DECLS
