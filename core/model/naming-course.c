/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waa, Wax (or Wa = [Waa | Wax]), Wya, ba, by: one Elman layer. */
#include "model/naming.h"

gboolean
_rnn_naming_is_course (const RnnSource *source)
{
  return _rnn_source_has (source, "Waa") || _rnn_source_has (source, "Wa");
}

static gboolean
read_sizes (RnnSource *source, GError **error)
{
  RnnConfig *config = &source->model->config;
  gboolean joined = _rnn_source_has (source, "Wa");
  gsize n_a, cols, n_y, n_hidden;

  if (config->cell != RNN_CELL_ELMAN) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
                 "%s: expected rnn.cell elman beside tensor Waa or Wa; gru and "
                 "lstm have PyTorch's names",
                 source->name);
    return FALSE;
  }
  if (!_rnn_source_get_shape (source, joined ? "Wa" : "Wax", &n_a, &cols, error)
      || !_rnn_source_get_shape (source, "Wya", &n_y, &n_hidden, error))
    return FALSE;
  if (joined && cols <= n_a) {
    g_set_error (
        error, RNN_ERROR, RNN_ERROR_MODEL,
        "%s: tensor Wa: expected shape [n_a, n_a + n_x], [%" G_GSIZE_FORMAT
        ", %" G_GSIZE_FORMAT "] came",
        source->name, n_a, cols);
    return FALSE;
  }
  config->n_hidden = n_a;
  config->n_inputs = joined ? cols - n_a : cols;
  config->n_outputs = n_y;
  config->n_layers = config->n_directions = 1;
  return TRUE;
}

static gboolean
read_weights (RnnSource *source, GError **error)
{
  RnnModel *model = source->model;
  gsize n_a = model->config.n_hidden, n_x = model->config.n_inputs;
  gboolean joined = _rnn_source_has (source, "Wa");
  gsize before = joined ? n_a : 0;
  RnnPart Waa = {
    joined ? "Wa" : "Waa", n_a, joined ? n_a + n_x : n_a, 0, n_a, FALSE
  };
  RnnPart Wax = { joined ? "Wa" : "Wax", n_a, before + n_x, before, n_x, TRUE };
  RnnPart Wya = { "Wya", model->config.n_outputs, n_a, 0, n_a, FALSE };

  return _rnn_source_take_part (source, &Waa, &model->layers[0].weight_hh,
                                error)
         && _rnn_source_take_part (source, &Wax, &model->columns[0], error)
         && _rnn_source_take_part (source, &Wya, &model->output_weight, error);
}

gboolean
_rnn_naming_read_course (RnnSource *source, GError **error)
{
  RnnModel *model = source->model;
  gsize n_a;

  if (!read_sizes (source, error) || !_rnn_naming_check_limits (source, error))
    return FALSE;
  n_a = model->config.n_hidden;
  model->layers = g_new0 (RnnLayer, 1);
  if (!read_weights (source, error))
    return FALSE;
  /* The lectures have one bias; the other one is PyTorch's. */
  model->layers[0].bias_hh =
      _rnn_source_alloc (source, n_a, sizeof (float), "ba", error);
  return model->layers[0].bias_hh
         && _rnn_source_take_vector (source, "ba", n_a,
                                     &model->layers[0].bias_ih, error)
         && _rnn_source_take_vector (source, "by", model->config.n_outputs,
                                     &model->output_bias, error);
}
