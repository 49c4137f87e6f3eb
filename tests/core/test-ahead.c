/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looking ahead: which row speaks of which token, whatever the cut. */
#include "network.h"

#include <rnn/rnn.h>
#include <string.h>

#define MAX_TOKENS 40
#define MAX_LOOKAHEAD 6
#define N_X 12

static RnnRandom random_numbers;

typedef struct {
  RnnModel *model;
  gsize k, n_y, n;
  gint32 tokens[MAX_TOKENS];
  gboolean ends[MAX_TOKENS]; /* does the text end behind this token? */
} Stream;

static gsize
below (gsize n)
{
  return (gsize) _rnn_random_below (&random_numbers, n);
}

static void
stream_init_directed (Stream *stream, gsize k, gsize n_directions)
{
  TestNetwork net = { .cell = (RnnCellKind) below (3),
                      .output = RNN_OUTPUT_SOFTMAX,
                      .n_inputs = N_X,
                      .n_hidden = 1 + below (20),
                      .n_layers = 1 + below (2),
                      .n_directions = n_directions,
                      .n_outputs = 1 + below (4),
                      .lookahead = k,
                      .gain = 1 };

  stream->model = test_network_new (&net, &random_numbers);
  stream->k = k;
  stream->n_y = net.n_outputs;
  stream->n = 1 + below (MAX_TOKENS);
  for (gsize i = 0; i < stream->n; i++) {
    stream->tokens[i] = (gint32) below (N_X);
    stream->ends[i] = i + 1 == stream->n || below (8) == 0;
  }
}

static void
stream_init (Stream *stream, gsize k)
{
  stream_init_directed (stream, k, 1);
}

/* Move the rows that are there to @yhat, some of them or all. */
static gsize
take_rows (RnnAhead *ahead, float *yhat, gsize n_y, gsize n)
{
  n = MIN (n, rnn_ahead_get_n_rows (ahead));
  if (n > 0)
    memcpy (yhat, rnn_ahead_get_rows (ahead), n * n_y * sizeof *yhat);
  rnn_ahead_drop (ahead, n);
  return n;
}

/* Run @stream in random cuts, taking rows at random times. */
static void
assert_cut_gives (const Stream *stream, const float *wanted)
{
  RnnAhead *ahead = rnn_ahead_new (stream->model);
  gsize n_bytes = stream->n * stream->n_y * sizeof (float), n_rows = 0;
  float *yhat = g_malloc (n_bytes);

  for (gsize at = 0; at < stream->n;) {
    gsize n = 1;
    while (!stream->ends[at + n - 1] && below (3))
      n++;
    g_assert_true (rnn_ahead_run (ahead, stream->tokens + at, n, NULL));
    at += n;
    g_assert_cmpuint (rnn_ahead_get_n_waiting (ahead), <=, stream->k);
    if (stream->ends[at - 1]) {
      g_assert_true (rnn_ahead_end (ahead, NULL));
      g_assert_cmpuint (rnn_ahead_get_n_waiting (ahead), ==, 0);
    }
    g_assert_cmpuint (n_rows + rnn_ahead_get_n_rows (ahead)
                          + rnn_ahead_get_n_waiting (ahead),
                      ==, at);
    n_rows +=
        take_rows (ahead, yhat + n_rows * stream->n_y, stream->n_y, below (10));
  }
  n_rows +=
      take_rows (ahead, yhat + n_rows * stream->n_y, stream->n_y, MAX_TOKENS);
  g_assert_cmpuint (n_rows, ==, stream->n);
  g_assert_cmpmem (yhat, n_bytes, wanted, n_bytes);
  g_free (yhat);
  rnn_ahead_free (ahead);
}

static void
any_cut_gives_the_rows_of_the_definition (void)
{
  for (gsize i = 0; i < 200; i++) {
    Stream stream;
    float *wanted;
    stream_init (&stream, i % (MAX_LOOKAHEAD + 1));
    wanted =
        test_by_definition (stream.model, stream.tokens, stream.ends, stream.n);
    for (gsize cut = 0; cut < 20; cut++)
      assert_cut_gives (&stream, wanted);
    g_free (wanted);
    rnn_model_unref (stream.model);
  }
}

static void
a_backward_direction_begins_behind_the_steps_beyond_a_text (void)
{
  for (gsize i = 0; i < 100; i++) {
    Stream stream;
    RnnAhead *ahead;
    float *wanted;
    gsize at = 0;
    stream_init_directed (&stream, i % (MAX_LOOKAHEAD + 1), 2);
    wanted =
        test_by_definition (stream.model, stream.tokens, stream.ends, stream.n);
    ahead = rnn_ahead_new (stream.model);
    for (gsize end = 1; end <= stream.n; end++) {
      if (!stream.ends[end - 1])
        continue;
      g_assert_true (rnn_ahead_run (ahead, stream.tokens + at, end - at, NULL));
      g_assert_cmpuint (rnn_ahead_get_n_waiting (ahead), ==, 0);
      g_assert_true (rnn_ahead_end (ahead, NULL));
      g_assert_cmpuint (rnn_ahead_get_n_rows (ahead), ==, end);
      at = end;
    }
    g_assert_cmpmem (rnn_ahead_get_rows (ahead),
                     stream.n * stream.n_y * sizeof (float), wanted,
                     stream.n * stream.n_y * sizeof (float));
    rnn_ahead_free (ahead);
    g_free (wanted);
    rnn_model_unref (stream.model);
  }
}

static void
tokens_that_are_settled_one_by_one_get_the_rows_of_an_end (void)
{
  for (gsize i = 0; i < 50; i++) {
    Stream stream;
    RnnAhead *ended, *settled;
    gsize n_waiting, n_bytes;
    stream_init (&stream, 1 + below (MAX_LOOKAHEAD));
    ended = rnn_ahead_new (stream.model);
    settled = rnn_ahead_new (stream.model);
    g_assert_true (rnn_ahead_run (ended, stream.tokens, stream.n, NULL));
    g_assert_true (rnn_ahead_run (settled, stream.tokens, stream.n, NULL));
    n_waiting = rnn_ahead_get_n_waiting (ended);
    g_assert_cmpuint (n_waiting, ==, MIN (stream.n, stream.k));
    g_assert_true (rnn_ahead_end (ended, NULL));
    for (gsize n = 1; n <= n_waiting; n++) {
      g_assert_true (rnn_ahead_settle (settled, 1, NULL));
      g_assert_cmpuint (rnn_ahead_get_n_waiting (settled), ==, n_waiting - n);
    }
    g_assert_cmpuint (rnn_ahead_get_n_rows (settled), ==, stream.n);
    n_bytes = stream.n * stream.n_y * sizeof (float);
    g_assert_cmpmem (rnn_ahead_get_rows (settled), n_bytes,
                     rnn_ahead_get_rows (ended), n_bytes);
    rnn_ahead_free (ended);
    rnn_ahead_free (settled);
    rnn_model_unref (stream.model);
  }
}

static void
a_run_that_fails_changes_nothing (void)
{
  Stream stream;
  RnnAhead *ahead, *same;
  const gint32 bad[] = { 1, N_X, 2 };
  GError *error = NULL;

  stream_init (&stream, 2);
  ahead = rnn_ahead_new (stream.model);
  same = rnn_ahead_new (stream.model);
  g_assert_true (rnn_ahead_run (ahead, stream.tokens, stream.n, NULL));
  g_assert_true (rnn_ahead_run (same, stream.tokens, stream.n, NULL));
  g_assert_false (rnn_ahead_run (ahead, bad, G_N_ELEMENTS (bad), &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_TOKEN);
  g_assert_true (rnn_ahead_end (ahead, NULL));
  g_assert_true (rnn_ahead_end (same, NULL));
  g_assert_cmpmem (rnn_ahead_get_rows (ahead),
                   rnn_ahead_get_n_rows (ahead) * stream.n_y * sizeof (float),
                   rnn_ahead_get_rows (same),
                   stream.n * stream.n_y * sizeof (float));
  g_error_free (error);
  rnn_ahead_free (ahead);
  rnn_ahead_free (same);
  rnn_model_unref (stream.model);
}

static void
what_is_forgotten_never_comes (void)
{
  Stream stream;
  RnnAhead *ahead, *fresh;

  stream_init (&stream, 3);
  stream.n = MAX_TOKENS;
  ahead = rnn_ahead_new (stream.model);
  fresh = rnn_ahead_new (stream.model);
  g_assert_true (rnn_ahead_run (ahead, stream.tokens, 5, NULL));
  rnn_ahead_assign (fresh, ahead);
  g_assert_cmpuint (rnn_ahead_get_n_rows (fresh), ==, 0);
  g_assert_cmpuint (rnn_ahead_get_n_waiting (fresh), ==, 0);
  rnn_ahead_reset (ahead);
  g_assert_cmpuint (rnn_ahead_get_n_rows (ahead), ==, 0);
  rnn_ahead_reset (fresh);
  g_assert_true (rnn_ahead_run (ahead, stream.tokens, 9, NULL));
  g_assert_true (rnn_ahead_run (fresh, stream.tokens, 9, NULL));
  g_assert_cmpmem (rnn_ahead_get_rows (ahead),
                   rnn_ahead_get_n_rows (ahead) * stream.n_y * sizeof (float),
                   rnn_ahead_get_rows (fresh), 6 * stream.n_y * sizeof (float));
  rnn_ahead_free (ahead);
  rnn_ahead_free (fresh);
  rnn_model_unref (stream.model);
}

static void
sentences_end_with_marks_and_nothing_else (void)
{
  const char *const ends[] = {
    ".", "!", "?", "…", "...", "?!", "。", "！", "？"
  };
  const char *const others[] = { "",     "Mr.",  "J.", ",",
                                 "U.S.", ".net", "、", "end" };

  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    g_assert_true (rnn_word_ends_sentence (ends[i], strlen (ends[i])));
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (rnn_word_ends_sentence (others[i], strlen (others[i])));
}

static void
a_sentence_within_a_run_ends_there (void)
{
  const char text[] = "a . b c ! d";
  const RnnToken spans[] = { { 0, 1 }, { 2, 3 }, { 4, 5 },
                             { 6, 7 }, { 8, 9 }, { 10, 11 } };
  Stream stream;
  RnnAhead *ahead;
  float *wanted;

  stream_init (&stream, 2);
  stream.n = G_N_ELEMENTS (spans);
  for (gsize i = 0; i < stream.n; i++) {
    stream.tokens[i] = (gint32) i;
    stream.ends[i] = i == 1 || i == 4 || i + 1 == stream.n;
  }
  wanted =
      test_by_definition (stream.model, stream.tokens, stream.ends, stream.n);
  ahead = rnn_ahead_new (stream.model);
  g_assert_true (rnn_ahead_run_sentences (ahead, stream.tokens, text, spans,
                                          stream.n, NULL));
  g_assert_cmpuint (rnn_ahead_get_n_waiting (ahead), ==, 1);
  g_assert_true (rnn_ahead_end (ahead, NULL));
  g_assert_cmpmem (rnn_ahead_get_rows (ahead),
                   rnn_ahead_get_n_rows (ahead) * stream.n_y * sizeof (float),
                   wanted, stream.n * stream.n_y * sizeof (float));
  g_free (wanted);
  rnn_ahead_free (ahead);
  rnn_model_unref (stream.model);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  _rnn_random_seed (&random_numbers, 11);
  g_test_add_func ("/ahead/cut", any_cut_gives_the_rows_of_the_definition);
  g_test_add_func ("/ahead/backward",
                   a_backward_direction_begins_behind_the_steps_beyond_a_text);
  g_test_add_func ("/ahead/settle",
                   tokens_that_are_settled_one_by_one_get_the_rows_of_an_end);
  g_test_add_func ("/ahead/failure", a_run_that_fails_changes_nothing);
  g_test_add_func ("/ahead/forget", what_is_forgotten_never_comes);
  g_test_add_func ("/ahead/marks", sentences_end_with_marks_and_nothing_else);
  g_test_add_func ("/ahead/sentence", a_sentence_within_a_run_ends_there);
  return g_test_run ();
}
