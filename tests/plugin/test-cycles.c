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
  result = g_test_run ();
  if (argc > 2 && strcmp (argv[2], "leak") == 0)
    gst_buffer_new ();
  gst_deinit ();
  return result;
}
