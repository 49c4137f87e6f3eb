/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* reference.c again, sixteen lanes at a time. Included once by the file of each
 * instruction set, after it has defined:
 *
 *   V                  sixteen floats
 *   v_load v_store     unaligned
 *   v_set1 v_add v_sub v_mul v_div
 *   v_fma (a, b, c)    a b + c, rounded once
 *   v_min (a, b)       a < b ? a : b, in each lane
 *   v_max (a, b)       a > b ? a : b
 *   v_flush (a)        |a| < RNN_TINY ? 0 : a
 *   v_power_of_two (n) 2^n for whole n, -126 … 127
 *   v_sum (a)          as sum_lanes() of reference.c
 *   TILE_1 TILE_2 TILE_4 TILE_8
 *                      panels that 1, 2, 4, 8 vectors at once can take along
 *                      without running out of registers
 */
#pragma once

#include "kernels/approximation.h"
#include "kernels/kernels.h"

#define INLINE static inline __attribute__ ((always_inline))

/* Sums for @n_panels panels of a group by @n_x vectors; both known to the
 * compiler, so that the sums stay in registers. */
INLINE void
tile (const float *w, gsize width, gsize n_cols, const float *x, gsize x_stride,
      float *acc, gsize acc_stride, const gsize n_panels, const gsize n_x)
{
  V sums[8][RNN_MAX_GROUP];

  for (gsize i = 0; i < n_x; i++)
    for (gsize p = 0; p < n_panels; p++)
      sums[i][p] = v_load (acc + i * acc_stride + p * RNN_LANES);
  for (gsize k = 0; k < n_cols; k++, w += width) {
    V weights[RNN_MAX_GROUP];
    for (gsize p = 0; p < n_panels; p++)
      weights[p] = v_load (w + p * RNN_LANES);
    for (gsize i = 0; i < n_x; i++) {
      V xk = v_set1 (x[i * x_stride + k]);
      for (gsize p = 0; p < n_panels; p++)
        sums[i][p] = v_fma (weights[p], xk, sums[i][p]);
    }
  }
  for (gsize i = 0; i < n_x; i++)
    for (gsize p = 0; p < n_panels; p++)
      v_store (acc + i * acc_stride + p * RNN_LANES, sums[i][p]);
}

#define TILE_CASE(N_PANELS, N_X)                                              \
  case N_PANELS:                                                              \
    if (N_PANELS <= TILE_##N_X)                                               \
      tile (w, width, n_cols, x, x_stride, acc, acc_stride, N_PANELS, N_X);   \
    break;

/* All panels of a group for N_X vectors. */
#define DEFINE_GROUP(N_X)                                                     \
  static void group_##N_X (const float *w, gsize n_panels, gsize n_cols,      \
                           const float *x, gsize x_stride, float *acc,        \
                           gsize acc_stride)                                  \
  {                                                                           \
    gsize width = n_panels * RNN_LANES;                                       \
    while (n_panels > 0) {                                                    \
      gsize n = MIN (n_panels, TILE_##N_X);                                   \
      switch (n) {                                                            \
        TILE_CASE (1, N_X)                                                    \
        TILE_CASE (2, N_X)                                                    \
        TILE_CASE (3, N_X)                                                    \
        TILE_CASE (4, N_X)                                                    \
        TILE_CASE (5, N_X)                                                    \
        TILE_CASE (6, N_X)                                                    \
        TILE_CASE (7, N_X)                                                    \
        TILE_CASE (8, N_X)                                                    \
      }                                                                       \
      n_panels -= n;                                                          \
      w += n * RNN_LANES;                                                     \
      acc += n * RNN_LANES;                                                   \
    }                                                                         \
  }

DEFINE_GROUP (1)
DEFINE_GROUP (2)
DEFINE_GROUP (4)
DEFINE_GROUP (8)

static void
product (const RnnPacked *W, const float *x, gsize x_stride, float *acc,
         gsize acc_stride, gsize n)
{
  const float *w = W->weights;
  gsize row = 0;

  for (gsize g = 0; g < W->n_groups; g++) {
    gsize panels = W->group_panels[g], i = 0;
    float *sums = acc + row;
    for (; i + 8 <= n; i += 8)
      group_8 (w, panels, W->n_cols, x + i * x_stride, x_stride,
               sums + i * acc_stride, acc_stride);
    for (; i + 4 <= n; i += 4)
      group_4 (w, panels, W->n_cols, x + i * x_stride, x_stride,
               sums + i * acc_stride, acc_stride);
    for (; i + 2 <= n; i += 2)
      group_2 (w, panels, W->n_cols, x + i * x_stride, x_stride,
               sums + i * acc_stride, acc_stride);
    if (i < n)
      group_1 (w, panels, W->n_cols, x + i * x_stride, x_stride,
               sums + i * acc_stride, acc_stride);
    w += W->n_cols * panels * RNN_LANES;
    row += panels * RNN_LANES;
  }
}

/* Rows [j, j + n_rows) of the output layer for one a<t>. */
INLINE void
dot_rows (const float *w, const float *b, gsize padded, const float *a,
          float *y, const gsize n_rows)
{
  V sums[4];

  for (gsize j = 0; j < n_rows; j++)
    sums[j] = v_set1 (0.0f);
  for (gsize k = 0; k < padded; k += RNN_LANES) {
    V ak = v_load (a + k);
    for (gsize j = 0; j < n_rows; j++)
      sums[j] = v_fma (v_load (w + j * padded + k), ak, sums[j]);
  }
  for (gsize j = 0; j < n_rows; j++)
    y[j] = b[j] + v_sum (sums[j]);
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

static void
add (float *acc, const float *x, gsize n)
{
  gsize j = 0;

  /* x may be a row of a table that others follow: no lane past its end. */
  for (; j + RNN_LANES <= n; j += RNN_LANES)
    v_store (acc + j, v_add (v_load (acc + j), v_load (x + j)));
  for (; j < n; j++)
    acc[j] += x[j];
}

INLINE V
tanh_of (V x)
{
  V s, p, q;

  x = v_min (v_set1 (RNN_TANH_MAX), x);
  x = v_max (v_set1 (-RNN_TANH_MAX), x);
  s = v_mul (x, x);
  p = v_fma (v_set1 (RNN_TANH_P4), s, v_set1 (RNN_TANH_P3));
  q = v_fma (v_set1 (RNN_TANH_Q4), s, v_set1 (RNN_TANH_Q3));
  p = v_fma (p, s, v_set1 (RNN_TANH_P2));
  q = v_fma (q, s, v_set1 (RNN_TANH_Q2));
  p = v_fma (p, s, v_set1 (RNN_TANH_P1));
  q = v_fma (q, s, v_set1 (RNN_TANH_Q1));
  p = v_fma (p, s, v_set1 (RNN_TANH_P0));
  q = v_fma (q, s, v_set1 (RNN_TANH_Q0));
  return v_div (v_mul (x, p), q);
}

INLINE V
sigmoid_of (V x)
{
  V half = v_set1 (0.5f);

  return v_fma (half, tanh_of (v_mul (half, x)), half);
}

INLINE V
exp_of (V x)
{
  V n, r, p, rounder = v_set1 (RNN_ROUNDER);

  x = v_min (v_set1 (0.0f), x);
  x = v_max (v_set1 (RNN_EXP_MIN), x);
  n = v_sub (v_fma (x, v_set1 (RNN_LOG2_E), rounder), rounder);
  r = v_fma (n, v_set1 (-RNN_LN2_HIGH), x);
  r = v_fma (n, v_set1 (-RNN_LN2_LOW), r);
  p = v_fma (v_set1 (RNN_EXP_C6), r, v_set1 (RNN_EXP_C5));
  p = v_fma (p, r, v_set1 (RNN_EXP_C4));
  p = v_fma (p, r, v_set1 (RNN_EXP_C3));
  p = v_fma (p, r, v_set1 (RNN_EXP_C2));
  p = v_fma (p, r, v_set1 (1.0f));
  p = v_fma (p, r, v_set1 (1.0f));
  return v_mul (p, v_power_of_two (n));
}

#define DEFINE_MAP(NAME, VALUE)                                               \
  static void NAME (float *a, gsize n)                                        \
  {                                                                           \
    for (gsize j = 0; j < n; j += RNN_LANES) {                                \
      V x = v_load (a + j);                                                   \
      v_store (a + j, VALUE);                                                 \
    }                                                                         \
  }

DEFINE_MAP (tanh_all, v_flush (tanh_of (x)))
DEFINE_MAP (relu, v_flush (v_max (v_set1 (0.0f), x)))
DEFINE_MAP (sigmoid, sigmoid_of (x))
DEFINE_MAP (exp_all, exp_of (x))

static void
gru (const float *acc, const float *gx_n, float *h, gsize n_a)
{
  for (gsize j = 0; j < n_a; j += RNN_LANES) {
    V r = sigmoid_of (v_load (acc + j));
    V z = sigmoid_of (v_load (acc + n_a + j));
    V candidate =
        tanh_of (v_fma (r, v_load (acc + 2 * n_a + j), v_load (gx_n + j)));
    V a = v_load (h + j);
    v_store (h + j, v_flush (v_fma (z, v_sub (a, candidate), candidate)));
  }
}

static void
lstm (const float *acc, float *c, float *h, gsize n_a)
{
  for (gsize j = 0; j < n_a; j += RNN_LANES) {
    V i = sigmoid_of (v_load (acc + j));
    V f = sigmoid_of (v_load (acc + n_a + j));
    V g = tanh_of (v_load (acc + 2 * n_a + j));
    V o = sigmoid_of (v_load (acc + 3 * n_a + j));
    V cell = v_flush (v_fma (f, v_load (c + j), v_mul (i, g)));
    v_store (c + j, cell);
    v_store (h + j, v_flush (v_mul (o, tanh_of (cell))));
  }
}

#define DEFINE_KERNELS(TABLE, NAME)                                           \
  const RnnKernels TABLE = { NAME,     product, dots,    add, tanh_all,       \
                             relu,     sigmoid, exp_all, gru, lstm };
