/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cells element by element, forwards and back. Equations and order of the
 * gates as in PyTorch's nn.RNN, nn.GRU and nn.LSTM:
 *
 *   Elman 1990       a = g(s)
 *   Cho et al. 2014  n = tanh(x_n + r h_n), a = (1 - z) n + z a<t-1>
 *   Hochreiter and Schmidhuber 1997; Gers et al. 2000
 *                    c = f c<t-1> + i g, a = o tanh(c)
 *
 * Step @t of @n streams.
 */
#include "train/net.h"

#include "kernels/kernels.h"

#include <string.h>

static void
elman_forward (const RnnNet *net, RnnTrace *trace, gsize t, gsize n)
{
  const RnnKernels *kernels = _rnn_kernels_get ();
  gsize size = n * net->padded;
  float *a = trace->hidden + t * size;

  memcpy (a, trace->gates + t * size, size * sizeof *a);
  if (net->config.activation == RNN_ACTIVATION_TANH)
    kernels->tanh (a, size);
  else
    kernels->relu (a, size);
}

static void
gru_forward (const RnnNet *net, RnnTrace *trace, const float *step_gates,
             gsize t, gsize n)
{
  const RnnKernels *kernels = _rnn_kernels_get ();
  gsize P = net->padded;

  for (gsize b = 0; b < n; b++) {
    float *restrict s = trace->gates + (t * n + b) * 3 * P;
    const float *restrict h = step_gates + b * 3 * P;
    float *restrict h_n = trace->extra + (t * n + b) * P;
    const float *restrict last = trace->before + (t * n + b) * P;
    float *restrict a = trace->hidden + (t * n + b) * P;
    for (gsize j = 0; j < 2 * P; j++)
      s[j] += h[j];
    kernels->sigmoid (s, 2 * P);
    for (gsize j = 0; j < P; j++) {
      h_n[j] = h[2 * P + j];
      s[2 * P + j] += s[j] * h_n[j];
    }
    kernels->tanh (s + 2 * P, P);
    for (gsize j = 0; j < P; j++)
      a[j] = s[2 * P + j] + s[P + j] * (last[j] - s[2 * P + j]);
  }
}

static void
lstm_forward (const RnnNet *net, RnnTrace *trace, gsize t, gsize n)
{
  const RnnKernels *kernels = _rnn_kernels_get ();
  gsize P = net->padded;

  for (gsize b = 0; b < n; b++) {
    float *restrict s = trace->gates + (t * n + b) * 4 * P;
    float *restrict tanh_c = trace->extra + (t * n + b) * P;
    const float *restrict last = trace->cells_before + (t * n + b) * P;
    float *restrict c = trace->cells + (t * n + b) * P;
    float *restrict a = trace->hidden + (t * n + b) * P;
    kernels->sigmoid (s, 2 * P);
    kernels->tanh (s + 2 * P, P);
    kernels->sigmoid (s + 3 * P, P);
    for (gsize j = 0; j < P; j++)
      tanh_c[j] = c[j] = s[P + j] * last[j] + s[j] * s[2 * P + j];
    kernels->tanh (tanh_c, P);
    for (gsize j = 0; j < P; j++)
      a[j] = s[3 * P + j] * tanh_c[j];
  }
}

/* trace->gates hold the sums (GRU: the input's part), @step_gates, for a GRU,
 * W_hh's; leave activated gates and a<t>. */
void
_rnn_cell_forward (const RnnNet *net, RnnTrace *trace, float *step_gates,
                   gsize t, gsize n)
{
  switch (net->config.cell) {
  case RNN_CELL_ELMAN:
    elman_forward (net, trace, t, n);
    break;
  case RNN_CELL_GRU:
    gru_forward (net, trace, step_gates, t, n);
    break;
  case RNN_CELL_LSTM:
    lstm_forward (net, trace, t, n);
    break;
  }
}

static void
elman_backward (const RnnNet *net, const RnnTrace *trace, RnnWindow *w, gsize t,
                gsize n)
{
  gsize size = n * net->padded;
  const float *restrict a = trace->hidden + t * size;
  const float *restrict d_a = w->d_a;
  float *restrict d = w->d_gates + t * size;

  if (net->config.activation == RNN_ACTIVATION_TANH)
    for (gsize j = 0; j < size; j++)
      d[j] = d_a[j] * (1 - a[j] * a[j]);
  else
    for (gsize j = 0; j < size; j++)
      d[j] = a[j] > 0 ? d_a[j] : 0;
  memset (w->d_a, 0, size * sizeof *w->d_a);
}

static void
gru_backward (const RnnNet *net, const RnnTrace *trace, RnnWindow *w, gsize t,
              gsize n)
{
  gsize P = net->padded;

  for (gsize b = 0; b < n; b++) {
    const float *restrict s = trace->gates + (t * n + b) * 3 * P;
    const float *restrict h_n = trace->extra + (t * n + b) * P;
    const float *restrict last = trace->before + (t * n + b) * P;
    float *restrict d_a = w->d_a + b * P;
    float *restrict d = w->d_gates + (t * n + b) * 3 * P;
    float *restrict d_h = w->d_hidden_gates + (t * n + b) * 3 * P;
    for (gsize j = 0; j < P; j++) {
      float r = s[j], z = s[P + j], c = s[2 * P + j];
      float d_n = d_a[j] * (1 - z) * (1 - c * c);
      d[2 * P + j] = d_n;
      d_h[2 * P + j] = d_n * r;
      d[j] = d_h[j] = d_n * h_n[j] * r * (1 - r);
      d[P + j] = d_h[P + j] = d_a[j] * (last[j] - c) * z * (1 - z);
      d_a[j] *= z;
    }
  }
}

static void
lstm_backward (const RnnNet *net, const RnnTrace *trace, RnnWindow *w, gsize t,
               gsize n)
{
  gsize P = net->padded;

  for (gsize b = 0; b < n; b++) {
    const float *restrict s = trace->gates + (t * n + b) * 4 * P;
    const float *restrict tanh_c = trace->extra + (t * n + b) * P;
    const float *restrict last = trace->cells_before + (t * n + b) * P;
    float *restrict d_a = w->d_a + b * P, *restrict d_c = w->d_c + b * P;
    float *restrict d = w->d_gates + (t * n + b) * 4 * P;
    for (gsize j = 0; j < P; j++) {
      float i = s[j], f = s[P + j], g = s[2 * P + j], o = s[3 * P + j];
      float d_cell = d_c[j] + d_a[j] * o * (1 - tanh_c[j] * tanh_c[j]);
      d[j] = d_cell * g * i * (1 - i);
      d[P + j] = d_cell * last[j] * f * (1 - f);
      d[2 * P + j] = d_cell * i * (1 - g * g);
      d[3 * P + j] = d_a[j] * tanh_c[j] * o * (1 - o);
      d_c[j] = d_cell * f;
      d_a[j] = 0;
    }
  }
}

/* From w->d_a (and d_c) to d_gates; leave in d_a and d_c what goes past W_hh to
 * the step before. */
void
_rnn_cell_backward (const RnnNet *net, const RnnTrace *trace, RnnWindow *w,
                    gsize t, gsize n)
{
  switch (net->config.cell) {
  case RNN_CELL_ELMAN:
    elman_backward (net, trace, w, t, n);
    break;
  case RNN_CELL_GRU:
    gru_backward (net, trace, w, t, n);
    break;
  case RNN_CELL_LSTM:
    lstm_backward (net, trace, w, t, n);
    break;
  }
}
