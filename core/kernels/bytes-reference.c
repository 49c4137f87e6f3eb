/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The specification of products of bytes, as plain C. Other tables match it. */
#include "kernels/bytes.h"

#include <math.h>
#include <string.h>

enum { LANES = 8 };

float
_rnn_bytes_round (const float *a, gsize n, gint8 *q)
{
  float largest = 0, nothing = 0, inverse;

  for (gsize k = 0; k < n; k++) {
    float size = fabsf (a[k]);
    largest = size > largest ? size : largest;
    /* 0, or NaN for good. */
    nothing += a[k] * 0.0f;
  }
  inverse = largest > 0 && nothing == 0 ? 127.0f / largest : 0;
  memset (q, 0, (n + 63) / 64 * 64);
  for (gsize k = 0; nothing == 0 && k < n; k++)
    q[k] = (gint8) rintf (a[k] * inverse);
  return largest / 127.0f + nothing;
}

static void
product (const RnnPackedBytes *W, const gint8 *q, float scale, float *sums)
{
  const gint8 *group = W->weights;

  for (gsize first = 0; first < W->n_chunks; first += RNN_BYTES_CHUNKS) {
    gsize chunks = MIN (RNN_BYTES_CHUNKS, W->n_chunks - first);
    gsize width = chunks * LANES * RNN_BYTES_STEP;
    for (gsize r = 0; r < chunks * LANES; r++) {
      gsize row = first * LANES + r;
      gint32 sum = 0;
      if (row >= W->n_rows)
        continue;
      for (gsize k = 0; k < W->n_cols; k++)
        sum += group[k / RNN_BYTES_STEP * width + r * RNN_BYTES_STEP
                     + k % RNN_BYTES_STEP]
               * q[k];
      sums[row] = fmaf ((float) sum, W->scale[row] * scale, sums[row]);
    }
    group += width * W->n_cols / RNN_BYTES_STEP;
  }
}

const RnnByteKernels _rnn_byte_kernels_reference = { "c", LANES,
                                                     _rnn_bytes_round,
                                                     product };
