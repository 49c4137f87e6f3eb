/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The specification of the step, as plain C. Other tables match its bits. */
#include "kernels/approximation.h"
#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

static void
product (const RnnPacked *W, const float *x, gsize x_stride, float *acc,
         gsize acc_stride, gsize n)
{
  const float *group = W->weights;
  gsize row = 0;

  for (gsize g = 0; g < W->n_groups; g++) {
    gsize width = W->group_panels[g] * (gsize) RNN_LANES;
    for (gsize i = 0; i < n; i++) {
      float *sums = acc + i * acc_stride + row;
      for (gsize k = 0; k < W->n_cols; k++)
        for (gsize j = 0; j < width; j++)
          sums[j] = fmaf (group[k * width + j], x[i * x_stride + k], sums[j]);
    }
    group += W->n_cols * width;
    row += width;
  }
}

/* Sixteen partial sums, joined as a tree. */
static float
sum_lanes (const float *lane)
{
  float sums[RNN_LANES];

  memcpy (sums, lane, sizeof sums);
  for (gsize half = RNN_LANES / 2; half > 0; half /= 2)
    for (gsize i = 0; i < half; i++)
      sums[i] += sums[i + half];
  return sums[0];
}

static void
dots (const float *W, const float *b, gsize n_y, gsize n_a, const float *a,
      gsize a_stride, float *y, gsize y_stride, gsize n)
{
  gsize padded = _rnn_pad (n_a);

  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j < n_y; j++) {
      float lanes[RNN_LANES] = { 0 };
      for (gsize k = 0; k < n_a; k++)
        lanes[k % RNN_LANES] =
            fmaf (W[j * padded + k], a[i * a_stride + k], lanes[k % RNN_LANES]);
      y[i * y_stride + j] = b[j] + sum_lanes (lanes);
    }
}

static void
add (float *acc, const float *x, gsize n)
{
  for (gsize j = 0; j < n; j++)
    acc[j] += x[j];
}

static float
flush (float a)
{
  return fabsf (a) < RNN_TINY ? 0.0f : a;
}

/* Comparisons are written so that NaN passes through. */
static float
tanh_of (float x)
{
  float s, p, q;

  x = RNN_TANH_MAX < x ? RNN_TANH_MAX : x;
  x = -RNN_TANH_MAX > x ? -RNN_TANH_MAX : x;
  s = x * x;
  p = fmaf (RNN_TANH_P4, s, RNN_TANH_P3);
  p = fmaf (p, s, RNN_TANH_P2);
  p = fmaf (p, s, RNN_TANH_P1);
  p = fmaf (p, s, RNN_TANH_P0);
  q = fmaf (RNN_TANH_Q4, s, RNN_TANH_Q3);
  q = fmaf (q, s, RNN_TANH_Q2);
  q = fmaf (q, s, RNN_TANH_Q1);
  q = fmaf (q, s, RNN_TANH_Q0);
  return x * p / q;
}

static float
sigmoid_of (float x)
{
  return fmaf (0.5f, tanh_of (0.5f * x), 0.5f);
}

static float
exp_of (float x)
{
  float n, r, p, power;
  gint32 bits;

  x = 0.0f < x ? 0.0f : x;
  x = RNN_EXP_MIN > x ? RNN_EXP_MIN : x;
  n = fmaf (x, RNN_LOG2_E, RNN_ROUNDER) - RNN_ROUNDER;
  r = fmaf (-n, RNN_LN2_HIGH, x);
  r = fmaf (-n, RNN_LN2_LOW, r);
  p = fmaf (RNN_EXP_C6, r, RNN_EXP_C5);
  p = fmaf (p, r, RNN_EXP_C4);
  p = fmaf (p, r, RNN_EXP_C3);
  p = fmaf (p, r, RNN_EXP_C2);
  p = fmaf (p, r, 1.0f);
  p = fmaf (p, r, 1.0f);
  if (isnan (x))
    return x;
  bits = ((gint32) n + 127) * (1 << 23);
  memcpy (&power, &bits, sizeof power);
  return p * power;
}

static void
tanh_all (float *a, gsize n)
{
  for (gsize j = 0; j < n; j++)
    a[j] = flush (tanh_of (a[j]));
}

static void
relu (float *a, gsize n)
{
  for (gsize j = 0; j < n; j++)
    a[j] = flush (0.0f > a[j] ? 0.0f : a[j]);
}

static void
sigmoid (float *y, gsize n)
{
  for (gsize j = 0; j < n; j++)
    y[j] = sigmoid_of (y[j]);
}

static void
exp_all (float *y, gsize n)
{
  for (gsize j = 0; j < n; j++)
    y[j] = exp_of (y[j]);
}

static void
gru (const float *acc, const float *gx_n, float *h, gsize n_a)
{
  for (gsize j = 0; j < n_a; j++) {
    float r = sigmoid_of (acc[j]);
    float z = sigmoid_of (acc[n_a + j]);
    float candidate = tanh_of (fmaf (r, acc[2 * n_a + j], gx_n[j]));
    h[j] = flush (fmaf (z, h[j] - candidate, candidate));
  }
}

static void
lstm (const float *acc, float *c, float *h, gsize n_a)
{
  for (gsize j = 0; j < n_a; j++) {
    float i = sigmoid_of (acc[j]);
    float f = sigmoid_of (acc[n_a + j]);
    float g = tanh_of (acc[2 * n_a + j]);
    float o = sigmoid_of (acc[3 * n_a + j]);
    c[j] = flush (fmaf (f, c[j], i * g));
    h[j] = flush (o * tanh_of (c[j]));
  }
}

const RnnKernels _rnn_kernels_reference = {
  "c", product, dots, add, tanh_all, relu, sigmoid, exp_all, gru, lstm
};
