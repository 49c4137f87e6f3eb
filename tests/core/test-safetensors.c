/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/safetensors.h"

#include <string.h>

/* A file of this header and @n_data bytes of data. */
static RnnTensorTable *
parse (const char *json, gsize n_json, gsize n_data, GError **error)
{
  GByteArray *file = g_byte_array_new ();
  guint64 n = GUINT64_TO_LE ((guint64) n_json);

  g_byte_array_append (file, (const guint8 *) &n, 8);
  g_byte_array_append (file, (const guint8 *) json, (guint) n_json);
  g_byte_array_set_size (file, (guint) (8 + n_json + n_data));
  RnnTensorTable *table =
      _rnn_tensor_table_parse (file->data, file->len, file->len, "F", error);
  g_byte_array_unref (file);
  return table;
}

static void
a_header_becomes_a_table (void)
{
  const char *json =
      "{\"__metadata__\":{\"rnn.cell\":\"gru\"},"
      "\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[16,19]},"
      "\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}";
  GError *error = NULL;
  RnnTensorTable *table = parse (json, strlen (json), 19, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (table->n_tensors, ==, 2);
  g_assert_cmpuint (table->data_start, ==, 8 + strlen (json));
  g_assert_cmpstr (g_hash_table_lookup (table->metadata, "rnn.cell"), ==,
                   "gru");
  g_assert_cmpuint (_rnn_tensor_table_find (table, "a")->shape[1], ==, 2);
  g_assert_cmpuint (_rnn_tensor_table_find (table, "b")->begin, ==, 16);
  g_assert_null (_rnn_tensor_table_find (table, "c"));
  _rnn_tensor_table_free (table);
}

#define T(dtype, shape, span)                                                  \
  "{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" span "}"

static void
a_header_that_is_not_strict_is_refused (void)
{
  static const char *const bad[] = {
    "",
    " {}",
    "[]",
    "{",
    "{}x",
    "{\"a\":1}",
    "{\"a\":{}}",
    "{\"\xff\":1}",
    "{\"a\":" T ("F32", "[1]", "[0,4]") ",\"a\":" T ("F32", "[1]", "[0,4]") "}",
    "{\"a\":" T ("F64", "[1]", "[0,4]") "}",
    "{\"a\":" T ("F32", "[2]", "[0,4]") "}",
    "{\"a\":" T ("F32", "[1]", "[1,5]") "}",
    "{\"a\":" T ("F32", "[1]", "[4,0]") "}",
    "{\"a\":" T ("F32", "[-1]", "[0,4]") "}",
    "{\"a\":" T ("F32", "[1.0]", "[0,4]") "}",
    "{\"a\":" T ("F32", "[1e0]", "[0,4]") "}",
    "{\"a\":" T ("F32", "[9007199254740993]", "[0,4]") "}",
    "{\"a\":" T ("F32", "[4294967296,4294967296,0]", "[0,0]") "}",
    "{\"a\":" T ("U8", "[3]", "[0,3]") "}",
    "{\"a\":" T ("U8", "[5]", "[0,5]") "}",
    "{\"a\":" T ("U8", "[3]", "[0,3]") ",\"b\":" T ("U8", "[2]", "[2,4]") "}",
    "{\"a\":" T ("U8", "[1]", "[0,1]") ",\"b\":" T ("U8", "[2]", "[2,4]") "}",
    "{\"__metadata__\":{\"k\":1},\"a\":" T ("U8", "[4]", "[0,4]") "}",
    "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"},\"a\":" T ("U8", "[4]",
                                                            "[0,4]") "}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    GError *error = NULL;
    RnnTensorTable *table = parse (bad[i], strlen (bad[i]), 4, &error);
    if (table)
      g_test_message ("accepted: %s", bad[i]);
    g_assert_null (table);
    g_assert_error (error, RNN_ERROR, RNN_ERROR_FORMAT);
    g_assert_true (g_str_has_prefix (error->message, "F: "));
    g_error_free (error);
  }
}

static void
sizes_are_checked_before_anything_is_read (void)
{
  guint8 file[64];
  GError *error = NULL;

  for (gsize n = 0; n < 8; n++) {
    g_assert_null (_rnn_tensor_table_parse (file, n, n, "F", &error));
    g_assert_error (error, RNN_ERROR, RNN_ERROR_FORMAT);
    g_clear_error (&error);
  }
  memset (file, 0xff, sizeof file);
  g_assert_null (_rnn_tensor_table_parse (file, 64, 64, "F", &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_FORMAT);
  g_clear_error (&error);
}

static void
depth_and_count_are_bounded (void)
{
  GError *error = NULL;
  char *deep = g_strnfill (100000, '[');
  GString *many = g_string_new ("{\"a\":" T ("U8", "[4]", "[0,4]"));

  deep[0] = '{';
  g_assert_null (parse (deep, 100000, 0, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_LIMIT);
  g_clear_error (&error);
  g_free (deep);

  for (int i = 0; i < 5000; i++)
    g_string_append_printf (many, ",\"t%d\":" T ("U8", "[0]", "[4,4]"), i);
  g_string_append_c (many, '}');
  g_assert_null (parse (many->str, many->len, 4, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_LIMIT);
  g_clear_error (&error);
  g_string_free (many, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/safetensors/table", a_header_becomes_a_table);
  g_test_add_func ("/safetensors/strict",
                   a_header_that_is_not_strict_is_refused);
  g_test_add_func ("/safetensors/sizes",
                   sizes_are_checked_before_anything_is_read);
  g_test_add_func ("/safetensors/limits", depth_and_count_are_bounded);
  return g_test_run ();
}
