/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From floats to the smaller types of a model file. */
#pragma once

#include <glib.h>

/* Round @n floats to IEEE 754 binary16, to nearest even; what is too large
 * becomes the largest finite number. */
void _rnn_convert_to_f16 (const float *values, gsize n, guint16 *out);
/* Round @n finite floats to bfloat16, the upper half of a float, to nearest
 * even; what would become infinite becomes the largest finite number. */
void _rnn_convert_to_bf16 (const float *values, gsize n, guint16 *out);
/* Round float[@rows][@cols] to signed bytes times a scale a row, float[@rows]:
 * the largest value of a row becomes 127 in size. */
void _rnn_convert_to_i8 (const float *values, gsize rows, gsize cols,
                         gint8 *out, float *scale);
