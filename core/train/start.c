/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/start.h"

#include "base/checked.h"
#include "base/file.h"
#include "text/lexicon.h"

#include <string.h>

#define MAX_FILE ((gsize) 1 << 38)
#define UNK "<UNK>"

/* Training calls the unknown word <UNK>. */
static gboolean
has_usual_unk (const RnnModel *model)
{
  gsize n = 0;
  const char *word =
      rnn_lexicon_get_word (model->lexicon, model->config.unk, &n);

  return word && n == strlen (UNK) && memcmp (word, UNK, n) == 0;
}

/* Whether words alone go through the embedding, or all rows do. */
static gboolean
check_embedding (const RnnModel *model, const char *path, GError **error)
{
  const RnnConfig *config = &model->config;
  gsize n_words = _rnn_lexicon_get_n_words (model->lexicon);

  if (config->n_embedding == 0 || config->n_words == n_words
      || config->n_words == config->n_inputs)
    return TRUE;
  g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
               "%s: tensor embedding.weight: to go on from it, expected "
               "%" G_GSIZE_FORMAT " rows (vocab) or %" G_GSIZE_FORMAT
               " (n_x), %" G_GSIZE_FORMAT " came",
               path, n_words, config->n_inputs, config->n_words);
  return FALSE;
}

/* Whether training can make such a model at all. */
static gboolean
check (const RnnStart *start, const char *path, GError **error)
{
  const RnnModel *model = start->model;
  const RnnConfig *config = &model->config;
  const char *expected =
      !model->lexicon                       ? "words"
      : !has_usual_unk (model)              ? "a word " UNK
      : config->output == RNN_OUTPUT_LINEAR ? "yhat that are "
                                              "probabilities"
      : config->output == RNN_OUTPUT_SIGMOID && config->n_outputs != 1
          ? "one sigmoid"
      : model->a0 ? "a<0> = 0"
                  : NULL;

  if (!expected)
    return check_embedding (model, path, error);
  g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
               "%s: to go on from it, expected a model with %s", path,
               expected);
  return FALSE;
}

RnnStart *
_rnn_start_read (const char *path, GError **error)
{
  RnnStart *start = g_new0 (RnnStart, 1);
  gsize n;

  start->path = g_strdup (path);
  if (_rnn_file_read (path, MAX_FILE, &start->bytes, &n, error)
      && (start->model = _rnn_model_parse (start->bytes, n, path, error))
      && (start->table =
              _rnn_tensor_table_parse (start->bytes, n, n, path, error))
      && check (start, path, error))
    return start;
  _rnn_start_free (start);
  return NULL;
}

void
_rnn_start_free (RnnStart *start)
{
  if (!start)
    return;
  g_clear_pointer (&start->model, rnn_model_unref);
  g_clear_pointer (&start->table, _rnn_tensor_table_free);
  _rnn_free (start->bytes);
  g_free (start->path);
  g_free (start);
}

void
_rnn_start_fill_options (const RnnStart *start, RnnTrainOptions *options)
{
  const RnnConfig *config = &start->model->config;
  GHashTable *metadata = start->model->metadata;
  gboolean is_sigmoid = config->output == RNN_OUTPUT_SIGMOID;

  options->cell = config->cell;
  options->activation = config->activation;
  options->hidden_size = config->n_hidden;
  options->n_layers = config->n_layers;
  options->bidirectional = config->n_directions > 1;
  options->lookahead = config->lookahead;
  options->embedding_size = config->n_embedding;
  options->embed_all =
      config->n_embedding > 0 && config->n_words == config->n_inputs;
  options->n_words = _rnn_lexicon_get_n_words (start->model->lexicon);
  options->normalize = g_hash_table_lookup (metadata, "rnn.normalize");
  options->features = g_hash_table_lookup (metadata, "rnn.features");
  options->entity = is_sigmoid ? start->model->labels[0] : NULL;
  options->labels =
      is_sigmoid ? NULL : (const char *const *) start->model->labels;
  options->start = start;
}

const char *
_rnn_start_find_text (const RnnStart *start, const char *name, gsize *n_bytes)
{
  const RnnTensorInfo *info = _rnn_tensor_table_find (start->table, name);

  if (!info || info->dtype != RNN_DTYPE_U8)
    return NULL;
  *n_bytes = info->end - info->begin;
  return (const char *) start->bytes + start->table->data_start + info->begin;
}

/* Copy @from, its rows in blocks of @row_used and its columns in blocks of
 * @col_used, to where @to has them, in blocks of @padded. */
static void
fill (RnnParameter *to, const RnnMatrix *from, gsize row_used, gsize col_used,
      gsize padded)
{
  float *row = g_new (float, from->cols);

  for (gsize r = 0; r < from->rows; r++) {
    float *out =
        to->values + _rnn_padded_index (r, row_used, padded) * to->cols;
    _rnn_matrix_get_row (from, r, row);
    for (gsize c = 0; c < from->cols; c++)
      out[_rnn_padded_index (c, col_used, padded)] = row[c];
  }
  g_free (row);
}

static void
fill_layer (RnnNet *net, gsize index, const RnnLayer *from)
{
  RnnNetLayer *to = &net->layers[index];
  gsize n_a = net->config.n_hidden, P = net->padded;
  gboolean is_first = index < net->config.n_directions;

  if (to->weight_ih)
    fill (to->weight_ih, &from->weight_ih, n_a, is_first ? 0 : n_a, P);
  fill (to->weight_hh, &from->weight_hh, n_a, n_a, P);
  for (gsize r = 0; r < net->n_gates * n_a; r++) {
    to->bias_ih->values[_rnn_padded_index (r, n_a, P)] = from->bias_ih[r];
    to->bias_hh->values[_rnn_padded_index (r, n_a, P)] = from->bias_hh[r];
  }
}

/* Whether each tensor of @net has the rows and columns of the model's: these
 * sizes say them all. */
static gboolean
check_net (const RnnStart *start, const RnnNet *net, GError **error)
{
  const RnnConfig *model = &start->model->config, *config = &net->config;
  const struct {
    const char *what;
    gsize expected, came;
  } sizes[] = {
    { "gates", net->n_gates, _rnn_cell_gates (model->cell) },
    { "n_x", config->n_inputs, model->n_inputs },
    { "rows of embedding.weight", config->n_words, model->n_words },
    { "n_e", config->n_embedding, model->n_embedding },
    { "n_a", config->n_hidden, model->n_hidden },
    { "layers", config->n_layers, model->n_layers },
    { "directions", config->n_directions, model->n_directions },
    { "n_y", config->n_outputs, model->n_outputs },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    if (sizes[i].expected == sizes[i].came)
      continue;
    g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
                 "%s: %s: to go on from it, expected %" G_GSIZE_FORMAT
                 ", %" G_GSIZE_FORMAT " came",
                 start->path, sizes[i].what, sizes[i].expected, sizes[i].came);
    return FALSE;
  }
  return TRUE;
}

gboolean
_rnn_start_fill_net (const RnnStart *start, RnnNet *net, GError **error)
{
  const RnnModel *model = start->model;
  const RnnConfig *config = &net->config;
  gsize n_a = config->n_hidden, P = net->padded;

  if (!check_net (start, net, error))
    return FALSE;
  if (net->embedding)
    fill (net->embedding, &model->embedding, 0, 0, P);
  for (gsize d = 0; d < config->n_directions; d++)
    if (net->columns[d])
      fill (net->columns[d], &model->columns[d], 0, n_a, P);
  for (gsize i = 0; i < config->n_layers * config->n_directions; i++)
    fill_layer (net, i, &model->layers[i]);
  fill (net->output_weight, &model->output_weight, 0, n_a, P);
  memcpy (net->output_bias->values, model->output_bias,
          config->n_outputs * sizeof (float));
  return TRUE;
}
