/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many taggers of one model in one process: bench-taggers.
 *
 * Memory: 1,000 pipelines with a tagger of a model of 20 MB, beside 1,000 with
 * `identity`, each in a process of its own. Threads: 8 taggers, each in a
 * thread of its own, on one core and on two, in turns; a lock that they shared
 * would make them wait, which is counted (voluntary switches of threads).
 */
#include "pads.h"

#include "../core/network.h"
#include "rnntool/bench-clock.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define N_PIPELINES 1000
#define N_THREADS 8
#define N_BUFFERS 2000
#define N_TOKENS 8
#define N_ROUNDS 9
#define CAPS                                                                   \
  "other/tensors,format=(string)static,num_tensors=(int)1,"                    \
  "types=(string)int32,dimensions=(string)8,framerate=(fraction)0/1"

/* 20 MB of float32 each. */
static const struct {
  const char *name;
  TestNetwork net;
} nets[] = {
  { "lectures' Elman 100, 50,000 words",
    { .n_inputs = 50000,
      .n_hidden = 100,
      .n_layers = 1,
      .n_directions = 1,
      .n_outputs = 1,
      .gain = 0.5f } },
  { "GRU 256, 74,000 words",
    { .cell = RNN_CELL_GRU,
      .output = RNN_OUTPUT_SOFTMAX,
      .n_inputs = 74000,
      .n_embedding = 64,
      .n_hidden = 256,
      .n_layers = 1,
      .n_directions = 1,
      .n_outputs = 9,
      .gain = 0.5f } },
};

static GstBuffer *
new_tokens (void)
{
  gint32 tokens[N_TOKENS];

  for (gint32 i = 0; i < N_TOKENS; i++)
    tokens[i] = 37 * i;
  return gst_buffer_new_memdup (tokens, sizeof tokens);
}

static double
resident_mb (void)
{
  char *text;
  long pages;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  pages = strtol (strchr (text, ' '), NULL, 10);
  g_free (text);
  return (double) pages * (double) sysconf (_SC_PAGESIZE) / 1e6;
}

/* A pipeline that a buffer has gone through, and that goes on running. */
static void
start_pipeline (const char *middle)
{
  char *launch = g_strdup_printf ("appsrc name=in format=time caps=\"" CAPS
                                  "\" ! %s ! appsink name=out sync=false",
                                  middle);
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch (launch, &error);
  GstElement *in, *out;
  GstSample *sample;
  GstBus *bus;

  g_assert_no_error (error);
  in = gst_bin_get_by_name (GST_BIN (pipeline), "in");
  out = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  gst_app_src_push_buffer (GST_APP_SRC (in), new_tokens ());
  sample = gst_app_sink_pull_sample (GST_APP_SINK (out));
  if (!sample)
    g_error ("nothing came out of %s", launch);
  gst_sample_unref (sample);
  /* Nobody reads the bus here. */
  bus = gst_element_get_bus (pipeline);
  gst_bus_set_flushing (bus, TRUE);
  gst_object_unref (bus);
  gst_object_unref (in);
  gst_object_unref (out);
  g_free (launch);
}

/* In a process of its own: MB of N_PIPELINES. */
static int
print_memory (const char *middle)
{
  for (gsize i = 0; i < N_PIPELINES; i++)
    start_pipeline (middle);
  printf ("%.1f\n", resident_mb ());
  fflush (stdout);
  _exit (0);
}

static double
ask_memory (const char *self, const char *middle)
{
  const char *const argv[] = { self, middle, NULL };
  GError *error = NULL;
  char *answer;
  double mb;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL,
                &answer, NULL, &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
  mb = g_ascii_strtod (answer, NULL);
  g_free (answer);
  return mb;
}

static void
compare_memory (const char *self, char *const *models)
{
  double bare = ask_memory (self, "identity");

  printf ("| %d pipelines of | MB resident | above the bare ones (40) |\n"
          "|---|---|---|\n| identity | %.0f | |\n",
          N_PIPELINES, bare);
  for (gsize i = 0; i < G_N_ELEMENTS (nets); i++) {
    char *tagger = g_strdup_printf ("rnntagger model-file=%s", models[i]);
    double mb = ask_memory (self, tagger);
    printf ("| rnntagger, 20 MB: %s | %.0f | %.0f |\n", nets[i].name, mb,
            mb - bare);
    g_free (tagger);
  }
  putchar ('\n');
  fflush (stdout);
}

static gpointer
push_all (gpointer pads)
{
  GstBuffer *buffer = new_tokens ();

  for (gsize i = 0; i < N_BUFFERS; i++)
    bench_pads_push (pads, gst_buffer_ref (buffer));
  gst_buffer_unref (buffer);
  return NULL;
}

static void
use_cores (int n)
{
  cpu_set_t set;

  CPU_ZERO (&set);
  for (int i = 0; i < n; i++)
    CPU_SET (i, &set);
  if (sched_setaffinity (0, sizeof set, &set) != 0)
    g_error ("there are no %d cores", n);
}

/* Of a round of all threads. */
typedef struct {
  double wall;  /* ns a token */
  double spent; /* ns of a core a token */
  double waits; /* a buffer */
} Round;

static double
count_waits (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) usage.ru_nvcsw;
}

static Round
time_threads (BenchPads **pads, int n_cores)
{
  const double n = (double) N_THREADS * N_BUFFERS * N_TOKENS;
  double from = bench_now (CLOCK_MONOTONIC);
  double from_spent = bench_now (CLOCK_PROCESS_CPUTIME_ID);
  double from_waits = count_waits ();
  GThread *threads[N_THREADS];

  use_cores (n_cores);
  for (gsize i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("stream", push_all, pads[i]);
  for (gsize i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  return (Round){
    (bench_now (CLOCK_MONOTONIC) - from) / n,
    (bench_now (CLOCK_PROCESS_CPUTIME_ID) - from_spent) / n,
    (count_waits () - from_waits) / (N_THREADS * N_BUFFERS),
  };
}

static void
compare_threads (const char *model)
{
  char *launch = g_strdup_printf ("rnntagger model-file=%s", model);
  GstCaps *caps = gst_caps_from_string (CAPS);
  double wall[2][N_ROUNDS], spent[2][N_ROUNDS], waits[2][N_ROUNDS];
  double faster[N_ROUNDS];
  BenchPads *pads[N_THREADS];

  for (gsize i = 0; i < N_THREADS; i++)
    pads[i] = bench_pads_new (launch, caps, NULL);
  for (gsize r = 0; r < N_ROUNDS; r++) {
    for (int i = 0; i < 2; i++) {
      Round round = time_threads (pads, i + 1);
      wall[i][r] = round.wall;
      spent[i][r] = round.spent;
      waits[i][r] = round.waits;
    }
    faster[r] = wall[0][r] / wall[1][r];
  }
  printf ("| %d taggers on | tokens/s | ns of a core a token | waits a buffer "
          "|\n|---|---|---|---|\n",
          N_THREADS);
  for (int i = 0; i < 2; i++)
    printf ("| %d core%s | %.0f | %.0f | %.4f |\n", i + 1, i ? "s" : "",
            1e9 / bench_median (wall[i], N_ROUNDS),
            bench_median (spent[i], N_ROUNDS),
            bench_median (waits[i], N_ROUNDS));
  printf ("\nTwo cores are %.2f times as fast as one.\n",
          bench_median (faster, N_ROUNDS));
  for (gsize i = 0; i < N_THREADS; i++)
    bench_pads_free (pads[i]);
  gst_caps_unref (caps);
  g_free (launch);
}

int
main (int argc, char **argv)
{
  char *models[G_N_ELEMENTS (nets)];
  RnnRandom random;

  gst_init (&argc, &argv);
  if (argc > 1)
    return print_memory (argv[1]);
  _rnn_random_seed (&random, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (nets); i++)
    models[i] = test_network_write (&nets[i].net, &random);
  compare_memory (argv[0], models);
  compare_threads (models[1]);
  for (gsize i = 0; i < G_N_ELEMENTS (nets); i++) {
    unlink (models[i]);
    g_free (models[i]);
  }
  return 0;
}
