/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows that come k steps late. Of the next rows, n_skip speak of no token that
 * waits, and the k - n_skip behind them of one each: a token that comes in
 * takes one step, whose row is either skipped or that of the token that has
 * waited longest. So k - n_skip tokens wait, always. With a backward direction
 * all of them are skipped: none waits. */
#include <rnn/rnn-ahead.h>

#include "base/checked.h"

#include <rnn/rnn-error.h>
#include <string.h>

/* Room for this many rows is kept when all of them are gone. */
#define KEEP_ROWS 1024

struct _RnnAhead {
  RnnState *state;
  RnnState *beyond; /* a snapshot, to step past an end with; NULL if k = 0 */
  gint32 *none;     /* [k][F] of -1 */
  gsize k, n_slots, n_y;
  gboolean is_whole; /* a backward direction begins where the text ends */
  gsize n_skip;      /* rows to come that speak of no token */
  float *rows;       /* [room][n_y]; from first on, n_rows of them are there */
  gsize first, n_rows, room;
};

RnnAhead *
rnn_ahead_new (RnnModel *model)
{
  RnnAhead *ahead;
  gsize n_none;

  g_return_val_if_fail (model != NULL, NULL);
  ahead = g_new0 (RnnAhead, 1);
  ahead->k = rnn_model_get_lookahead (model);
  ahead->n_slots = rnn_model_get_n_slots (model);
  ahead->n_y = rnn_model_get_n_outputs (model);
  ahead->n_skip = ahead->k;
  ahead->is_whole = rnn_model_get_n_directions (model) > 1 && ahead->k > 0;
  n_none = ahead->k * ahead->n_slots;
  ahead->state = rnn_state_new (model);
  ahead->beyond = ahead->k > 0 ? rnn_state_new (model) : NULL;
  ahead->none = g_try_new (gint32, MAX (n_none, 1));
  if (!ahead->state || (ahead->k > 0 && !ahead->beyond) || !ahead->none) {
    rnn_ahead_free (ahead);
    return NULL;
  }
  memset (ahead->none, 0xff, n_none * sizeof *ahead->none);
  return ahead;
}

void
rnn_ahead_free (RnnAhead *ahead)
{
  if (!ahead)
    return;
  rnn_state_free (ahead->state);
  rnn_state_free (ahead->beyond);
  g_free (ahead->none);
  g_free (ahead->rows);
  g_free (ahead);
}

RnnState *
rnn_ahead_get_state (RnnAhead *ahead)
{
  g_return_val_if_fail (ahead != NULL, NULL);
  return ahead->state;
}

void
rnn_ahead_forget (RnnAhead *ahead)
{
  g_return_if_fail (ahead != NULL);
  rnn_ahead_drop (ahead, ahead->n_rows);
  ahead->n_skip = ahead->k;
}

void
rnn_ahead_reset (RnnAhead *ahead)
{
  g_return_if_fail (ahead != NULL);
  rnn_ahead_forget (ahead);
  rnn_state_reset (ahead->state);
}

void
rnn_ahead_assign (RnnAhead *ahead, const RnnAhead *from)
{
  g_return_if_fail (ahead != NULL && from != NULL);
  rnn_ahead_forget (ahead);
  rnn_state_assign (ahead->state, from->state);
}

/* Make room for @n more rows behind those that are there. */
static gboolean
make_room (RnnAhead *ahead, gsize n)
{
  gsize wanted, n_bytes;
  float *rows;

  if (ahead->room - ahead->first - ahead->n_rows >= n)
    return TRUE;
  if (ahead->n_rows > 0)
    memmove (ahead->rows, rnn_ahead_get_rows (ahead),
             ahead->n_rows * ahead->n_y * sizeof *rows);
  ahead->first = 0;
  if (ahead->room - ahead->n_rows >= n)
    return TRUE;
  if (n > G_MAXSIZE / 4 || ahead->n_rows > G_MAXSIZE / 4)
    return FALSE;
  wanted = MAX (ahead->n_rows + n, 2 * ahead->n_rows);
  if (!_rnn_mul (wanted, ahead->n_y, &n_bytes)
      || !_rnn_mul (n_bytes, sizeof *rows, &n_bytes)
      || !(rows = g_try_realloc (ahead->rows, n_bytes)))
    return FALSE;
  ahead->rows = rows;
  ahead->room = wanted;
  return TRUE;
}

static gboolean
no_memory (GError **error, gsize n)
{
  g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
               "no memory for yhat of %" G_GSIZE_FORMAT " tokens", n);
  return FALSE;
}

/* Take @n steps of @state and keep the rows that speak of tokens. */
static gboolean
run (RnnAhead *ahead, RnnState *state, const gint32 *tokens, gsize n,
     GError **error)
{
  gsize skip = MIN (ahead->n_skip, n);
  float *rows;

  if (!make_room (ahead, n))
    return no_memory (error, n);
  rows = ahead->rows + (ahead->first + ahead->n_rows) * ahead->n_y;
  if (!rnn_state_run (state, tokens, n, rows, error))
    return FALSE;
  if (skip > 0)
    memmove (rows, rows + skip * ahead->n_y,
             (n - skip) * ahead->n_y * sizeof *rows);
  ahead->n_rows += n - skip;
  ahead->n_skip -= skip;
  return TRUE;
}

/* Take the @n steps of a text and the k beyond it in one call, as a backward
 * direction begins behind them; the true state then takes the @n alone. */
static gboolean
run_text (RnnAhead *ahead, const gint32 *tokens, gsize n, GError **error)
{
  gsize n_bytes = ahead->n_slots * sizeof *tokens;
  gint32 *all =
      n < G_MAXSIZE - ahead->k ? g_try_malloc_n (n + ahead->k, n_bytes) : NULL;
  gboolean ok;

  if (!all)
    return no_memory (error, n);
  memcpy (all, tokens, n * n_bytes);
  memcpy (all + n * ahead->n_slots, ahead->none, ahead->k * n_bytes);
  rnn_state_assign (ahead->beyond, ahead->state);
  ok = run (ahead, ahead->beyond, all, n + ahead->k, error);
  g_free (all);
  if (!ok)
    return FALSE;
  ahead->n_skip = ahead->k;
  /* What the state alone gives of the text is not wanted: it lands behind the
   * rows. */
  ok = make_room (ahead, n) || no_memory (error, n);
  ok = ok
       && rnn_state_run (
           ahead->state, tokens, n,
           ahead->rows + (ahead->first + ahead->n_rows) * ahead->n_y, error);
  if (!ok)
    ahead->n_rows -= n;
  return ok;
}

gboolean
rnn_ahead_run (RnnAhead *ahead, const gint32 *tokens, gsize n_tokens,
               GError **error)
{
  g_return_val_if_fail (ahead != NULL, FALSE);
  if (n_tokens == 0)
    return TRUE;
  return ahead->is_whole ? run_text (ahead, tokens, n_tokens, error)
                         : run (ahead, ahead->state, tokens, n_tokens, error);
}

gboolean
rnn_ahead_run_sentences (RnnAhead *ahead, const gint32 *tokens,
                         const char *text, const RnnToken *spans,
                         gsize n_tokens, GError **error)
{
  gsize first = 0;

  g_return_val_if_fail (ahead != NULL, FALSE);
  /* A network that owes nothing sees the tokens in one piece: where its
   * backward direction begins is the caller's to say. */
  for (gsize i = 0; ahead->k > 0 && !ahead->is_whole && i < n_tokens; i++) {
    if (!rnn_word_ends_sentence (text + spans[i].start,
                                 spans[i].end - spans[i].start))
      continue;
    if (!rnn_ahead_run (ahead, tokens + first * ahead->n_slots, i + 1 - first,
                        error)
        || !rnn_ahead_end (ahead, error))
      return FALSE;
    first = i + 1;
  }
  return rnn_ahead_run (ahead, tokens + first * ahead->n_slots,
                        n_tokens - first, error);
}

gboolean
rnn_ahead_settle (RnnAhead *ahead, gsize n_tokens, GError **error)
{
  gsize n, n_skip;

  g_return_val_if_fail (ahead != NULL, FALSE);
  n = MIN (n_tokens, rnn_ahead_get_n_waiting (ahead));
  if (n == 0)
    return TRUE;
  n_skip = ahead->n_skip;
  rnn_state_assign (ahead->beyond, ahead->state);
  if (!run (ahead, ahead->beyond, ahead->none, n_skip + n, error))
    return FALSE;
  ahead->n_skip = n_skip + n;
  return TRUE;
}

gboolean
rnn_ahead_end (RnnAhead *ahead, GError **error)
{
  g_return_val_if_fail (ahead != NULL, FALSE);
  return rnn_ahead_settle (ahead, ahead->k, error);
}

gsize
rnn_ahead_get_n_waiting (const RnnAhead *ahead)
{
  g_return_val_if_fail (ahead != NULL, 0);
  return ahead->k - ahead->n_skip;
}

gsize
rnn_ahead_get_n_rows (const RnnAhead *ahead)
{
  g_return_val_if_fail (ahead != NULL, 0);
  return ahead->n_rows;
}

const float *
rnn_ahead_get_rows (const RnnAhead *ahead)
{
  g_return_val_if_fail (ahead != NULL, NULL);
  return ahead->rows ? ahead->rows + ahead->first * ahead->n_y : NULL;
}

void
rnn_ahead_drop (RnnAhead *ahead, gsize n_rows)
{
  g_return_if_fail (ahead != NULL && n_rows <= ahead->n_rows);
  ahead->first += n_rows;
  ahead->n_rows -= n_rows;
  if (ahead->n_rows > 0)
    return;
  ahead->first = 0;
  if (ahead->room > KEEP_ROWS) {
    g_clear_pointer (&ahead->rows, g_free);
    ahead->room = 0;
  }
}
