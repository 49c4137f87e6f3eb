/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Run 1,000 random cases, and print a line for each: a hash of yhat's bits,
 * which must not depend on RNN_CPU_MASK. Within a case yhat must not depend on
 * the cut into calls, on streams that step along, or on the thread: exit 1
 * where it does.
 */
#include "../core/network.h"

#include "model/quantize.h"

#include <rnn/rnn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define N_CASES 1000
#define MAX_TOKENS 24
#define MAX_STREAMS 6

static RnnRandom numbers;

static gsize
below (gsize n)
{
  return (gsize) _rnn_random_below (&numbers, n);
}

typedef struct {
  RnnModel *model;
  gsize n_tokens, n_floats;
  gint32 tokens[MAX_TOKENS];
  float *yhat; /* [n_tokens][n_y], of one call */
} Case;

static RnnModel *
new_model (gboolean is_int8)
{
  gboolean is_bidirectional = below (5) == 0;
  TestNetwork network = { .cell = (RnnCellKind) below (3),
                          .output = (RnnOutputKind) below (3),
                          .n_inputs = 2 + below (30),
                          .n_embedding = below (2) ? 1 + below (40) : 0,
                          .n_hidden = 1 + below (50),
                          .n_layers = 1 + below (3),
                          .n_directions = is_bidirectional ? 2 : 1,
                          .gain = 1 };
  RnnModel *model;
  GError *error = NULL;
  char *path;

  network.n_outputs = network.output == RNN_OUTPUT_SIGMOID ? 1 : 2 + below (8);
  if (network.cell == RNN_CELL_ELMAN && below (2))
    network.activation = RNN_ACTIVATION_RELU;
  if (network.activation == RNN_ACTIVATION_RELU)
    network.gain = 0.5f;
  if (!is_int8)
    return test_network_new (&network, &numbers);
  path = test_network_write (&network, &numbers);
  _rnn_model_quantize (path, path, RNN_DTYPE_I8, &error);
  g_assert_no_error (error);
  model = rnn_model_load (path, &error);
  g_assert_no_error (error);
  unlink (path);
  g_free (path);
  return model;
}

static void
run (RnnState *const *states, gsize n_states, const gint32 *tokens, gsize n,
     float *yhat)
{
  GError *error = NULL;

  rnn_states_run (states, n_states, tokens, n, yhat, &error);
  g_assert_no_error (error);
}

static void
expect_same (const Case *c, const float *yhat, const char *what, gsize number)
{
  if (memcmp (yhat, c->yhat, c->n_floats * sizeof *yhat) == 0)
    return;
  fprintf (stderr, "case %zu: %s changes bits\n", number, what);
  exit (1);
}

/* Cut anywhere; a bidirectional net sees one call at a time. */
static void
check_cut (const Case *c, gsize number)
{
  gsize n_y = rnn_model_get_n_outputs (c->model), n;
  float *yhat = g_new (float, c->n_floats);
  RnnState *state = rnn_state_new (c->model);

  if (rnn_model_get_n_directions (c->model) == 1) {
    for (gsize at = 0; at < c->n_tokens; at += n) {
      n = 1 + below (c->n_tokens - at);
      run (&state, 1, c->tokens + at, n, yhat + at * n_y);
    }
    expect_same (c, yhat, "the cut", number);
  }
  rnn_state_free (state);
  g_free (yhat);
}

static void
check_streams (const Case *c, gsize number)
{
  gsize n = 1 + below (MAX_STREAMS), mine = below (n);
  RnnState *states[MAX_STREAMS];
  gint32 *tokens = g_new (gint32, n * c->n_tokens);
  float *yhat = g_new (float, n * c->n_floats);

  for (gsize i = 0; i < n * c->n_tokens; i++)
    tokens[i] = (gint32) below (rnn_model_get_n_inputs (c->model));
  memcpy (tokens + mine * c->n_tokens, c->tokens, c->n_tokens * sizeof *tokens);
  for (gsize s = 0; s < n; s++)
    states[s] = rnn_state_new (c->model);
  run (states, n, tokens, c->n_tokens, yhat);
  expect_same (c, yhat + mine * c->n_floats, "other streams", number);
  for (gsize s = 0; s < n; s++)
    rnn_state_free (states[s]);
  g_free (tokens);
  g_free (yhat);
}

static gpointer
run_in_thread (gpointer data)
{
  const Case *c = data;
  float *yhat = g_new (float, c->n_floats);
  RnnState *state = rnn_state_new (c->model);

  run (&state, 1, c->tokens, c->n_tokens, yhat);
  rnn_state_free (state);
  return yhat;
}

static void
check_threads (Case *c, gsize number)
{
  GThread *threads[3];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("run", run_in_thread, c);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++) {
    float *yhat = g_thread_join (threads[i]);
    expect_same (c, yhat, "a thread", number);
    g_free (yhat);
  }
}

static guint64
hash (const Case *c)
{
  const guint8 *bytes = (const guint8 *) c->yhat;
  guint64 sum = 14695981039346656037u;

  for (gsize i = 0; i < c->n_floats * sizeof *c->yhat; i++)
    sum = (sum ^ bytes[i]) * 1099511628211u;
  return sum;
}

int
main (void)
{
  _rnn_random_seed (&numbers, 2);
  for (gsize number = 0; number < N_CASES; number++) {
    Case c = { .model = new_model (number % 2 == 1),
               .n_tokens = 1 + below (MAX_TOKENS) };
    c.n_floats = c.n_tokens * rnn_model_get_n_outputs (c.model);
    for (gsize i = 0; i < c.n_tokens; i++)
      c.tokens[i] = (gint32) below (rnn_model_get_n_inputs (c.model));
    c.yhat = run_in_thread (&c);
    check_cut (&c, number);
    check_streams (&c, number);
    check_threads (&c, number);
    printf ("%016" G_GINT64_MODIFIER "x\n", hash (&c));
    g_free (c.yhat);
    rnn_model_unref (c.model);
  }
  return 0;
}
