/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "forward/state.h"

#include "base/checked.h"

#include <string.h>

/* Take @n_rows rows, rounded up to a panel, from @memory (NULL: only count
 * them); NULL where there is nothing to take. */
static float *
take (float *memory, gsize *used, gsize n_rows, gsize stride, gboolean *fits)
{
  float *here = memory && n_rows * stride > 0 ? memory + *used : NULL;
  gsize n;

  *fits = *fits && _rnn_mul (n_rows, stride, &n)
          && n <= G_MAXSSIZE / sizeof (float) - RNN_LANES
          && _rnn_add (*used, _rnn_pad (n), used);
  return here;
}

/* Bytes of the longest vector that is rounded, as round() of bytes.h fills
 * them. */
static gsize
bytes_of_vector (const RnnConfig *config)
{
  gsize n = MAX (config->n_embedding, config->n_hidden * config->n_directions);

  return (n + 63) / 64 * 64;
}

/* Lay all arrays out in @memory; NULL: only count the floats. */
static gboolean
lay_out (RnnWorkspace *work, const RnnModel *model, gsize n_rows, float *memory,
         gsize *n_floats)
{
  const RnnConfig *config = &model->config;
  gsize sums = _rnn_sums_stride (config), a = _rnn_pad (config->n_hidden);
  gsize hidden = _rnn_hidden_stride (config), used = 0;
  gsize dense = _rnn_pad (config->n_embedding);
  gsize rows = n_rows, step = sizeof (RnnStep) / sizeof (float);
  gboolean has_cells =
      config->cell == RNN_CELL_LSTM && config->n_directions > 1;
  gboolean fits = TRUE;

  work->dense = take (memory, &used, rows, dense, &fits);
  work->sums = take (memory, &used, rows, sums, &fits);
  work->hidden[0] = take (memory, &used, rows, hidden, &fits);
  work->hidden[1] = take (memory, &used, rows, hidden, &fits);
  work->yhat = take (memory, &used, rows, config->n_outputs, &fits);
  work->zeros = take (memory, &used, 1, a, &fits);
  work->cells = take (memory, &used, has_cells ? rows : 0, a, &fits);
  work->bytes =
      (gpointer) take (memory, &used, config->is_int8 ? 1 : 0,
                       bytes_of_vector (config) / sizeof (float), &fits);
  work->byte_sums = take (memory, &used, config->is_int8 ? 1 : 0, sums, &fits);
  work->candidate = take (memory, &used, config->is_int8 ? 1 : 0, a, &fits);
  work->row = take (memory, &used, 1, MAX (sums, dense), &fits);
  work->steps = (gpointer) take (memory, &used, rows, step, &fits);
  work->to_compute = (gpointer) take (memory, &used, rows, step, &fits);
  work->n_rows = rows;
  work->turn = FALSE;
  *n_floats = used;
  return fits;
}

/* Make room for @n_rows rows; FALSE: no memory, and nothing has changed. What
 * the rows held is lost. */
gboolean
_rnn_workspace_grow (RnnWorkspace *work, const RnnModel *model, gsize n_rows)
{
  RnnWorkspace grown;
  gsize n_floats;
  float *memory;

  if (n_rows <= work->n_rows)
    return TRUE;
  if (!lay_out (&grown, model, n_rows, NULL, &n_floats))
    return FALSE;
  memory = _rnn_try_alloc (n_floats, sizeof *memory);
  if (!memory)
    return FALSE;
  lay_out (&grown, model, n_rows, memory, &n_floats);
  grown.memory = memory;
  _rnn_workspace_clear (work);
  *work = grown;
  return TRUE;
}

void
_rnn_workspace_clear (RnnWorkspace *work)
{
  _rnn_free (work->memory);
  memset (work, 0, sizeof *work);
}
