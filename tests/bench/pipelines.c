/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the elements cost with 1, 8 and 64 words a buffer: bench-pipelines
 * MODEL.
 *
 * First the tagger alone, between two pads in one thread, beside `identity`, no
 * element at all, and the step without GStreamer, in turns. Each buffer is made
 * just before it is pushed, and belongs to who gets it, as behind a tokenizer:
 * what that takes, and to free what arrives, is in "pad push". Then whole
 * pipelines from appsrc to appsink. Times are of this process alone; medians of
 * rounds.
 */
#include "pads.h"

#include "rnntool/bench-clock.h"

#include <gst/app/gstappsrc.h>
#include <rnn/rnn.h>
#include <stdio.h>
#include <string.h>

#define N_ROUNDS 21
#define N_WORDS 4096 /* a round */
#define MAX_A_BUFFER 64

static const char *const words[] = { "we",    "met", "Harry",  "Potter",
                                     "and",   "his", "friend", "Anna",
                                     "Smith", "in",  "the",    "old",
                                     "house", "by",  "the",    "sea" };
static const gsize sizes[] = { 1, 8, MAX_A_BUFFER };
static const char *model_path;

/* N_WORDS words as text, @n a buffer. */
static GPtrArray *
new_texts (gsize n)
{
  GPtrArray *texts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);

  for (gsize i = 0; i < N_WORDS; i += n) {
    GString *text = g_string_new (NULL);
    gsize n_bytes;
    for (gsize j = 0; j < n; j++)
      g_string_append_printf (text, "%s%s", j ? " " : "",
                              words[(i + j) % G_N_ELEMENTS (words)]);
    n_bytes = text->len;
    g_ptr_array_add (
        texts, gst_buffer_new_wrapped (g_string_free (text, FALSE), n_bytes));
  }
  return texts;
}

static GPtrArray *
new_tokens (GPtrArray *texts, GstCaps **caps)
{
  GPtrArray *tokens =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);
  GstCaps *text = gst_caps_from_string ("text/x-raw,format=utf8");
  char *launch = g_strdup_printf ("rnntokenizer model-file=%s", model_path);
  BenchPads *pads = bench_pads_new (launch, text, tokens);

  for (gsize i = 0; i < texts->len; i++)
    bench_pads_push (pads, gst_buffer_ref (g_ptr_array_index (texts, i)));
  *caps = bench_pads_get_caps (pads);
  bench_pads_free (pads);
  gst_caps_unref (text);
  g_free (launch);
  return tokens;
}

/* ns a buffer. The first few have all words, and stay in cache. */
static double
time_pads (BenchPads *pads, GPtrArray *buffers)
{
  gsize n_kinds = MIN (buffers->len, G_N_ELEMENTS (words));
  double from = bench_now (CLOCK_THREAD_CPUTIME_ID);

  for (gsize i = 0; i < buffers->len; i++)
    bench_pads_push (
        pads, gst_buffer_copy_deep (g_ptr_array_index (buffers, i % n_kinds)));
  return (bench_now (CLOCK_THREAD_CPUTIME_ID) - from) / buffers->len;
}

static double
time_step (RnnState *state, const gint32 *tokens, gsize n, float *yhat)
{
  gsize n_slots = rnn_model_get_n_slots (rnn_state_get_model (state));
  double from = bench_now (CLOCK_THREAD_CPUTIME_ID);

  for (gsize i = 0; i < N_WORDS; i += n)
    if (!rnn_state_run (state, tokens + i * n_slots, n, yhat, NULL))
      g_error ("the step failed");
  return (bench_now (CLOCK_THREAD_CPUTIME_ID) - from) / (N_WORDS / n);
}

static gint32 *
look_up (const RnnModel *model)
{
  const RnnLexicon *lexicon = rnn_model_get_lexicon (model);
  gsize n_slots = rnn_model_get_n_slots (model);
  gint32 *tokens = g_new (gint32, N_WORDS * n_slots);

  for (gsize i = 0; i < N_WORDS; i++) {
    const char *word = words[i % G_N_ELEMENTS (words)];
    rnn_lexicon_look_up (lexicon, word, strlen (word), tokens + i * n_slots,
                         NULL);
  }
  return tokens;
}

static void
compare_elements (RnnModel *model, gsize n)
{
  GPtrArray *texts = new_texts (n);
  GstCaps *caps;
  GPtrArray *buffers = new_tokens (texts, &caps);
  char *launch = g_strdup_printf ("rnntagger model-file=%s", model_path);
  BenchPads *pads[] = { bench_pads_new (NULL, caps, NULL),
                        bench_pads_new ("identity silent=true", caps, NULL),
                        bench_pads_new (launch, caps, NULL) };
  RnnState *state = rnn_state_new (model);
  gint32 *tokens = look_up (model);
  float *yhat = g_new (float, n *rnn_model_get_n_outputs (model));
  double ns[4][N_ROUNDS], ratios[N_ROUNDS], medians[4];

  for (gsize r = 0; r < N_ROUNDS; r++) {
    for (gsize i = 0; i < 3; i++)
      ns[i][r] = time_pads (pads[i], buffers);
    ns[3][r] = time_step (state, tokens, n, yhat);
    ratios[r] = (ns[2][r] - ns[0][r]) / (ns[1][r] - ns[0][r] + ns[3][r]);
  }
  for (gsize i = 0; i < 4; i++)
    medians[i] = bench_median (ns[i], N_ROUNDS);
  printf ("| %zu | %.0f | %.0f | %.0f | %.0f | %.2fx%s |\n", n, medians[0],
          medians[1] - medians[0], medians[3], medians[2] - medians[0],
          bench_median (ratios, N_ROUNDS), n == 1 ? " (1.5)" : "");
  for (gsize i = 0; i < 3; i++)
    bench_pads_free (pads[i]);
  rnn_state_free (state);
  g_free (tokens);
  g_free (yhat);
  g_free (launch);
  gst_caps_unref (caps);
  g_ptr_array_unref (buffers);
  g_ptr_array_unref (texts);
}

/* ns a word of the process, from the first buffer to the end; all text waits in
 * appsrc before the clock starts. */
static double
time_pipeline (const char *middle, GPtrArray *texts)
{
  char *launch = g_strdup_printf (
      "appsrc name=in format=time max-bytes=0 caps=text/x-raw,format=utf8 ! %s "
      "! appsink sync=false wait-on-eos=false",
      middle);
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch (launch, &error);
  GstElement *in = gst_bin_get_by_name (GST_BIN (pipeline), "in");
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  double from, ns;

  g_assert_no_error (error);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  for (gsize i = 0; i < texts->len; i++)
    gst_app_src_push_buffer (GST_APP_SRC (in),
                             gst_buffer_ref (g_ptr_array_index (texts, i)));
  gst_app_src_end_of_stream (GST_APP_SRC (in));
  gst_element_get_state (pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
  from = bench_now (CLOCK_PROCESS_CPUTIME_ID);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
                                        GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  ns = (bench_now (CLOCK_PROCESS_CPUTIME_ID) - from) / N_WORDS;
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    g_error ("%s failed", launch);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_message_unref (message);
  gst_object_unref (bus);
  gst_object_unref (in);
  gst_object_unref (pipeline);
  g_free (launch);
  return ns;
}

static void
compare_pipelines (gsize n)
{
  static const char *const middles[] = {
    "rnntokenizer model-file=%s ! rnntagger model-file=%s ! rnnannotator",
    "rnntokenizer model-file=%s ! rnntagger model-file=%s",
    "rnntokenizer model-file=%s ! identity silent=true"
  };
  double ns[G_N_ELEMENTS (middles)][N_ROUNDS];
  GPtrArray *texts = new_texts (n);

  printf ("| %zu |", n);
  for (gsize r = 0; r < N_ROUNDS; r++)
    for (gsize i = 0; i < G_N_ELEMENTS (middles); i++) {
      char **parts = g_strsplit (middles[i], "%s", -1);
      char *middle = g_strjoinv (model_path, parts);
      ns[i][r] = time_pipeline (middle, texts);
      g_strfreev (parts);
      g_free (middle);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (middles); i++)
    printf (" %.0f |", 1e9 / bench_median (ns[i], N_ROUNDS));
  putchar ('\n');
  g_ptr_array_unref (texts);
}

int
main (int argc, char **argv)
{
  GError *error = NULL;
  RnnModel *model;

  gst_init (&argc, &argv);
  if (argc != 2) {
    fputs ("usage: bench-pipelines MODEL\n", stderr);
    return 2;
  }
  model_path = argv[1];
  model = rnn_model_load (model_path, &error);
  g_assert_no_error (error);
  puts ("ns a buffer; the last: tagger / (identity + step), and what is wanted"
        "\n\n| words a buffer | pad push | identity | step | tagger | ratio |\n"
        "|---|---|---|---|---|---|");
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    compare_elements (model, sizes[i]);
  puts ("\nwords a second, appsrc to appsink, all threads' time\n\n"
        "| words a buffer | tokenizer, tagger, annotator | tokenizer, tagger "
        "| tokenizer, identity |\n|---|---|---|---|");
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    compare_pipelines (sizes[i]);
  rnn_model_unref (model);
  return 0;
}
