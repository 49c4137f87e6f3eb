/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For how long a tagger with look-ahead holds things back, on a clock that only
 * moves when the test says so; and whether it tells the truth about it. */
#include "tagger.h"

#include <string.h>

#define DELAY (400 * MS)

/* Let whoever waits for the time that it is, or was, wake up. */
static void
wake_waiting (TestTagger *f)
{
  GstTestClock *clock = gst_harness_get_testclock (f->harness);
  GstClockID id;

  while ((id = gst_test_clock_process_next_clock_id (clock)))
    gst_clock_id_unref (id);
  gst_object_unref (clock);
}

static void
turn_clock (TestTagger *f, GstClockTime now)
{
  GstTestClock *clock = gst_harness_get_testclock (f->harness);

  gst_test_clock_set_time (clock, now);
  gst_object_unref (clock);
  wake_waiting (f);
}

static TestTagger
begin_live (gsize k, const char *properties)
{
  TestTagger f = test_tagger_new (k, properties);

  gst_harness_use_testclock (f.harness);
  return f;
}

static void
push_one (TestTagger *f)
{
  test_push_words (f, 1);
}

static GstClockTime
next_wait (TestTagger *f)
{
  GstTestClock *clock = gst_harness_get_testclock (f->harness);
  GstClockTime time;

  gst_test_clock_wait_for_next_pending_id (clock, NULL);
  time = gst_test_clock_get_next_entry_time (clock);
  gst_object_unref (clock);
  return time;
}

static gsize
count_waits (TestTagger *f)
{
  GstTestClock *clock = gst_harness_get_testclock (f->harness);
  gsize n = gst_test_clock_peek_id_count (clock);

  gst_object_unref (clock);
  return n;
}

/* Wait for a buffer to come out, at the time that the clock shows: a wait may
 * be set when its time has come, and this clock does not look by itself. */
static void
pull_one (TestTagger *f)
{
  gint64 end = g_get_monotonic_time () + G_TIME_SPAN_MINUTE;
  GstBuffer *buffer;

  while (!(buffer = gst_harness_try_pull (f->harness))
         && g_get_monotonic_time () < end) {
    wake_waiting (f);
    g_usleep (100);
  }

  g_assert_nonnull (buffer);
  test_yhat_append (buffer, f->rows);
  gst_buffer_unref (buffer);
}

static void
when_the_input_stops_what_is_held_leaves_after_max_delay (void)
{
  TestTagger f = begin_live (3, "max-delay=400000000");
  const gint32 tokens[] = { 0, 0, 0, 1 };
  const gboolean ends[] = { TRUE, TRUE, FALSE, TRUE };
  float *wanted;

  turn_clock (&f, 100 * MS);
  push_one (&f);
  g_assert_cmpuint (next_wait (&f), ==, 100 * MS + DELAY);
  turn_clock (&f, 499 * MS);
  g_assert_cmpuint (gst_harness_buffers_in_queue (f.harness), ==, 0);
  turn_clock (&f, 500 * MS);
  pull_one (&f);
  turn_clock (&f, 600 * MS);
  push_one (&f);
  turn_clock (&f, 1000 * MS);
  pull_one (&f);
  test_push_words (&f, 2);
  gst_harness_push_event (f.harness, gst_event_new_eos ());
  test_pull_all (&f);
  wanted = test_by_definition (f.model, tokens, ends, 4);
  test_assert_rows (&f, wanted, 4);
  g_free (wanted);
  test_tagger_free (&f);
}

static void
each_buffer_is_held_for_max_delay_and_no_longer (void)
{
  TestTagger f = begin_live (9, "max-delay=400000000");

  for (gsize i = 0; i < 8; i++) {
    turn_clock (&f, i * 50 * MS);
    push_one (&f);
  }
  for (gsize i = 0; i < 8; i++) {
    g_assert_cmpuint (next_wait (&f), ==, i * 50 * MS + DELAY);
    turn_clock (&f, i * 50 * MS + DELAY);
    pull_one (&f);
    g_assert_cmpuint (gst_harness_buffers_in_queue (f.harness), ==, 0);
  }
  test_tagger_free (&f);
}

static void
fault_78_when_the_clock_jumps_what_is_held_leaves_once (void)
{
  TestTagger f = begin_live (9, "max-delay=400000000");
  GstClockTime day = 24 * 3600 * GST_SECOND;

  for (gsize i = 0; i < 3; i++) {
    turn_clock (&f, i * 50 * MS);
    push_one (&f);
  }
  turn_clock (&f, day);
  for (gsize i = 0; i < 3; i++)
    pull_one (&f);
  g_assert_cmpuint (gst_harness_buffers_in_queue (f.harness), ==, 0);
  g_assert_cmpuint (count_waits (&f), ==, 0);
  push_one (&f);
  g_assert_cmpuint (next_wait (&f), ==, day + DELAY);
  turn_clock (&f, day + DELAY);
  pull_one (&f);
  test_tagger_free (&f);
}

static void
no_wait_runs_when_nothing_is_held (void)
{
  TestTagger f = begin_live (1, "max-delay=400000000");
  const gint32 mark = TEST_MARK;

  push_one (&f);
  g_assert_cmpuint (count_waits (&f), ==, 1);
  test_push_at (&f, &mark, 1, GST_CLOCK_TIME_NONE, 0);
  g_assert_cmpuint (count_waits (&f), ==, 0);
  push_one (&f);
  g_assert_cmpuint (count_waits (&f), ==, 1);
  gst_harness_push_event (f.harness, gst_event_new_flush_start ());
  gst_harness_push_event (f.harness, gst_event_new_flush_stop (TRUE));
  g_assert_cmpuint (count_waits (&f), ==, 0);
  test_tagger_free (&f);
}

static void
a_network_without_look_ahead_never_waits (void)
{
  TestTagger f = begin_live (0, "max-delay=400000000");

  push_one (&f);
  g_assert_cmpuint (count_waits (&f), ==, 0);
  g_assert_cmpuint (test_pull_all (&f), ==, 1);
  g_assert_cmpuint (gst_harness_query_latency (f.harness), ==, 0);
  test_tagger_free (&f);
}

static void
gaps_longer_than_max_delay_end_the_text (void)
{
  TestTagger f = begin_live (2, "max-delay=400000000 drain-on=0");
  const gint32 token = 1;

  test_push_at (&f, &token, 1, 0, 0);
  gst_harness_push_event (f.harness, gst_event_new_gap (100 * MS, 200 * MS));
  g_assert_cmpuint (test_pull_all (&f), ==, 0);
  gst_harness_push_event (f.harness, gst_event_new_gap (300 * MS, 201 * MS));
  g_assert_cmpuint (test_pull_all (&f), ==, 1);
  test_push_at (&f, &token, 1, 600 * MS, 0);
  gst_harness_push_event (f.harness, gst_event_new_gap (700 * MS, 401 * MS));
  g_assert_cmpuint (test_pull_all (&f), ==, 1);
  test_tagger_free (&f);
}

static void
latency_grows_by_what_may_be_held (void)
{
  static const struct {
    gsize k;
    const char *properties;
    GstClockTime latency;
  } cases[] = { { 3, "", GST_SECOND },
                { 3, "max-delay=400000000", DELAY },
                { 3, "max-delay=0", 0 },
                { 3, "max-delay=9223372036854775807", 0 },
                { 3, "max-delay=18446744073709551614", 0 },
                { 3, "max-delay=400000000 drain-on=buffer", 0 },
                { 3, "max-delay=400000000 reset-on=buffer", 0 },
                { 0, "max-delay=400000000", 0 } };

  for (gsize c = 0; c < G_N_ELEMENTS (cases); c++) {
    TestTagger f = begin_live (cases[c].k, cases[c].properties);
    gst_harness_set_upstream_latency (f.harness, 20 * MS);
    g_assert_cmpuint (gst_harness_query_latency (f.harness), ==,
                      20 * MS + cases[c].latency);
    test_tagger_free (&f);
  }
}

static void
latency_ends_where_times_end (void)
{
  TestTagger f = begin_live (3, "max-delay=400000000");
  GstClockTime min, max;
  GstQuery *query = gst_query_new_latency ();

  gst_harness_set_upstream_latency (f.harness, GST_CLOCK_TIME_NONE - DELAY);
  g_assert_true (gst_pad_peer_query (f.harness->sinkpad, query));
  gst_query_parse_latency (query, NULL, &min, &max);
  g_assert_cmpuint (min, ==, GST_CLOCK_TIME_NONE - 1);
  g_assert_cmpuint (max, >=, min);
  gst_query_unref (query);
  test_tagger_free (&f);
}

/* The longest that any buffer of a stream was held, by the clock. */
static GstClockTime
measure_delay (TestTagger *f, gsize n_buffers, GstClockTime step)
{
  GstClockTime longest = 0, now = 0;
  gsize n_in = 0, n_out = 0;
  GArray *arrivals = g_array_new (FALSE, FALSE, sizeof now);

  while (n_out < n_buffers) {
    turn_clock (f, now);
    if (n_in < n_buffers && test_below (4) == 0) {
      g_array_append_val (arrivals, now);
      push_one (f);
      n_in++;
    }
    /* What is due now has a thread to wait for. */
    while (
        n_out < n_in
        && (gst_harness_buffers_in_queue (f->harness) > 0
            || g_array_index (arrivals, GstClockTime, n_out) + DELAY <= now)) {
      GstClockTime held = now - g_array_index (arrivals, GstClockTime, n_out++);
      pull_one (f);
      longest = MAX (longest, held);
    }
    now += step;
  }
  g_array_unref (arrivals);
  return longest;
}

static void
the_longest_delay_is_the_reported_one (void)
{
  const GstClockTime frame = 10 * MS;

  for (gsize k = 1; k < 5; k++) {
    TestTagger f = begin_live (k, "max-delay=400000000 drain-on=0");
    GstClockTime reported = gst_harness_query_latency (f.harness);
    GstClockTime measured = measure_delay (&f, 60, frame);
    g_assert_cmpuint (measured, <=, reported);
    g_assert_cmpuint (measured + frame, >=, reported);
    test_tagger_free (&f);
  }
}

static gboolean
pop_latency_message (TestTagger *f)
{
  GstMessage *message = gst_bus_pop_filtered (f->bus, GST_MESSAGE_LATENCY);

  if (message)
    gst_message_unref (message);
  return message != NULL;
}

static void
changes_of_the_latency_are_posted (void)
{
  TestTagger f = begin_live (2, "max-delay=400000000");

  push_one (&f);
  g_assert_false (pop_latency_message (&f));
  g_assert_cmpuint (gst_harness_query_latency (f.harness), ==, DELAY);
  push_one (&f);
  g_assert_false (pop_latency_message (&f));
  g_object_set (f.tagger, "max-delay", (guint64) (2 * DELAY), NULL);
  push_one (&f);
  g_assert_true (pop_latency_message (&f));
  g_assert_cmpuint (gst_harness_query_latency (f.harness), ==, 2 * DELAY);
  gst_util_set_object_arg (G_OBJECT (f.tagger), "drain-on", "buffer");
  push_one (&f);
  g_assert_true (pop_latency_message (&f));
  g_assert_false (pop_latency_message (&f));
  test_tagger_free (&f);
}

static void
a_shorter_max_delay_counts_at_once (void)
{
  TestTagger f = begin_live (2, "max-delay=400000000");

  push_one (&f);
  turn_clock (&f, 300 * MS);
  g_object_set (f.tagger, "max-delay", (guint64) (200 * MS), NULL);
  pull_one (&f);
  test_tagger_free (&f);
}

static void
time_that_we_do_not_play_does_not_count (void)
{
  TestTagger f = begin_live (2, "max-delay=400000000");
  GstElement *element = f.harness->element;

  push_one (&f);
  turn_clock (&f, 100 * MS);
  gst_element_set_state (element, GST_STATE_PAUSED);
  turn_clock (&f, 2000 * MS);
  g_assert_cmpuint (gst_harness_buffers_in_queue (f.harness), ==, 0);
  gst_element_set_base_time (element, 1900 * MS);
  gst_element_set_state (element, GST_STATE_PLAYING);
  g_assert_cmpuint (next_wait (&f), ==, 1900 * MS + DELAY);
  turn_clock (&f, 1900 * MS + DELAY);
  pull_one (&f);
  test_tagger_free (&f);
}

static void
a_slow_sink_is_no_stop_of_the_input (void)
{
  TestTagger f = test_tagger_new (2, "");
  GstElement *pipeline = gst_parse_launch (
      "appsrc name=src caps=\"text/x-raw,format=utf8\" format=time ! "
      "rnntokenizer name=tokenizer ! rnntagger name=tagger max-delay=50000000 "
      "drain-on=0 ! identity sleep-time=100000 ! "
      "fakesink name=sink signal-handoffs=true sync=false",
      NULL);
  GstElement *src = gst_bin_get_by_name (GST_BIN (pipeline), "src");
  GstElement *tokenizer = gst_bin_get_by_name (GST_BIN (pipeline), "tokenizer");
  GstElement *tagger = gst_bin_get_by_name (GST_BIN (pipeline), "tagger");
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  const gint32 tokens[] = { 1, 1, 1, 1, 1 };
  const gboolean ends[] = { FALSE, FALSE, FALSE, FALSE, TRUE };
  float *wanted = test_by_definition (f.model, tokens, ends, 5);
  GstFlowReturn flow;
  GstMessage *message;
  GstSample *last;
  GstBus *bus = gst_element_get_bus (pipeline);

  g_object_set (tokenizer, "model-file", f.path, NULL);
  g_object_set (tagger, "model-file", f.path, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (gsize i = 0; i < 5; i++) {
    GstBuffer *buffer = gst_buffer_new_memdup ("one", 3);
    g_signal_emit_by_name (src, "push-buffer", buffer, &flow);
    gst_buffer_unref (buffer);
  }
  g_signal_emit_by_name (src, "end-of-stream", &flow);
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
                                        GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  gst_message_unref (message);
  g_object_get (sink, "last-sample", &last, NULL);
  test_yhat_append (gst_sample_get_buffer (last), f.rows);
  test_assert_rows (&f, wanted + 4 * rnn_model_get_n_outputs (f.model), 1);
  gst_sample_unref (last);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (src);
  gst_object_unref (tokenizer);
  gst_object_unref (tagger);
  gst_object_unref (sink);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  g_free (wanted);
  test_tagger_free (&f);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/delay/stop",
                   when_the_input_stops_what_is_held_leaves_after_max_delay);
  g_test_add_func ("/delay/each",
                   each_buffer_is_held_for_max_delay_and_no_longer);
  g_test_add_func ("/delay/fault_78_clock",
                   fault_78_when_the_clock_jumps_what_is_held_leaves_once);
  g_test_add_func ("/delay/idle", no_wait_runs_when_nothing_is_held);
  g_test_add_func ("/delay/causal", a_network_without_look_ahead_never_waits);
  g_test_add_func ("/delay/gap", gaps_longer_than_max_delay_end_the_text);
  g_test_add_func ("/delay/latency", latency_grows_by_what_may_be_held);
  g_test_add_func ("/delay/latency-end", latency_ends_where_times_end);
  g_test_add_func ("/delay/measured", the_longest_delay_is_the_reported_one);
  g_test_add_func ("/delay/posted", changes_of_the_latency_are_posted);
  g_test_add_func ("/delay/shorter", a_shorter_max_delay_counts_at_once);
  g_test_add_func ("/delay/paused", time_that_we_do_not_play_does_not_count);
  g_test_add_func ("/delay/slow-sink", a_slow_sink_is_no_stop_of_the_input);
  return g_test_run ();
}
