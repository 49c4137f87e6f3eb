/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/transpose.h"

#include <string.h>

/* A column strip this wide stays in cache while all its rows are visited. */
#define STRIP 16

/* Bytes from a file need not be aligned, hence memcpy; compilers make it one
 * load. */
#define DEFINE_TRANSPOSE(TYPE)                                                \
  static void transpose_##TYPE (const guint8 *from, gsize rows, gsize stride, \
                                gsize n_cols, guint8 *out)                    \
  {                                                                           \
    for (gsize c0 = 0; c0 < n_cols; c0 += STRIP) {                            \
      gsize c1 = MIN (c0 + STRIP, n_cols);                                    \
      for (gsize r = 0; r < rows; r++)                                        \
        for (gsize c = c0; c < c1; c++)                                       \
          memcpy (out + (c * rows + r) * sizeof (TYPE),                       \
                  from + (r * stride + c) * sizeof (TYPE), sizeof (TYPE));    \
    }                                                                         \
  }

DEFINE_TRANSPOSE (guint8)
DEFINE_TRANSPOSE (guint16)
DEFINE_TRANSPOSE (guint32)

/* Copy the first @n_cols of each row of @stride items of @size bytes (1, 2, 4)
 * to @out: [rows][n_cols], or [n_cols][rows] if @is_transposed. */
void
_rnn_copy_columns (const guint8 *from, gsize rows, gsize stride, gsize n_cols,
                   gsize size, gboolean is_transposed, guint8 *out)
{
  if (!is_transposed)
    for (gsize r = 0; r < rows; r++)
      memcpy (out + r * n_cols * size, from + r * stride * size,
              n_cols * size);
  else if (size == sizeof (guint32))
    transpose_guint32 (from, rows, stride, n_cols, out);
  else if (size == sizeof (guint16))
    transpose_guint16 (from, rows, stride, n_cols, out);
  else
    transpose_guint8 (from, rows, stride, n_cols, out);
}
