/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The output layer. Included by step.h; the file of each instruction set has
 * defined:
 *
 *   v_sum (a)          the last rounds of sum_lanes() of reference.c
 *   v_store_4_sums (y, b, a)
 *                      y[j] = b[j] + v_sum (a[j]) for four j at once
 */
#pragma once

#include "kernels/vector.h"

/* Registers that hold RNN_LANES floats. */
#define N_V (RNN_LANES / LANES)

/* Sixteen partial sums, joined as a tree as far as whole registers go. */
INLINE V
join (V *sums)
{
  for (gsize half = N_V / 2; half > 0; half /= 2)
    for (gsize i = 0; i < half; i++)
      sums[i] = v_add (sums[i], sums[i + half]);
  return sums[0];
}

/* Rows [j, j + n_rows) of the output layer for one a<t>. */
INLINE void
dot_rows (const float *w, const float *b, gsize padded, const float *a,
          float *y, const gsize n_rows)
{
  V sums[4][N_V], joined[4];

  for (gsize j = 0; j < n_rows; j++)
    for (gsize v = 0; v < N_V; v++)
      sums[j][v] = v_set1 (0.0f);
  for (gsize k = 0; k < padded; k += RNN_LANES)
    UNROLL for (gsize v = 0; v < N_V; v++)
    {
      V ak = v_load (a + k + v * LANES);
      UNROLL for (gsize j = 0; j < n_rows; j++) sums[j][v] =
          v_fma (v_load (w + j * padded + k + v * LANES), ak, sums[j][v]);
    }
  for (gsize j = 0; j < n_rows; j++)
    joined[j] = join (sums[j]);
  if (n_rows == 4)
    v_store_4_sums (y, b, joined);
  else
    for (gsize j = 0; j < n_rows; j++)
      y[j] = b[j] + v_sum (joined[j]);
}

static void
dots (const float *W, const float *b, gsize n_y, gsize n_a, const float *a,
      gsize a_stride, float *y, gsize y_stride, gsize n)
{
  gsize padded = _rnn_pad (n_a);

  for (gsize i = 0; i < n; i++, a += a_stride, y += y_stride) {
    gsize j = 0;
    for (; j + 4 <= n_y; j += 4)
      dot_rows (W + j * padded, b + j, padded, a, y + j, 4);
    for (; j < n_y; j++)
      dot_rows (W + j * padded, b + j, padded, a, y + j, 1);
  }
}

#include "kernels/softmax.h"
