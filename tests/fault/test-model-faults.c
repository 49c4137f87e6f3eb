/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bad model files, one after the other: each is refused by an error that names
 * the file, and nothing hangs, dies or is allocated at its wish. */
#include "model-file.h"

#include <rnn/rnn.h>
#include <string.h>

/* In PyTorch's names, all but the inputs: n_a = 1, n_y = 3, 36 bytes. */
#define REST                                                                   \
  TENSOR ("rnn.weight_hh_l0", "[1,1]", 0, 4)                                   \
  "," TENSOR ("rnn.bias_ih_l0", "[1]", 4, 8) "," TENSOR (                      \
      "rnn.bias_hh_l0", "[1]", 8,                                              \
      12) "," TENSOR ("output.weight", "[3,1]", 12,                            \
                      24) "," TENSOR ("output.bias", "[3]", 24, 36) ","

typedef struct {
  const char *fault; /* its number, and what it is */
  const char *header;
  const char *words;
  const char *wanted; /* in the message */
} Row;

static const Row rows[] = {
  { "05 a header that does not start with a brace", " " GOOD, "a\nb\nc", "" },
  { "05 a header that is no UTF-8", "{\"\xff\":1}", "", "" },
  { "08 the same tensor twice", "{" Waa Waa Wax Wya ba by "}", "", "Waa" },
  { "08 the same key of the metadata twice",
    "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}," Waa Wax Wya ba by "}", "",
    "k" },
  { "09 a negative size", "{" TENSOR ("Waa", "[-2,2]", 0, 16) "}", "", "" },
  { "09 a fraction for a size", "{" TENSOR ("Waa", "[2.0,2]", 0, 16) "}", "",
    "" },
  { "09 a size with an exponent", "{" TENSOR ("Waa", "[2e0,2]", 0, 16) "}", "",
    "" },
  { "09 a size beyond 2^53",
    "{" TENSOR ("Waa", "[9007199254740993]", 0, 16) "}", "", "" },
  { "10 a shape whose product wraps",
    "{" TENSOR ("Waa", "[4294967296,4294967296,0]", 0, 0) "}", "", "" },
  { "11 a tensor that ends before it begins",
    "{" TENSOR ("Waa", "[2,2]", 16, 0) "}", "", "Waa" },
  { "11 tensors that overlap",
    "{" Waa TENSOR ("Wax", "[2,3]", 12, 36) "," Wya ba by "}", "", "" },
  { "11 a hole between tensors",
    "{" Waa TENSOR ("Wax", "[2,3]", 20, 44) "," Wya ba by "}", "", "" },
  { "11 bytes after the last tensor", "{" METADATA Waa Wax Wya ba by "}",
    "rest", "" },
  { "12 a span that is not the shape's", "{" TENSOR ("Waa", "[2,3]", 0, 16) "}",
    "", "Waa" },
  { "13 a weight without numbers",
    "{" TENSOR ("Waa", "[0,0]", 0, 0) "," TENSOR ("Wax", "[5,3]", 0, 60) "}",
    "", "" },
  { "14 a type that no weight has",
    "{\"Waa\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}}", "",
    "expected dtype F32, F16, BF16, I8 or U8, \"F64\" came" },
  { "14 a type that is no string",
    "{\"Waa\":{\"dtype\":32,\"shape\":[4],\"data_offsets\":[0,16]}}", "",
    "expected dtype F32, F16, BF16, I8 or U8, 32 came" },
  { "14 a type that would break a line of the message",
    "{\"Waa\":{\"dtype\":\"F\\n\",\"shape\":[4],\"data_offsets\":[0,16]}}", "",
    "\"F\\n\" came" },
  { "14 words for weights",
    "{" Waa Wax Wya ba by ",\"a0\":{\"dtype\":\"U8\",\"shape\":[2],"
    "\"data_offsets\":[60,62]}}",
    "ab", "a0: expected F32, F16, BF16 or I8, U8 came" },
  { "14 weights for words",
    "{" Waa Wax Wya ba by "," TENSOR ("vocab", "[1]", 60, 64) "}", "wxyz",
    "vocab: expected U8 of rank 1, F32 of shape [1] came" },
  { "14 a tensor of too many dimensions",
    "{" TENSOR ("Waa", "[2,2,1]", 0, 16) "," Wax Wya ba by "}", "",
    "Waa: expected shape [2, 2], shape [2, 2, 1] came" },
  { "14 a tensor of no dimension",
    "{" TENSOR ("Waa", "[]", 0, 4) "," TENSOR (
        "Wax", "[2,6]", 4, 52) "," TENSOR ("Wya", "[1,2]", 52, 60) "}",
    "", "Waa: expected shape [2, 2], shape [] came" },
  { "14 a tensor that is missing",
    "{" Waa Wax TENSOR ("other", "[2]", 40, 48) "," ba by "}", "", "Wya" },
  { "14 a tensor of another shape",
    "{" Waa Wax Wya TENSOR ("ba", "[1]", 48, 52) "," TENSOR ("by", "[2]", 52,
                                                             60) "}",
    "", "expected shape [2, 1], shape [1] came" },
  { "14 a tensor that no net has",
    "{" Waa Wax Wya ba by WORDS (5, 65) "," TENSOR ("more", "[1]", 65, 69) "}",
    "a\nb\nc\0\0\0", "" },
  { "14 columns behind those of the embedding, without features",
    "{" REST TENSOR ("embedding.weight", "[4,1]", 36,
                     52) "," TENSOR ("rnn.weight_ih_l0", "[1,2]", 52, 60) "}",
    "", "rnn.weight_ih_l0: expected 1 columns (n_e), 2 came" },
  { "14 columns behind those of the embedding, without features but words",
    "{" REST TENSOR ("embedding.weight", "[4,1]", 36, 52) "," TENSOR (
        "rnn.weight_ih_l0", "[1,2]", 52, 60) WORDS (9, 69) "}",
    "a\nb\nc\nd\ne", "rnn.weight_ih_l0: expected 1 columns (n_e), 2 came" },
  { "14 an embedding that does not hold all words",
    "{\"__metadata__\":{\"rnn.features\":\"word suffix1:1\"}," REST TENSOR (
        "embedding.weight", "[3,1]", 36,
        48) "," TENSOR ("rnn.weight_ih_l0", "[1,3]", 48, 60) WORDS (7, 67) "}",
    "a\nb\nc\nd",
    "embedding.weight: expected at least 4 rows (vocab), 3 came" },
  { "15 no hidden unit",
    "{" TENSOR ("Waa", "[0,0]", 0, 0) "," TENSOR (
        "Wax", "[0,3]", 0, 0) "," TENSOR ("Wya", "[15,1]", 0, 60) "}",
    "", "Wax: expected a matrix that is not empty, shape [0, 3] came" },
  { "15 no word",
    "{" Waa TENSOR ("Wax", "[2,0]", 16, 16) "," TENSOR ("Wya", "[11,1]", 16,
                                                        60) "}",
    "", "Wax: expected a matrix that is not empty, shape [2, 0] came" },
  { "15 no output",
    "{" Waa Wax TENSOR ("Wya", "[0,2]", 40, 40) "," TENSOR ("ba", "[5]", 40,
                                                            60) "}",
    "", "Wya: expected a matrix that is not empty, shape [0, 2] came" },
  { "18 metadata that is no string",
    "{\"__metadata__\":{\"rnn.cell\":1}," Waa Wax Wya ba by "}", "", "" },
  { "18 metadata with a cell that is none",
    "{\"__metadata__\":{\"rnn.cell\":\"../../etc\"}," Waa Wax Wya ba by "}", "",
    "rnn.cell" },
  { "19 more words than rows", "{" METADATA Waa Wax Wya ba by WORDS (7, 67) "}",
    "a\nb\nc\nd", "vocab" },
  { "19 the same word twice", GOOD, "a\nb\na", "vocab" },
};

static void
a_row_is_refused (gconstpointer data)
{
  const Row *row = data;

  write_model (row->header, row->words);
  assert_refused (row->wanted);
}

static void
a_good_file_loads (void)
{
  GError *error = NULL;
  RnnModel *model;

  write_model (GOOD, "a\nb\nc");
  model = rnn_model_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rnn_model_get_n_inputs (model), ==, 3);
  rnn_model_unref (model);
}

static void
a_header_length_that_cannot_be_is_refused (void)
{
  const guint64 lengths[] = { 0, 100, (1 << 20) + 1, G_MAXINT64, G_MAXUINT64 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++) {
    guint64 file[2] = { GUINT64_TO_LE (lengths[i]), 0 };
    write_bytes (file, sizeof file);
    assert_refused ("");
  }
}

static void
a_header_nested_deep_is_refused (void)
{
  GString *header = g_string_new ("{\"a\":");

  for (int i = 0; i < 100000; i++)
    g_string_append_c (header, '[');
  write_model (header->str, "");
  assert_refused ("");
  g_string_free (header, TRUE);
}

static void
a_header_of_many_tensors_is_refused (void)
{
  GString *header = g_string_new ("{");

  for (int i = 0; i < 15000; i++)
    g_string_append_printf (header,
                            "%s\"t%d\":{\"dtype\":\"U8\",\"shape\":[0],"
                            "\"data_offsets\":[0,0]}",
                            i ? "," : "", i);
  g_string_append_c (header, '}');
  write_model (header->str, "");
  assert_refused ("");
  g_string_free (header, TRUE);
}

/* A network of these sizes, with nothing but sizes to it: the limits are looked
 * at before the weights are. */
static void
assert_size_refused (guint n_a, guint n_y, const char *wanted)
{
  char *header = g_strdup_printf (
      "{\"Waa\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},"
      "\"Wax\":{\"dtype\":\"U8\",\"shape\":[%u],\"data_offsets\":[0,%u]},"
      "\"Wya\":{\"dtype\":\"U8\",\"shape\":[%u],\"data_offsets\":[%u,%u]}}",
      n_a, n_a, n_y, n_a, n_a + n_y);
  char *rest = g_strnfill (n_a + n_y - 60, 'x');

  write_model (header, rest);
  assert_refused (wanted);
  g_free (header);
  g_free (rest);
}

static void
more_units_than_the_limit_are_refused (void)
{
  assert_size_refused (65537, 1, "n_a 65537, ");
  assert_size_refused (1, (1 << 20) + 1, "n_y 1048577, ");
}

static void
more_layers_than_the_limit_are_refused (void)
{
  GString *header = g_string_new ("{");

  for (int i = 0; i < 65; i++)
    g_string_append_printf (header,
                            "\"rnn.weight_hh_l%d\":{\"dtype\":\"U8\",\"shape\":"
                            "[1,1],\"data_offsets\":[%d,%d]},",
                            i, i, i + 1);
  g_string_append (header,
                   "\"rnn.weight_ih_l0\":{\"dtype\":\"U8\",\"shape\":[1,1],"
                   "\"data_offsets\":[65,66]},"
                   "\"output.weight\":{\"dtype\":\"U8\",\"shape\":[1,1],"
                   "\"data_offsets\":[66,67]}}");
  write_model (header->str, "1234567");
  assert_refused ("up to 64 layers; ");
  assert_refused (" 65 layers came");
  g_string_free (header, TRUE);
}

static void
a_weight_that_is_no_number_is_refused (void)
{
  static const guint32 bad[] = { 0x7fc00000, 0x7f800000, 0xff800000 };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    char *bytes;
    gsize n;
    write_model (GOOD, "a\nb\nc");
    g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
    memcpy (bytes + n - 65 + 16, &bad[i], sizeof bad[i]);
    write_bytes (bytes, n);
    assert_refused ("Wax");
    g_free (bytes);
  }
}

/* The header's length makes all weights misaligned. */
static void
weights_at_an_odd_address_load (void)
{
  RnnModel *model;

  write_model (GOOD " ", "a\nb\nc");
  model = rnn_model_load (path, NULL);
  g_assert_nonnull (model);
  rnn_model_unref (model);
  write_model (GOOD "  ", "a\nb\nc");
  model = rnn_model_load (path, NULL);
  g_assert_nonnull (model);
  rnn_model_unref (model);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  model_file_init ();
#define ADD(name, f) g_test_add_func ("/model-faults/" name, f)
  ADD ("00 a good file loads", a_good_file_loads);
  ADD ("04 a header length that cannot be",
       a_header_length_that_cannot_be_is_refused);
  ADD ("06 a header nested deep", a_header_nested_deep_is_refused);
  ADD ("07 a header of many tensors", a_header_of_many_tensors_is_refused);
  ADD ("15 more units than the limit", more_units_than_the_limit_are_refused);
  ADD ("15 more layers than the limit", more_layers_than_the_limit_are_refused);
  ADD ("16 weights at an odd address", weights_at_an_odd_address_load);
  ADD ("17 a weight that is no number", a_weight_that_is_no_number_is_refused);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    char *name = g_strconcat ("/model-faults/", rows[i].fault, NULL);
    g_test_add_data_func (name, &rows[i], a_row_is_refused);
    g_free (name);
  }
  result = g_test_run ();
  model_file_clear ();
  return result;
}
