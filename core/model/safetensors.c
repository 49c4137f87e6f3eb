/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/safetensors.h"

#include "base/checked.h"
#include "base/quote.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *name;
  RnnDtype dtype;
  gsize size;
} dtypes[] = { { "F32", RNN_DTYPE_F32, 4 },
               { "F16", RNN_DTYPE_F16, 2 },
               { "BF16", RNN_DTYPE_BF16, 2 },
               { "I8", RNN_DTYPE_I8, 1 },
               { "U8", RNN_DTYPE_U8, 1 } };

gsize
_rnn_dtype_size (RnnDtype dtype)
{
  return dtypes[dtype].size;
}

const char *
_rnn_dtype_name (RnnDtype dtype)
{
  return dtypes[dtype].name;
}

/* Check what the parser would recurse into: how deep brackets nest outside of
 * strings. */
static gboolean
is_shallow (const char *json, gsize n_bytes)
{
  gsize depth = 0;
  gboolean in_string = FALSE;

  for (gsize i = 0; i < n_bytes; i++) {
    char c = json[i];
    if (in_string) {
      if (c == '\\')
        i++;
      else if (c == '"')
        in_string = FALSE;
    } else if (c == '"') {
      in_string = TRUE;
    } else if (c == '{' || c == '[') {
      if (++depth > RNN_SAFETENSORS_MAX_DEPTH)
        return FALSE;
    } else if ((c == '}' || c == ']') && depth > 0) {
      depth--;
    }
  }
  return TRUE;
}

/* A whole number that is not negative and that a double could hold too. */
static gboolean
read_size (const json_t *value, gsize *size)
{
  json_int_t n;

  if (!json_is_integer (value))
    return FALSE;
  n = json_integer_value (value);
  if (n < 0 || n > (json_int_t) 1 << 53)
    return FALSE;
  *size = (gsize) n;
  return TRUE;
}

static gboolean
read_dtype (const json_t *value, RnnDtype *dtype)
{
  const char *name = json_string_value (value);

  for (gsize i = 0; name && i < G_N_ELEMENTS (dtypes); i++)
    if (strcmp (name, dtypes[i].name) == 0) {
      *dtype = dtypes[i].dtype;
      return TRUE;
    }
  return FALSE;
}

static gboolean
read_shape (const json_t *value, RnnTensorInfo *info)
{
  if (!json_is_array (value)
      || json_array_size (value) > RNN_SAFETENSORS_MAX_RANK)
    return FALSE;
  info->rank = json_array_size (value);
  for (gsize i = 0; i < info->rank; i++)
    if (!read_size (json_array_get (value, i), &info->shape[i]))
      return FALSE;
  return TRUE;
}

static gboolean
read_span (const json_t *value, RnnTensorInfo *info)
{
  return json_array_size (value) == 2
         && read_size (json_array_get (value, 0), &info->begin)
         && read_size (json_array_get (value, 1), &info->end)
         && info->begin <= info->end;
}

/* Whether the span holds shape times item size. The product is checked at each
 * step: [2^32, 2^32, 0] is no way around. */
static gboolean
fills_span (const RnnTensorInfo *info)
{
  gsize n = _rnn_dtype_size (info->dtype);

  for (gsize i = 0; i < info->rank; i++)
    if (!_rnn_mul (n, info->shape[i], &n))
      return FALSE;
  return n == info->end - info->begin;
}

/* What is wrong with a tensor's entry, and at which of its keys (NULL: all of
 * it); NULL: nothing is. */
static const char *
read_info (const json_t *value, RnnTensorInfo *info, const char **key)
{
  *key = NULL;
  if (!json_is_object (value) || json_object_size (value) != 3)
    return "expected an object of dtype, shape and data_offsets";
  if (!read_dtype (json_object_get (value, *key = "dtype"), &info->dtype))
    return "expected dtype F32, F16, BF16, I8 or U8";
  if (!read_shape (json_object_get (value, *key = "shape"), info))
    return "expected a shape of at most 8 whole numbers";
  if (!read_span (json_object_get (value, *key = "data_offsets"), info))
    return "expected two rising data_offsets";
  return fills_span (info) ? NULL : "expected data_offsets that span its shape";
}

static gboolean
read_tensor (const char *key, const json_t *value, RnnTensorInfo *info,
             const char *name, GError **error)
{
  const char *place, *wrong = read_info (value, info, &place);

  if (wrong) {
    const json_t *part = place ? json_object_get (value, place) : value;
    char *came = json_dumps (part, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
    g_set_error (error, RNN_ERROR, RNN_ERROR_FORMAT,
                 "%s: tensor \"%s\": %s, %s came", name, RNN_QUOTE (key), wrong,
                 came ? RNN_QUOTE (came) : "nothing");
    free (came);
    return FALSE;
  }
  info->name = g_strdup (key);
  return TRUE;
}

static gboolean
read_metadata (const json_t *value, GHashTable *metadata, const char *name,
               GError **error)
{
  const char *key;
  json_t *item;

  if (!json_is_object (value)) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_FORMAT,
                 "%s: __metadata__: expected an object of strings", name);
    return FALSE;
  }
  json_object_foreach ((json_t *) value, key, item)
  {
    if (!json_is_string (item)) {
      g_set_error (error, RNN_ERROR, RNN_ERROR_FORMAT,
                   "%s: __metadata__: \"%s\": expected a string", name,
                   RNN_QUOTE (key));
      return FALSE;
    }
    g_hash_table_insert (metadata, g_strdup (key),
                         g_strdup (json_string_value (item)));
  }
  return TRUE;
}

static int
compare_spans (const void *a, const void *b)
{
  const RnnTensorInfo *x = a, *y = b;

  if (x->begin != y->begin)
    return x->begin < y->begin ? -1 : 1;
  return x->end < y->end ? -1 : x->end > y->end;
}

/* Sort by place, and check that each begins where the one before ended. */
static gboolean
check_spans (RnnTensorTable *table, gsize n_data, const char *name,
             GError **error)
{
  gsize end = 0;

  if (table->n_tensors > 0)
    qsort (table->tensors, table->n_tensors, sizeof *table->tensors,
           compare_spans);
  for (gsize i = 0; i < table->n_tensors; i++) {
    const RnnTensorInfo *info = &table->tensors[i];
    if (info->begin != end) {
      g_set_error (error, RNN_ERROR, RNN_ERROR_FORMAT,
                   "%s: tensor \"%s\" begins at byte %" G_GSIZE_FORMAT
                   ", expected %" G_GSIZE_FORMAT,
                   name, RNN_QUOTE (info->name), info->begin, end);
      return FALSE;
    }
    end = info->end;
  }
  if (end != n_data) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_FORMAT,
                 "%s: tensors take %" G_GSIZE_FORMAT
                 " bytes, the file has %" G_GSIZE_FORMAT,
                 name, end, n_data);
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_entries (RnnTensorTable *table, const json_t *root, const char *name,
              GError **error)
{
  const char *key;
  json_t *value;

  table->tensors = g_new0 (RnnTensorInfo, json_object_size (root));
  json_object_foreach ((json_t *) root, key, value)
  {
    if (strcmp (key, "__metadata__") == 0) {
      if (!read_metadata (value, table->metadata, name, error))
        return FALSE;
    } else {
      if (!read_tensor (key, value, &table->tensors[table->n_tensors], name,
                        error))
        return FALSE;
      table->n_tensors++;
    }
  }
  return TRUE;
}

static json_t *
parse_json (const guint8 *bytes, gsize n_bytes, const char *name,
            GError **error)
{
  const char *json = (const char *) bytes;
  json_error_t problem = { .text = "it does not start with {" };
  json_t *root = NULL;

  if (!is_shallow (json, n_bytes)) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_LIMIT,
                 "%s: header nested deeper than %d", name,
                 RNN_SAFETENSORS_MAX_DEPTH);
    return NULL;
  }
  if (n_bytes > 0 && json[0] == '{')
    root = json_loadb (json, n_bytes, JSON_REJECT_DUPLICATES, &problem);
  if (root == NULL)
    g_set_error (error, RNN_ERROR, RNN_ERROR_FORMAT, "%s: header: %s", name,
                 RNN_QUOTE_LIST (problem.text));
  else if (json_object_size (root) > RNN_SAFETENSORS_MAX_TENSORS) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_LIMIT,
                 "%s: %zu tensors, at most %d", name, json_object_size (root),
                 RNN_SAFETENSORS_MAX_TENSORS);
    json_decref (root);
    root = NULL;
  }
  return root;
}

/* The 8 bytes before the header. */
static gboolean
read_header_size (const guint8 *bytes, gsize n_bytes, gsize n_file,
                  const char *name, gsize *n_header, GError **error)
{
  guint64 n = 0;

  if (n_bytes < 8 || n_file < n_bytes) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_FORMAT,
                 "%s: %" G_GSIZE_FORMAT " bytes, expected a safetensors file",
                 name, n_bytes);
    return FALSE;
  }
  for (int i = 7; i >= 0; i--)
    n = n << 8 | bytes[i];
  if (n > RNN_SAFETENSORS_MAX_HEADER || n > n_bytes - 8) {
    g_set_error (error, RNN_ERROR,
                 n > n_file - 8 ? RNN_ERROR_FORMAT : RNN_ERROR_LIMIT,
                 "%s: header of %" G_GUINT64_FORMAT
                 " bytes, expected at most %" G_GSIZE_FORMAT,
                 name, n, MIN (n_file - 8, (gsize) RNN_SAFETENSORS_MAX_HEADER));
    return FALSE;
  }
  *n_header = (gsize) n;
  return TRUE;
}

RnnTensorTable *
_rnn_tensor_table_parse (const guint8 *bytes, gsize n_bytes, gsize n_file,
                         const char *name, GError **error)
{
  gsize n_header;
  json_t *root;
  RnnTensorTable *table;

  if (!read_header_size (bytes, n_bytes, n_file, name, &n_header, error)
      || !(root = parse_json (bytes + 8, n_header, name, error)))
    return NULL;
  table = g_new0 (RnnTensorTable, 1);
  table->metadata =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  table->data_start = 8 + n_header;
  if (!read_entries (table, root, name, error)
      || !check_spans (table, n_file - table->data_start, name, error)) {
    _rnn_tensor_table_free (table);
    table = NULL;
  }
  json_decref (root);
  return table;
}

void
_rnn_tensor_table_free (RnnTensorTable *table)
{
  for (gsize i = 0; i < table->n_tensors; i++)
    g_free (table->tensors[i].name);
  g_free (table->tensors);
  g_hash_table_unref (table->metadata);
  g_free (table);
}

const RnnTensorInfo *
_rnn_tensor_table_find (const RnnTensorTable *table, const char *name)
{
  for (gsize i = 0; i < table->n_tensors; i++)
    if (strcmp (table->tensors[i].name, name) == 0)
      return &table->tensors[i];
  return NULL;
}
