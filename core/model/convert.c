/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/convert.h"

#include <math.h>
#include <string.h>

#define LARGEST_F16 65504.0f
/* Below this size binary16 is subnormal: whole numbers of 2^-24. */
#define SMALLEST_NORMAL_F16 0x1p-14f

static guint16
to_f16 (float value)
{
  guint16 sign = signbit (value) ? 0x8000 : 0;
  float size = fabsf (value);
  guint32 bits;

  if (size > LARGEST_F16)
    size = LARGEST_F16;
  if (size < SMALLEST_NORMAL_F16)
    return (guint16) (sign | (guint16) rintf (size * 0x1p24f));
  memcpy (&bits, &size, sizeof bits);
  /* 13 bits go: round to nearest, half to even. */
  bits += 0xfff + (bits >> 13 & 1);
  return (guint16) (sign | ((bits >> 13) - (112 << 10)));
}

void
_rnn_convert_to_f16 (const float *values, gsize n, guint16 *out)
{
  for (gsize i = 0; i < n; i++)
    out[i] = to_f16 (values[i]);
}

void
_rnn_convert_to_bf16 (const float *values, gsize n, guint16 *out)
{
  for (gsize i = 0; i < n; i++) {
    guint32 bits;
    memcpy (&bits, &values[i], sizeof bits);
    /* 16 bits go: round to nearest, half to even. */
    bits = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    out[i] = (guint16) ((bits & 0x7fff) < 0x7f80 ? bits : bits - 1);
  }
}

void
_rnn_convert_to_i8 (const float *values, gsize rows, gsize cols, gint8 *out,
                    float *scale)
{
  for (gsize r = 0; r < rows; r++) {
    const float *row = values + r * cols;
    float largest = 0;
    for (gsize c = 0; c < cols; c++)
      largest = MAX (largest, fabsf (row[c]));
    scale[r] = largest / 127;
    for (gsize c = 0; c < cols; c++)
      out[r * cols + c] =
          scale[r] > 0 ? (gint8) rintf (CLAMP (row[c] / scale[r], -127, 127))
                       : 0;
  }
}
