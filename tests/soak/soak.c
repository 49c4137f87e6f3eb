/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keep many streams at work for a long time: soak SECONDS STREAMS [SEED].
 *
 * Each stream is a tokenizer, a tagger and an annotator in a thread of their
 * own. In come words, gaps, ends, flushes, segments, starts, hypotheses, other
 * models, bad models, and new connections, at random; what comes out is
 * compared with what the core alone makes of the same (oracle.h). Each minute
 * prints the memory (growth.h) and what was lost or wrong; the exit code is 1
 * when something was.
 */
#include "../core/network.h"
#include "growth.h"
#include "oracle.h"

#include <glib/gstdio.h>
#include <gst/check/gstharness.h>
#include <stdlib.h>
#include <string.h>

#define N_MODELS 3
#define PAUSE_US 15000
#define VOCAB "zero\none\ntwo\nthree\nfour\nfive\n.\n<UNK>"
#define N_WORDS 8

static const char *const words[] = { "zero", "one",  "two",   "three", "four",
                                     "five", "some", "other", "words" };
static char *paths[N_MODELS];
static RnnModel *models[N_MODELS];
static char *bad_path;

/* Counted by all threads. */
static struct {
  gint stop, buffers, hypotheses, wrong, lost, swaps, flushes, connections;
} counts;

typedef struct {
  RnnRandom random;
  GstHarness *harness;
  GstElement *tagger;
  GstBus *bus;
  Oracle *oracle;
  gsize model;
  GstClockTime now;
} Stream;

static gsize
below (Stream *stream, gsize n)
{
  return (gsize) _rnn_random_below (&stream->random, n);
}

static void
send (Stream *stream, GstEvent *event)
{
  gst_harness_push_event (stream->harness, event);
}

static void
send_segment (Stream *stream)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  send (stream, gst_event_new_segment (&segment));
}

static void
send_custom (Stream *stream, const char *name)
{
  send (stream, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
                                      gst_structure_new_empty (name)));
}

static void
connect_stream (Stream *stream)
{
  char *launch = g_strdup_printf (
      "rnntokenizer model-file=%s ! rnntagger name=tagger model-file=%s ! "
      "rnnannotator",
      paths[stream->model], paths[stream->model]);

  stream->bus = gst_bus_new ();
  stream->harness = gst_harness_new_parse (launch);
  gst_element_set_bus (stream->harness->element, stream->bus);
  gst_harness_set_sink_caps_str (stream->harness, "text/x-raw,format=utf8");
  gst_harness_set_src_caps_str (stream->harness, "text/x-raw,format=utf8");
  stream->tagger =
      gst_bin_get_by_name (GST_BIN (stream->harness->element), "tagger");
  stream->oracle = oracle_new (models[stream->model]);
  g_free (launch);
  g_atomic_int_inc (&counts.connections);
}

static void
complain (gint *count, const char *wanted, const char *came)
{
  if (g_atomic_int_add (count, 1) < 10)
    g_printerr ("wanted: %s\n  came: %s\n", wanted ? wanted : "nothing",
                came ? came : "nothing");
}

/* Compare what has come out with what must have. */
static void
check (Stream *stream)
{
  GstBuffer *buffer;
  char *wanted;

  while ((buffer = gst_harness_try_pull (stream->harness))) {
    gsize n = gst_buffer_get_size (buffer);
    char *came = g_malloc0 (n + 1);
    gst_buffer_extract (buffer, 0, came, n);
    if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DROPPABLE)) {
      g_atomic_int_inc (&counts.hypotheses);
    } else {
      wanted = oracle_pull (stream->oracle);
      if (g_strcmp0 (wanted, came) != 0)
        complain (&counts.wrong, wanted, came);
      g_atomic_int_inc (&counts.buffers);
      g_free (wanted);
    }
    g_free (came);
    gst_buffer_unref (buffer);
  }
  while ((wanted = oracle_pull (stream->oracle))) {
    complain (&counts.lost, wanted, NULL);
    g_free (wanted);
  }
  while (gst_harness_events_in_queue (stream->harness) > 0)
    gst_event_unref (gst_harness_pull_event (stream->harness));
}

static void
drop_messages (Stream *stream)
{
  GstMessage *message;

  while ((message = gst_bus_pop (stream->bus))) {
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
      complain (&counts.wrong, "no error", GST_MESSAGE_SRC_NAME (message));
    gst_message_unref (message);
  }
}

static void
disconnect_stream (Stream *stream)
{
  send (stream, gst_event_new_eos ());
  oracle_end (stream->oracle);
  check (stream);
  drop_messages (stream);
  gst_object_unref (stream->tagger);
  gst_element_set_bus (stream->harness->element, NULL);
  gst_harness_teardown (stream->harness);
  gst_object_unref (stream->bus);
  oracle_free (stream->oracle);
}

static void
push_words (Stream *stream, gboolean is_hypothesis)
{
  GString *text = g_string_new (NULL);
  gsize n = 1 + below (stream, 8), how = below (stream, 10);
  GstBuffer *buffer;

  for (gsize i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s", i ? " " : "",
                            words[below (stream, G_N_ELEMENTS (words))]);
  g_string_append (text, how == 0 ? "." : how == 1 ? "\n" : "");
  buffer = gst_buffer_new_memdup (text->str, text->len);
  GST_BUFFER_PTS (buffer) = stream->now;
  GST_BUFFER_DURATION (buffer) = GST_SECOND / 10;
  if (is_hypothesis) {
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DROPPABLE);
  } else {
    oracle_push (stream->oracle, text->str);
    stream->now += GST_SECOND / 10;
  }
  if (gst_harness_push (stream->harness, buffer) != GST_FLOW_OK)
    complain (&counts.wrong, "ok", "another flow");
  g_string_free (text, TRUE);
}

static void
flush (Stream *stream)
{
  send (stream, gst_event_new_flush_start ());
  send (stream, gst_event_new_flush_stop (TRUE));
  send_segment (stream);
  oracle_discard (stream->oracle);
  g_atomic_int_inc (&counts.flushes);
}

static void
start_again (Stream *stream)
{
  GstCaps *caps = gst_caps_from_string ("text/x-raw,format=utf8");

  send (stream, gst_event_new_stream_start ("again"));
  send (stream, gst_event_new_caps (caps));
  send_segment (stream);
  gst_caps_unref (caps);
  oracle_reset (stream->oracle);
}

/* Set another model, and wait until it is loaded: it comes in at the next
 * buffer. */
static void
swap (Stream *stream)
{
  GstMessage *message;
  GstProgressType type = GST_PROGRESS_TYPE_START;

  drop_messages (stream);
  stream->model = below (stream, N_MODELS);
  g_object_set (stream->tagger, "model-file", paths[stream->model], NULL);
  while (type != GST_PROGRESS_TYPE_COMPLETE) {
    message = gst_bus_timed_pop_filtered (stream->bus, 60 * GST_SECOND,
                                          GST_MESSAGE_PROGRESS);
    if (!message) {
      complain (&counts.lost, "a model", NULL);
      return;
    }
    gst_message_parse_progress (message, &type, NULL, NULL);
    gst_message_unref (message);
  }
  oracle_swap (stream->oracle, models[stream->model]);
  push_words (stream, FALSE);
  g_atomic_int_inc (&counts.swaps);
}

static void
set_bad_model (Stream *stream)
{
  GstMessage *message;

  drop_messages (stream);
  g_object_set (stream->tagger, "model-file", bad_path, NULL);
  message = gst_bus_timed_pop_filtered (stream->bus, 60 * GST_SECOND,
                                        GST_MESSAGE_WARNING);
  if (message)
    gst_message_unref (message);
  else
    complain (&counts.lost, "a warning", NULL);
}

/* A segment by itself ends no text. */
static void
send_event (Stream *stream, gsize which)
{
  if (which == 3) {
    send_segment (stream);
    return;
  }
  if (which == 0)
    send (stream, gst_event_new_gap (stream->now, GST_SECOND));
  else if (which == 1)
    send_custom (stream, "rstranscribe/final-transcript");
  else
    send_custom (stream, "rstranscribe/speaker-change");
  oracle_end (stream->oracle);
}

static void
act (Stream *stream)
{
  gsize what = below (stream, 1000);

  if (what < 700)
    push_words (stream, FALSE);
  else if (what < 800)
    push_words (stream, TRUE);
  else if (what < 920)
    send_event (stream, what % 4);
  else if (what < 960)
    flush (stream);
  else if (what < 980)
    start_again (stream);
  else if (what < 990)
    swap (stream);
  else if (what < 993)
    set_bad_model (stream);
  else {
    disconnect_stream (stream);
    connect_stream (stream);
    return;
  }
  check (stream);
  drop_messages (stream);
}

static gpointer
run (gpointer seed)
{
  Stream stream = { .now = 0 };

  _rnn_random_seed (&stream.random, GPOINTER_TO_SIZE (seed));
  connect_stream (&stream);
  while (!g_atomic_int_get (&counts.stop)) {
    act (&stream);
    g_usleep (below (&stream, 2 * PAUSE_US));
  }
  disconnect_stream (&stream);
  return NULL;
}

static void
report (double seconds, const Growth *growth)
{
  char *memory = growth_to_text (growth);

  g_print ("%6.0f s  %s  %9d buffers  %7d hypotheses  %6d flushes  %5d swaps  "
           "%5d connections  %d lost  %d wrong\n",
           seconds, memory, g_atomic_int_get (&counts.buffers),
           g_atomic_int_get (&counts.hypotheses),
           g_atomic_int_get (&counts.flushes), g_atomic_int_get (&counts.swaps),
           g_atomic_int_get (&counts.connections),
           g_atomic_int_get (&counts.lost), g_atomic_int_get (&counts.wrong));
  g_free (memory);
}

static void
make_models (void)
{
  GError *error = NULL;
  RnnRandom random;
  int file;

  _rnn_random_seed (&random, 1);
  for (gsize i = 0; i < N_MODELS; i++) {
    TestNetwork network = { .cell = (RnnCellKind) i,
                            .output = RNN_OUTPUT_SOFTMAX,
                            .n_inputs = N_WORDS,
                            .n_hidden = 24,
                            .n_layers = 1,
                            .n_directions = 1,
                            .n_outputs = 3,
                            .lookahead = i,
                            .gain = 3,
                            .vocab = VOCAB };
    paths[i] = test_network_write (&network, &random);
    models[i] = rnn_model_load (paths[i], &error);
    g_assert_no_error (error);
  }
  file = g_file_open_tmp ("bad-XXXXXX", &bad_path, &error);
  g_assert_no_error (error);
  g_close (file, NULL);
}

static void
drop_models (void)
{
  for (gsize i = 0; i < N_MODELS; i++) {
    g_unlink (paths[i]);
    g_free (paths[i]);
    rnn_model_unref (models[i]);
  }
  g_unlink (bad_path);
  g_free (bad_path);
}

int
main (int argc, char **argv)
{
  gsize n_seconds = argc > 1 ? strtoul (argv[1], NULL, 10) : 60;
  gsize n_streams = argc > 2 ? strtoul (argv[2], NULL, 10) : 64;
  gsize seed = argc > 3 ? strtoul (argv[3], NULL, 10) : 1;
  gsize step = CLAMP (n_seconds / 60, 1, 60);
  GThread **threads = g_new0 (GThread *, n_streams);
  Growth *growth = growth_new ((double) step / 60);
  char *memory;

  gst_init (NULL, NULL);
  make_models ();
  for (gsize i = 0; i < n_streams; i++)
    threads[i] =
        g_thread_new ("stream", run, GSIZE_TO_POINTER (seed * 1000 + i));
  for (gsize t = step; t <= n_seconds; t += step) {
    g_usleep (step * G_USEC_PER_SEC);
    growth_measure (growth);
    report ((double) t, growth);
  }
  g_atomic_int_set (&counts.stop, 1);
  for (gsize i = 0; i < n_streams; i++)
    g_thread_join (threads[i]);
  memory = growth_to_text (growth);
  g_print ("%d lost, %d wrong of %d buffers; %s\n", counts.lost, counts.wrong,
           counts.buffers, memory);
  g_free (memory);
  drop_models ();
  growth_free (growth);
  g_free (threads);
  return counts.lost + counts.wrong > 0 || counts.buffers == 0;
}
