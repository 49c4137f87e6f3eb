/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The product of a matrix of signed bytes and a vector, in whole numbers, one
 * table of functions for each instruction set.
 *
 * Invariant: all tables give the same bits, as whole numbers add up the same in
 * any order; README.md says where they are rounded, bytes-reference.c is that
 * text as C.
 */
#pragma once

#include <glib.h>

/* Columns that an instruction takes at once. */
#define RNN_BYTES_STEP 4
/* A sum of more products of bytes might not fit in 32 bits. */
#define RNN_BYTES_MAX_COLS 65536

typedef struct _RnnByteKernels RnnByteKernels;

/**
 * RnnPackedBytes:
 * @n_rows: rows of W
 * @n_cols: k, padded to RNN_BYTES_STEP with 0
 * @lanes: rows side by side in a chunk, of the table it was packed for
 * @n_chunks: of @lanes rows each; the rows that pad the last one are 0
 * @weights: int8, 64-byte aligned: groups of up to RNN_BYTES_CHUNKS chunks,
 * each [n_cols / 4][chunks][lanes][4]
 * @scale: float[n_chunks lanes]: W_jk is scale_j times its byte
 * @offset: int32[n_chunks lanes]: 128 times the sum of a row's bytes
 */
typedef struct {
  gsize n_rows;
  gsize n_cols;
  gsize lanes;
  gsize n_chunks;
  gint8 *weights;
  float *scale;
  gint32 *offset;
} RnnPackedBytes;

/* Chunks of a group, whose sums stay in registers. */
#define RNN_BYTES_CHUNKS 8

/* Whether W int8[n_rows][n_cols] is fit for these products: not too wide, and
 * without -128, whose opposite is no byte. */
gboolean _rnn_bytes_are_fit (const gint8 *W, gsize n_rows, gsize n_cols);
/* Pack W, which is fit, with its scales, float[n_rows]. FALSE: no memory,
 * @packed untouched. */
gboolean _rnn_packed_bytes_init (RnnPackedBytes *packed,
                                 const RnnByteKernels *kernels, const gint8 *W,
                                 const float *scale, gsize n_rows,
                                 gsize n_cols);
void _rnn_packed_bytes_clear (RnnPackedBytes *packed);

struct _RnnByteKernels {
  const char *name; /* as RNN_CPU_MASK has it */
  guint8 lanes;

  /* q_k = a_k in steps of the returned scale, whole numbers of -127 … 127; @q
   * is int8[n up to a multiple of 64], 0 behind @n; a is float[n up to a
   * multiple of 16]. The scale is NaN when a value of a is not finite. */
  float (*round) (const float *a, gsize n, gint8 *q);
  /* sums_j += scale_j scale sum over k of W_jk q_k, for all rows; sums is
   * float[n_rows up to a multiple of 16]. */
  void (*product) (const RnnPackedBytes *W, const gint8 *q, float scale,
                   float *sums);
};

extern const RnnByteKernels _rnn_byte_kernels_reference;
/* Its round(). */
float _rnn_bytes_round (const float *a, gsize n, gint8 *q);

/* As in kernels.h. */
const RnnByteKernels *_rnn_byte_kernels_get (void);
const RnnByteKernels *const *_rnn_byte_kernels_list (void);
