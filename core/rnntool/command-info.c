/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rnntool/commands.h"

#include <jansson.h>
#include <rnn/rnn-model.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const cells[] = { "elman", "gru", "lstm" };
static const char *const activations[] = { "tanh", "relu" };
static const char *const outputs[] = { "sigmoid", "softmax", "linear" };

static json_t *
labels_to_json (const RnnModel *model)
{
  const char *const *labels = rnn_model_get_labels (model);
  json_t *array = json_array ();

  for (gsize i = 0; labels[i]; i++)
    json_array_append_new (array, json_string (labels[i]));
  return array;
}

static json_t *
model_to_json (const RnnModel *model)
{
  const char *vocab_id = rnn_model_get_vocab_id (model);
  const char *arithmetic = rnn_model_get_metadata (model, "rnn.arithmetic");
  json_t *root = json_object ();

#define SET(KEY, VALUE) json_object_set_new (root, KEY, VALUE)
#define SIZE(NAME) json_integer ((json_int_t) rnn_model_get_##NAME (model))
  SET ("cell", json_string (cells[rnn_model_get_cell (model)]));
  if (rnn_model_get_cell (model) == RNN_CELL_ELMAN)
    SET ("activation",
         json_string (activations[rnn_model_get_activation (model)]));
  SET ("output", json_string (outputs[rnn_model_get_output (model)]));
  SET ("arithmetic", json_string (arithmetic ? arithmetic : "float"));
  SET ("labels", labels_to_json (model));
  SET ("n_x", SIZE (n_inputs));
  SET ("n_a", SIZE (n_hidden));
  SET ("n_y", SIZE (n_outputs));
  SET ("layers", SIZE (n_layers));
  SET ("directions", SIZE (n_directions));
  SET ("slots", SIZE (n_slots));
  SET ("lookahead", SIZE (lookahead));
  SET ("unk", SIZE (unk));
  SET ("vocab_id", vocab_id ? json_string (vocab_id) : json_null ());
  SET ("file_hash", json_string (rnn_model_get_file_hash (model)));
#undef SIZE
#undef SET
  return root;
}

static void
print_lines (json_t *root)
{
  const char *key;
  json_t *value;

  json_object_foreach (root, key, value)
  {
    char *text = json_dumps (value, JSON_ENCODE_ANY);
    printf ("%-11s %s\n", key, text);
    free (text);
  }
}

static int
run (const char *path, gboolean is_json)
{
  GError *error = NULL;
  RnnModel *model = rnn_model_load (path, &error);
  json_t *root;

  if (!model)
    return command_fail (error);
  root = model_to_json (model);
  if (is_json) {
    char *text = json_dumps (root, JSON_COMPACT);
    puts (text);
    free (text);
  } else {
    print_lines (root);
  }
  json_decref (root);
  rnn_model_unref (model);
  return command_finish ();
}

int
command_info (int argc, char **argv)
{
  gboolean is_json = FALSE;
  char *model = NULL;
  const GOptionEntry entries[] = { { "model", 'm', 0, G_OPTION_ARG_FILENAME,
                                     &model, "the model", "FILE" },
                                   { "json", 0, 0, G_OPTION_ARG_NONE, &is_json,
                                     "print one JSON object", NULL },
                                   { NULL } };
  int code;

  if (!command_parse ("rnntool info", "MODEL", "Say what a model file holds.",
                      entries, &argc, &argv, 1))
    code = EXIT_USAGE;
  else if (model && argc > 1)
    code = command_misuse ("rnntool info", "too many arguments");
  else if (!model && argc < 2)
    code = command_misuse ("rnntool info", "expected a model file");
  else
    code = run (model ? model : argv[1], is_json);
  g_free (model);
  return code;
}
