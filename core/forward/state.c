/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "forward/state.h"

#include "base/checked.h"

#include <string.h>

/* Floats that a state carries from token to token, pads included. */
gsize
_rnn_state_n_floats (const RnnModel *model)
{
  gsize per_layer = _rnn_pad (model->config.n_hidden);
  gsize kinds = model->config.cell == RNN_CELL_LSTM ? 2 : 1;

  return kinds * model->config.n_layers * per_layer;
}

/* Whoever has a state can take a step: a workspace of a row is there. */
static gboolean
prepare_workspace (const RnnState *state)
{
  RnnWorkspaces *all = state->packed->workspaces;
  RnnWorkspace *work = _rnn_workspaces_take (all, state);
  gboolean ok = work && _rnn_workspace_grow (work, state->model, 1);

  if (work)
    _rnn_workspaces_give (all, state, work);
  return ok;
}

RnnState *
rnn_state_new (RnnModel *model)
{
  const RnnPackedModel *packed;
  RnnState *state;
  gsize n_floats;

  g_return_val_if_fail (model != NULL, NULL);
  packed = _rnn_packed_model_get (model);
  if (!packed)
    return NULL;
  n_floats = _rnn_state_n_floats (model);
  state = g_new0 (RnnState, 1);
  state->model = rnn_model_ref (model);
  state->packed = packed;
  state->carried = _rnn_try_alloc (n_floats, sizeof *state->carried);
  state->next = _rnn_try_alloc (n_floats, sizeof *state->next);
  if (!state->carried || !state->next || !prepare_workspace (state)) {
    rnn_state_free (state);
    return NULL;
  }
  rnn_state_reset (state);
  return state;
}

void
rnn_state_assign (RnnState *state, const RnnState *from)
{
  g_return_if_fail (state != NULL && from != NULL);
  g_return_if_fail (state->model == from->model);
  memcpy (state->carried, from->carried,
          _rnn_state_n_floats (state->model) * sizeof *state->carried);
}

RnnState *
rnn_state_copy (const RnnState *state)
{
  RnnState *copy;

  g_return_val_if_fail (state != NULL, NULL);
  copy = rnn_state_new (state->model);
  if (copy)
    rnn_state_assign (copy, state);
  return copy;
}

void
rnn_state_reset (RnnState *state)
{
  const RnnModel *model;
  gsize n_a;

  g_return_if_fail (state != NULL);
  model = state->model;
  n_a = model->config.n_hidden;
  memset (state->carried, 0,
          _rnn_state_n_floats (model) * sizeof *state->carried);
  for (gsize l = 0; model->a0 && l < model->config.n_layers; l++)
    memcpy (state->carried + l * _rnn_pad (n_a), model->a0,
            n_a * sizeof *state->carried);
}

void
rnn_state_free (RnnState *state)
{
  if (!state)
    return;
  _rnn_free (state->carried);
  _rnn_free (state->next);
  rnn_model_unref (state->model);
  g_free (state);
}

RnnModel *
rnn_state_get_model (const RnnState *state)
{
  g_return_val_if_fail (state != NULL, NULL);
  return state->model;
}
