/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bad model files, one after the other: each is refused by an error that names
 * the file, and nothing hangs, dies or is allocated at its wish. */
#include <glib/gstdio.h>
#include <rnn/rnn.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define METADATA "\"__metadata__\":{\"rnn.labels\":\"PER\"},"
#define TENSOR(name, shape, begin, end) \
  "\"" name "\":{\"dtype\":\"F32\",\"shape\":" shape \
  ",\"data_offsets\":[" #begin "," #end "]}"
/* n_a = 2, n_x = 3, n_y = 1; 64 bytes of weights, then the words. */
#define Waa TENSOR ("Waa", "[2,2]", 0, 16) ","
#define Wax TENSOR ("Wax", "[2,3]", 16, 40) ","
#define Wya TENSOR ("Wya", "[1,2]", 40, 48) ","
#define ba TENSOR ("ba", "[2]", 48, 56) ","
#define by TENSOR ("by", "[1]", 56, 60)
#define WORDS(n, end) \
  ",\"vocab\":{\"dtype\":\"U8\",\"shape\":[" #n "],\"data_offsets\":[60," #end "]}"
#define GOOD "{" METADATA Waa Wax Wya ba by WORDS (5, 65) "}"

static char *folder, *path;

static void
write_bytes (const void *bytes, gsize n)
{
  g_assert_true (g_file_set_contents (path, bytes, (gssize) n, NULL));
}

/* A file of @header, zero weights and @words. */
static void
write_model (const char *header, const char *words)
{
  GString *file = g_string_new (NULL);
  guint64 n = GUINT64_TO_LE ((guint64) strlen (header));

  g_string_append_len (file, (const char *) &n, sizeof n);
  g_string_append (file, header);
  g_string_append_len (file, (const char[60]) { 0 }, 60);
  g_string_append (file, words);
  write_bytes (file->str, file->len);
  g_string_free (file, TRUE);
}

/* The file is refused, by one message with its name and @wanted in it. */
static void
assert_refused (const char *wanted)
{
  GError *error = NULL;
  RnnModel *model = rnn_model_load (path, &error);

  g_assert_null (model);
  g_assert_nonnull (error);
  g_assert_true (error->domain == RNN_ERROR);
  if (!strstr (error->message, path) || !strstr (error->message, wanted))
    g_error ("expected \"%s\" and the path in \"%s\"", wanted, error->message);
  g_error_free (error);
}

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
    "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}," Waa Wax Wya ba by "}", "", "k" },
  { "09 a negative size", "{" TENSOR ("Waa", "[-2,2]", 0, 16) "}", "", "" },
  { "09 a fraction for a size", "{" TENSOR ("Waa", "[2.0,2]", 0, 16) "}", "", "" },
  { "09 a size with an exponent", "{" TENSOR ("Waa", "[2e0,2]", 0, 16) "}", "",
    "" },
  { "09 a size beyond 2^53", "{" TENSOR ("Waa", "[9007199254740993]", 0, 16) "}",
    "", "" },
  { "10 a shape whose product wraps",
    "{" TENSOR ("Waa", "[4294967296,4294967296,0]", 0, 0) "}", "", "" },
  { "11 a tensor that ends before it begins",
    "{" TENSOR ("Waa", "[2,2]", 16, 0) "}", "", "Waa" },
  { "11 tensors that overlap",
    "{" Waa TENSOR ("Wax", "[2,3]", 12, 36) "," Wya ba by "}", "", "" },
  { "11 a hole between tensors",
    "{" Waa TENSOR ("Wax", "[2,3]", 20, 44) "," Wya ba by "}", "", "" },
  { "11 bytes after the last tensor", "{" METADATA Waa Wax Wya ba by "}", "rest",
    "" },
  { "12 a span that is not the shape's", "{" TENSOR ("Waa", "[2,3]", 0, 16) "}",
    "", "Waa" },
  { "13 a weight without numbers",
    "{" TENSOR ("Waa", "[0,0]", 0, 0) "," TENSOR ("Wax", "[5,3]", 0, 60) "}", "",
    "" },
  { "14 a type that no weight has",
    "{\"Waa\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}}", "",
    "expected dtype" },
  { "14 a tensor that is missing",
    "{" Waa Wax TENSOR ("other", "[2]", 40, 48) "," ba by "}", "", "Wya" },
  { "14 a tensor of another shape",
    "{" Waa Wax Wya TENSOR ("ba", "[1]", 48, 52) "," TENSOR ("by", "[2]", 52, 60)
    "}", "", "expected shape [2, 1]" },
  { "14 a tensor that no net has",
    "{" Waa Wax Wya ba by WORDS (5, 65) "," TENSOR ("more", "[1]", 65, 69) "}",
    "a\nb\nc\0\0\0", "" },
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
a_file_that_is_not_there_is_not_found (void)
{
  GError *error = NULL;

  g_unlink (path);
  g_assert_null (rnn_model_load (path, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_NOT_FOUND);
  g_error_free (error);
}

static void
what_is_no_regular_file_is_refused_at_once (void)
{
  g_unlink (path);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  assert_refused ("regular file");
  g_rmdir (path);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  assert_refused ("regular file");
  g_unlink (path);
  g_assert_cmpint (symlink ("/dev/zero", path), ==, 0);
  assert_refused ("regular file");
  g_unlink (path);
}

static void
a_file_shorter_than_its_first_number_is_refused (void)
{
  for (gsize n = 0; n < 8; n++) {
    write_bytes ("\0\0\0\0\0\0\0", n);
    assert_refused ("");
  }
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

static void
a_file_cut_short_while_in_use_changes_nothing (void)
{
  const gint32 tokens[] = { 0, 1, 2 };
  float yhat[3] = { -1, -1, -1 };
  GError *error = NULL;
  RnnModel *model;
  RnnState *state;

  write_model (GOOD, "a\nb\nc");
  model = rnn_model_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (truncate (path, 3), ==, 0);
  state = rnn_state_new (model);
  g_assert_true (rnn_state_run (state, tokens, 3, yhat, &error));
  g_assert_cmpfloat (yhat[2], ==, 0.5f);
  rnn_state_free (state);
  rnn_model_unref (model);
  assert_refused ("");
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("faults-XXXXXX", NULL);
  path = g_build_filename (folder, "model.safetensors", NULL);
#define ADD(name, f) g_test_add_func ("/model-faults/" name, f)
  ADD ("00 a good file loads", a_good_file_loads);
  ADD ("01 a file that is not there", a_file_that_is_not_there_is_not_found);
  ADD ("02 no regular file", what_is_no_regular_file_is_refused_at_once);
  ADD ("03 0 to 7 bytes", a_file_shorter_than_its_first_number_is_refused);
  ADD ("04 a header length that cannot be",
       a_header_length_that_cannot_be_is_refused);
  ADD ("06 a header nested deep", a_header_nested_deep_is_refused);
  ADD ("07 a header of many tensors", a_header_of_many_tensors_is_refused);
  ADD ("16 weights at an odd address", weights_at_an_odd_address_load);
  ADD ("17 a weight that is no number", a_weight_that_is_no_number_is_refused);
  ADD ("20 a file cut short while in use",
       a_file_cut_short_while_in_use_changes_nothing);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    char *name = g_strconcat ("/model-faults/", rows[i].fault, NULL);
    g_test_add_data_func (name, &rows[i], a_row_is_refused);
    g_free (name);
  }
  result = g_test_run ();
  g_unlink (path);
  g_rmdir (folder);
  g_free (path);
  g_free (folder);
  return result;
}
