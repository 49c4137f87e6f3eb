/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Part of a matrix, turned or not. */
#pragma once

#include <glib.h>

void _rnn_copy_columns (const guint8 *from, gsize rows, gsize stride,
                        gsize n_cols, gsize size, gboolean is_transposed,
                        guint8 *out);
