/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model.h"

#include "base/random.h"
#include "model/write.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

static float *
random_weights (RnnRandom *random, gsize rows, gsize cols, float gain)
{
  float *weights = g_new (float, rows *cols);

  for (gsize i = 0; i < rows * cols; i++)
    weights[i] = gain * _rnn_random_normal (random) / sqrtf ((float) cols);
  return weights;
}

char *
test_model_new (const TestModel *model)
{
  gsize n_x = model->n_inputs, n_a = model->n_hidden, n_y = model->n_outputs;
  float gain = model->gain > 0 ? model->gain : 1.0f;
  RnnRandom random;
  GError *error = NULL;
  char *path;

  _rnn_random_seed (&random, 7);
  RnnTensorOut tensors[] = {
    { "Waa", RNN_DTYPE_F32, 2, { n_a, n_a }, NULL },
    { "Wax", RNN_DTYPE_F32, 2, { n_a, n_x }, NULL },
    { "Wya", RNN_DTYPE_F32, 2, { n_y, n_a }, NULL },
    { "ba", RNN_DTYPE_F32, 2, { n_a, 1 }, NULL },
    { "by", RNN_DTYPE_F32, 2, { n_y, 1 }, NULL },
    { "vocab", RNN_DTYPE_U8, 1, { 0, 0 }, model->vocab },
  };
  gsize n_weights = G_N_ELEMENTS (tensors) - 1;
  for (gsize i = 0; i < n_weights; i++)
    tensors[i].data = random_weights (&random, tensors[i].shape[0],
                                      tensors[i].shape[1], gain);
  if (model->vocab)
    tensors[n_weights].shape[0] = strlen (model->vocab);
  close (g_file_open_tmp ("model-XXXXXX.safetensors", &path, &error));
  g_assert_no_error (error);
  _rnn_safetensors_write (path, tensors, n_weights + (model->vocab ? 1 : 0),
                          model->metadata, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < n_weights; i++)
    g_free ((gpointer) tensors[i].data);
  return path;
}

void
test_model_free (char *path)
{
  g_unlink (path);
  g_free (path);
}

float *
test_model_run (const char *path, const gint32 *tokens, gsize n)
{
  GError *error = NULL;
  RnnModel *model = rnn_model_load (path, &error);
  RnnState *state;
  float *yhat;

  g_assert_no_error (error);
  state = rnn_state_new (model);
  yhat = g_new (float, n *rnn_model_get_n_outputs (model));
  rnn_state_run (state, tokens, n, yhat, &error);
  g_assert_no_error (error);
  rnn_state_free (state);
  rnn_model_unref (model);
  return yhat;
}
