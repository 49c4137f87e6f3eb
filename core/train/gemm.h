/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Products of row-major matrices without gaps, by name of what is transposed.
 */
#pragma once

#include <cblas.h>
#include <glib.h>

/* C [m][n] += A [m][k] B [n][k]' */
static inline void
_rnn_gemm_nt (gsize m, gsize n, gsize k, const float *A, const float *B,
              float *C)
{
  cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasTrans, (int) m, (int) n,
               (int) k, 1, A, (int) k, B, (int) k, 1, C, (int) n);
}

/* C [m][n] += A [m][k] B [k][n] */
static inline void
_rnn_gemm_nn (gsize m, gsize n, gsize k, const float *A, const float *B,
              float *C)
{
  cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, (int) m, (int) n,
               (int) k, 1, A, (int) k, B, (int) n, 1, C, (int) n);
}

/* C [m][n] += A [k][m]' B [k][n] */
static inline void
_rnn_gemm_tn (gsize m, gsize n, gsize k, const float *A, const float *B,
              float *C)
{
  cblas_sgemm (CblasRowMajor, CblasTrans, CblasNoTrans, (int) m, (int) n,
               (int) k, 1, A, (int) m, B, (int) n, 1, C, (int) n);
}
