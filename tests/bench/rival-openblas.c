/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A loop of sgemv (several streams: sgemm) and tanhf, as one would write it. */
#include "folded.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

typedef struct {
  BenchCase bench;
  BenchFolded *net;
  gsize n_sums;
  float *a;    /* [n_streams][n_a] */
  float *c;    /* the same */
  float *sums; /* [n_streams][G n_a] */
  float *n_in; /* [n_streams][n_a]: input part of a GRU's candidate */
  float *y;    /* [n_streams][n_y] */
} Loop;

static gpointer
open_loop (const BenchCase *bench, RnnModel *model)
{
  Loop *loop = g_new (Loop, 1);
  gsize n = bench->n_streams, n_a = bench->n_hidden;

  openblas_set_num_threads (1);
  loop->bench = *bench;
  loop->net = bench_folded_new (model);
  loop->n_sums = loop->net->gates * n_a;
  loop->a = g_new0 (float, n *n_a);
  loop->c = g_new0 (float, n *n_a);
  loop->sums = g_new (float, n * loop->n_sums);
  loop->n_in = g_new (float, n *n_a);
  loop->y = g_new (float, n *BENCH_OUTPUTS);
  return loop;
}

/* out[s][j] += sum over k of W[j][k] x[s][k] */
static void
multiply (const Loop *loop, const float *W, gsize rows, const float *x,
          float *out)
{
  blasint n = (blasint) loop->bench.n_streams, n_rows = (blasint) rows;
  blasint n_a = (blasint) loop->bench.n_hidden;

  if (n == 1)
    cblas_sgemv (CblasRowMajor, CblasNoTrans, n_rows, n_a, 1, W, n_a, x, 1, 1,
                 out, 1);
  else
    cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasTrans, n, n_rows, n_a, 1, x,
                 n_a, W, n_a, 1, out, n_rows);
}

static float
sigmoid (float x)
{
  return 0.5f * tanhf (0.5f * x) + 0.5f;
}

static void
activate (const Loop *loop, const float *sums, const float *n_in, float *a,
          float *c)
{
  gsize n_a = loop->bench.n_hidden;

  for (gsize j = 0; j < n_a; j++)
    switch (loop->bench.cell) {
    case RNN_CELL_ELMAN:
      a[j] = tanhf (sums[j]);
      break;
    case RNN_CELL_GRU: {
      float r = sigmoid (sums[j]), z = sigmoid (sums[n_a + j]);
      float n = tanhf (n_in[j] + r * sums[2 * n_a + j]);
      a[j] = n + z * (a[j] - n);
      break;
    }
    case RNN_CELL_LSTM:
      c[j] = sigmoid (sums[n_a + j]) * c[j]
             + sigmoid (sums[j]) * tanhf (sums[2 * n_a + j]);
      a[j] = sigmoid (sums[3 * n_a + j]) * tanhf (c[j]);
      break;
    }
}

static void
start_sums (const Loop *loop, gsize s, gint32 token)
{
  gsize n_a = loop->bench.n_hidden, n_sums = loop->n_sums;
  float *sums = loop->sums + s * n_sums;

  memcpy (sums, loop->net->words + (gsize) token * n_sums,
          n_sums * sizeof *sums);
  if (loop->bench.cell == RNN_CELL_GRU) {
    memcpy (loop->n_in + s * n_a, sums + 2 * n_a, n_a * sizeof *sums);
    memcpy (sums + 2 * n_a, loop->net->b_hh + 2 * n_a, n_a * sizeof *sums);
  }
}

static void
softmax (float *y)
{
  float largest = y[0], sum = 0;

  for (gsize j = 1; j < BENCH_OUTPUTS; j++)
    largest = fmaxf (largest, y[j]);
  for (gsize j = 0; j < BENCH_OUTPUTS; j++)
    sum += y[j] = expf (y[j] - largest);
  for (gsize j = 0; j < BENCH_OUTPUTS; j++)
    y[j] /= sum;
}

static void
run_loop (gpointer rival, const gint32 *tokens, float *yhat)
{
  const Loop *loop = rival;
  gsize n = loop->bench.n_streams, n_a = loop->bench.n_hidden;
  gsize n_tokens = loop->bench.n_tokens;

  for (gsize t = 0; t < n_tokens; t++) {
    for (gsize s = 0; s < n; s++)
      start_sums (loop, s, tokens[s * n_tokens + t]);
    multiply (loop, loop->net->W_hh, loop->n_sums, loop->a, loop->sums);
    for (gsize s = 0; s < n; s++) {
      activate (loop, loop->sums + s * loop->n_sums, loop->n_in + s * n_a,
                loop->a + s * n_a, loop->c + s * n_a);
      memcpy (loop->y + s * BENCH_OUTPUTS, loop->net->b_y,
              BENCH_OUTPUTS * sizeof *loop->y);
    }
    multiply (loop, loop->net->W_y, BENCH_OUTPUTS, loop->a, loop->y);
    for (gsize s = 0; s < n; s++) {
      softmax (loop->y + s * BENCH_OUTPUTS);
      memcpy (yhat + (s * n_tokens + t) * BENCH_OUTPUTS,
              loop->y + s * BENCH_OUTPUTS, BENCH_OUTPUTS * sizeof *yhat);
    }
  }
}

static void
close_loop (gpointer rival)
{
  Loop *loop = rival;

  bench_folded_free (loop->net);
  g_free (loop->a);
  g_free (loop->c);
  g_free (loop->sums);
  g_free (loop->n_in);
  g_free (loop->y);
  g_free (loop);
}

const BenchRival bench_rival_openblas = { "openblas", open_loop, run_loop,
                                          close_loop, NULL,      1e-3f };
