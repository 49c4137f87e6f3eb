/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* bytes-reference.c again, a register at a time. Included once by the file of
 * each instruction set, after it has defined:
 *
 *   LANES                   32-bit sums of a register
 *   W_TYPE Q_TYPE SUM_TYPE  bytes of the matrix, of the vector; sums
 *   w_load (p)              4 LANES bytes
 *   q_set (p)               4 bytes, the same in each lane
 *   sum_zero ()
 *   sum_add (sum, w, q)     sum plus the products of a lane's four bytes
 *   sum_finish (sum, offset, factor, from)
 *                           store (float) sum times factor plus what is there;
 *                           @offset: int32[LANES], for tables that add 128 to q
 *   find_largest (a, n, &nothing), round_lanes (a, inverse, q)
 *                           for round_values() below; a file without them says
 *                           ROUND_AS_REFERENCE
 */
#pragma once

#include "kernels/bytes.h"

#include <string.h>

#define INLINE static inline __attribute__ ((always_inline))
#define UNROLL _Pragma ("GCC unroll 16")

INLINE void
run_group (const RnnPackedBytes *W, const gint8 *w, const gint8 *q, float scale,
           float *sums, gsize first, const gsize chunks)
{
  SUM_TYPE acc[RNN_BYTES_CHUNKS];

  UNROLL for (gsize c = 0; c < chunks; c++) acc[c] = sum_zero ();
  for (gsize k = 0; k < W->n_cols; k += RNN_BYTES_STEP) {
    Q_TYPE x = q_set (q + k);
    UNROLL for (gsize c = 0; c < chunks; c++) acc[c] =
        sum_add (acc[c], w_load (w + c * LANES * RNN_BYTES_STEP), x);
    w += chunks * LANES * RNN_BYTES_STEP;
  }
  UNROLL for (gsize c = 0; c < chunks; c++)
  {
    gsize row = (first + c) * LANES;
    sum_finish (acc[c], W->offset + row, W->scale + row, scale, sums + row);
  }
}

static void
product (const RnnPackedBytes *W, const gint8 *q, float scale, float *sums)
{
  const gint8 *w = W->weights;

  for (gsize first = 0; first < W->n_chunks; first += RNN_BYTES_CHUNKS) {
    gsize chunks = MIN (RNN_BYTES_CHUNKS, W->n_chunks - first);
#define GROUP(N)                                                               \
  case N:                                                                      \
    run_group (W, w, q, scale, sums, first, N);                                \
    break
    switch (chunks) {
      GROUP (1);
      GROUP (2);
      GROUP (3);
      GROUP (4);
      GROUP (5);
      GROUP (6);
      GROUP (7);
      GROUP (8);
    }
#undef GROUP
    w += chunks * LANES * W->n_cols;
  }
}

#ifndef ROUND_AS_REFERENCE
/* find_largest(): the largest size among @n values, in *@nothing 0, or NaN when
 * one of them is not finite. round_lanes(): LANES values times @inverse,
 * rounded to LANES bytes. */
static float
round_values (const float *a, gsize n, gint8 *q)
{
  float nothing, largest = find_largest (a, n, &nothing);
  float inverse = largest > 0 && nothing == 0 ? 127.0f / largest : 0;

  for (gsize k = 0; k < n; k += LANES)
    round_lanes (a + k, inverse, q + k);
  if (nothing != 0)
    memset (q, 0, n);
  memset (q + n, 0, (n + 63) / 64 * 64 - n);
  return largest / 127.0f + nothing;
}
#endif
