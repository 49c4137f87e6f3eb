/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How text is run for measuring: what a token's prediction has seen. */
#include "network.h"
#include "train/eval-run.h"

#include <rnn/rnn-state.h>
#include <string.h>

/* Sentences of 4, 1 (shorter than a look-ahead of 2), 2 and 3 tokens. */
static gint32 indices[] = { 1, 2, 3, 4, 5, 6, 7, 1, 3, 5 };
static gsize starts[] = { 0, 4, 5, 7, 10 };
#define N_TOKENS G_N_ELEMENTS (indices)
#define N_SENTENCES (G_N_ELEMENTS (starts) - 1)

static const gint32 none[] = { -1, -1 };
static const RnnEvalStream stream = { .n = N_TOKENS,
                                      .indices = indices,
                                      .n_sentences = N_SENTENCES,
                                      .starts = starts };

static RnnModel *
make_model (gsize lookahead)
{
  TestNetwork net = { .cell = RNN_CELL_GRU,
                      .output = RNN_OUTPUT_SOFTMAX,
                      .n_inputs = 8,
                      .n_hidden = 6,
                      .n_layers = 1,
                      .n_directions = 1,
                      .n_outputs = 3,
                      .lookahead = lookahead,
                      .gain = 1 };
  RnnRandom random;

  _rnn_random_seed (&random, 7);
  return test_network_new (&net, &random);
}

static float *
evaluate (RnnModel *model, gboolean ends_known, gboolean fresh)
{
  RnnEvalOptions options = { .ends_known = ends_known, .fresh = fresh };
  GError *error = NULL;
  float *yhat = _rnn_eval_run (model, &stream, &options, &error);

  g_assert_no_error (error);
  return yhat;
}

/* Rows of n tokens and then of two steps of nothing. */
static void
run (RnnState *state, const gint32 *tokens, gsize n, float *rows)
{
  GError *error = NULL;

  rnn_state_run (state, tokens, n, rows, &error);
  g_assert_no_error (error);
}

static void
assert_rows (const float *yhat, gsize first, const float *wanted, gsize n)
{
  g_assert_cmpmem (yhat + first * 3, n * 3 * sizeof *yhat, wanted,
                   n * 3 * sizeof *wanted);
}

static void
with_ends_unknown_the_last_tokens_see_the_next_sentence (void)
{
  RnnModel *model = make_model (2);
  RnnState *state = rnn_state_new (model);
  float *yhat = evaluate (model, FALSE, FALSE);
  float rows[N_TOKENS + 2][3];

  run (state, indices, N_TOKENS, rows[0]);
  run (state, none, 2, rows[N_TOKENS]);
  assert_rows (yhat, 0, rows[2], N_TOKENS);
  g_free (yhat);
  rnn_state_free (state);
  rnn_model_unref (model);
}

static void
with_ends_known_a_snapshot_sees_nothing_after_them (void)
{
  RnnModel *model = make_model (2);
  RnnState *state = rnn_state_new (model);
  float *yhat = evaluate (model, TRUE, FALSE);

  for (gsize s = 0; s < N_SENTENCES; s++) {
    gsize n = starts[s + 1] - starts[s];
    float rows[N_TOKENS + 2][3];
    RnnState *snapshot;
    run (state, indices + starts[s], n, rows[0]);
    snapshot = rnn_state_copy (state);
    run (snapshot, none, 2, rows[n]);
    assert_rows (yhat, starts[s], rows[2], n);
    rnn_state_free (snapshot);
  }
  g_free (yhat);
  rnn_state_free (state);
  rnn_model_unref (model);
}

static void
a_fresh_state_knows_only_its_sentence (void)
{
  RnnModel *model = make_model (2);
  float *yhat = evaluate (model, TRUE, TRUE);

  for (gsize s = 0; s < N_SENTENCES; s++) {
    gsize n = starts[s + 1] - starts[s];
    RnnState *state = rnn_state_new (model);
    float rows[N_TOKENS + 2][3];
    run (state, indices + starts[s], n, rows[0]);
    run (state, none, 2, rows[n]);
    assert_rows (yhat, starts[s], rows[2], n);
    rnn_state_free (state);
  }
  g_free (yhat);
  rnn_model_unref (model);
}

static void
without_look_ahead_known_ends_change_nothing (void)
{
  RnnModel *model = make_model (0);
  float *known = evaluate (model, TRUE, FALSE);
  float *unknown = evaluate (model, FALSE, FALSE);

  assert_rows (known, 0, unknown, N_TOKENS);
  g_free (known);
  g_free (unknown);
  rnn_model_unref (model);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/evaluation/ends-unknown",
                   with_ends_unknown_the_last_tokens_see_the_next_sentence);
  g_test_add_func ("/evaluation/ends-known",
                   with_ends_known_a_snapshot_sees_nothing_after_them);
  g_test_add_func ("/evaluation/fresh", a_fresh_state_knows_only_its_sentence);
  g_test_add_func ("/evaluation/no-look-ahead",
                   without_look_ahead_known_ends_change_nothing);
  return g_test_run ();
}
