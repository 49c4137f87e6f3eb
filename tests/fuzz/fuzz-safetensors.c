/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A header of 8 bytes and JSON, of a file with as many bytes of data as the
 * first byte of the input says: what it lists lies inside the file, without
 * holes and without overlap. */
#include "fuzz.h"

#include "model/safetensors.h"

#include <string.h>

static void
check_table (const RnnTensorTable *table, gsize n_data)
{
  gsize end = 0;

  for (gsize i = 0; i < table->n_tensors; i++) {
    const RnnTensorInfo *info = &table->tensors[i];
    g_assert_cmpuint (info->begin, ==, end);
    g_assert_cmpuint (info->end, >=, info->begin);
    g_assert_cmpuint (info->rank, <=, RNN_SAFETENSORS_MAX_RANK);
    g_assert_true (_rnn_tensor_table_find (table, info->name) == info);
    end = info->end;
  }
  g_assert_cmpuint (end, ==, n_data);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  gsize n_data = fuzz_take_byte (&data, &n_bytes);
  guint64 n_header = GUINT64_TO_LE ((guint64) n_bytes);
  guint8 *bytes = g_malloc (8 + n_bytes);
  GError *error = NULL;
  RnnTensorTable *table;

  memcpy (bytes, &n_header, 8);
  if (n_bytes > 0)
    memcpy (bytes + 8, data, n_bytes);
  table = _rnn_tensor_table_parse (bytes, 8 + n_bytes, 8 + n_bytes + n_data,
                                   "fuzz", &error);
  g_assert_true ((table == NULL) == (error != NULL));
  if (table) {
    check_table (table, n_data);
    _rnn_tensor_table_free (table);
  }
  g_clear_error (&error);
  g_free (bytes);
  return 0;
}
