/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The arithmetic of a step, one table of functions for each instruction set.
 *
 * Invariant: all tables give the same float32 bits. Order of summation and
 * fused operations are written down in README.md; reference.c is that text as
 * C. Every array below is readable and writable up to the next multiple of
 * RNN_LANES floats, whatever the bytes there; the pad lanes of what is written
 * are unspecified.
 */
#pragma once

#include <glib.h>

#define RNN_LANES 16

/* @n up to the next multiple of RNN_LANES. */
static inline gsize
_rnn_pad (gsize n)
{
  return (n + RNN_LANES - 1) / RNN_LANES * RNN_LANES;
}

typedef struct _RnnKernels RnnKernels;

/**
 * RnnPacked:
 * @n_units: n_a
 * @n_gates: G
 * @n_cols: k, the length of the summed vector
 * @lanes: units side by side in a chunk, of the table it was packed for
 * @n_groups: groups of chunks; group g holds group_chunks[g] chunks
 * @narrow: lanes of the last chunk where it has fewer; 0: it has @lanes
 * @weights: 64-byte aligned; group after group, each
 *   [chunks / panel chunks][n_cols][panel chunks][n_gates][lanes], and behind
 *   the last one a narrow chunk's [n_cols][n_gates][narrow]
 *
 * A matrix W [n_gates n_units][n_cols] in the order in which the step reads it:
 * what a few units need, of all gates, side by side; column after column.
 * Units that pad the last chunk have weights 0.
 */
typedef struct {
  gsize n_units;
  gsize n_gates;
  gsize n_cols;
  gsize lanes;
  gsize n_groups;
  gsize narrow;
  guint8 *group_chunks;
  float *weights;
} RnnPacked;

/* Whole chunks that lie side by side, column after column, of a group's
 * @chunks: all of a lone gate's; else one, which several streams read again and
 * again. */
static inline gsize
_rnn_panel_chunks (gsize n_gates, gsize chunks)
{
  return n_gates > 1 ? MIN (chunks, 1) : chunks;
}

/* Chunks of group @g that have all lanes. */
static inline gsize
_rnn_whole_chunks (const RnnPacked *packed, gsize g)
{
  gboolean has_narrow = packed->narrow > 0 && g + 1 == packed->n_groups;

  return packed->group_chunks[g] - (has_narrow ? 1 : 0);
}

/* Pack W float[n_gates][n_units][n_cols] for @kernels; FALSE: no memory,
 * @packed untouched. */
gboolean _rnn_packed_init (RnnPacked *packed, const RnnKernels *kernels,
                           const float *W, gsize n_gates, gsize n_units,
                           gsize n_cols);
void _rnn_packed_clear (RnnPacked *packed);

/* Where one stream's step reads and writes; a gate's sums begin n_units behind
 * those of the gate before. Only @c_after may be where its before is. */
typedef struct {
  const float *sums;     /* float[G n_a]: bias and input part */
  const float *before;   /* a<t-1>, float[n_cols] */
  float *after;          /* a<t>, float[n_a] */
  const float *c_before; /* LSTM: c<t-1>, float[n_a] */
  float *c_after;        /* LSTM: c<t> */
} RnnStep;

/* One step of @n streams. @bias: of a GRU's recurrent candidate, float[n_a].
 * @is_backwards: visit the groups from the last to the first, which changes no
 * bit; callers take turns, so that what the cache still holds is read first. */
typedef void (*RnnStepFunction) (const RnnPacked *W, const float *bias,
                                 const RnnStep *steps, gsize n,
                                 gboolean is_backwards);

struct _RnnKernels {
  const char *name; /* as RNN_CPU_MASK and messages have it */
  guint8 lanes;     /* of a register */
  /* By G: chunks of a group whose sums fit in the registers. */
  guint8 max_chunks[5];
  /* Lanes that a last chunk may have in place of all, the least first; 0: none.
   */
  guint8 narrow[2];

  /* after[j] = sums[j] + sum over k of W[j][k] before[k]; G = 1, and @after may
   * be @sums. */
  RnnStepFunction product;
  RnnStepFunction elman_tanh;
  RnnStepFunction elman_relu;
  RnnStepFunction gru;
  RnnStepFunction lstm;

  /* y[i][j] = b[j] + sum over k of W[j][k] a[i][k]: the output layer. W is
   * float[n_y][_rnn_pad (n_a)], rows padded with 0; a's pad lanes finite. */
  void (*dots) (const float *W, const float *b, gsize n_y, gsize n_a,
                const float *a, gsize a_stride, float *y, gsize y_stride,
                gsize n);
  void (*add) (float *acc, const float *x, gsize n);
  /* In place; values of a<t> below 2^-64 in size count as 0. */
  void (*tanh) (float *a, gsize n);
  void (*relu) (float *a, gsize n);
  /* In place, without that rule: for yhat. */
  void (*sigmoid) (float *y, gsize n);
  void (*exp) (float *y, gsize n); /* arguments above 0 count as 0 */
  /* Rows of @n_y, one behind the other, in place. A row with a number that is
   * not finite becomes NaN as a whole, but for one of -inf, which is no chance.
   */
  void (*softmax) (float *y, gsize n_y, gsize n_rows);
};

extern const RnnKernels _rnn_kernels_reference;

/* The fastest table that this CPU, its operating system and RNN_CPU_MASK allow.
 * Any thread; the same one for the life of the process. */
const RnnKernels *_rnn_kernels_get (void);
/* All tables that could run here, reference first, %NULL-terminated. */
const RnnKernels *const *_rnn_kernels_list (void);
