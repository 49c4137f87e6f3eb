/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* bytes-reference.c again, a register at a time. Included once by the file of
 * each instruction set, after it has defined:
 *
 *   LANES                   32-bit sums of a register
 *   W_TYPE Q_TYPE SUM_TYPE  bytes of the matrix, of the vector; sums
 *   w_load (p)              4 LANES bytes
 *   q_set (p)               4 bytes, the same in each lane
 *   sum_start (q, n)        what a sum over n columns starts from
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
#include "kernels/unroll.h"

#include <string.h>

/* A product under way. */
typedef struct {
  const RnnPackedBytes *W;
  const gint8 *q;
  SUM_TYPE start;
  float scale;
  float *sums;
} Product;

/* Weights that are asked for before they are read: more than a processor with
 * AVX2 alone fetches by itself. */
#ifndef AHEAD
#define AHEAD 1024
#endif

/* Chunks [first, first + chunks), whose weights are at @w. */
INLINE void
run_group (const Product *p, const gint8 *w, gsize first, const gsize chunks)
{
  const gsize width = chunks * LANES * RNN_BYTES_STEP;
  const RnnPackedBytes *W = p->W;
  SUM_TYPE acc[RNN_BYTES_CHUNKS];

  UNROLL for (gsize c = 0; c < chunks; c++) acc[c] = p->start;
  for (gsize k = 0; k < W->n_cols; k += RNN_BYTES_STEP) {
    Q_TYPE x = q_set (p->q + k);
    for (gsize at = 0; AHEAD > 0 && at < width; at += 64)
      __builtin_prefetch (w + AHEAD + at);
    UNROLL for (gsize c = 0; c < chunks; c++) acc[c] =
        sum_add (acc[c], w_load (w + c * LANES * RNN_BYTES_STEP), x);
    w += width;
  }
  UNROLL for (gsize c = 0; c < chunks; c++)
  {
    gsize row = (first + c) * LANES;
    sum_finish (acc[c], W->offset + row, W->scale + row, p->scale,
                p->sums + row);
  }
}

typedef void (*Group) (const Product *p, const gint8 *w, gsize first);

/* Functions of their own: inlined into one, the compiler keeps some of the sums
 * in memory. */
#define DEFINE_GROUP(N)                                                        \
  static __attribute__ ((noinline)) void group_##N (                           \
      const Product *p, const gint8 *w, gsize first)                           \
  {                                                                            \
    run_group (p, w, first, N);                                                \
  }

DEFINE_GROUP (1)
DEFINE_GROUP (2)
DEFINE_GROUP (3)
DEFINE_GROUP (4)
DEFINE_GROUP (5)
DEFINE_GROUP (6)
DEFINE_GROUP (7)
DEFINE_GROUP (8)

/* By chunks. */
static const Group groups[] = { NULL,    group_1, group_2, group_3, group_4,
                                group_5, group_6, group_7, group_8 };

static void
product (const RnnPackedBytes *W, const gint8 *q, float scale, float *sums)
{
  Product p = { W, q, sum_start (q, W->n_cols), scale, sums };
  const gint8 *w = W->weights;

  for (gsize first = 0; first < W->n_chunks; first += RNN_BYTES_CHUNKS) {
    gsize chunks = MIN (RNN_BYTES_CHUNKS, W->n_chunks - first);
    groups[chunks](&p, w, first);
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
