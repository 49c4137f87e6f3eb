/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/safetensors.h"

#include "base/checked.h"

#include <string.h>

static float
float_from_bits (guint32 bits)
{
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

/* IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
static float
float_from_f16 (guint16 half)
{
  guint32 sign = (guint32) (half & 0x8000) << 16;
  guint32 exponent = half >> 10 & 31;
  guint32 fraction = half & 1023;

  if (exponent == 0) {
    /* Subnormal: fraction steps of 2^-24, exact in a float. */
    float value = (float) fraction * 0x1p-24f;
    return sign ? -value : value;
  }
  exponent = exponent == 31 ? 255 : exponent + 112;
  return float_from_bits (sign | exponent << 23 | fraction << 13);
}

/* A vector may begin at any byte of a file. */
static guint16
half_at (const gint8 *bytes, gsize i)
{
  guint16 half;

  memcpy (&half, bytes + i * sizeof half, sizeof half);
  return half;
}

static float
scale_of (const RnnMatrix *matrix, gsize row, gsize col)
{
  float scale = matrix->row_scale ? matrix->row_scale[row] : 1.0f;

  return matrix->col_scale ? scale * matrix->col_scale[col] : scale;
}

void
_rnn_matrix_get_row (const RnnMatrix *matrix, gsize row, float *out)
{
  const gint8 *bytes = (const gint8 *) matrix->data
                       + row * matrix->cols * _rnn_dtype_size (matrix->dtype);

  switch (matrix->dtype) {
  case RNN_DTYPE_F32:
    memcpy (out, bytes, matrix->cols * sizeof *out);
    break;
  case RNN_DTYPE_F16:
    for (gsize i = 0; i < matrix->cols; i++)
      out[i] = float_from_f16 (half_at (bytes, i));
    break;
  case RNN_DTYPE_BF16:
    for (gsize i = 0; i < matrix->cols; i++)
      out[i] = float_from_bits ((guint32) half_at (bytes, i) << 16);
    break;
  case RNN_DTYPE_I8:
  case RNN_DTYPE_U8:
    for (gsize i = 0; i < matrix->cols; i++)
      out[i] = (float) bytes[i] * scale_of (matrix, row, i);
    break;
  }
}

float *
_rnn_matrix_to_floats (const RnnMatrix *matrix)
{
  gsize n;
  float *out = NULL;

  if (_rnn_mul (matrix->rows, matrix->cols, &n))
    out = _rnn_try_alloc (n, sizeof *out);
  for (gsize row = 0; out && row < matrix->rows; row++)
    _rnn_matrix_get_row (matrix, row, out + row * matrix->cols);
  return out;
}
