/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whole files: read into private memory, written whole or not at all. */
#pragma once

#include <glib.h>
#include <rnn/rnn-error.h>

/**
 * _rnn_file_open:
 * @n_bytes: (out): its size
 *
 * Open a regular file for reading, never blocking on a FIFO or device.
 *
 * Returns: a descriptor, or -1 with @error set (NOT_FOUND, OPEN, READ)
 */
int _rnn_file_open (const char *path, gsize *n_bytes, GError **error);

/**
 * _rnn_file_read_at:
 *
 * Read exactly @n_bytes from @offset. Fails with READ, also when the file ends
 * before.
 */
gboolean _rnn_file_read_at (int fd, const char *path, guint64 offset,
                            gpointer out, gsize n_bytes, GError **error);

/**
 * _rnn_file_read:
 * @max: a larger file is LIMIT
 * @bytes: (out) (transfer full): private memory, free with _rnn_free()
 *
 * Read a whole regular file; READ when it changed meanwhile.
 */
gboolean _rnn_file_read (const char *path, gsize max, guint8 **bytes,
                         gsize *n_bytes, GError **error);

/**
 * _rnn_file_write_atomic:
 *
 * Write a file through a temporary one beside it, synced and renamed: after any
 * failure (WRITE) the old file is whole and the temporary one is gone.
 */
gboolean _rnn_file_write_atomic (const char *path, gconstpointer bytes,
                                 gsize n_bytes, GError **error);
