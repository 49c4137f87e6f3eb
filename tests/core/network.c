/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "network.h"

#include "model/write.h"

#include <math.h>
#include <rnn/rnn-state.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  RnnTensorOut tensors[64];
  gsize n;
  RnnRandom *random;
  float gain;
} Tensors;

static void
add (Tensors *all, char *name, gsize rows, gsize cols)
{
  gsize n = rows * MAX (cols, 1);
  float *data = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    data[i] = all->gain * _rnn_random_normal (all->random)
              / sqrtf ((float) MAX (cols, 1));
  all->tensors[all->n++] =
      (RnnTensorOut){ name, RNN_DTYPE_F32, cols ? 2 : 1, { rows, cols }, data };
}

static void
add_layer (Tensors *all, const TestNetwork *net, gsize l, gsize d, gsize n_in)
{
  static const char *const suffix[] = { "", "_reverse" };
  gsize rows = _rnn_cell_gates (net->cell) * net->n_hidden;

  add (all, g_strdup_printf ("rnn.weight_ih_l%zu%s", l, suffix[d]), rows, n_in);
  add (all, g_strdup_printf ("rnn.weight_hh_l%zu%s", l, suffix[d]), rows,
       net->n_hidden);
  add (all, g_strdup_printf ("rnn.bias_ih_l%zu%s", l, suffix[d]), rows, 0);
  add (all, g_strdup_printf ("rnn.bias_hh_l%zu%s", l, suffix[d]), rows, 0);
}

GBytes *
test_network_bytes (const TestNetwork *net, RnnRandom *random)
{
  static const char *const cells[] = { "elman", "gru", "lstm" };
  static const char *const outputs[] = { "sigmoid", "softmax", "linear" };
  Tensors all = { .random = random, .gain = net->gain };
  gsize n_in = net->n_embedding ? net->n_embedding : net->n_inputs;
  char lookahead[16];
  const char *metadata[] = {
    "rnn.cell",           cells[net->cell], "rnn.output",
    outputs[net->output], "rnn.lookahead",  lookahead,
    "rnn.activation",     "relu",           NULL
  };
  GError *error = NULL;
  GBytes *bytes;

  g_snprintf (lookahead, sizeof lookahead, "%zu", net->lookahead);
  if (net->activation == RNN_ACTIVATION_TANH)
    metadata[6] = NULL;
  if (net->n_embedding)
    add (&all, g_strdup ("embedding.weight"), net->n_inputs, net->n_embedding);
  for (gsize l = 0; l < net->n_layers; l++) {
    for (gsize d = 0; d < net->n_directions; d++)
      add_layer (&all, net, l, d, n_in);
    n_in = net->n_hidden * net->n_directions;
  }
  add (&all, g_strdup ("output.weight"), net->n_outputs, n_in);
  add (&all, g_strdup ("output.bias"), net->n_outputs, 0);
  if (net->vocab)
    all.tensors[all.n++] = (RnnTensorOut){ g_strdup ("vocab"),
                                           RNN_DTYPE_U8,
                                           1,
                                           { strlen (net->vocab), 0 },
                                           g_strdup (net->vocab) };
  bytes = _rnn_safetensors_serialize (all.tensors, all.n, metadata, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < all.n; i++) {
    g_free ((char *) all.tensors[i].name);
    g_free ((void *) all.tensors[i].data);
  }
  return bytes;
}

RnnModel *
test_network_new (const TestNetwork *net, RnnRandom *random)
{
  GBytes *bytes = test_network_bytes (net, random);
  GError *error = NULL;
  gsize n_bytes;
  const guint8 *data = g_bytes_get_data (bytes, &n_bytes);
  RnnModel *model = _rnn_model_parse (data, n_bytes, "test", &error);

  g_assert_no_error (error);
  g_bytes_unref (bytes);
  return model;
}

char *
test_network_write (const TestNetwork *net, RnnRandom *random)
{
  GBytes *bytes = test_network_bytes (net, random);
  GError *error = NULL;
  char *path;

  close (g_file_open_tmp ("network-XXXXXX.safetensors", &path, &error));
  g_assert_no_error (error);
  g_file_set_contents_full (path, g_bytes_get_data (bytes, NULL),
                            (gssize) g_bytes_get_size (bytes),
                            G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
  g_bytes_unref (bytes);
  return path;
}

float *
test_by_definition (RnnModel *model, const gint32 *tokens, const gboolean *ends,
                    gsize n)
{
  gsize n_y = rnn_model_get_n_outputs (model), start = 0;
  gsize k = rnn_model_get_lookahead (model);
  float *yhat = g_new (float, n *n_y), *steps = g_new (float, (n + k) * n_y);
  gint32 *padded = g_new (gint32, n + k);
  RnnState *state = rnn_state_new (model);

  for (gsize end = 1; end <= n; end++) {
    RnnState *whole;
    if (!ends[end - 1])
      continue;
    memset (padded, 0xff, (n + k) * sizeof *padded);
    memcpy (padded, tokens + start, (end - start) * sizeof *padded);
    whole = rnn_state_copy (state);
    g_assert_true (rnn_state_run (whole, padded, end - start + k, steps, NULL));
    memcpy (yhat + start * n_y, steps + k * n_y,
            (end - start) * n_y * sizeof *yhat);
    rnn_state_free (whole);
    g_assert_true (rnn_state_run (state, padded, end - start, steps, NULL));
    start = end;
  }
  rnn_state_free (state);
  g_free (steps);
  g_free (padded);
  return yhat;
}
