/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/checked.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Blocks from here on ask for the system's large pages: a look-up in a big
 * table would else miss the TLB besides the cache. */
#define LARGE ((gsize) 4 << 20)

static gsize
page_size (void)
{
  return (gsize) sysconf (_SC_PAGESIZE);
}

/* Allocate @n times @size zeroed bytes, 64-byte aligned; NULL if that overflows
 * or there is no memory. Never NULL for zero bytes. Free with _rnn_free(). */
gpointer
_rnn_try_alloc (gsize n, gsize size)
{
  gpointer memory = _rnn_try_alloc_unset (n, size);
  if (memory != NULL)
    memset (memory, 0, MAX (n * size, 1));
  return memory;
}

/* Like _rnn_try_alloc(), but what the bytes are is the caller's to say. */
gpointer
_rnn_try_alloc_unset (gsize n, gsize size)
{
  gpointer memory = NULL;
  gsize n_bytes;
  if (!_rnn_mul (n, size, &n_bytes) || n_bytes > G_MAXSSIZE)
    return NULL;
  if (posix_memalign (&memory, RNN_ALIGNMENT, MAX (n_bytes, 1)) != 0)
    return NULL;
  if (n_bytes >= LARGE) {
    gsize skip = -(gsize) memory & (page_size () - 1);
    madvise ((char *) memory + skip, n_bytes - skip, MADV_HUGEPAGE);
  }
  return memory;
}

/* Give the whole pages of @memory, uint8[@n_bytes], back to the system before
 * its owner frees the rest; the bytes are lost. */
void
_rnn_release_pages (guint8 *memory, gsize n_bytes)
{
  gsize skip = -(gsize) memory & (page_size () - 1);
  if (n_bytes > skip)
    madvise (memory + skip, (n_bytes - skip) & ~(page_size () - 1),
             MADV_DONTNEED);
}

/* Free what the two above gave; NULL is fine. */
void
_rnn_free (gpointer memory)
{
  free (memory);
}
