/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whole files, in and out: private memory, never a map; old or new, never
 * half. */
#pragma once

#include <glib.h>
#include <rnn/rnn-error.h>

/* A piece of a file to write; the caller's. */
typedef struct {
  const void *data;
  gsize n_bytes;
} RnnChunk;

/* Set @error to what errno says of @what about @path; always FALSE. */
gboolean _rnn_file_fail (GError **error, RnnError code, const char *path,
                         const char *what);
gboolean _rnn_file_read (const char *path, gsize max, guint8 **bytes, gsize *n,
                         GError **error);
gboolean _rnn_file_write_atomic (const char *path, const RnnChunk *chunks,
                                 gsize n_chunks, GError **error);
gboolean _rnn_file_find_target (const char *path, char **target,
                                GError **error);
gboolean _rnn_file_check_target (const char *path, GError **error);
gboolean _rnn_file_is_same_target (const char *a, const char *b);
