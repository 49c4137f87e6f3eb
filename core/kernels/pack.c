/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernels/kernels.h"

#include "base/checked.h"

#include <string.h>

/* Spread the chunks evenly, so that no sweep has too few sums to hide the
 * latency of their additions. */
static void
choose_groups (guint8 *group_chunks, gsize n_groups, gsize n_chunks)
{
  for (gsize g = 0; g < n_groups; g++)
    group_chunks[g] =
        (guint8) (n_chunks / n_groups + (g < n_chunks % n_groups));
}

/* What the last chunk is, when it holds @n_units. */
static gsize
choose_narrow (const RnnKernels *kernels, gsize n_units)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kernels->narrow); i++)
    if (n_units <= kernels->narrow[i])
      return kernels->narrow[i];
  return 0;
}

/* A panel [n_cols][n_chunks][n_gates][lanes] of the units from @unit on, as far
 * as there are some. */
static void
pack_panel (const RnnPacked *packed, float *out, const float *W, gsize unit,
            gsize n_chunks, gsize lanes)
{
  gsize G = packed->n_gates, n_cols = packed->n_cols;
  gsize width = n_chunks * G * lanes;
  gsize n = MIN (n_chunks * lanes, packed->n_units - unit);

  for (gsize g = 0; g < G; g++)
    for (gsize u = 0; u < n; u++) {
      const float *row = W + (g * packed->n_units + unit + u) * n_cols;
      float *place = out + (u / lanes * G + g) * lanes + u % lanes;
      for (gsize k = 0; k < n_cols; k++)
        place[k * width] = row[k];
    }
}

static void
pack_group (const RnnPacked *packed, float *out, const float *W, gsize unit,
            gsize g)
{
  gsize whole = _rnn_whole_chunks (packed, g);
  gsize of_panel = _rnn_panel_chunks (packed->n_gates, whole);
  gsize n_units = of_panel * packed->lanes;

  for (gsize c = 0; c < whole; c += of_panel) {
    pack_panel (packed, out, W, unit, of_panel, packed->lanes);
    out += n_units * packed->n_gates * packed->n_cols;
    unit += n_units;
  }
  if (whole < packed->group_chunks[g])
    pack_panel (packed, out, W, unit, 1, packed->narrow);
}

gboolean
_rnn_packed_init (RnnPacked *packed, const RnnKernels *kernels, const float *W,
                  gsize n_gates, gsize n_units, gsize n_cols)
{
  gsize lanes = kernels->lanes, n_chunks = (n_units + lanes - 1) / lanes;
  gsize max = kernels->max_chunks[n_gates];
  gsize in_last = n_units - MIN (n_units, (MAX (n_chunks, 1) - 1) * lanes);
  gsize narrow = choose_narrow (kernels, in_last);
  gsize n_groups = (n_chunks + max - 1) / max, n_rows, n_weights;
  guint8 *group_chunks = g_try_malloc (MAX (n_groups, 1));
  float *weights = NULL;

  if (_rnn_mul (n_chunks * lanes - (narrow ? lanes - narrow : 0), n_gates,
                &n_rows)
      && _rnn_mul (n_rows, n_cols, &n_weights))
    weights = _rnn_try_alloc (MAX (n_weights, 1), sizeof *weights);
  if (!weights || !group_chunks) {
    _rnn_free (weights);
    g_free (group_chunks);
    return FALSE;
  }
  memset (weights, 0, n_weights * sizeof *weights);
  choose_groups (group_chunks, n_groups, n_chunks);
  *packed = (RnnPacked){ n_units,  n_gates, n_cols,       lanes,
                         n_groups, narrow,  group_chunks, weights };
  for (gsize g = 0, unit = 0; g < n_groups; g++) {
    pack_group (packed, weights + unit * n_gates * n_cols, W, unit, g);
    unit += group_chunks[g] * lanes;
  }
  return TRUE;
}

void
_rnn_packed_clear (RnnPacked *packed)
{
  _rnn_free (packed->weights);
  g_free (packed->group_chunks);
  memset (packed, 0, sizeof *packed);
}
