/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernels/bytes.h"

#include "base/checked.h"

#include <string.h>

static gsize
round_up (gsize n, gsize step)
{
  return (n + step - 1) / step * step;
}

/* Where row @row's bytes of columns 0 … 3 are; those of the next four are
 * *@stride behind them. */
static gint8 *
place_of (const RnnPackedBytes *packed, gsize row, gsize *stride)
{
  gsize chunk = row / packed->lanes;
  gsize first = chunk / RNN_BYTES_CHUNKS * RNN_BYTES_CHUNKS;
  gsize chunks = MIN (RNN_BYTES_CHUNKS, packed->n_chunks - first);

  *stride = chunks * packed->lanes * RNN_BYTES_STEP;
  return packed->weights + first * packed->lanes * packed->n_cols
         + ((chunk - first) * packed->lanes + row % packed->lanes)
               * RNN_BYTES_STEP;
}

static void
pack_row (RnnPackedBytes *packed, const gint8 *from, gsize n_cols, gsize row)
{
  gsize stride;
  gint8 *to = place_of (packed, row, &stride);

  for (gsize k = 0; k < n_cols; k++) {
    to[k / RNN_BYTES_STEP * stride + k % RNN_BYTES_STEP] = from[k];
    packed->offset[row] += 128 * from[k];
  }
}

gboolean
_rnn_bytes_are_fit (const gint8 *W, gsize n_rows, gsize n_cols)
{
  if (n_cols > RNN_BYTES_MAX_COLS)
    return FALSE;
  for (gsize i = 0; i < n_rows * n_cols; i++)
    if (W[i] == -128)
      return FALSE;
  return TRUE;
}

gboolean
_rnn_packed_bytes_init (RnnPackedBytes *packed, const RnnByteKernels *kernels,
                        const gint8 *W, const float *scale, gsize n_rows,
                        gsize n_cols)
{
  gsize lanes = kernels->lanes, n_weights;
  RnnPackedBytes p = { n_rows, round_up (n_cols, RNN_BYTES_STEP), lanes,
                       (n_rows + lanes - 1) / lanes };
  gsize padded = p.n_chunks * lanes;

  if (!_rnn_mul (padded, p.n_cols, &n_weights))
    return FALSE;
  p.weights = _rnn_try_alloc (MAX (n_weights, 1), 1);
  p.scale = _rnn_try_alloc (MAX (padded, 1), sizeof *p.scale);
  p.offset = _rnn_try_alloc (MAX (padded, 1), sizeof *p.offset);
  if (!p.weights || !p.scale || !p.offset) {
    _rnn_packed_bytes_clear (&p);
    return FALSE;
  }
  memset (p.weights, 0, n_weights);
  memset (p.scale, 0, padded * sizeof *p.scale);
  memset (p.offset, 0, padded * sizeof *p.offset);
  memcpy (p.scale, scale, n_rows * sizeof *p.scale);
  for (gsize row = 0; row < n_rows; row++)
    pack_row (&p, W + row * n_cols, n_cols, row);
  *packed = p;
  return TRUE;
}

void
_rnn_packed_bytes_clear (RnnPackedBytes *packed)
{
  _rnn_free (packed->weights);
  _rnn_free (packed->scale);
  _rnn_free (packed->offset);
  memset (packed, 0, sizeof *packed);
}
