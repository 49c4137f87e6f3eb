/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run: blocks of steps, and what makes it all or nothing. */
#include "forward/state.h"

#include "base/checked.h"

#include <string.h>

/* Enough rows that a product of matrices pays, few enough to stay in cache. */
#define BLOCK_ROWS 32
/* A workspace above this is given back after the run that wanted it. */
#define KEEP_ROWS 1024

static void
no_memory (GError **error, gsize n_tokens)
{
  g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
               "no memory to run %" G_GSIZE_FORMAT " tokens", n_tokens);
}

/* Steps a block takes: all of them where a backward direction must see the
 * end. Makes room; 0: no memory even for the least. */
static gsize
choose_steps (RnnBlock *block)
{
  gsize n_steps = MAX (1, BLOCK_ROWS / block->n_streams), n_rows;

  if (block->model->config.n_directions > 1)
    n_steps = block->n_tokens;
  n_steps = MIN (n_steps, block->n_tokens);
  if (_rnn_mul (n_steps, block->n_streams, &n_rows)
      && _rnn_workspace_grow (block->work, block->model, n_rows))
    return n_steps;
  if (block->model->config.n_directions > 1)
    return 0;
  return MIN (block->work->n_rows / block->n_streams, block->n_tokens);
}

/* Rows of the workspace are ordered by step, those of the caller by stream. */
static void
copy_yhat (const RnnBlock *block, float *yhat)
{
  gsize n_y = block->model->config.n_outputs, n = block->n_streams;

  if (n == 1) {
    memcpy (yhat + block->first * n_y, block->work->yhat,
            block->n_steps * n_y * sizeof *yhat);
    return;
  }
  for (gsize s = 0; s < n; s++)
    for (gsize t = 0; t < block->n_steps; t++)
      memcpy (yhat + (s * block->n_tokens + block->first + t) * n_y,
              block->work->yhat + (t * n + s) * n_y, n_y * sizeof *yhat);
}

static gboolean
run_block (const RnnBlock *block)
{
  const float *hidden = NULL;

  for (gsize l = 0; l < block->model->config.n_layers; l++)
    hidden = _rnn_layer_run (block, l, hidden);
  return _rnn_output_run (block, hidden);
}

/* Run every block into @yhat; FALSE: a number is not finite. */
static gboolean
run_blocks (RnnBlock *block, gsize block_steps, float *yhat, GError **error)
{
  for (block->first = 0; block->first < block->n_tokens;
       block->first += block->n_steps) {
    block->n_steps = MIN (block_steps, block->n_tokens - block->first);
    if (!run_block (block)) {
      g_set_error (error, RNN_ERROR, RNN_ERROR_NUMERIC,
                   "steps %" G_GSIZE_FORMAT " … %" G_GSIZE_FORMAT
                   ": expected finite numbers, the network overflowed",
                   block->first, block->first + block->n_steps - 1);
      return FALSE;
    }
    copy_yhat (block, yhat);
  }
  return TRUE;
}

static void
swap_states (const RnnBlock *block)
{
  for (gsize s = 0; s < block->n_streams; s++) {
    float *old = block->states[s]->carried;
    block->states[s]->carried = block->states[s]->next;
    block->states[s]->next = old;
  }
}

/* Yhat goes to the caller when all of it is there: a run of one block has it in
 * the workspace, a longer one needs room of its own. */
static gboolean
run_all_or_nothing (RnnBlock *block, float *yhat, GError **error)
{
  gsize n_floats, block_steps = choose_steps (block);
  float *scratch;
  gboolean ok;

  if (block_steps == 0
      || !_rnn_mul (block->n_tokens, block->model->config.n_outputs, &n_floats)
      || !_rnn_mul (n_floats, block->n_streams, &n_floats)) {
    no_memory (error, block->n_tokens);
    return FALSE;
  }
  if (block_steps == block->n_tokens) {
    ok = run_blocks (block, block_steps, yhat, error);
  } else {
    scratch = g_try_new (float, n_floats);
    if (!scratch) {
      no_memory (error, block->n_tokens);
      return FALSE;
    }
    ok = run_blocks (block, block_steps, scratch, error);
    if (ok)
      memcpy (yhat, scratch, n_floats * sizeof *yhat);
    g_free (scratch);
  }
  if (ok)
    swap_states (block);
  return ok;
}

gboolean
rnn_states_run (RnnState *const *states, gsize n_states, const gint32 *tokens,
                gsize n_tokens, float *yhat, GError **error)
{
  RnnBlock block = { 0 };
  gsize n_indices;
  gboolean ok;

  if (n_states == 0 || n_tokens == 0)
    return TRUE;
  g_return_val_if_fail (states != NULL && tokens != NULL && yhat != NULL,
                        FALSE);
  for (gsize s = 0; s < n_states; s++)
    g_return_val_if_fail (states[s]->model == states[0]->model, FALSE);
  block.states = states;
  block.n_streams = n_states;
  block.model = states[0]->model;
  block.packed = states[0]->packed;
  block.tokens = tokens;
  block.n_tokens = n_tokens;
  if (!_rnn_mul (n_states, n_tokens, &n_indices)
      || !_rnn_mul (n_indices, block.model->config.n_slots, &n_indices)) {
    no_memory (error, n_tokens);
    return FALSE;
  }
  if (!_rnn_tokens_check (block.model, tokens, n_indices, error))
    return FALSE;
  block.work = _rnn_workspaces_take (block.packed->workspaces, states[0]);
  if (!block.work) {
    no_memory (error, n_tokens);
    return FALSE;
  }
  ok = run_all_or_nothing (&block, yhat, error);
  if (block.work->n_rows > KEEP_ROWS)
    _rnn_workspace_clear (block.work);
  _rnn_workspaces_give (block.packed->workspaces, states[0], block.work);
  return ok;
}

gboolean
rnn_state_run (RnnState *state, const gint32 *tokens, gsize n_tokens,
               float *yhat, GError **error)
{
  g_return_val_if_fail (state != NULL, FALSE);
  return rnn_states_run (&state, 1, tokens, n_tokens, yhat, error);
}
