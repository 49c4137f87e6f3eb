/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* nn.Embedding `embedding`, nn.RNN / GRU / LSTM `rnn`, nn.Linear `output`. */
#include "model/naming.h"

#define MAX_LAYERS 64
#define MAX_HIDDEN (1 << 16)
#define MAX_OUTPUTS (1 << 20)

gboolean
_rnn_naming_check_limits (const RnnSource *source, GError **error)
{
  const RnnConfig *config = &source->model->config;

  if (config->n_hidden <= MAX_HIDDEN && config->n_outputs <= MAX_OUTPUTS
      && config->n_inputs <= G_MAXINT32 && config->n_layers <= MAX_LAYERS)
    return TRUE;
  g_set_error (
      error, RNN_ERROR, RNN_ERROR_LIMIT,
      "%s: expected n_a up to %d, n_y up to %d, n_x up to %d, up to %d "
      "layers; n_a %" G_GSIZE_FORMAT ", n_y %" G_GSIZE_FORMAT
      ", n_x %" G_GSIZE_FORMAT ", %" G_GSIZE_FORMAT " layers came",
      source->name, MAX_HIDDEN, MAX_OUTPUTS, G_MAXINT32, MAX_LAYERS,
      config->n_hidden, config->n_outputs, config->n_inputs, config->n_layers);
  return FALSE;
}

static char *
layer_tensor (const char *what, gsize layer, gsize direction)
{
  return g_strdup_printf ("rnn.%s_l%" G_GSIZE_FORMAT "%s", what, layer,
                          direction ? "_reverse" : "");
}

static gsize
count_layers (const RnnSource *source)
{
  gsize n = 0;
  gboolean found;

  do {
    char *name = layer_tensor ("weight_hh", n, 0);
    found = _rnn_source_has (source, name);
    g_free (name);
  } while (found && ++n <= MAX_LAYERS);
  return n;
}

/* n_e, the words that go through it, and n_x; W_ih of layer 0 has a column for
 * each n_e, and after them for each index that is one-hot: only features have
 * those. */
static gboolean
read_input_sizes (RnnSource *source, GError **error)
{
  RnnConfig *config = &source->model->config;
  gboolean has_features =
      g_hash_table_contains (source->table->metadata, "rnn.features")
      && _rnn_source_has (source, "vocab");
  gsize rows, cols;

  if (!_rnn_source_get_shape (source, "rnn.weight_ih_l0", &rows, &cols, error))
    return FALSE;
  config->n_inputs = cols;
  if (!_rnn_source_has (source, "embedding.weight"))
    return TRUE;
  if (!_rnn_source_get_shape (source, "embedding.weight", &config->n_words,
                              &config->n_embedding, error))
    return FALSE;
  if (has_features ? cols < config->n_embedding : cols != config->n_embedding) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
                 "%s: tensor rnn.weight_ih_l0: expected %s%" G_GSIZE_FORMAT
                 " columns (n_e), %" G_GSIZE_FORMAT " came",
                 source->name, has_features ? "at least " : "",
                 config->n_embedding, cols);
    return FALSE;
  }
  config->n_inputs = config->n_words + (cols - config->n_embedding);
  return TRUE;
}

static gboolean
read_sizes (RnnSource *source, GError **error)
{
  RnnConfig *config = &source->model->config;
  gsize rows, cols;

  if (!_rnn_source_get_shape (source, "rnn.weight_hh_l0", &rows,
                              &config->n_hidden, error)
      || !read_input_sizes (source, error)
      || !_rnn_source_get_shape (source, "output.weight", &config->n_outputs,
                                 &cols, error))
    return FALSE;
  config->n_layers = count_layers (source);
  config->n_directions =
      _rnn_source_has (source, "rnn.weight_hh_l0_reverse") ? 2 : 1;
  return _rnn_naming_check_limits (source, error);
}

/* W_ih: dense columns as they are, one-hot ones (layer 0) transposed. */
static gboolean
read_weight_ih (RnnSource *source, const char *name, gsize index,
                GError **error)
{
  RnnModel *model = source->model;
  const RnnConfig *config = &model->config;
  gsize rows = _rnn_cell_gates (config->cell) * config->n_hidden;
  gsize direction = index % config->n_directions;
  gsize n_dense = config->n_hidden * config->n_directions, n_one_hot = 0;
  gboolean ok = TRUE;

  if (index < config->n_directions) {
    n_dense = config->n_embedding;
    n_one_hot = config->n_inputs - config->n_words;
  }
  if (n_dense > 0) {
    RnnPart part = { name, rows, n_dense + n_one_hot, 0, n_dense, FALSE };
    ok = _rnn_source_take_part (source, &part, &model->layers[index].weight_ih,
                                error);
  }
  if (ok && n_one_hot > 0) {
    RnnPart part = {
      name, rows, n_dense + n_one_hot, n_dense, n_one_hot, TRUE
    };
    ok = _rnn_source_take_part (source, &part, &model->columns[direction],
                                error);
  }
  return ok;
}

static gboolean
read_layer (RnnSource *source, gsize index, GError **error)
{
  const RnnConfig *config = &source->model->config;
  RnnLayer *layer = &source->model->layers[index];
  gsize l = index / config->n_directions, d = index % config->n_directions;
  gsize n_a = config->n_hidden, rows = _rnn_cell_gates (config->cell) * n_a;
  char *weight_ih = layer_tensor ("weight_ih", l, d);
  char *weight_hh = layer_tensor ("weight_hh", l, d);
  char *bias_ih = layer_tensor ("bias_ih", l, d);
  char *bias_hh = layer_tensor ("bias_hh", l, d);
  RnnPart part = { weight_hh, rows, n_a, 0, n_a, FALSE };
  gboolean ok =
      read_weight_ih (source, weight_ih, index, error)
      && _rnn_source_take_part (source, &part, &layer->weight_hh, error)
      && _rnn_source_take_vector (source, bias_ih, rows, &layer->bias_ih, error)
      && _rnn_source_take_vector (source, bias_hh, rows, &layer->bias_hh,
                                  error);

  g_free (weight_ih);
  g_free (weight_hh);
  g_free (bias_ih);
  g_free (bias_hh);
  return ok;
}

gboolean
_rnn_naming_read_pytorch (RnnSource *source, GError **error)
{
  RnnModel *model = source->model;
  RnnConfig *config = &model->config;
  gsize n_directed, n_layers;

  if (!read_sizes (source, error))
    return FALSE;
  n_layers = config->n_layers * config->n_directions;
  n_directed = config->n_hidden * config->n_directions;
  model->layers = g_new0 (RnnLayer, n_layers);
  for (gsize i = 0; i < n_layers; i++)
    if (!read_layer (source, i, error))
      return FALSE;
  if (config->n_embedding > 0) {
    RnnPart part = { "embedding.weight",  config->n_words,
                     config->n_embedding, 0,
                     config->n_embedding, FALSE };
    if (!_rnn_source_take_part (source, &part, &model->embedding, error))
      return FALSE;
  }
  {
    RnnPart part = { "output.weight", config->n_outputs,
                     n_directed,      0,
                     n_directed,      FALSE };
    return _rnn_source_take_part (source, &part, &model->output_weight, error)
           && _rnn_source_take_vector (source, "output.bias", config->n_outputs,
                                       &model->output_bias, error);
  }
}
