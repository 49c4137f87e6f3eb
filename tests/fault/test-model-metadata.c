/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Model files whose metadata are strings that say nothing known, or what does
 * not fit the tensors; and what a model says of itself where they do. */
#include "model-file.h"

#include <rnn/rnn.h>
#include <string.h>

#define TENSORS Waa Wax Wya ba by WORDS (5, 65)
#define WITH(key, value)                                                       \
  "{\"__metadata__\":{\"" key "\":\"" value "\"}," TENSORS "}"

typedef struct {
  const char *name;
  const char *header;
  const char *wanted; /* in the message */
} Row;

static const Row rows[] = {
  { "a cell that the naming has not", WITH ("rnn.cell", "gru"), "gru" },
  { "an activation that is none", WITH ("rnn.activation", "swish"),
    "rnn.activation: expected one of tanh, relu, 'swish' came" },
  { "an activation of a cell that has its own",
    "{\"__metadata__\":{\"rnn.cell\":\"lstm\",\"rnn.activation\":\"relu\"}"
    "," TENSORS "}",
    "rnn.activation: expected none, as rnn.cell is lstm" },
  { "an output that is none", WITH ("rnn.output", "argmax"),
    "rnn.output: expected one of" },
  { "a negative look-ahead", WITH ("rnn.lookahead", "-1"), "rnn.lookahead" },
  { "a look-ahead with a fraction", WITH ("rnn.lookahead", "1.5"),
    "rnn.lookahead" },
  { "a look-ahead of a million", WITH ("rnn.lookahead", "1000000"),
    "rnn.lookahead" },
  { "more labels than outputs", WITH ("rnn.labels", "PER\\nLOC"),
    "rnn.labels: expected 1 names (n_y), 2 came" },
  { "an unknown word that is no number", WITH ("rnn.unk", "<UNK>"), "rnn.unk" },
  { "an unknown word beyond the words", WITH ("rnn.unk", "3"), "rnn.unk" },
  { "an unknown word beyond the rows",
    "{\"__metadata__\":{\"rnn.unk\":\"3\"}," Waa Wax Wya ba by "}", "rnn.unk" },
  { "a step of normalising that is none", WITH ("rnn.normalize", "upper"),
    "rnn.normalize" },
  { "more steps of normalising than there may be",
    WITH ("rnn.normalize",
          "nfc nfc nfc nfc nfc nfc nfc nfc nfc nfc nfc nfc nfc nfc nfc nfc"),
    "rnn.normalize" },
  { "a feature that is none", WITH ("rnn.features", "word colour"),
    "rnn.features" },
  { "a feature of a list that is not there",
    WITH ("rnn.features", "word list.names:4"), "list.names" },
  { "features of more rows than there are",
    WITH ("rnn.features", "word suffix2:100"), "" },
  { "a step of normalising that is none, without words",
    "{\"__metadata__\":{\"rnn.normalize\":\"upper\"}," Waa Wax Wya ba by "}",
    "rnn.normalize: expected at most" },
  { "a feature that is none, without words",
    "{\"__metadata__\":{\"rnn.features\":\"colour\"}," Waa Wax Wya ba by "}",
    "got \"colour\"" },
  { "features without words",
    "{\"__metadata__\":{\"rnn.features\":\"word shape\"}," Waa Wax Wya ba by
    "}",
    "rnn.features: expected `word` alone, as there is no tensor vocab" },
  { "a joined weight without a column for x",
    "{" METADATA TENSOR ("Wa", "[2,2]", 0, 16) "," TENSOR (
        "Wya", "[1,2]", 16, 24) "," TENSOR ("ba", "[2]", 24,
                                            32) "," TENSOR ("by", "[7]", 32,
                                                            60) "}",
    "Wa" },
};

static void
a_row_is_refused (gconstpointer data)
{
  const Row *row = data;
  gboolean has_words = strstr (row->header, "vocab") != NULL;

  write_model (row->header, has_words ? "a\nb\nc" : "");
  assert_refused (row->wanted);
}

static RnnModel *
load (const char *header, const char *words)
{
  GError *error = NULL;
  RnnModel *model;

  write_model (header, words);
  model = rnn_model_load (path, &error);
  g_assert_no_error (error);
  return model;
}

static void
a_model_says_what_it_is (void)
{
  RnnModel *model = load (
      "{\"__metadata__\":{\"rnn.activation\":\"relu\",\"rnn.lookahead\":\"3\","
      "\"rnn.output\":\"linear\",\"rnn.labels\":\"PER\\n\",\"rnn.unk\":\"1\","
      "\"about\":\"nothing\"}," TENSORS "}",
      "a\nb\nc");

  g_assert_cmpuint (rnn_model_get_n_inputs (model), ==, 3);
  g_assert_cmpuint (rnn_model_get_n_hidden (model), ==, 2);
  g_assert_cmpuint (rnn_model_get_n_outputs (model), ==, 1);
  g_assert_cmpuint (rnn_model_get_n_layers (model), ==, 1);
  g_assert_cmpuint (rnn_model_get_n_directions (model), ==, 1);
  g_assert_cmpuint (rnn_model_get_n_slots (model), ==, 1);
  g_assert_cmpuint (rnn_model_get_lookahead (model), ==, 3);
  g_assert_cmpint (rnn_model_get_cell (model), ==, RNN_CELL_ELMAN);
  g_assert_cmpint (rnn_model_get_activation (model), ==, RNN_ACTIVATION_RELU);
  g_assert_cmpint (rnn_model_get_output (model), ==, RNN_OUTPUT_LINEAR);
  g_assert_cmpstr (rnn_model_get_labels (model)[0], ==, "PER");
  g_assert_null (rnn_model_get_labels (model)[1]);
  g_assert_cmpint (rnn_model_get_unk (model), ==, 1);
  g_assert_nonnull (rnn_model_get_lexicon (model));
  g_assert_cmpstr (rnn_model_get_metadata (model, "about"), ==, "nothing");
  g_assert_null (rnn_model_get_metadata (model, "rnn.cell"));
  g_assert_cmpuint (strlen (rnn_model_get_vocab_id (model)), ==, 16);
  g_assert_cmpuint (strlen (rnn_model_get_file_hash (model)), ==, 64);
  rnn_model_unref (model);
}

static void
what_the_metadata_leave_out_has_a_default (void)
{
  RnnModel *model = load ("{" Waa Wax Wya ba by "}", "");

  g_assert_cmpuint (rnn_model_get_lookahead (model), ==, 0);
  g_assert_cmpint (rnn_model_get_activation (model), ==, RNN_ACTIVATION_TANH);
  g_assert_cmpint (rnn_model_get_output (model), ==, RNN_OUTPUT_SIGMOID);
  g_assert_cmpstr (rnn_model_get_labels (model)[0], ==, "0");
  g_assert_cmpint (rnn_model_get_unk (model), ==, -1);
  g_assert_null (rnn_model_get_lexicon (model));
  g_assert_null (rnn_model_get_vocab_id (model));
  rnn_model_unref (model);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  model_file_init ();
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    char *name = g_strconcat ("/model-metadata/18 ", rows[i].name, NULL);
    g_test_add_data_func (name, &rows[i], a_row_is_refused);
    g_free (name);
  }
  g_test_add_func ("/model-metadata/what is said", a_model_says_what_it_is);
  g_test_add_func ("/model-metadata/what is left out",
                   what_the_metadata_leave_out_has_a_default);
  result = g_test_run ();
  model_file_clear ();
  return result;
}
