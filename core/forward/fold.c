/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sums of layer 0 that depend on the token alone: kept when a word first comes,
 * by whichever stream it comes to, and no longer computed then. */
#include "forward/state.h"

#include "base/checked.h"

#include <string.h>

/* What a direction's table may take. Words are ordered by how often they come
 * in most dictionaries, so the first rows serve most tokens. */
#define FOLDED_BYTES (8 << 20)

/* Of a row: who finds it empty may fill it, who finds it whole may read it. */
enum { EMPTY, BEING_WRITTEN, WHOLE };

gboolean
_rnn_fold_prepare (RnnPackedModel *packed, const RnnModel *model)
{
  const RnnConfig *config = &model->config;
  gsize stride = _rnn_sums_stride (config);
  gsize n = MIN (config->n_inputs, FOLDED_BYTES / sizeof (float) / stride);

  for (gsize d = 0; config->n_slots == 1 && d < config->n_directions; d++) {
    RnnPackedLayer *layer = &packed->layers[d];
    /* The system gives pages when they are written to. */
    layer->folded = _rnn_try_alloc_unset (MAX (n * stride, 1), sizeof (float));
    layer->row_states = g_try_new0 (atomic_uchar, MAX (n, 1));
    if (!layer->folded || !layer->row_states)
      return FALSE;
    layer->n_folded = n;
  }
  return TRUE;
}

void
_rnn_fold_clear (RnnPackedLayer *layer)
{
  _rnn_free (layer->folded);
  g_free (layer->row_states);
}

const float *
_rnn_folded_sums (const RnnPackedLayer *layer, gsize word, gsize stride)
{
  if (word >= layer->n_folded
      || atomic_load_explicit (&layer->row_states[word], memory_order_acquire)
             != WHOLE)
    return NULL;
  return layer->folded + word * stride;
}

void
_rnn_fold_sums (const RnnPackedLayer *layer, gsize word, gsize stride,
                const float *sums)
{
  unsigned char expected = EMPTY;

  if (word >= layer->n_folded
      || !atomic_compare_exchange_strong (&layer->row_states[word], &expected,
                                          BEING_WRITTEN))
    return;
  memcpy (layer->folded + word * stride, sums, stride * sizeof *sums);
  atomic_store_explicit (&layer->row_states[word], WHOLE, memory_order_release);
}
