/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The specification of the step, as plain C. Other tables match its bits. */
#include "kernels/approximation.h"
#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

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

static float
relu_of (float x)
{
  return 0.0f > x ? 0.0f : x;
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
    a[j] = flush (relu_of (a[j]));
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

#include "kernels/softmax.h"

enum { LANES = 8, MAX_CHUNKS = 8, MAX_WIDTH = 4 * 8 * RNN_LANES };

/* What the cell makes of a unit's finished sums, one of each gate. */
typedef void (*Finish) (const RnnStep *step, const float *sums, gsize n_units,
                        gsize unit);

/* A panel of @width sums. */
static const float *
add_panel (const RnnPacked *W, const float *w, gsize width, const float *before,
           float *sums)
{
  for (gsize k = 0; k < W->n_cols; k++, w += width)
    for (gsize j = 0; j < width; j++)
      sums[j] = fmaf (w[j], before[k], sums[j]);
  return w;
}

/* Group @g of units as they are packed: sums[c][gate][lane], c-th chunk. */
static void
run_group (const RnnPacked *W, gsize g, gsize first, const float *bias,
           const RnnStep *step, Finish finish)
{
  const float *w = W->weights + first * W->n_gates * W->n_cols;
  gsize lanes = W->lanes, G = W->n_gates, chunks = W->group_chunks[g];
  gsize whole = _rnn_whole_chunks (W, g);
  gsize of_panel = _rnn_panel_chunks (G, whole) * G * lanes;
  float sums[MAX_WIDTH] = { 0 }, narrow[MAX_WIDTH] = { 0 };

  for (gsize p = 0; p < whole * G * lanes; p += of_panel)
    w = add_panel (W, w, of_panel, step->before, sums + p);
  if (whole < chunks)
    add_panel (W, w, G * W->narrow, step->before, narrow);
  for (gsize gate = 0; whole < chunks && gate < G; gate++)
    memcpy (sums + (whole * G + gate) * lanes, narrow + gate * W->narrow,
            W->narrow * sizeof *sums);
  for (gsize u = 0; u < chunks * lanes && first + u < W->n_units; u++) {
    float of_unit[4];
    for (gsize gate = 0; gate < G; gate++) {
      const float *rest =
          bias && gate == 2 ? bias : step->sums + gate * W->n_units;
      of_unit[gate] =
          sums[(u / lanes * G + gate) * lanes + u % lanes] + rest[first + u];
    }
    finish (step, of_unit, W->n_units, first + u);
  }
}

static void
run (const RnnPacked *W, const float *bias, const RnnStep *steps, gsize n,
     Finish finish)
{
  for (gsize i = 0; i < n; i++)
    for (gsize g = 0, unit = 0; g < W->n_groups; g++) {
      run_group (W, g, unit, bias, &steps[i], finish);
      unit += W->group_chunks[g] * W->lanes;
    }
}

static void
finish_product (const RnnStep *step, const float *sums, gsize n_units,
                gsize unit)
{
  step->after[unit] = sums[0];
}

static void
finish_tanh (const RnnStep *step, const float *sums, gsize n_units, gsize unit)
{
  step->after[unit] = flush (tanh_of (sums[0]));
}

static void
finish_relu (const RnnStep *step, const float *sums, gsize n_units, gsize unit)
{
  step->after[unit] = flush (relu_of (sums[0]));
}

static void
finish_gru (const RnnStep *step, const float *sums, gsize n_units, gsize unit)
{
  float r = sigmoid_of (sums[0]), z = sigmoid_of (sums[1]);
  float candidate = tanh_of (fmaf (r, sums[2], step->sums[2 * n_units + unit]));

  step->after[unit] =
      flush (fmaf (z, step->before[unit] - candidate, candidate));
}

static void
finish_lstm (const RnnStep *step, const float *sums, gsize n_units, gsize unit)
{
  float i = sigmoid_of (sums[0]), f = sigmoid_of (sums[1]);
  float g = tanh_of (sums[2]), o = sigmoid_of (sums[3]);
  float c = flush (fmaf (f, step->c_before[unit], i * g));

  step->c_after[unit] = c;
  step->after[unit] = flush (o * tanh_of (c));
}

/* The order of the groups changes nothing here. */
#define DEFINE_STEP(NAME, FINISH)                                              \
  static void NAME (const RnnPacked *W, const float *bias,                     \
                    const RnnStep *steps, gsize n, gboolean is_backwards)      \
  {                                                                            \
    run (W, bias, steps, n, FINISH);                                           \
  }

DEFINE_STEP (product, finish_product)
DEFINE_STEP (elman_tanh, finish_tanh)
DEFINE_STEP (elman_relu, finish_relu)
DEFINE_STEP (gru, finish_gru)
DEFINE_STEP (lstm, finish_lstm)

const RnnKernels _rnn_kernels_reference = {
  "c",        LANES,   { 0, MAX_CHUNKS, 0, MAX_CHUNKS, MAX_CHUNKS },
  { 0 },      product, elman_tanh,
  elman_relu, gru,     lstm,
  dots,       add,     tanh_all,
  relu,       sigmoid, exp_all,
  softmax
};
