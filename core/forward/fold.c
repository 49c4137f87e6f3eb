/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sums of layer 0 that depend on the token alone, made at load. */
#include "forward/state.h"

#include "base/checked.h"

#include <string.h>

/* What a direction's table may take. Words are ordered by how often they come
 * in most dictionaries, so the first rows serve most tokens. */
#define FOLDED_BYTES (8 << 20)
#define BATCH 32

/* Run the input stage on words [first, first + n), so that a row made here has
 * the bits of one made in a step. */
static void
fold_batch (RnnBlock *block, gsize direction, gsize first, gsize n, float *out)
{
  gsize stride = _rnn_sums_stride (&block->model->config);
  gint32 words[BATCH];

  for (gsize i = 0; i < n; i++)
    words[i] = (gint32) (first + i);
  block->tokens = words;
  block->n_steps = block->n_tokens = n;
  _rnn_input_sums (block, direction);
  for (gsize i = 0; i < n; i++)
    memcpy (out + (first + i) * stride, block->work->steps[i].sums,
            stride * sizeof *out);
}

static gboolean
fold_direction (RnnBlock *block, RnnPackedLayer *layer, gsize direction)
{
  const RnnConfig *config = &block->model->config;
  gsize stride = _rnn_sums_stride (config);
  gsize n = MIN (config->n_inputs, FOLDED_BYTES / sizeof (float) / stride);
  float *folded = _rnn_try_alloc (MAX (n * stride, 1), sizeof *folded);

  for (gsize first = 0; folded && first < n; first += BATCH)
    fold_batch (block, direction, first, MIN (BATCH, n - first), folded);
  layer->folded = folded;
  layer->n_folded = folded ? n : 0;
  return folded != NULL;
}

gboolean
_rnn_fold_words (RnnPackedModel *packed, const RnnModel *model)
{
  RnnWorkspace work = { 0 };
  RnnBlock block = { NULL, 1, model, packed, &work, NULL, 0, 0, 0 };
  gboolean ok = TRUE;

  if (model->config.n_slots != 1)
    return TRUE;
  if (!_rnn_workspace_grow (&work, model, BATCH))
    return FALSE;
  for (gsize d = 0; ok && d < model->config.n_directions; d++)
    ok = fold_direction (&block, &packed->layers[d], d);
  _rnn_workspace_clear (&work);
  return ok;
}
