/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run promises: the same bits for any cut, any company and any
 * instruction set; all or nothing. */
#include "forward/state.h"
#include "network.h"

#include <math.h>
#include <string.h>

#define MAX_TOKENS 60
#define MAX_STREAMS 5

static RnnRandom random_numbers;

static gsize
below (gsize n)
{
  return (gsize) _rnn_random_below (&random_numbers, n);
}

static TestNetwork
random_network (void)
{
  TestNetwork net = { (RnnCellKind) below (3),
                      RNN_ACTIVATION_TANH,
                      (RnnOutputKind) below (3),
                      2 + below (30),
                      below (2) * (1 + below (20)),
                      1 + below (70),
                      1 + below (3),
                      1,
                      1 + below (6),
                      0,
                      1.0f };
  if (net.cell == RNN_CELL_ELMAN && below (2))
    net.activation = RNN_ACTIVATION_RELU;
  return net;
}

static void
random_tokens (gint32 *tokens, gsize n, gsize n_x)
{
  for (gsize i = 0; i < n; i++)
    tokens[i] = (gint32) below (n_x + 1) - 1;
}

static float *
run_whole (RnnModel *model, const gint32 *tokens, gsize n)
{
  float *yhat = g_new (float, n *rnn_model_get_n_outputs (model));
  RnnState *state = rnn_state_new (model);
  GError *error = NULL;

  rnn_state_run (state, tokens, n, yhat, &error);
  g_assert_no_error (error);
  rnn_state_free (state);
  return yhat;
}

static void
assert_cut_changes_nothing (RnnModel *model, const gint32 *tokens, gsize n,
                            const float *wanted)
{
  gsize n_y = rnn_model_get_n_outputs (model);
  float *yhat = g_new (float, n *n_y);
  RnnState *state = rnn_state_new (model);

  for (gsize at = 0; at < n;) {
    gsize wish = 1 + below (below (2) ? 3 : 40), part = MIN (wish, n - at);
    GError *error = NULL;
    rnn_state_run (state, tokens + at, part, yhat + at * n_y, &error);
    g_assert_no_error (error);
    at += part;
  }
  g_assert_cmpmem (yhat, n * n_y * sizeof *yhat, wanted,
                   n * n_y * sizeof *yhat);
  rnn_state_free (state);
  g_free (yhat);
}

static void
any_cut_gives_the_same_bits (void)
{
  for (gsize i = 0; i < 20; i++) {
    TestNetwork net = random_network ();
    RnnModel *model = test_network_new (&net, &random_numbers);
    gint32 tokens[MAX_TOKENS];
    float *wanted;

    random_tokens (tokens, MAX_TOKENS, net.n_inputs);
    wanted = run_whole (model, tokens, MAX_TOKENS);
    for (gsize cut = 0; cut < 100; cut++)
      assert_cut_changes_nothing (model, tokens, MAX_TOKENS, wanted);
    g_free (wanted);
    rnn_model_unref (model);
  }
}

static void
any_company_gives_the_same_bits (void)
{
  for (gsize i = 0; i < 300; i++) {
    TestNetwork net = random_network ();
    gsize n = 1 + below (MAX_TOKENS), n_streams = 1 + below (MAX_STREAMS);
    RnnModel *model;
    gint32 tokens[MAX_STREAMS * MAX_TOKENS];
    RnnState *states[MAX_STREAMS];
    float *together;

    net.n_directions = 1 + below (2);
    model = test_network_new (&net, &random_numbers);
    together = g_new (float, n_streams *n *net.n_outputs);
    random_tokens (tokens, n_streams * n, net.n_inputs);
    for (gsize s = 0; s < n_streams; s++)
      states[s] = rnn_state_new (model);
    g_assert_true (
        rnn_states_run (states, n_streams, tokens, n, together, NULL));
    for (gsize s = 0; s < n_streams; s++) {
      float *alone = run_whole (model, tokens + s * n, n);
      gsize n_bytes = n * net.n_outputs * sizeof *alone;
      g_assert_cmpmem (together + s * n * net.n_outputs, n_bytes, alone,
                       n_bytes);
      g_free (alone);
      rnn_state_free (states[s]);
    }
    g_free (together);
    rnn_model_unref (model);
  }
}

/* The weights lie in memory as the table that runs reads them. */
static void
pack_again (RnnModel *model, const RnnKernels *kernels)
{
  if (model->packed)
    model->packed_free (model->packed);
  model->packed = NULL;
  g_assert_true (_rnn_packed_model_get_for (model, kernels)->kernels
                 == kernels);
}

static void
any_instruction_set_gives_the_same_bits (void)
{
  const RnnKernels *const *tables = _rnn_kernels_list ();

  for (gsize i = 0; i < 1000; i++) {
    TestNetwork net = random_network ();
    gsize n = 1 + below (20);
    gint32 tokens[20];
    float *wanted = NULL;
    RnnModel *model;

    net.n_directions = 1 + below (2);
    model = test_network_new (&net, &random_numbers);
    random_tokens (tokens, n, net.n_inputs);
    for (gsize k = 0; tables[k]; k++) {
      float *came;
      pack_again (model, tables[k]);
      came = run_whole (model, tokens, n);
      if (wanted)
        g_assert_cmpmem (came, n * net.n_outputs * sizeof *came, wanted,
                         n * net.n_outputs * sizeof *came);
      g_free (wanted);
      wanted = came;
    }
    g_free (wanted);
    rnn_model_unref (model);
  }
}

static RnnModel *
small_gru (float gain)
{
  TestNetwork net = {
    RNN_CELL_GRU, RNN_ACTIVATION_TANH, RNN_OUTPUT_SIGMOID, 9, 0, 20, 2, 1, 3, 0,
    gain
  };

  return test_network_new (&net, &random_numbers);
}

static void
a_bad_token_changes_nothing (void)
{
  RnnModel *model = small_gru (1);
  RnnState *state = rnn_state_new (model);
  gint32 tokens[100] = { 0 };
  float yhat[300] = { 0 }, before[300], wanted[3], came[3];
  GError *error = NULL;
  RnnState *copy;

  g_assert_true (rnn_state_run (state, tokens, 5, yhat, NULL));
  copy = rnn_state_copy (state);
  memcpy (before, yhat, sizeof yhat);
  tokens[99] = 9;
  g_assert_false (rnn_state_run (state, tokens, 100, yhat, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_TOKEN);
  g_assert_nonnull (strstr (error->message, "index 9"));
  g_assert_cmpmem (yhat, sizeof yhat, before, sizeof before);
  g_assert_true (rnn_state_run (state, tokens, 1, came, NULL));
  g_assert_true (rnn_state_run (copy, tokens, 1, wanted, NULL));
  g_assert_cmpmem (came, sizeof came, wanted, sizeof wanted);
  g_error_free (error);
  rnn_state_free (state);
  rnn_state_free (copy);
  rnn_model_unref (model);
}

static void
a_run_that_overflows_goes_back (void)
{
  TestNetwork net = { RNN_CELL_ELMAN,
                      RNN_ACTIVATION_RELU,
                      RNN_OUTPUT_SIGMOID,
                      4,
                      0,
                      12,
                      1,
                      1,
                      1,
                      0,
                      30.0f };
  RnnModel *model = test_network_new (&net, &random_numbers);
  RnnState *state = rnn_state_new (model);
  gint32 tokens[200] = { 0 };
  float first, again, yhat[200];
  GError *error = NULL;

  memset (yhat, 0, sizeof yhat);
  g_assert_false (rnn_state_run (state, tokens, 200, yhat, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_NUMERIC);
  for (gsize i = 0; i < 200; i++)
    g_assert_cmpfloat (yhat[i], ==, 0);
  g_assert_true (rnn_state_run (state, tokens, 1, &again, NULL));
  rnn_state_reset (state);
  g_assert_true (rnn_state_run (state, tokens, 1, &first, NULL));
  g_assert_cmpfloat (first, ==, again);
  g_error_free (error);
  rnn_state_free (state);
  rnn_model_unref (model);
}

static void
a_saved_state_goes_on_where_it_was (void)
{
  RnnModel *model = small_gru (1), *other = small_gru (1);
  RnnState *state = rnn_state_new (model), *loaded = rnn_state_new (model);
  RnnState *foreign = rnn_state_new (other);
  const gint32 tokens[] = { 1, 2, 3, 4 };
  float yhat[12], wanted[12];
  GError *error = NULL;
  GBytes *saved;

  g_assert_true (rnn_state_run (state, tokens, 4, yhat, NULL));
  saved = rnn_state_save (state);
  g_assert_true (rnn_state_load (loaded, saved, &error));
  g_assert_no_error (error);
  g_assert_true (rnn_state_run (state, tokens, 4, wanted, NULL));
  g_assert_true (rnn_state_run (loaded, tokens, 4, yhat, NULL));
  g_assert_cmpmem (yhat, sizeof yhat, wanted, sizeof wanted);
  g_assert_false (rnn_state_load (foreign, saved, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_FORMAT);
  g_clear_error (&error);
  for (gsize i = 0; i < g_bytes_get_size (saved); i++) {
    gsize n;
    guint8 *bytes =
        g_memdup2 (g_bytes_get_data (saved, &n), g_bytes_get_size (saved));
    GBytes *damaged;
    bytes[i] ^= 4;
    damaged = g_bytes_new_take (bytes, n);
    g_assert_false (rnn_state_load (loaded, damaged, NULL));
    g_bytes_unref (damaged);
  }
  g_bytes_unref (saved);
  rnn_state_free (state);
  rnn_state_free (loaded);
  rnn_state_free (foreign);
  rnn_model_unref (model);
  rnn_model_unref (other);
}

static void
a_decaying_state_reaches_zero (void)
{
  TestNetwork net = { RNN_CELL_ELMAN,
                      RNN_ACTIVATION_RELU,
                      RNN_OUTPUT_LINEAR,
                      4,
                      0,
                      16,
                      1,
                      1,
                      1,
                      0,
                      0.0f };
  RnnModel *model = test_network_new (&net, &random_numbers);
  RnnState *state = rnn_state_new (model);
  const gint32 token = -1;
  float yhat;

  state->carried[3] = 1e-39f;
  g_assert_true (rnn_state_run (state, &token, 1, &yhat, NULL));
  for (gsize j = 0; j < 16; j++)
    g_assert_cmpfloat (state->carried[j], ==, 0);
  rnn_state_free (state);
  rnn_model_unref (model);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  _rnn_random_seed (&random_numbers, 3);
  g_test_add_func ("/forward/cut", any_cut_gives_the_same_bits);
  g_test_add_func ("/forward/company", any_company_gives_the_same_bits);
  g_test_add_func ("/forward/level", any_instruction_set_gives_the_same_bits);
  g_test_add_func ("/forward/bad-token", a_bad_token_changes_nothing);
  g_test_add_func ("/forward/overflow", a_run_that_overflows_goes_back);
  g_test_add_func ("/forward/saved", a_saved_state_goes_on_where_it_was);
  g_test_add_func ("/forward/decay", a_decaying_state_reaches_zero);
  return g_test_run ();
}
