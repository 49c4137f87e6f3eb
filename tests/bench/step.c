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

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define N_ROUNDS 25
#define ROUND_NS 3e6
#define MAX_ROWS 4096
#define TOLERANCE 1e-3f

static const BenchRival *const rivals[] = {
  &bench_rival_rnn,
  &bench_rival_openblas,
};
#define N_RIVALS G_N_ELEMENTS (rivals)

static const BenchCase cases[] = {
  { RNN_CELL_ELMAN, 100, 1, 1 },    { RNN_CELL_ELMAN, 256, 1, 1 },
  { RNN_CELL_GRU, 100, 1, 1 },      { RNN_CELL_GRU, 256, 1, 1 },
  { RNN_CELL_LSTM, 100, 1, 1 },     { RNN_CELL_LSTM, 256, 1, 1 },
  { RNN_CELL_ELMAN, 100, 1024, 1 }, { RNN_CELL_ELMAN, 256, 1024, 1 },
  { RNN_CELL_GRU, 100, 1024, 1 },   { RNN_CELL_GRU, 256, 1024, 1 },
  { RNN_CELL_LSTM, 100, 1024, 1 },  { RNN_CELL_LSTM, 256, 1024, 1 },
  { RNN_CELL_ELMAN, 256, 1, 64 },   { RNN_CELL_GRU, 256, 1, 64 },
  { RNN_CELL_LSTM, 256, 1, 64 },
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
now (void)
{
  struct timespec at;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &at);
  return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static double
time_calls (const BenchRival *rival, gpointer handle, gsize n)
{
  double from = now ();

  if (rival->time)
    return rival->time (handle, n);
  for (gsize i = 0; i < n; i++)
    rival->run (handle, tokens, yhat);
  return now () - from;
}

/* How many calls fill a round; warms up on the way. */
static gsize
calibrate (const BenchRival *rival, gpointer handle)
{
  gsize n = 1;

  for (;;) {
    double ns = time_calls (rival, handle, n);
    if (ns > ROUND_NS / 2)
      return MAX (1, (gsize)((double)n * ROUND_NS / ns));
    n *= 2;
  }
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static double
median (double *numbers)
{
  qsort (numbers, N_ROUNDS, sizeof *numbers, compare);
  return numbers[N_ROUNDS / 2];
}

/* Ours first; the others must come to the same yhat from a<0>. */
static void
check_yhat (const BenchCase *bench, Seat *seats)
{
  gsize n = bench->n_tokens * bench->n_streams * BENCH_OUTPUTS;

  rivals[0]->run (seats[0].handle, tokens, wanted);
  for (gsize r = 1; r < N_RIVALS; r++) {
    if (!seats[r].handle)
      continue;
    rivals[r]->run (seats[r].handle, tokens, yhat);
    for (gsize i = 0; i < n; i++)
      if (!(fabsf (yhat[i] - wanted[i]) < TOLERANCE))
        g_error ("%s: yhat[%zu] is %g, ours %g", rivals[r]->name, i, yhat[i],
                 wanted[i]);
  }
}

static void
print_case (const BenchCase *bench, Seat *seats)
{
  static const char *const cells[] = { "elman", "gru", "lstm" };
  double rows = (double)(bench->n_tokens * bench->n_streams);

  printf ("%-5s %4zu %6zu %7zu ", cells[bench->cell], bench->n_hidden,
          bench->n_tokens, bench->n_streams);
  for (gsize r = 0; r < N_RIVALS; r++) {
    if (!seats[r].handle)
      printf ("%9s %6s", "-", "-");
    else
      printf ("%9.0f %5.2fx", median (seats[r].ns) / rows,
              median (seats[r].ratio));
  }
  putchar ('\n');
  fflush (stdout);
}

static void
run_case (const BenchCase *bench)
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
    tokens[i] = (gint32)_rnn_random_below (&random, BENCH_WORDS);
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
                      / (double)seat->n_calls;
        seat->ratio[i] = seat->ns[i] / seats[0].ns[i];
      }
  print_case (bench, seats);
  for (gsize r = 0; r < N_RIVALS; r++)
    if (seats[r].handle)
      rivals[r]->close (seats[r].handle);
  rnn_model_unref (model);
}

int
main (int argc, char **argv)
{
  printf ("ns a token and ratio to rnn; medians of %d rounds\n"
          "cell   n_a tokens streams ",
          N_ROUNDS);
  for (gsize r = 0; r < N_RIVALS; r++)
    printf ("%16s", rivals[r]->name);
  putchar ('\n');
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    run_case (&cases[i]);
  return 0;
}
