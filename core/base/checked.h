/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sizes from outside: arithmetic that cannot wrap, memory that may be refused. */
#pragma once

#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* Multiply or add sizes. FALSE: the result does not fit; @out is untouched. */
static inline gboolean
_rnn_size_mul (gsize a, gsize b, gsize *out)
{
  gsize result;
  if (__builtin_mul_overflow (a, b, &result))
    return FALSE;
  *out = result;
  return TRUE;
}

static inline gboolean
_rnn_size_add (gsize a, gsize b, gsize *out)
{
  gsize result;
  if (__builtin_add_overflow (a, b, &result))
    return FALSE;
  *out = result;
  return TRUE;
}

/* Allocate @n zeroed items of @size bytes, 64-byte aligned; free with
 * _rnn_free(). NULL: no memory, or a size that does not fit. Zero items give a
 * pointer too. */
static inline gpointer
_rnn_try_alloc (gsize n, gsize size)
{
  gsize bytes;
  gpointer memory = NULL;
  if (!_rnn_size_mul (n, size, &bytes) || !_rnn_size_add (bytes, 63, &bytes))
    return NULL;
  bytes = MAX (bytes & ~(gsize) 63, 64);
  if (posix_memalign (&memory, 64, bytes) != 0)
    return NULL;
  memset (memory, 0, bytes);
  return memory;
}

static inline void
_rnn_free (gpointer memory)
{
  free (memory);
}
