/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "onnx-net.h"

#include "folded.h"
#include "onnx.h"

#include "base/checked.h"

#include <string.h>

#define SHAPE(...) ((const gint64[]){ __VA_ARGS__, -1 })

typedef struct {
  OnnxGraph *graph;
  const RnnModel *model;
  BenchFolded *net;
  gint64 n_a;
  gint64 n_sums;
  gint64 n_tokens;
  gint64 n_streams;
  gboolean is_lstm;
} Net;

/* W [rows][cols] as its transpose. */
static void
add_transposed (Net *net, const char *name, const float *W, gint64 rows,
                gint64 cols)
{
  float *turned = g_new (float, rows *cols);

  for (gint64 i = 0; i < rows; i++)
    for (gint64 j = 0; j < cols; j++)
      turned[j * rows + i] = W[i * cols + j];
  onnx_add_constant (net->graph, name, ONNX_FLOAT, SHAPE (cols, rows), turned);
  g_free (turned);
}

static void
add_ends (Net *net)
{
  const gint64 *a = SHAPE (net->n_streams, net->n_a);

  onnx_add_input (net->graph, "x", ONNX_INT64,
                  SHAPE (net->n_tokens, net->n_streams));
  onnx_add_input (net->graph, "a", ONNX_FLOAT, a);
  onnx_add_output (net->graph, "yhat", ONNX_FLOAT,
                   SHAPE (net->n_tokens, net->n_streams, BENCH_OUTPUTS));
  onnx_add_output (net->graph, "a_next", ONNX_FLOAT, a);
  if (net->is_lstm) {
    onnx_add_input (net->graph, "c", ONNX_FLOAT, a);
    onnx_add_output (net->graph, "c_next", ONNX_FLOAT, a);
  }
}

/* All hidden states, [T S][n_a] -> yhat. */
static void
add_output_layer (Net *net, const char *hidden)
{
  char *inputs = g_strdup_printf ("%s Wya by", hidden);

  add_transposed (net, "Wya", net->net->W_y, BENCH_OUTPUTS, net->n_a);
  onnx_add_constant (net->graph, "by", ONNX_FLOAT, SHAPE (BENCH_OUTPUTS),
                     net->net->b_y);
  onnx_add_constant (net->graph, "yhat_shape", ONNX_INT64, SHAPE (3),
                     SHAPE (net->n_tokens, net->n_streams, BENCH_OUTPUTS));
  onnx_add_node (net->graph, "Gemm", inputs, "y", NULL);
  onnx_add_node (net->graph, "Softmax", "y", "chances", "axis=1");
  onnx_add_node (net->graph, "Reshape", "chances yhat_shape", "yhat", NULL);
  g_free (inputs);
}

/* @out = a W_hh' + @add, of all gates. */
static void
add_product (Net *net, OnnxNetWay way, const char *add, const char *out)
{
  char *inputs = g_strdup_printf ("a Whh %s", add);

  if (way == ONNX_NET_GEMM) {
    onnx_add_node (net->graph, "Gemm", inputs, out, NULL);
  } else {
    char *terms = g_strdup_printf ("product %s", add);
    onnx_add_node (net->graph, "MatMul", "a Whh", "product", NULL);
    onnx_add_node (net->graph, "Add", terms, out, NULL);
    g_free (terms);
  }
  g_free (inputs);
}

static void
add_gru_step (Net *net, OnnxNetWay way)
{
  OnnxGraph *graph = net->graph;
  float *bias = g_new0 (float, net->n_sums);

  memcpy (bias + 2 * net->n_a, net->net->b_hh + 2 * net->n_a,
          (gsize) net->n_a * sizeof *bias);
  onnx_add_constant (graph, "bhh", ONNX_FLOAT, SHAPE (net->n_sums), bias);
  g_free (bias);
  onnx_add_constant (graph, "parts", ONNX_INT64, SHAPE (2),
                     SHAPE (2 * net->n_a, net->n_a));
  add_product (net, way, "bhh", "h");
  onnx_add_node (graph, "Split", "sums parts", "x_rz x_n", "axis=1");
  onnx_add_node (graph, "Split", "h parts", "h_rz h_n", "axis=1");
  onnx_add_node (graph, "Add", "x_rz h_rz", "sum_rz", NULL);
  onnx_add_node (graph, "Sigmoid", "sum_rz", "rz", NULL);
  onnx_add_node (graph, "Split", "rz", "r z", "axis=1");
  onnx_add_node (graph, "Mul", "r h_n", "r_h", NULL);
  onnx_add_node (graph, "Add", "x_n r_h", "sum_n", NULL);
  onnx_add_node (graph, "Tanh", "sum_n", "n", NULL);
  onnx_add_node (graph, "Sub", "a n", "away", NULL);
  onnx_add_node (graph, "Mul", "z away", "kept", NULL);
  onnx_add_node (graph, "Add", "n kept", "a_next", NULL);
}

static void
add_lstm_step (Net *net, OnnxNetWay way)
{
  OnnxGraph *graph = net->graph;

  add_product (net, way, "sums", "gates");
  onnx_add_node (graph, "Split", "gates", "s_i s_f s_g s_o", "axis=1");
  onnx_add_node (graph, "Sigmoid", "s_i", "i", NULL);
  onnx_add_node (graph, "Sigmoid", "s_f", "f", NULL);
  onnx_add_node (graph, "Sigmoid", "s_o", "o", NULL);
  onnx_add_node (graph, "Tanh", "s_g", "g", NULL);
  onnx_add_node (graph, "Mul", "f c", "old", NULL);
  onnx_add_node (graph, "Mul", "i g", "new", NULL);
  onnx_add_node (graph, "Add", "old new", "c_next", NULL);
  onnx_add_node (graph, "Tanh", "c_next", "shown", NULL);
  onnx_add_node (graph, "Mul", "o shown", "a_next", NULL);
}

static void
add_step (Net *net, OnnxNetWay way)
{
  OnnxGraph *graph = net->graph;

  onnx_add_constant (graph, "words", ONNX_FLOAT,
                     SHAPE (BENCH_WORDS, net->n_sums), net->net->words);
  add_transposed (net, "Whh", net->net->W_hh, net->n_sums, net->n_a);
  onnx_add_constant (graph, "flat", ONNX_INT64, SHAPE (1),
                     SHAPE (net->n_streams));
  onnx_add_node (graph, "Reshape", "x flat", "x_flat", NULL);
  onnx_add_node (graph, "Gather", "words x_flat", "sums", NULL);
  switch (net->model->config.cell) {
  case RNN_CELL_ELMAN:
    add_product (net, way, "sums", "sum");
    onnx_add_node (graph, "Tanh", "sum", "a_next", NULL);
    break;
  case RNN_CELL_GRU:
    add_gru_step (net, way);
    break;
  case RNN_CELL_LSTM:
    add_lstm_step (net, way);
    break;
  }
  add_output_layer (net, "a_next");
}

/* Blocks of gates of @W, [G n_a][cols] in PyTorch's order, in ONNX's order:
 * GRU z r n, LSTM i o f g. */
static void
add_gates (Net *net, const char *name, const float *W, gint64 cols)
{
  static const gsize orders[3][4] = { { 0 }, { 1, 0, 2 }, { 0, 3, 1, 2 } };
  const gsize *order = orders[net->model->config.cell];
  gsize block = (gsize) (net->n_a * cols);
  float *ordered = g_new (float, net->n_sums *cols);

  for (gsize g = 0; g < net->net->gates; g++)
    memcpy (ordered + g * block, W + order[g] * block, block * sizeof *ordered);
  onnx_add_constant (net->graph, name, ONNX_FLOAT, SHAPE (1, net->n_sums, cols),
                     ordered);
  g_free (ordered);
}

/* W, R and B of the operator; B has both biases, one behind the other. */
static void
add_cell_weights (Net *net)
{
  const RnnLayer *layer = &net->model->layers[0];
  float *W = _rnn_matrix_to_floats (&layer->weight_ih);
  float *e = _rnn_matrix_to_floats (&net->model->embedding);
  gint64 n_e = (gint64) net->model->config.n_embedding;

  onnx_add_constant (net->graph, "embedding", ONNX_FLOAT,
                     SHAPE (BENCH_WORDS, n_e), e);
  add_gates (net, "W", W, n_e);
  add_gates (net, "R", net->net->W_hh, net->n_a);
  add_gates (net, "b_ih", layer->bias_ih, 1);
  add_gates (net, "b_hh", layer->bias_hh, 1);
  onnx_add_constant (net->graph, "B_shape", ONNX_INT64, SHAPE (2),
                     SHAPE (1, 2 * net->n_sums));
  onnx_add_node (net->graph, "Concat", "b_ih b_hh", "b", "axis=1");
  onnx_add_node (net->graph, "Reshape", "b B_shape", "B", NULL);
  _rnn_free (W);
  _rnn_free (e);
}

static void
add_cell (Net *net)
{
  OnnxGraph *graph = net->graph;
  char *attributes = g_strdup_printf (
      "hidden_size=%" G_GINT64_FORMAT "%s", net->n_a,
      net->model->config.cell == RNN_CELL_GRU ? " linear_before_reset=1" : "");

  add_cell_weights (net);
  onnx_add_constant (graph, "one", ONNX_INT64, SHAPE (3),
                     SHAPE (1, net->n_streams, net->n_a));
  onnx_add_constant (graph, "two", ONNX_INT64, SHAPE (2),
                     SHAPE (net->n_streams, net->n_a));
  onnx_add_constant (graph, "rows", ONNX_INT64, SHAPE (2),
                     SHAPE (net->n_tokens * net->n_streams, net->n_a));
  onnx_add_node (graph, "Gather", "embedding x", "X", NULL);
  onnx_add_node (graph, "Reshape", "a one", "a_0", NULL);
  if (net->is_lstm) {
    onnx_add_node (graph, "Reshape", "c one", "c_0", NULL);
    onnx_add_node (graph, "LSTM", "X W R B - a_0 c_0", "Y a_T c_T", attributes);
    onnx_add_node (graph, "Reshape", "c_T two", "c_next", NULL);
  } else {
    onnx_add_node (graph,
                   net->model->config.cell == RNN_CELL_GRU ? "GRU" : "RNN",
                   "X W R B - a_0", "Y a_T", attributes);
  }
  onnx_add_node (graph, "Reshape", "a_T two", "a_next", NULL);
  onnx_add_node (graph, "Reshape", "Y rows", "hidden", NULL);
  add_output_layer (net, "hidden");
  g_free (attributes);
}

GByteArray *
onnx_net_new (const RnnModel *model, OnnxNetWay way, gsize n_tokens,
              gsize n_streams)
{
  Net net = { .graph = onnx_graph_new (),
              .model = model,
              .net = bench_folded_new (model),
              .n_a = (gint64) model->config.n_hidden,
              .n_tokens = (gint64) n_tokens,
              .n_streams = (gint64) n_streams,
              .is_lstm = model->config.cell == RNN_CELL_LSTM };

  net.n_sums = (gint64) net.net->gates * net.n_a;
  add_ends (&net);
  if (way == ONNX_NET_CELL)
    add_cell (&net);
  else
    add_step (&net, way);
  bench_folded_free (net.net);
  return onnx_model_new (net.graph);
}
