/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* reference.c again, a register at a time. Included once by the file of each
 * instruction set, after it has defined:
 *
 *   V LANES            LANES floats: 4, 8 or 16
 *   v_load v_store     unaligned
 *   v_load_4 (p)       four floats, again and again
 *   v_splat (a, i)     float i of such four in each lane; i is a constant
 *   v_set1 v_add v_sub v_mul v_div
 *   v_fma (a, b, c)    a b + c, rounded once
 *   v_min (a, b)       a < b ? a : b, in each lane
 *   v_max (a, b)       a > b ? a : b
 *   v_flush (a)        |a| < RNN_TINY ? 0 : a
 *   v_power_of_two (n) 2^n for whole n, -126 … 127
 *   and what output.h and step.h ask for
 */
#pragma once

#include "kernels/approximation.h"
#include "kernels/kernels.h"
#include "kernels/unroll.h"

static void
add (float *acc, const float *x, gsize n)
{
  gsize j = 0;

  /* x may be a row of a table that others follow: no lane past its end. */
  for (; j + LANES <= n; j += LANES)
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

#define DEFINE_MAP(NAME, VALUE)                                                \
  static void NAME (float *a, gsize n)                                         \
  {                                                                            \
    for (gsize j = 0; j < n; j += LANES) {                                     \
      V x = v_load (a + j);                                                    \
      v_store (a + j, VALUE);                                                  \
    }                                                                          \
  }

DEFINE_MAP (tanh_all, v_flush (tanh_of (x)))
DEFINE_MAP (relu, v_flush (v_max (v_set1 (0.0f), x)))
DEFINE_MAP (sigmoid, sigmoid_of (x))
DEFINE_MAP (exp_all, exp_of (x))
