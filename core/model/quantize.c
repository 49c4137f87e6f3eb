/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/quantize.h"

#include "base/checked.h"
#include "base/file.h"
#include "model/convert.h"
#include "model/safetensors.h"
#include "model/write.h"

#include <string.h>

#define MAX_FILE ((gsize) 1 << 38)
#define SCALE ".scale"
#define ARITHMETIC "rnn.arithmetic"

/* A file on its way into another. */
typedef struct {
  const char *path;
  const guint8 *data; /* of the tensors */
  const RnnTensorTable *table;
  RnnDtype dtype;
  RnnTensorOut *tensors;
  gsize n_tensors;
  GPtrArray *blocks; /* memory that tensors point into */
  GPtrArray *names;
} Quantizer;

static gboolean
no_memory (const Quantizer *q, const char *tensor, GError **error)
{
  g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
               "%s: tensor %s: no memory to store it in fewer bits", q->path,
               tensor);
  return FALSE;
}

static gpointer
alloc (Quantizer *q, gsize n, gsize size)
{
  gpointer block = _rnn_try_alloc (n, size);

  if (block)
    g_ptr_array_add (q->blocks, block);
  return block;
}

/* The tensor's bytes, aligned. */
static gpointer
copy_bytes (Quantizer *q, const RnnTensorInfo *info)
{
  gsize n = info->end - info->begin;
  gpointer copy = alloc (q, n, 1);

  if (copy && n > 0)
    memcpy (copy, q->data + info->begin, n);
  return copy;
}

static char *
scale_name (Quantizer *q, const char *tensor)
{
  char *name = g_strconcat (tensor, SCALE, NULL);

  g_ptr_array_add (q->names, name);
  return name;
}

static gboolean
is_matrix (const RnnTensorInfo *info)
{
  return info->rank == 2 && info->dtype != RNN_DTYPE_U8 && info->shape[0] > 0
         && info->shape[1] > 1;
}

/* `NAME.scale` of a matrix that gets new ones, or none. */
static gboolean
is_old_scale (const Quantizer *q, const char *name)
{
  gsize n = strlen (name), n_suffix = strlen (SCALE);
  const RnnTensorInfo *info;
  char *owner;

  if (!g_str_has_suffix (name, SCALE))
    return FALSE;
  owner = g_strndup (name, n - n_suffix);
  info = _rnn_tensor_table_find (q->table, owner);
  g_free (owner);
  return info && is_matrix (info);
}

static float *
to_floats (Quantizer *q, const RnnTensorInfo *info)
{
  RnnMatrix matrix = { .dtype = info->dtype,
                       .rows = info->shape[0],
                       .cols = info->shape[1] };
  const RnnTensorInfo *scale;
  char *name;

  if (!(matrix.data = copy_bytes (q, info)))
    return NULL;
  name = scale_name (q, info->name);
  scale = _rnn_tensor_table_find (q->table, name);
  if (info->dtype == RNN_DTYPE_I8 && scale
      && !(matrix.row_scale = copy_bytes (q, scale)))
    return NULL;
  return _rnn_matrix_to_floats (&matrix);
}

static gboolean
add_matrix (Quantizer *q, const RnnTensorInfo *info, GError **error)
{
  gsize rows = info->shape[0], cols = info->shape[1], n = rows * cols;
  gboolean is_bytes = q->dtype == RNN_DTYPE_I8;
  float *values = to_floats (q, info), *scale = NULL;
  gpointer data = alloc (q, n, is_bytes ? 1 : sizeof (guint16));
  gboolean ok =
      values && data && (!is_bytes || (scale = alloc (q, rows, sizeof *scale)));

  if (!ok) {
    _rnn_free (values);
    return no_memory (q, info->name, error);
  }
  if (is_bytes)
    _rnn_convert_to_i8 (values, rows, cols, data, scale);
  else
    _rnn_convert_to_bf16 (values, n, data);
  _rnn_free (values);
  q->tensors[q->n_tensors++] =
      (RnnTensorOut){ info->name, q->dtype, 2, { rows, cols }, data };
  if (is_bytes)
    q->tensors[q->n_tensors++] = (RnnTensorOut){
      scale_name (q, info->name), RNN_DTYPE_F32, 1, { rows, 0 }, scale
    };
  return TRUE;
}

static gboolean
add_as_it_is (Quantizer *q, const RnnTensorInfo *info, GError **error)
{
  gpointer data = copy_bytes (q, info);

  if (!data)
    return no_memory (q, info->name, error);
  q->tensors[q->n_tensors++] =
      (RnnTensorOut){ info->name,
                      info->dtype,
                      info->rank == 2 ? 2 : 1,
                      { info->shape[0], info->rank == 2 ? info->shape[1] : 0 },
                      data };
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Key, value, …, NULL, by key; the table's. Bytes are added up as bytes. */
static GPtrArray *
list_metadata (const Quantizer *q)
{
  GPtrArray *list = g_ptr_array_new ();
  guint n;
  gpointer *keys;

  if (q->dtype == RNN_DTYPE_I8)
    g_hash_table_replace (q->table->metadata, g_strdup (ARITHMETIC),
                          g_strdup ("int8"));
  else
    g_hash_table_remove (q->table->metadata, ARITHMETIC);
  keys = g_hash_table_get_keys_as_array (q->table->metadata, &n);
  qsort (keys, n, sizeof *keys, compare_names);
  for (guint i = 0; i < n; i++) {
    g_ptr_array_add (list, keys[i]);
    g_ptr_array_add (list, g_hash_table_lookup (q->table->metadata, keys[i]));
  }
  g_ptr_array_add (list, NULL);
  g_free (keys);
  return list;
}

/* The bytes of the smaller file. */
static GBytes *
make_bytes (Quantizer *q, GError **error)
{
  gsize n = q->table->n_tensors;
  GPtrArray *metadata = list_metadata (q);
  GBytes *bytes = NULL;
  gboolean ok = TRUE;

  q->tensors = g_new0 (RnnTensorOut, 2 * n);
  q->blocks = g_ptr_array_new_with_free_func (_rnn_free);
  q->names = g_ptr_array_new_with_free_func (g_free);
  for (gsize i = 0; ok && i < n; i++) {
    const RnnTensorInfo *info = &q->table->tensors[i];
    if (is_matrix (info))
      ok = add_matrix (q, info, error);
    else if (!is_old_scale (q, info->name))
      ok = add_as_it_is (q, info, error);
  }
  if (ok)
    bytes = _rnn_safetensors_serialize (
        q->tensors, q->n_tensors, (const char *const *) metadata->pdata, error);
  g_ptr_array_unref (q->names);
  g_ptr_array_unref (q->blocks);
  g_free (q->tensors);
  g_ptr_array_unref (metadata);
  return bytes;
}

/* Write what loads: @to may be the only copy of the model. */
static gboolean
write_file (const char *to, GBytes *bytes, GError **error)
{
  RnnChunk chunk;
  RnnModel *model;

  chunk.data = g_bytes_get_data (bytes, &chunk.n_bytes);
  model = _rnn_model_parse (chunk.data, chunk.n_bytes, to, error);
  if (!model) {
    g_prefix_error (error, "nothing written, as it would not load: ");
    return FALSE;
  }
  rnn_model_unref (model);
  return _rnn_file_write_atomic (to, &chunk, 1, error);
}

gboolean
_rnn_model_quantize (const char *from, const char *to, RnnDtype dtype,
                     GError **error)
{
  Quantizer q = { .path = from, .dtype = dtype };
  RnnTensorTable *table = NULL;
  RnnModel *model;
  GBytes *smaller = NULL;
  guint8 *bytes;
  gboolean ok;
  gsize n;

  if (!_rnn_file_check_target (to, error)
      || !_rnn_file_read (from, MAX_FILE, &bytes, &n, error))
    return FALSE;
  /* What is no model does not become one. */
  model = _rnn_model_parse (bytes, n, from, error);
  ok = model && (table = _rnn_tensor_table_parse (bytes, n, n, from, error));
  g_clear_pointer (&model, rnn_model_unref);
  if (ok) {
    q.table = table;
    q.data = bytes + table->data_start;
    smaller = make_bytes (&q, error);
    ok = smaller && write_file (to, smaller, error);
  }
  g_clear_pointer (&smaller, g_bytes_unref);
  g_clear_pointer (&table, _rnn_tensor_table_free);
  _rnn_free (bytes);
  return ok;
}
