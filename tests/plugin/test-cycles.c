/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many starts, stops and flushes, while words come: the output stays the same,
 * and nothing is left over.
 *
 * Runs N_CYCLES starts and N_FLUSHES flushes; a number as argument divides
 * both, for runs under tools that make it slow. A second one, `leak`, leaves a
 * buffer over, to see that such tools see it. */
#include "tagger.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define N_CYCLES 1000
#define N_FLUSHES 10000
#define TEXT "one two three. zero"
#define N_WORDS 5
/* Of a file that is read while the pipeline stops. */
#define N_TEXTS 10

static gsize divisor = 1;

/* Text to yhat: tokenizer and tagger. */
typedef struct {
  TestTagger tagger;
  GstHarness *harness;
  float *wanted; /* yhat of TEXT, [N_WORDS][n_y] */
} Fixture;

static Fixture
begin (const char *properties)
{
  const gint32 tokens[N_WORDS] = { 1, 2, 3, TEST_MARK, 0 };
  const gboolean ends[N_WORDS] = { FALSE, FALSE, FALSE, TRUE, TRUE };
  Fixture f = { .tagger = test_tagger_new (2, "") };
  char *launch = g_strdup_printf (
      "rnntokenizer model-file=%s ! rnntagger model-file=%s %s", f.tagger.path,
      f.tagger.path, properties);

  f.harness = gst_harness_new_parse (launch);
  gst_harness_set_src_caps_str (f.harness, "text/x-raw,format=utf8");
  f.wanted = test_by_definition (f.tagger.model, tokens, ends, N_WORDS);
  g_free (launch);
  return f;
}

static void
end (Fixture *f)
{
  gst_harness_teardown (f->harness);
  test_tagger_free (&f->tagger);
  g_free (f->wanted);
}

static GstFlowReturn
push_text (GstHarness *harness)
{
  return gst_harness_push (harness,
                           gst_buffer_new_memdup (TEXT, strlen (TEXT)));
}

static void
push_time_segment (GstHarness *harness)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
}

/* All that a stream of TEXT alone gives. */
static void
expect_text (Fixture *f)
{
  GArray *rows = f->tagger.rows;
  GstBuffer *buffer;

  g_array_set_size (rows, 0);
  g_assert_cmpint (push_text (f->harness), ==, GST_FLOW_OK);
  gst_harness_push_event (f->harness, gst_event_new_eos ());
  while ((buffer = gst_harness_try_pull (f->harness))) {
    test_yhat_append (buffer, rows);
    gst_buffer_unref (buffer);
  }
  test_assert_rows (&f->tagger, f->wanted, N_WORDS);
}

static void
every_start_gives_the_same_output (void)
{
  Fixture f = begin ("max-delay=50000000");
  GstElement *element = f.harness->element;
  GstEvent *event;

  for (gsize i = 0; i < N_CYCLES / divisor; i++) {
    GstCaps *caps = gst_caps_new_simple ("text/x-raw", "format", G_TYPE_STRING,
                                         "utf8", NULL);
    gst_element_set_state (element, GST_STATE_NULL);
    g_assert_cmpint (gst_element_set_state (element, GST_STATE_PLAYING), !=,
                     GST_STATE_CHANGE_FAILURE);
    gst_harness_push_event (f.harness, gst_event_new_stream_start ("cycle"));
    gst_harness_push_event (f.harness, gst_event_new_caps (caps));
    gst_caps_unref (caps);
    push_time_segment (f.harness);
    expect_text (&f);
    /* Every other time, something is held when it stops. */
    if (i % 2)
      continue;
    gst_harness_push_event (f.harness, gst_event_new_stream_start ("held"));
    push_time_segment (f.harness);
    g_assert_cmpint (push_text (f.harness), ==, GST_FLOW_OK);
    while ((event = gst_harness_try_pull_event (f.harness)))
      gst_event_unref (event);
  }
  end (&f);
}

typedef struct {
  GstHarness *harness;
  GMutex lock;      /* held while pushing, as a source holds its stream lock */
  GCond resumed;    /* a refused source waits for it, as its task would */
  gint is_flushing; /* atomic; cleared by lock */
  gint is_over;     /* atomic */
  gsize n_buffers;
} Load;

static gpointer
keep_pushing (gpointer data)
{
  Load *load = data;

  while (!g_atomic_int_get (&load->is_over)) {
    GstFlowReturn flow;
    g_mutex_lock (&load->lock);
    flow = push_text (load->harness);
    while (flow == GST_FLOW_FLUSHING && g_atomic_int_get (&load->is_flushing))
      g_cond_wait (&load->resumed, &load->lock);
    g_mutex_unlock (&load->lock);
    g_assert_true (flow == GST_FLOW_OK || flow == GST_FLOW_FLUSHING);
    load->n_buffers++;
  }
  return NULL;
}

/* As a seek does: the flush gets the pushing thread out, and then it waits. */
static void
flush (Load *load)
{
  GstHarness *harness = load->harness;
  GstEvent *event;

  g_atomic_int_set (&load->is_flushing, TRUE);
  gst_harness_push_event (harness, gst_event_new_flush_start ());
  g_mutex_lock (&load->lock);
  gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
  push_time_segment (harness);
  g_atomic_int_set (&load->is_flushing, FALSE);
  g_cond_signal (&load->resumed);
  g_mutex_unlock (&load->lock);
  while ((event = gst_harness_try_pull_event (harness)))
    gst_event_unref (event);
}

static void
flushes_under_load_leave_a_clean_stream (void)
{
  Fixture f = begin ("max-delay=1000000");
  Load load = { .harness = f.harness };
  GThread *thread;

  g_mutex_init (&load.lock);
  g_cond_init (&load.resumed);
  gst_harness_set_drop_buffers (f.harness, TRUE);
  thread = g_thread_new ("load", keep_pushing, &load);
  for (gsize i = 0; i < N_FLUSHES / divisor; i++)
    flush (&load);
  g_atomic_int_set (&load.is_over, TRUE);
  g_thread_join (thread);
  flush (&load);
  gst_harness_set_drop_buffers (f.harness, FALSE);
  expect_text (&f);
  g_mutex_clear (&load.lock);
  g_cond_clear (&load.resumed);
  g_test_message ("%zu buffers between the flushes", load.n_buffers);
  end (&f);
}

/* From a file, read in pieces that cut words, to JSON. */
static GstElement *
new_pipeline (const char *text_file, const char *model_file)
{
  char *launch = g_strdup_printf (
      "filesrc location=%s blocksize=7 ! text/x-raw,format=utf8 ! "
      "rnntagbin model-file=%s framing=word ! application/x-json ! "
      "fakesink name=sink signal-handoffs=true sync=false",
      text_file, model_file);
  GstElement *pipeline = gst_parse_launch (launch, NULL);

  g_assert_nonnull (pipeline);
  g_free (launch);
  return pipeline;
}

static char *
write_texts (void)
{
  GString *text = g_string_new (NULL);
  char *path;
  int file = g_file_open_tmp (NULL, &path, NULL);

  for (gsize i = 0; i < N_TEXTS; i++)
    g_string_append (text, TEXT " ");
  g_assert_cmpint (file, >=, 0);
  g_assert_cmpint (write (file, text->str, text->len), ==, (gssize) text->len);
  close (file);
  g_string_free (text, TRUE);
  return path;
}

static void
collect (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer data)
{
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_READ);
  g_string_append_len (data, (const char *) map.data, (gssize) map.size);
  gst_buffer_unmap (buffer, &map);
}

static void
wait_for_end (GstElement *pipeline)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message = gst_bus_timed_pop_filtered (
      bus, 60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  g_assert_nonnull (message);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  gst_message_unref (message);
  gst_object_unref (bus);
}

/* Half of the starts come to the file's end; the others are stopped before,
 * wherever the text may be. */
static void
stops_in_the_middle_of_a_text_leave_no_trace (void)
{
  char *model = test_tagger_write_network (2, 3), *file = write_texts ();
  GstElement *pipeline = new_pipeline (file, model);
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  GString *got = g_string_new (NULL), *wanted = g_string_new (NULL);
  gsize n_cycles = MAX (N_CYCLES / divisor, 3), n_in_the_middle = 0;

  g_signal_connect (sink, "handoff", G_CALLBACK (collect), got);
  for (gsize i = 0; i < n_cycles; i++) {
    g_string_truncate (got, 0);
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    if (i % 2)
      g_usleep ((gulong) test_below (1500));
    else
      wait_for_end (pipeline);
    gst_element_set_state (pipeline, GST_STATE_NULL);
    /* filesrc gives its first buffer a time from its second start on. */
    if (i == 0)
      continue;
    if (wanted->len == 0 && i % 2 == 0)
      g_string_append_len (wanted, got->str, (gssize) got->len);
    else if (i % 2 == 0)
      g_assert_cmpmem (got->str, got->len, wanted->str, wanted->len);
    else
      n_in_the_middle += got->len > 0;
  }
  g_assert_cmpuint (wanted->len, >, N_TEXTS * N_WORDS);
  g_test_message ("%zu stops after some text, in %zu starts", n_in_the_middle,
                  n_cycles);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
  unlink (model);
  unlink (file);
  g_free (model);
  g_free (file);
  g_string_free (got, TRUE);
  g_string_free (wanted, TRUE);
}

int
main (int argc, char **argv)
{
  int result;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  if (argc > 1)
    divisor = (gsize) MAX (atoi (argv[1]), 1);
  g_test_add_func ("/cycles/starts", every_start_gives_the_same_output);
  g_test_add_func ("/cycles/flushes", flushes_under_load_leave_a_clean_stream);
  g_test_add_func ("/cycles/stops",
                   stops_in_the_middle_of_a_text_leave_no_trace);
  result = g_test_run ();
  if (argc > 2 && strcmp (argv[2], "leak") == 0)
    gst_buffer_new ();
  gst_deinit ();
  return result;
}
