/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/transpose.h"

#include <string.h>

/* Columns that are read in one run, so that memory comes ahead of need, and
 * rows that are written in one, so that a cache line is filled at once. */
#define STRIP 256
#define BAND 16

/* Bytes from a file need not be aligned, hence memcpy; compilers make it one
 * load. */
#define DEFINE_TRANSPOSE(TYPE)                                                 \
  static void transpose_##TYPE (const guint8 *from, gsize rows, gsize stride,  \
                                gsize n_cols, guint8 *out)                     \
  {                                                                            \
    for (gsize c0 = 0; c0 < n_cols; c0 += STRIP)                               \
      for (gsize r0 = 0; r0 < rows; r0 += BAND) {                              \
        gsize c1 = MIN (c0 + STRIP, n_cols), r1 = MIN (r0 + BAND, rows);       \
        for (gsize c = c0; c < c1; c++)                                        \
          for (gsize r = r0; r < r1; r++)                                      \
            memcpy (out + (c * rows + r) * sizeof (TYPE),                      \
                    from + (r * stride + c) * sizeof (TYPE), sizeof (TYPE));   \
      }                                                                        \
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
      memcpy (out + r * n_cols * size, from + r * stride * size, n_cols * size);
  else if (size == sizeof (guint32))
    transpose_guint32 (from, rows, stride, n_cols, out);
  else if (size == sizeof (guint16))
    transpose_guint16 (from, rows, stride, n_cols, out);
  else
    transpose_guint8 (from, rows, stride, n_cols, out);
}
