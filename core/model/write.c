/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/write.h"

#include "base/checked.h"
#include "base/file.h"
#include "model/safetensors.h"

#include <jansson.h>
#include <string.h>

static gboolean
tensor_size (const RnnTensorOut *tensor, gsize *n_bytes)
{
  gsize n = tensor->shape[0];

  return (tensor->n_dims < 2 || _rnn_mul (n, tensor->shape[1], &n))
         && _rnn_mul (n, _rnn_dtype_size (tensor->dtype), n_bytes);
}

static json_t *
metadata_object (const char *const *metadata)
{
  json_t *object = json_object ();

  for (gsize i = 0; metadata && metadata[i]; i += 2)
    json_object_set_new (object, metadata[i], json_string (metadata[i + 1]));
  return object;
}

/* The header as JSON, padded with spaces so that the data begins at a multiple
 * of 64; NULL: a size does not fit. */
static char *
header_new (const RnnTensorOut *tensors, gsize n_tensors,
            const char *const *metadata)
{
  json_t *root = json_object ();
  gsize begin = 0, n_bytes = 0;
  gboolean fits = TRUE;
  char *text = NULL;

  if (metadata && metadata[0])
    json_object_set_new (root, "__metadata__", metadata_object (metadata));
  for (gsize i = 0; fits && i < n_tensors; i++) {
    const RnnTensorOut *tensor = &tensors[i];
    json_t *shape = json_array ();
    for (gsize d = 0; d < tensor->n_dims; d++)
      json_array_append_new (shape,
                             json_integer ((json_int_t) tensor->shape[d]));
    fits = tensor_size (tensor, &n_bytes) && n_bytes <= G_MAXINT64 - begin;
    json_object_set_new (root, tensor->name,
                         json_pack ("{s:s, s:o, s:[I,I]}", "dtype",
                                    _rnn_dtype_name (tensor->dtype), "shape",
                                    shape, "data_offsets", (json_int_t) begin,
                                    (json_int_t) (begin + n_bytes)));
    begin += n_bytes;
  }
  if (fits) {
    char *json = json_dumps (root, JSON_COMPACT);
    gsize n = strlen (json), padded = (n + 8 + 63) / 64 * 64 - 8;
    text = g_strdup_printf ("%-*s", (int) padded, json);
    free (json);
  }
  json_decref (root);
  return text;
}

/* Chunks of the file: size, header, tensors. */
static RnnChunk *
chunks_new (const RnnTensorOut *tensors, gsize n_tensors, char *header,
            guint64 *size)
{
  RnnChunk *chunks = g_new0 (RnnChunk, n_tensors + 2);

  *size = GUINT64_TO_LE ((guint64) strlen (header));
  chunks[0] = (RnnChunk){ size, sizeof *size };
  chunks[1] = (RnnChunk){ header, strlen (header) };
  for (gsize i = 0; i < n_tensors; i++) {
    chunks[i + 2].data = tensors[i].data;
    tensor_size (&tensors[i], &chunks[i + 2].n_bytes);
  }
  return chunks;
}

static gboolean
too_large (GError **error)
{
  g_set_error_literal (error, RNN_ERROR, RNN_ERROR_LIMIT,
                       "model: its tensors are too large for a file");
  return FALSE;
}

static GBytes *
join_chunks (const RnnChunk *chunks, gsize n_chunks, GError **error)
{
  gsize n = 0, done = 0;
  guint8 *bytes;

  for (gsize i = 0; i < n_chunks; i++)
    if (!_rnn_add (n, chunks[i].n_bytes, &n)) {
      too_large (error);
      return NULL;
    }
  bytes = _rnn_try_alloc_unset (n, 1);
  if (!bytes) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                 "model: no memory for its %" G_GSIZE_FORMAT " bytes", n);
    return NULL;
  }
  for (gsize i = 0; i < n_chunks; done += chunks[i++].n_bytes)
    if (chunks[i].n_bytes > 0)
      memcpy (bytes + done, chunks[i].data, chunks[i].n_bytes);
  return g_bytes_new_with_free_func (bytes, n, _rnn_free, bytes);
}

/* Make the bytes of a file with @tensors, RnnTensorOut[@n_tensors], in their
 * order, and @metadata: key, value, …, NULL (or NULL: none). Errors: LIMIT,
 * NO_MEMORY. */
GBytes *
_rnn_safetensors_serialize (const RnnTensorOut *tensors, gsize n_tensors,
                            const char *const *metadata, GError **error)
{
  char *header = header_new (tensors, n_tensors, metadata);
  RnnChunk *chunks;
  GBytes *bytes;
  guint64 size;

  if (!header) {
    too_large (error);
    return NULL;
  }
  chunks = chunks_new (tensors, n_tensors, header, &size);
  bytes = join_chunks (chunks, n_tensors + 2, error);
  g_free (chunks);
  g_free (header);
  return bytes;
}

/* Write the same bytes as the file @path, whole or not at all. Errors: LIMIT,
 * WRITE. */
gboolean
_rnn_safetensors_write (const char *path, const RnnTensorOut *tensors,
                        gsize n_tensors, const char *const *metadata,
                        GError **error)
{
  char *header = header_new (tensors, n_tensors, metadata);
  RnnChunk *chunks;
  guint64 size;
  gboolean ok;

  if (!header)
    return too_large (error);
  chunks = chunks_new (tensors, n_tensors, header, &size);
  ok = _rnn_file_write_atomic (path, chunks, n_tensors + 2, error);
  g_free (chunks);
  g_free (header);
  return ok;
}
