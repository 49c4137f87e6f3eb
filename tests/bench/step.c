/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ns a token of our step and of its rivals, in turns, one core.
 *
 * Each round gives every rival a few milliseconds of calls; a rival's figure is
 * the median of its rounds, its ratio the median of the ratios to our own time
 * of the same round. Before that, all must agree on yhat. Time is the thread's
 * own (another process on the core is not counted).
 */
#include "../core/network.h"
#include "rival.h"

#include "rnntool/bench-clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define N_ROUNDS 25
#define ROUND_NS 3e6
#define MAX_ROWS 4096

static const BenchRival *const rivals[] = {
  &bench_rival_rnn,      &bench_rival_limit,       &bench_rival_int8,
  &bench_rival_openblas, &bench_rival_onnxruntime, &bench_rival_torch,
};
#define N_RIVALS G_N_ELEMENTS (rivals)

/* What to run, and the ratio to our time that is wanted of each rival, in their
 * order; 0: none is. */
static const struct {
  BenchCase bench;
  double wanted[N_RIVALS];
} cases[] = {
  { { RNN_CELL_ELMAN, 100, 1, 1 }, { 0, 1 / 1.2, 0, 2.6, 10, 39 } },
  { { RNN_CELL_ELMAN, 256, 1, 1 }, { 0 } },
  { { RNN_CELL_GRU, 100, 1, 1 }, { 0, 0, 0, 1.9, 7.5 } },
  { { RNN_CELL_GRU, 256, 1, 1 }, { 0, 0, 1 / 3.0, 1.4, 2.4 } },
  { { RNN_CELL_LSTM, 100, 1, 1 }, { 0 } },
  { { RNN_CELL_LSTM, 256, 1, 1 }, { 0 } },
  { { RNN_CELL_ELMAN, 100, 1024, 1 }, { 0 } },
  { { RNN_CELL_GRU, 256, 1024, 1 }, { 0 } },
  { { RNN_CELL_LSTM, 100, 1024, 1 }, { 0 } },
  { { RNN_CELL_LSTM, 256, 1024, 1 }, { 0, 0, 0, 1.4, 1.6 } },
  { { RNN_CELL_ELMAN, 256, 1, 64 }, { 0 } },
  { { RNN_CELL_GRU, 256, 1, 64 }, { 0, 0, 0, 1.25, 1.2 } },
  { { RNN_CELL_LSTM, 256, 1, 64 }, { 0 } },
};

typedef struct {
  gpointer handle; /* NULL: not here */
  gsize n_calls;   /* a round */
  double ns[N_ROUNDS];
  double ratio[N_ROUNDS];
} Seat;

static gint32 tokens[MAX_ROWS];
static float yhat[MAX_ROWS * BENCH_OUTPUTS], wanted[MAX_ROWS * BENCH_OUTPUTS];

static double
time_calls (const BenchRival *rival, gpointer handle, gsize n)
{
  double from = bench_now (CLOCK_THREAD_CPUTIME_ID);

  if (rival->time)
    return rival->time (handle, n);
  for (gsize i = 0; i < n; i++)
    rival->run (handle, tokens, yhat);
  return bench_now (CLOCK_THREAD_CPUTIME_ID) - from;
}

/* How many calls fill a round; warms up on the way. */
static gsize
calibrate (const BenchRival *rival, gpointer handle)
{
  gsize n = 1;

  for (;;) {
    double ns = time_calls (rival, handle, n);
    if (ns > ROUND_NS / 2)
      return MAX (1, (gsize) ((double) n * ROUND_NS / ns));
    n *= 2;
  }
}

/* Ours first; the others must come to the same yhat from a<0>. */
static void
check_yhat (const BenchCase *bench, Seat *seats)
{
  gsize n = bench->n_tokens * bench->n_streams * BENCH_OUTPUTS;

  rivals[0]->run (seats[0].handle, tokens, wanted);
  for (gsize r = 1; r < N_RIVALS; r++) {
    if (!seats[r].handle || rivals[r]->tolerance == 0)
      continue;
    rivals[r]->run (seats[r].handle, tokens, yhat);
    for (gsize i = 0; i < n; i++)
      if (!(fabsf (yhat[i] - wanted[i]) < rivals[r]->tolerance))
        g_error ("%s: yhat[%zu] is %g, ours %g", rivals[r]->name, i, yhat[i],
                 wanted[i]);
  }
}

static void
print_case (const BenchCase *bench, const double *ratios, Seat *seats)
{
  static const char *const cells[] = { "elman", "gru", "lstm" };
  double rows = (double) (bench->n_tokens * bench->n_streams);

  printf ("| %s %zu, %zu, %zu |", cells[bench->cell], bench->n_hidden,
          bench->n_tokens, bench->n_streams);
  for (gsize r = 0; r < N_RIVALS; r++) {
    if (!seats[r].handle) {
      printf (" - |");
      continue;
    }
    printf (" %.0f", bench_median (seats[r].ns, N_ROUNDS) / rows);
    if (r > 0)
      printf (" %.2fx", bench_median (seats[r].ratio, N_ROUNDS));
    if (ratios[r] > 0)
      printf (" (%.3g)", ratios[r]);
    printf (" |");
  }
  putchar ('\n');
  fflush (stdout);
}

static void
run_case (const BenchCase *bench, const double *ratios)
{
  TestNetwork net = { bench->cell,
                      RNN_ACTIVATION_TANH,
                      RNN_OUTPUT_SOFTMAX,
                      BENCH_WORDS,
                      BENCH_EMBEDDING,
                      bench->n_hidden,
                      1,
                      1,
                      BENCH_OUTPUTS,
                      0,
                      0.5f };
  Seat seats[N_RIVALS] = { 0 };
  RnnRandom random;
  RnnModel *model;

  _rnn_random_seed (&random, 1);
  model = test_network_new (&net, &random);
  for (gsize i = 0; i < bench->n_tokens * bench->n_streams; i++)
    tokens[i] = (gint32) _rnn_random_below (&random, BENCH_WORDS);
  for (gsize r = 0; r < N_RIVALS; r++)
    seats[r].handle = rivals[r]->open (bench, model);
  check_yhat (bench, seats);
  for (gsize r = 0; r < N_RIVALS; r++)
    if (seats[r].handle)
      seats[r].n_calls = calibrate (rivals[r], seats[r].handle);
  for (gsize i = 0; i < N_ROUNDS; i++)
    for (gsize r = 0; r < N_RIVALS; r++)
      if (seats[r].handle) {
        Seat *seat = &seats[r];
        seat->ns[i] = time_calls (rivals[r], seat->handle, seat->n_calls)
                      / (double) seat->n_calls;
        seat->ratio[i] = seat->ns[i] / seats[0].ns[i];
      }
  print_case (bench, ratios, seats);
  for (gsize r = 0; r < N_RIVALS; r++)
    if (seats[r].handle)
      rivals[r]->close (seats[r].handle);
  rnn_model_unref (model);
}

/* Whether the arguments, each `CELL-N_A-TOKENS-STREAMS`, name the case; none
 * name all. */
static gboolean
is_asked_for (const BenchCase *bench, int argc, char **argv)
{
  static const char *const cells[] = { "elman", "gru", "lstm" };
  char name[80];
  gboolean is = argc < 2;

  g_snprintf (name, sizeof name, "%s-%zu-%zu-%zu", cells[bench->cell],
              bench->n_hidden, bench->n_tokens, bench->n_streams);
  for (int i = 1; i < argc; i++)
    is |= strcmp (argv[i], name) == 0;
  return is;
}

int
main (int argc, char **argv)
{
  printf ("ns a token, ratio to rnn (wanted ratio); medians of %d rounds\n\n"
          "| cell n_a, tokens a call, streams |",
          N_ROUNDS);
  for (gsize r = 0; r < N_RIVALS; r++)
    printf (" %s |", rivals[r]->name);
  printf ("\n|---|");
  for (gsize r = 0; r < N_RIVALS; r++)
    printf ("---|");
  putchar ('\n');
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    if (is_asked_for (&cases[i].bench, argc, argv))
      run_case (&cases[i].bench, cases[i].wanted);
  return 0;
}
