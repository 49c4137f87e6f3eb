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
/* Panels that one sweep over k takes along. */
#define RNN_MAX_GROUP 8

/* @n up to the next multiple of RNN_LANES. */
static inline gsize
_rnn_pad (gsize n)
{
  return (n + RNN_LANES - 1) / RNN_LANES * RNN_LANES;
}

/**
 * RnnPacked:
 * @n_rows: outputs of the product
 * @n_cols: k, the length of the summed vector
 * @n_groups: groups of panels; group g holds group_panels[g] panels
 * @weights: 64-byte aligned; group after group, each [n_cols][panels][16]
 *
 * A matrix W [n_rows][n_cols] in the order in which the step reads it: 16 rows
 * side by side make a panel, a few panels side by side a group, column after
 * column. Rows that pad the last panel are 0.
 */
typedef struct {
  gsize n_rows;
  gsize n_cols;
  gsize n_groups;
  guint8 *group_panels;
  float *weights;
} RnnPacked;

/* Pack W float[n_rows][n_cols]; FALSE: no memory, @packed untouched. */
gboolean _rnn_packed_init (RnnPacked *packed, const float *W, gsize n_rows,
                           gsize n_cols);
void _rnn_packed_clear (RnnPacked *packed);

typedef struct {
  const char *name; /* as RNN_CPU_MASK and messages have it */

  /* acc[i][j] += sum over k of W[j][k] x[i][k], i < n, strides in floats. */
  void (*product) (const RnnPacked *W, const float *x, gsize x_stride,
                   float *acc, gsize acc_stride, gsize n);
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
  /* acc: float[3 n_a], r and z whole, n its hidden part; gx_n: float[n_a], the
   * input part of n; h: in a<t-1>, out a<t>. */
  void (*gru) (const float *acc, const float *gx_n, float *h, gsize n_a);
  /* acc: float[4 n_a], i f g o; c and h: in at t-1, out at t. */
  void (*lstm) (const float *acc, float *c, float *h, gsize n_a);
} RnnKernels;

extern const RnnKernels _rnn_kernels_reference;

/* The fastest table that this CPU, its operating system and RNN_CPU_MASK allow.
 * Any thread; the same one for the life of the process. */
const RnnKernels *_rnn_kernels_get (void);
/* All tables that could run here, reference first, %NULL-terminated. */
const RnnKernels *const *_rnn_kernels_list (void);
