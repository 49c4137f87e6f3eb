/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sizes that come from outside: arithmetic that cannot wrap, and memory that
 * may be refused. */
#pragma once

#include <glib.h>

#define RNN_ALIGNMENT 64

/* Set *@out to @a * @b; FALSE if it does not fit. */
static inline gboolean
_rnn_mul (gsize a, gsize b, gsize *out)
{
  return !__builtin_mul_overflow (a, b, out);
}

/* Set *@out to @a + @b; FALSE if it does not fit. */
static inline gboolean
_rnn_add (gsize a, gsize b, gsize *out)
{
  return !__builtin_add_overflow (a, b, out);
}

gpointer _rnn_try_alloc (gsize n, gsize size);
gpointer _rnn_try_alloc_unset (gsize n, gsize size);
void _rnn_release_pages (guint8 *memory, gsize n_bytes);
void _rnn_free (gpointer memory);
