/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/source.h"

#include "base/checked.h"
#include "base/quote.h"
#include "model/transpose.h"

#include <string.h>

/* Files are little-endian, and their numbers are used as they lie there. */
G_STATIC_ASSERT (G_BYTE_ORDER == G_LITTLE_ENDIAN);

/* A matrix is copied in pieces of about so many bytes, each row of a piece at
 * least a run of so many. */
#define PIECE ((gsize) 16 << 20)
#define RUN ((gsize) 64 << 10)

gboolean
_rnn_source_has (const RnnSource *source, const char *tensor)
{
  return _rnn_tensor_table_find (source->table, tensor) != NULL;
}

static const RnnTensorInfo *
find (const RnnSource *source, const char *tensor, GError **error)
{
  const RnnTensorInfo *info = _rnn_tensor_table_find (source->table, tensor);

  if (!info)
    g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
                 "%s: tensor %s: expected one, there is none", source->name,
                 RNN_QUOTE (tensor));
  return info;
}

static void
mark (RnnSource *source, const RnnTensorInfo *info)
{
  source->taken[info - source->table->tensors] = TRUE;
}

static gpointer
own (RnnSource *source, gpointer memory, gsize n, gsize size,
     const char *tensor, GError **error)
{
  if (memory)
    g_ptr_array_add (source->model->blocks, memory);
  else
    g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                 "%s: tensor %s: no memory for %" G_GSIZE_FORMAT
                 " numbers of %" G_GSIZE_FORMAT " bytes",
                 source->name, RNN_QUOTE (tensor), n, size);
  return memory;
}

/* New zeroed memory of the model's, for @tensor. */
gpointer
_rnn_source_alloc (RnnSource *source, gsize n, gsize size, const char *tensor,
                   GError **error)
{
  return own (source, _rnn_try_alloc (n, size), n, size, tensor, error);
}

/* [2, 3], for a message. */
static char *
format_shape (const RnnTensorInfo *info)
{
  GString *text = g_string_new ("[");

  for (gsize i = 0; i < info->rank; i++)
    g_string_append_printf (text, "%s%" G_GSIZE_FORMAT, i ? ", " : "",
                            info->shape[i]);
  return g_string_free (g_string_append_c (text, ']'), FALSE);
}

/* Say that @tensor came with another shape than @wanted. */
static gboolean
refuse_shape (const RnnSource *source, const RnnTensorInfo *info,
              const char *wanted, GError **error)
{
  char *shape = format_shape (info);

  g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
               "%s: tensor %s: expected %s, shape %s came", source->name,
               RNN_QUOTE (info->name), wanted, shape);
  g_free (shape);
  return FALSE;
}

static gboolean
is_matrix (const RnnTensorInfo *info)
{
  return info->shape[0] > 0
         && (info->rank == 1 || (info->rank == 2 && info->shape[1] > 0));
}

/* Read the shape of a matrix, or of a vector as a matrix of one column. */
gboolean
_rnn_source_get_shape (const RnnSource *source, const char *tensor, gsize *rows,
                       gsize *cols, GError **error)
{
  const RnnTensorInfo *info = find (source, tensor, error);

  if (!info)
    return FALSE;
  if (!is_matrix (info))
    return refuse_shape (source, info, "a matrix that is not empty", error);
  *rows = info->shape[0];
  *cols = info->rank == 2 ? info->shape[1] : 1;
  return TRUE;
}

static gboolean
check_shape (const RnnSource *source, const char *tensor, gsize rows,
             gsize cols, GError **error)
{
  const RnnTensorInfo *info = find (source, tensor, error);
  char *wanted;

  if (!info)
    return FALSE;
  if (is_matrix (info) && info->shape[0] == rows
      && (info->rank == 2 ? info->shape[1] : 1) == cols)
    return TRUE;
  wanted = g_strdup_printf ("shape [%" G_GSIZE_FORMAT ", %" G_GSIZE_FORMAT "]",
                            rows, cols);
  refuse_shape (source, info, wanted, error);
  g_free (wanted);
  return FALSE;
}

/* Check that no exponent of @n numbers is all ones. */
static gboolean
are_finite (RnnDtype dtype, const guint8 *bytes, gsize n)
{
  guint32 bad = 0;

  for (gsize i = 0; dtype == RNN_DTYPE_F32 && i < n; i++) {
    guint32 bits;
    memcpy (&bits, bytes + i * sizeof bits, sizeof bits);
    bad |= (bits & 0x7f800000u) == 0x7f800000u;
  }
  for (gsize i = 0;
       (dtype == RNN_DTYPE_F16 || dtype == RNN_DTYPE_BF16) && i < n; i++) {
    guint16 bits, mask = dtype == RNN_DTYPE_F16 ? 0x7c00 : 0x7f80;
    memcpy (&bits, bytes + i * sizeof bits, sizeof bits);
    bad |= (bits & mask) == mask;
  }
  return bad == 0;
}

static gboolean
check_weights (const RnnSource *source, const RnnTensorInfo *info,
               GError **error)
{
  gsize n = (info->end - info->begin) / _rnn_dtype_size (info->dtype);

  if (info->dtype == RNN_DTYPE_U8) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
                 "%s: tensor %s: expected F32, F16, BF16 or I8, U8 came",
                 source->name, RNN_QUOTE (info->name));
    return FALSE;
  }
  if (are_finite (info->dtype, source->data + info->begin, n))
    return TRUE;
  g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
               "%s: tensor %s: expected finite weights, NaN or infinity came",
               source->name, RNN_QUOTE (info->name));
  return FALSE;
}

/* The scales of an I8 tensor; *@scale is NULL for the other types. */
static gboolean
take_scale (RnnSource *source, const RnnTensorInfo *info, const float **scale,
            GError **error)
{
  const RnnTensorInfo *found;
  char *name;
  gboolean ok;

  *scale = NULL;
  if (info->dtype != RNN_DTYPE_I8)
    return TRUE;
  name = g_strconcat (info->name, ".scale", NULL);
  found = _rnn_tensor_table_find (source->table, name);
  ok = !found || found->dtype == RNN_DTYPE_F32;
  if (!ok)
    g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
                 "%s: tensor %s: expected F32, %s came", source->name,
                 RNN_QUOTE (name), _rnn_dtype_name (found->dtype));
  ok = ok
       && _rnn_source_take_vector (source, name, info->shape[0], scale, error);
  g_free (name);
  return ok;
}

/* Give back what lies at @offset of the data: @rows runs of @n_bytes, @stride
 * apart. */
static void
release (const RnnSource *source, gsize offset, gsize rows, gsize n_bytes,
         gsize stride)
{
  if (source->spare && stride == n_bytes)
    _rnn_release_pages (source->spare + offset, rows * n_bytes);
  for (gsize r = 0; source->spare && n_bytes >= RUN && r < rows; r++)
    _rnn_release_pages (source->spare + offset + r * stride, n_bytes);
}

/* @offset: where the part begins in the data. */
static void
copy_rows (const RnnSource *source, const RnnPart *part, gsize offset,
           gsize size, guint8 *out)
{
  gsize stride = part->all_cols * size, n_bytes = part->n_cols * size;
  gsize n = MAX (PIECE / MAX (n_bytes, 1), 1);

  for (gsize first = 0; first < part->rows; first += n) {
    gsize rows = MIN (n, part->rows - first);
    _rnn_copy_columns (source->data + offset + first * stride, rows,
                       part->all_cols, part->n_cols, size, FALSE,
                       out + first * n_bytes);
    release (source, offset + first * stride, rows, n_bytes, stride);
  }
}

static void
copy_transposed (const RnnSource *source, const RnnPart *part, gsize offset,
                 gsize size, guint8 *out)
{
  gsize n = MAX (PIECE / part->rows, RUN) / size;

  for (gsize first = 0; first < part->n_cols; first += n) {
    gsize cols = MIN (n, part->n_cols - first);
    _rnn_copy_columns (source->data + offset + first * size, part->rows,
                       part->all_cols, cols, size, TRUE,
                       out + first * part->rows * size);
    release (source, offset + first * size, part->rows, cols * size,
             part->all_cols * size);
  }
}

/* Copy a part of a matrix into the model; *@matrix only on success. */
gboolean
_rnn_source_take_part (RnnSource *source, const RnnPart *part,
                       RnnMatrix *matrix, GError **error)
{
  const RnnTensorInfo *info;
  const float *scale;
  gsize size, n, offset;
  guint8 *out;

  if (!check_shape (source, part->tensor, part->rows, part->all_cols, error))
    return FALSE;
  info = find (source, part->tensor, error);
  if (!check_weights (source, info, error)
      || !take_scale (source, info, &scale, error))
    return FALSE;
  size = _rnn_dtype_size (info->dtype);
  n = part->rows * part->n_cols;
  /* Not zeroed: it shall come into memory as the file's copy goes. */
  out = own (source, _rnn_try_alloc_unset (n, size), n, size, part->tensor,
             error);
  if (!out)
    return FALSE;
  mark (source, info);
  offset = info->begin + part->first_col * size;
  (part->is_transposed ? copy_transposed : copy_rows) (source, part, offset,
                                                       size, out);
  if (part->is_transposed)
    *matrix =
        (RnnMatrix){ info->dtype, part->n_cols, part->rows, out, NULL, scale };
  else
    *matrix =
        (RnnMatrix){ info->dtype, part->rows, part->n_cols, out, scale, NULL };
  return TRUE;
}

/* Copy a vector, [n] or [n, 1], into the model as floats. */
gboolean
_rnn_source_take_vector (RnnSource *source, const char *tensor, gsize n,
                         const float **vector, GError **error)
{
  const RnnTensorInfo *info;
  RnnMatrix stored = { 0 };
  float *out;

  if (!check_shape (source, tensor, n, 1, error))
    return FALSE;
  info = find (source, tensor, error);
  if (!check_weights (source, info, error)
      || !take_scale (source, info, &stored.row_scale, error)
      || !(out = _rnn_source_alloc (source, n, sizeof *out, tensor, error)))
    return FALSE;
  mark (source, info);
  stored.dtype = info->dtype;
  stored.rows = n;
  stored.cols = 1;
  stored.data = source->data + info->begin;
  for (gsize i = 0; i < n; i++)
    _rnn_matrix_get_row (&stored, i, out + i);
  *vector = out;
  return TRUE;
}

/* The bytes of a U8 tensor of rank 1, still the file's. */
const guint8 *
_rnn_source_take_bytes (RnnSource *source, const char *tensor, gsize *n_bytes,
                        GError **error)
{
  const RnnTensorInfo *info = find (source, tensor, error);

  if (!info)
    return NULL;
  if (info->dtype != RNN_DTYPE_U8 || info->rank != 1) {
    char *shape = format_shape (info);
    g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
                 "%s: tensor %s: expected U8 of rank 1, %s of shape %s came",
                 source->name, RNN_QUOTE (tensor),
                 _rnn_dtype_name (info->dtype), shape);
    g_free (shape);
    return NULL;
  }
  mark (source, info);
  *n_bytes = info->end - info->begin;
  return source->data + info->begin;
}

/* A tensor that nothing asked for means that this is another network than it
 * looks like. */
gboolean
_rnn_source_check_all_taken (const RnnSource *source, GError **error)
{
  for (gsize i = 0; i < source->table->n_tensors; i++)
    if (!source->taken[i]) {
      g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
                   "%s: tensor %s: expected no such tensor in this network",
                   source->name, RNN_QUOTE (source->table->tensors[i].name));
      return FALSE;
    }
  return TRUE;
}
