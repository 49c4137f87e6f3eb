/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A network in training as the bytes of a model file: pads taken out. */
#include "train/net-file.h"

#include "base/checked.h"
#include "kernels/kernels.h"
#include "model/convert.h"
#include "model/write.h"

#include <string.h>

#define MAX_TENSORS (8 * RNN_NET_MAX_LAYERS + 8 + RNN_MAX_LISTS)

typedef struct {
  const RnnNet *net;
  RnnTensorOut tensors[MAX_TENSORS];
  gsize n;
} File;

static float *
add (File *file, char *name, gsize rows, gsize cols)
{
  RnnTensorOut *tensor = &file->tensors[file->n++];
  float *data = g_new0 (float, rows *MAX (cols, 1));

  *tensor =
      (RnnTensorOut){ name, RNN_DTYPE_F32, cols ? 2 : 1, { rows, cols }, data };
  return data;
}

/* Copy what is no pad of @from: rows in blocks of P, columns in blocks of
 * @col_padded. */
static void
copy (const RnnNet *net, const RnnParameter *from, gsize rows, gsize col_used,
      gsize col_padded, gsize cols, float *to, gsize to_stride)
{
  gsize n_a = net->config.n_hidden;

  for (gsize r = 0; r < rows; r++)
    for (gsize c = 0; c < cols; c++)
      to[r * to_stride + c] =
          from->values[_rnn_padded_index (r, n_a, net->padded) * from->cols
                       + _rnn_padded_index (c, col_used, col_padded)];
}

static void
add_weight_ih (File *file, char *name, gsize index)
{
  const RnnNet *net = file->net;
  const RnnConfig *config = &net->config;
  gsize rows = net->n_gates * config->n_hidden, n_a = config->n_hidden;
  gboolean is_first = index < config->n_directions;
  gsize n_dense = is_first ? config->n_embedding : n_a * config->n_directions;
  gsize n_columns = is_first ? config->n_inputs - config->n_words : 0;
  const RnnParameter *columns = net->columns[index % config->n_directions];
  float *to = add (file, name, rows, n_dense + n_columns);

  if (is_first && n_dense > 0)
    copy (net, net->layers[index].weight_ih, rows, n_dense, _rnn_pad (n_dense),
          n_dense, to, n_dense + n_columns);
  else if (n_dense > 0)
    copy (net, net->layers[index].weight_ih, rows, n_a, net->padded, n_dense,
          to, n_dense);
  for (gsize c = 0; c < n_columns; c++)
    for (gsize r = 0; r < rows; r++)
      to[r * (n_dense + n_columns) + n_dense + c] =
          columns->values[c * columns->cols
                          + _rnn_padded_index (r, n_a, net->padded)];
}

static void
add_layer (File *file, gsize index)
{
  const RnnNet *net = file->net;
  const RnnNetLayer *layer = &net->layers[index];
  gsize n_a = net->config.n_hidden, rows = net->n_gates * n_a;
  gsize l = index / net->config.n_directions;
  const char *suffix = index % net->config.n_directions ? "_reverse" : "";
  float *bias_ih, *bias_hh;

  add_weight_ih (file, g_strdup_printf ("rnn.weight_ih_l%zu%s", l, suffix),
                 index);
  copy (net, layer->weight_hh, rows, n_a, net->padded, n_a,
        add (file, g_strdup_printf ("rnn.weight_hh_l%zu%s", l, suffix), rows,
             n_a),
        n_a);
  bias_ih =
      add (file, g_strdup_printf ("rnn.bias_ih_l%zu%s", l, suffix), rows, 0);
  bias_hh =
      add (file, g_strdup_printf ("rnn.bias_hh_l%zu%s", l, suffix), rows, 0);
  for (gsize r = 0; r < rows; r++) {
    bias_ih[r] =
        layer->bias_ih->values[_rnn_padded_index (r, n_a, net->padded)];
    bias_hh[r] =
        layer->bias_hh->values[_rnn_padded_index (r, n_a, net->padded)];
  }
}

static void
add_embedding (File *file)
{
  const RnnNet *net = file->net;
  gsize n_e = net->config.n_embedding;
  float *to;

  if (!net->embedding)
    return;
  to = add (file, g_strdup ("embedding.weight"), net->config.n_words, n_e);
  for (gsize r = 0; r < net->config.n_words; r++)
    memcpy (to + r * n_e, net->embedding->values + r * net->embedding->cols,
            n_e * sizeof *to);
}

static void
add_output (File *file)
{
  const RnnNet *net = file->net;
  gsize n_y = net->config.n_outputs, n_a = net->config.n_hidden;
  gsize cols = n_a * net->config.n_directions;
  float *W = add (file, g_strdup ("output.weight"), n_y, cols);
  float *b = add (file, g_strdup ("output.bias"), n_y, 0);

  for (gsize r = 0; r < n_y; r++)
    for (gsize c = 0; c < cols; c++)
      W[r * cols + c] =
          net->output_weight->values[r * net->output_weight->cols
                                     + _rnn_padded_index (c, n_a, net->padded)];
  memcpy (b, net->output_bias->values, n_y * sizeof *b);
}

static void
add_metadata (GPtrArray *metadata, const char *key, const char *value)
{
  if (!value)
    return;
  g_ptr_array_add (metadata, (gpointer) key);
  g_ptr_array_add (metadata, (gpointer) value);
}

static void
add_text (File *file, char *name, const char *text, gsize n)
{
  file->tensors[file->n++] =
      (RnnTensorOut){ name, RNN_DTYPE_U8, 1, { n, 0 }, g_memdup2 (text, n) };
}

static void
add_words (File *file, const RnnDictionary *dictionary)
{
  add_text (file, g_strdup ("vocab"), dictionary->vocab, dictionary->n_vocab);
  for (gsize i = 0; i < dictionary->n_lists; i++)
    if (_rnn_lexicon_has_list (dictionary->lexicon, dictionary->lists[i].name))
      add_text (file, g_strconcat ("list.", dictionary->lists[i].name, NULL),
                dictionary->lists[i].words, dictionary->lists[i].n_bytes);
}

static void
shrink_to_f16 (RnnTensorOut *tensor)
{
  gsize n = tensor->shape[0] * tensor->shape[1];
  guint16 *halves = g_new (guint16, n);

  _rnn_convert_to_f16 (tensor->data, n, halves);
  g_free ((void *) tensor->data);
  tensor->data = halves;
  tensor->dtype = RNN_DTYPE_F16;
}

static void
shrink_to_i8 (File *file, RnnTensorOut *tensor)
{
  gsize rows = tensor->shape[0], cols = tensor->shape[1];
  char *name = g_strconcat (tensor->name, ".scale", NULL);
  gint8 *bytes = g_malloc (rows * cols);

  _rnn_convert_to_i8 (tensor->data, rows, cols, bytes,
                      add (file, name, rows, 0));
  g_free ((void *) tensor->data);
  tensor->data = bytes;
  tensor->dtype = RNN_DTYPE_I8;
}

/* Store the matrices in fewer bits; vectors stay floats. */
static void
shrink (File *file, RnnTrainStorage storage)
{
  gsize n = file->n;

  for (gsize i = 0; storage != RNN_STORE_F32 && i < n; i++) {
    RnnTensorOut *tensor = &file->tensors[i];
    if (storage == RNN_STORE_INT8
        && strcmp (tensor->name, "embedding.weight") == 0)
      shrink_to_i8 (file, tensor);
    else if (tensor->n_dims == 2)
      shrink_to_f16 (tensor);
  }
}

/* Key, value, …, NULL; @lookahead is text that must outlive it. */
static GPtrArray *
metadata_new (const RnnConfig *config, const RnnNetText *text,
              const char *lookahead)
{
  static const char *const cells[] = { "elman", "gru", "lstm" };
  static const char *const outputs[] = { "sigmoid", "softmax", "linear" };
  GPtrArray *metadata = g_ptr_array_new ();

  add_metadata (metadata, "rnn.cell", cells[config->cell]);
  add_metadata (metadata, "rnn.activation",
                config->cell != RNN_CELL_ELMAN              ? NULL
                : config->activation == RNN_ACTIVATION_RELU ? "relu"
                                                            : "tanh");
  add_metadata (metadata, "rnn.output", outputs[config->output]);
  add_metadata (metadata, "rnn.labels", text->labels);
  add_metadata (metadata, "rnn.normalize", text->normalize);
  add_metadata (metadata, "rnn.features", text->features);
  add_metadata (metadata, "rnn.lookahead",
                config->lookahead ? lookahead : NULL);
  g_ptr_array_add (metadata, NULL);
  return metadata;
}

/* Make the bytes of a model file of @net. Errors: LIMIT. */
GBytes *
_rnn_net_to_file (const RnnNet *net, const RnnNetText *text,
                  RnnTrainStorage storage, GError **error)
{
  const RnnConfig *config = &net->config;
  File file = { .net = net };
  GPtrArray *metadata;
  char lookahead[24];
  GBytes *bytes;

  g_snprintf (lookahead, sizeof lookahead, "%zu", config->lookahead);
  metadata = metadata_new (config, text, lookahead);
  add_embedding (&file);
  for (gsize i = 0; i < config->n_layers * config->n_directions; i++)
    add_layer (&file, i);
  add_output (&file);
  shrink (&file, storage);
  if (text->dictionary)
    add_words (&file, text->dictionary);
  bytes = _rnn_safetensors_serialize (
      file.tensors, file.n, (const char *const *) metadata->pdata, error);
  for (gsize i = 0; i < file.n; i++) {
    g_free ((char *) file.tensors[i].name);
    g_free ((void *) file.tensors[i].data);
  }
  g_ptr_array_free (metadata, TRUE);
  return bytes;
}
