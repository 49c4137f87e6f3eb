/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "net-file.h"

#include "model/write.h"

static RnnTensorOut
tensor_of (const char *name, const RnnMatrix *matrix)
{
  return (RnnTensorOut){
    name, matrix->dtype, 2, { matrix->rows, matrix->cols }, matrix->data
  };
}

static RnnTensorOut
tensor_of_bias (const char *name, const float *bias, gsize n)
{
  return (RnnTensorOut){ name, RNN_DTYPE_F32, 1, { n, 0 }, bias };
}

void
bench_write_net (const RnnModel *model, const char *path)
{
  static const char *const cells[] = { "elman", "gru", "lstm" };
  const char *const metadata[] = { "rnn.cell", cells[model->config.cell],
                                   NULL };
  const RnnLayer *layer = &model->layers[0];
  gsize n_sums = layer->weight_hh.rows;
  const RnnTensorOut tensors[] = {
    tensor_of ("embedding.weight", &model->embedding),
    tensor_of ("rnn.weight_ih_l0", &layer->weight_ih),
    tensor_of ("rnn.weight_hh_l0", &layer->weight_hh),
    tensor_of_bias ("rnn.bias_ih_l0", layer->bias_ih, n_sums),
    tensor_of_bias ("rnn.bias_hh_l0", layer->bias_hh, n_sums),
    tensor_of ("output.weight", &model->output_weight),
    tensor_of_bias ("output.bias", model->output_bias, BENCH_OUTPUTS),
  };
  GError *error = NULL;

  _rnn_safetensors_write (path, tensors, G_N_ELEMENTS (tensors), metadata,
                          &error);
  g_assert_no_error (error);
}
