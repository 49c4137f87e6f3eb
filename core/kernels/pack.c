/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernels/kernels.h"

#include "base/checked.h"

#include <string.h>

/* Spread the panels evenly, so that no sweep has too few sums to hide the
 * latency of their additions. */
static void
choose_groups (guint8 *group_panels, gsize n_groups, gsize n_panels)
{
  for (gsize g = 0; g < n_groups; g++)
    group_panels[g] = (guint8) (n_panels / n_groups + (g < n_panels % n_groups));
}

static void
pack_group (float *out, const float *W, gsize n_rows, gsize n_cols, gsize width)
{
  for (gsize j = 0; j < n_rows; j++)
    for (gsize k = 0; k < n_cols; k++)
      out[k * width + j] = W[j * n_cols + k];
}

gboolean
_rnn_packed_init (RnnPacked *packed, const float *W, gsize n_rows, gsize n_cols)
{
  gsize n_panels = _rnn_pad (n_rows) / RNN_LANES;
  gsize n_groups = (n_panels + RNN_MAX_GROUP - 1) / RNN_MAX_GROUP;
  gsize n_weights;
  guint8 *group_panels;
  float *weights = NULL;

  if (_rnn_mul (_rnn_pad (n_rows), n_cols, &n_weights))
    weights = _rnn_try_alloc (MAX (n_weights, 1), sizeof *weights);
  group_panels = g_try_malloc (MAX (n_groups, 1));
  if (!weights || !group_panels) {
    _rnn_free (weights);
    g_free (group_panels);
    return FALSE;
  }
  memset (weights, 0, n_weights * sizeof *weights);
  choose_groups (group_panels, n_groups, n_panels);
  *packed = (RnnPacked) { n_rows, n_cols, n_groups, group_panels, weights };
  for (gsize g = 0, row = 0; g < n_groups; g++) {
    gsize width = group_panels[g] * (gsize) RNN_LANES;
    pack_group (weights + row * n_cols, W + row * n_cols,
                MIN (width, n_rows - row), n_cols, width);
    row += width;
  }
  return TRUE;
}

void
_rnn_packed_clear (RnnPacked *packed)
{
  _rnn_free (packed->weights);
  g_free (packed->group_panels);
  memset (packed, 0, sizeof *packed);
}
