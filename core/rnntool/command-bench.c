/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `rnntool bench`: what a token costs here, beside what reading the weights
 * costs. Time is the thread's own, so that other programs count little. */
#include "kernels/kernels.h"
#include "rnntool/bench-clock.h"
#include "rnntool/bench-network.h"
#include "rnntool/bench-sweep.h"
#include "rnntool/commands.h"

#include "base/random.h"

#include <jansson.h>
#include <rnn/rnn-state.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_ROUNDS 21
#define NOT_GIVEN G_MININT

typedef struct {
  char *model;
  char *cell;
  int hidden;
  int outputs;
  int streams;
  int tokens;
  double seconds;
  gboolean json;
} Arguments;

typedef struct {
  RnnModel *model;
  gsize n_streams;
  gsize n_tokens;
  RnnState **states;
  gint32 *tokens; /* int32[n_streams][n_tokens][F] */
  float *yhat;    /* float[n_streams][n_tokens][n_y] */
  BenchSweep *sweep;
  GError *error;
} Bench;

/* Medians of the rounds. */
typedef struct {
  double token_ns;
  double limit_ns; /* a token */
} Figures;

static gboolean
parse (Arguments *a, int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &a->model,
      "run this model, and not one of random weights", "FILE" },
    { "cell", 0, 0, G_OPTION_ARG_STRING, &a->cell, "elman, gru, lstm [elman]",
      "CELL" },
    { "hidden", 'n', 0, G_OPTION_ARG_INT, &a->hidden, "n_a [100]", "N" },
    { "outputs", 0, 0, G_OPTION_ARG_INT, &a->outputs, "n_y [9]", "N" },
    { "streams", 0, 0, G_OPTION_ARG_INT, &a->streams,
      "streams that step together [1]", "N" },
    { "tokens", 0, 0, G_OPTION_ARG_INT, &a->tokens,
      "tokens of a stream in a call [1]", "T" },
    { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &a->seconds,
      "how long to measure [1]", "S" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &a->json, "print one JSON object",
      NULL },
    { NULL }
  };

  return command_parse (
      "rnntool bench", NULL,
      "Say what a token costs here: medians of rounds on one core, and the\n"
      "share that is spent on nothing but reading the weights.",
      entries, &argc, &argv, 0);
}

/* What the options say that cannot be, or NULL. */
static const char *
find_misuse (const Arguments *a, RnnCellKind *cell)
{
  static const char *const cells[] = { "elman", "gru", "lstm" };
  gsize i = 0;

  while (a->cell && i < G_N_ELEMENTS (cells) && strcmp (a->cell, cells[i]) != 0)
    i++;
  *cell = (RnnCellKind) i;
  if (i == G_N_ELEMENTS (cells))
    return "--cell: expected elman, gru or lstm";
  if (a->model
      && (a->cell || a->hidden != NOT_GIVEN || a->outputs != NOT_GIVEN))
    return "--model: has its own --cell, --hidden and --outputs";
  if (a->hidden != NOT_GIVEN && (a->hidden < 1 || a->hidden > 8192))
    return "--hidden: expected 1 to 8192";
  if (a->outputs != NOT_GIVEN && (a->outputs < 1 || a->outputs > 4096))
    return "--outputs: expected 1 to 4096";
  if (a->streams < 1 || a->streams > 4096)
    return "--streams: expected 1 to 4096";
  if (a->tokens < 1 || a->tokens > 65536)
    return "--tokens: expected 1 to 65536";
  if (!(a->seconds >= 0.001 && a->seconds <= 3600))
    return "--seconds: expected 0.001 to 3600";
  return NULL;
}

static gboolean
draw_tokens (Bench *bench)
{
  gsize n_slots = rnn_model_get_n_slots (bench->model);
  gsize n_rows = bench->n_streams * bench->n_tokens;
  gsize n_y = rnn_model_get_n_outputs (bench->model);
  RnnRandom random;

  bench->tokens = g_try_malloc_n (n_rows, n_slots * sizeof *bench->tokens);
  bench->yhat = g_try_malloc_n (n_rows, n_y * sizeof *bench->yhat);
  if (!bench->tokens || !bench->yhat)
    return FALSE;
  _rnn_random_seed (&random, 2);
  for (gsize i = 0; i < n_rows * n_slots; i++)
    bench->tokens[i] = (gint32) _rnn_random_below (
        &random, rnn_model_get_n_inputs (bench->model));
  return TRUE;
}

static gboolean
prepare (Bench *bench, GError **error)
{
  gboolean ok = draw_tokens (bench);

  bench->states = g_new0 (RnnState *, bench->n_streams);
  for (gsize s = 0; ok && s < bench->n_streams; s++)
    ok = (bench->states[s] = rnn_state_new (bench->model)) != NULL;
  if (ok)
    bench->sweep = bench_sweep_new (bench_network_step_bytes (bench->model));
  if (!bench->sweep)
    g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                 "no memory for %zu streams of %zu tokens", bench->n_streams,
                 bench->n_tokens);
  return bench->sweep != NULL;
}

static void
clear (Bench *bench)
{
  for (gsize s = 0; bench->states && s < bench->n_streams; s++)
    if (bench->states[s])
      rnn_state_free (bench->states[s]);
  g_free (bench->states);
  g_free (bench->tokens);
  g_free (bench->yhat);
  bench_sweep_free (bench->sweep);
  g_clear_pointer (&bench->model, rnn_model_unref);
}

static void
step (Bench *bench)
{
  if (!bench->error)
    rnn_states_run (bench->states, bench->n_streams, bench->tokens,
                    bench->n_tokens, bench->yhat, &bench->error);
}

static void
sweep (Bench *bench)
{
  bench_sweep_run (bench->sweep);
}

/* ns a call, of as many calls as fill @ns. */
static double
time_calls (void (*call) (Bench *), Bench *bench, double ns)
{
  double from = bench_now (CLOCK_THREAD_CPUTIME_ID), spent = 0;
  gsize n = 0;

  for (gsize batch = 1; spent < ns; batch *= 2) {
    for (gsize i = 0; i < batch; i++)
      call (bench);
    n += batch;
    spent = bench_now (CLOCK_THREAD_CPUTIME_ID) - from;
  }
  return spent / (double) n;
}

static gboolean
measure (Bench *bench, double seconds, Figures *figures, GError **error)
{
  double steps[N_ROUNDS], sweeps[N_ROUNDS];
  double round_ns = seconds * 1e9 / N_ROUNDS;

  step (bench);
  sweep (bench);
  for (gsize i = 0; i < N_ROUNDS; i++) {
    steps[i] = time_calls (step, bench, round_ns * 0.6);
    sweeps[i] = time_calls (sweep, bench, round_ns * 0.2);
  }
  if (bench->error) {
    g_propagate_error (error, bench->error);
    return FALSE;
  }
  figures->token_ns = bench_median (steps, N_ROUNDS)
                      / (double) (bench->n_streams * bench->n_tokens);
  figures->limit_ns =
      bench_median (sweeps, N_ROUNDS) / (double) bench->n_streams;
  return TRUE;
}

static json_t *
to_json (const Bench *bench, const Figures *figures)
{
  static const char *const cells[] = { "elman", "gru", "lstm" };
  json_t *root = json_object ();

#define SET(KEY, VALUE) json_object_set_new (root, KEY, VALUE)
#define SIZE(VALUE) json_integer ((json_int_t) (VALUE))
  SET ("cell", json_string (cells[rnn_model_get_cell (bench->model)]));
  SET ("n_a", SIZE (rnn_model_get_n_hidden (bench->model)));
  SET ("n_y", SIZE (rnn_model_get_n_outputs (bench->model)));
  SET ("layers", SIZE (rnn_model_get_n_layers (bench->model)));
  SET ("kernels", json_string (_rnn_kernels_get ()->name));
  SET ("streams", SIZE (bench->n_streams));
  SET ("tokens", SIZE (bench->n_tokens));
  SET ("token_ns", json_real (figures->token_ns));
  SET ("tokens_per_second", json_real (1e9 / figures->token_ns));
  SET ("step_bytes", SIZE (bench_network_step_bytes (bench->model)));
  SET ("limit_ns", json_real (figures->limit_ns));
  SET ("share_of_limit", json_real (figures->limit_ns / figures->token_ns));
#undef SIZE
#undef SET
  return root;
}

static void
print (const Bench *bench, const Figures *figures, gboolean is_json)
{
  json_t *root = to_json (bench, figures), *value;
  const char *key;

  if (is_json) {
    char *text = json_dumps (root, JSON_COMPACT | JSON_REAL_PRECISION (6));
    puts (text);
    free (text);
  } else {
    json_object_foreach (root, key, value)
    {
      if (json_is_string (value))
        printf ("%-18s %s\n", key, json_string_value (value));
      else if (json_is_integer (value))
        printf ("%-18s %lld\n", key, (long long) json_integer_value (value));
      else
        printf ("%-18s %.*f\n", key, json_real_value (value) < 10 ? 2 : 0,
                json_real_value (value));
    }
  }
  json_decref (root);
}

static gsize
or_default (int number, gsize other)
{
  return number == NOT_GIVEN ? other : (gsize) number;
}

static int
run (const Arguments *a)
{
  RnnCellKind cell;
  const char *wrong = find_misuse (a, &cell);
  Bench bench = { .n_streams = (gsize) a->streams,
                  .n_tokens = (gsize) a->tokens };
  Figures figures;
  GError *error = NULL;
  gboolean ok;

  if (wrong)
    return command_misuse ("rnntool bench", wrong);
  bench.model = a->model
                    ? rnn_model_load (a->model, &error)
                    : bench_network_new (cell, or_default (a->hidden, 100),
                                         or_default (a->outputs, 9), &error);
  ok = bench.model && prepare (&bench, &error)
       && measure (&bench, a->seconds, &figures, &error);
  if (ok)
    print (&bench, &figures, a->json);
  clear (&bench);
  return ok ? command_finish () : command_fail (error);
}

int
command_bench (int argc, char **argv)
{
  Arguments a = { .hidden = NOT_GIVEN,
                  .outputs = NOT_GIVEN,
                  .streams = 1,
                  .tokens = 1,
                  .seconds = 1 };
  int code = parse (&a, argc, argv) ? run (&a) : EXIT_USAGE;

  g_free (a.model);
  g_free (a.cell);
  return code;
}
