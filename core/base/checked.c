/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/checked.h"

#include <stdlib.h>
#include <string.h>

/* Allocate @n times @size zeroed bytes, 64-byte aligned; NULL if that overflows
 * or there is no memory. Never NULL for zero bytes. Free with _rnn_free(). */
gpointer
_rnn_try_alloc (gsize n, gsize size)
{
  gpointer memory = NULL;
  gsize n_bytes;
  if (!_rnn_mul (n, size, &n_bytes) || n_bytes > G_MAXSSIZE)
    return NULL;
  if (posix_memalign (&memory, RNN_ALIGNMENT, MAX (n_bytes, 1)) != 0)
    return NULL;
  memset (memory, 0, MAX (n_bytes, 1));
  return memory;
}

/* Free what _rnn_try_alloc() gave; NULL is fine. */
void
_rnn_free (gpointer memory)
{
  free (memory);
}
