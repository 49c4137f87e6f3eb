/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is around an element: those it pushes to, threads that look at it while
 * it works, and the ends of its life. */
#include "../core/memory.h"
#include "elements.h"
#include "model.h"

#include <string.h>

#define FOREACH_ELEMENT(E)                                                     \
  for (const TestElement *E = test_elements;                                   \
       E < test_elements + TEST_N_ELEMENTS; E++)

static char *model;

/* Read and write all that may change while playing. */
static void
touch_properties (GstElement *element)
{
  guint n;
  GParamSpec **specs =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (element), &n);

  for (guint i = 0; i < n; i++) {
    GValue value = G_VALUE_INIT;
    g_value_init (&value, specs[i]->value_type);
    g_object_get_property (G_OBJECT (element), specs[i]->name, &value);
    if ((specs[i]->flags & G_PARAM_WRITABLE)
        && (specs[i]->flags & GST_PARAM_MUTABLE_PLAYING)
        && strcmp (specs[i]->name, "model-file") != 0)
      g_object_set_property (G_OBJECT (element), specs[i]->name, &value);
    g_value_unset (&value);
  }
  g_free (specs);
}

static gpointer
look_at_it (gpointer element)
{
  GstQuery *query = gst_query_new_latency ();

  touch_properties (element);
  gst_element_query (element, query);
  gst_query_unref (query);
  return NULL;
}

/* Downstream, another thread does what it likes with the element. */
static GstPadProbeReturn
let_another_look (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstElement *element = gst_pad_get_parent_element (pad);
  guint *n = data;

  (void) info;
  (*n)++;
  g_thread_join (g_thread_new ("look", look_at_it, element));
  gst_object_unref (element);
  return GST_PAD_PROBE_OK;
}

static void
add_probe (TestStream *stream, GstPadProbeCallback probe, gpointer data)
{
  GstPad *pad = gst_element_get_static_pad (stream->element, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, probe, data, NULL);
  gst_object_unref (pad);
}

static void
fault_47_no_lock_is_held_while_a_buffer_is_pushed (void)
{
  FOREACH_ELEMENT (e)
  {
    TestStream stream = test_element_open (e, model, "");
    guint n = 0;

    add_probe (&stream, let_another_look, &n);
    g_assert_cmpint (test_stream_push (&stream, e->new_buffer ()), ==,
                     GST_FLOW_OK);
    g_assert_cmpuint (n, ==, 1);
    test_stream_close (&stream);
  }
}

static gpointer
stop_it (gpointer element)
{
  gst_element_set_state (element, GST_STATE_READY);
  return NULL;
}

static GstPadProbeReturn
let_another_stop_it (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstElement *element = gst_pad_get_parent_element (pad);

  (void) info;
  *(GThread **) data = g_thread_new ("stop", stop_it, element);
  /* Pads stop accepting before the state change waits for this push. */
  while (!GST_PAD_IS_FLUSHING (pad))
    g_usleep (100);
  gst_object_unref (element);
  return GST_PAD_PROBE_OK;
}

static void
fault_47_a_state_change_during_a_push_waits_for_it_and_a_start_works (void)
{
  FOREACH_ELEMENT (e)
  {
    TestStream stream = test_element_open (e, model, "");
    GThread *stopper = NULL;
    GstFlowReturn flow;

    add_probe (&stream, let_another_stop_it, &stopper);
    flow = test_stream_push (&stream, e->new_buffer ());
    g_assert_true (flow == GST_FLOW_OK || flow == GST_FLOW_FLUSHING);
    g_thread_join (stopper);
    g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_ERROR),
                      ==, 0);
    test_stream_close (&stream);
    stream = test_element_open (e, model, "");
    g_assert_cmpint (test_stream_push (&stream, e->new_buffer ()), ==,
                     GST_FLOW_OK);
    test_stream_close (&stream);
  }
}

static GstPadProbeReturn
answer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  (void) pad;
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = *(const GstFlowReturn *) data;
  gst_buffer_unref (GST_PAD_PROBE_INFO_BUFFER (info));
  return GST_PAD_PROBE_HANDLED;
}

static void
fault_49_what_downstream_answers_goes_upstream_without_an_own_error (void)
{
  static GstFlowReturn answers[] = { GST_FLOW_EOS, GST_FLOW_FLUSHING,
                                     GST_FLOW_NOT_LINKED,
                                     GST_FLOW_NOT_NEGOTIATED, GST_FLOW_ERROR };

  FOREACH_ELEMENT (e)
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++) {
    TestStream stream = test_element_open (e, model, "");
    add_probe (&stream, answer, &answers[i]);
    g_assert_cmpint (test_stream_push (&stream, e->new_buffer ()), ==,
                     answers[i]);
    g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_ERROR),
                      ==, 0);
    test_stream_close (&stream);
  }
}

/* Buffers come from the element's own memory: it asks nobody for a pool, and
 * whoever asks it gets the answer of those behind it. */
static void
fault_50_an_allocation_query_that_nobody_answers_does_no_harm (void)
{
  FOREACH_ELEMENT (e)
  {
    TestStream stream = test_element_open (e, model, "");
    GstPad *pad = gst_element_get_static_pad (stream.element, "sink");
    GstCaps *caps = gst_pad_get_current_caps (pad);
    GstQuery *query = gst_query_new_allocation (caps, TRUE);

    gst_pad_query (pad, query);
    g_assert_cmpuint (gst_query_get_n_allocation_pools (query), ==, 0);
    g_assert_cmpint (test_stream_push (&stream, e->new_buffer ()), ==,
                     GST_FLOW_OK);
    gst_query_unref (query);
    gst_caps_unref (caps);
    gst_object_unref (pad);
    test_stream_close (&stream);
  }
}

static GstPadProbeReturn
answer_query (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  (void) pad;
  if (GST_QUERY_TYPE (query) != GST_QUERY_CUSTOM)
    return GST_PAD_PROBE_OK;
  *(gboolean *) data = TRUE;
  return GST_PAD_PROBE_HANDLED;
}

static void
fault_51_queries_that_are_not_known_go_on_to_the_next (void)
{
  FOREACH_ELEMENT (e)
  {
    TestStream stream = test_element_open (e, model, "");
    GstPad *sink = gst_element_get_static_pad (stream.element, "sink");
    GstPad *src = gst_element_get_static_pad (stream.element, "src");
    GstQuery *query = gst_query_new_custom (GST_QUERY_CUSTOM,
                                            gst_structure_new_empty ("what"));
    gboolean came = FALSE;

    gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, answer_query,
                       &came, NULL);
    g_assert_true (gst_pad_query (sink, query));
    g_assert_true (came);
    gst_query_unref (query);
    gst_object_unref (src);
    gst_object_unref (sink);
    test_stream_close (&stream);
  }
}

static void
fault_51_events_that_are_not_known_pass_both_ways_in_order (void)
{
  FOREACH_ELEMENT (e)
  {
    TestStream stream = test_element_open (e, model, "");
    GstEvent *event;

    test_stream_push (&stream, e->new_buffer ());
    g_assert_true (test_stream_send (
        &stream, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
                                       gst_structure_new_empty ("down"))));
    event = test_stream_next_event (&stream, GST_EVENT_CUSTOM_DOWNSTREAM);
    g_assert_true (gst_event_has_name (event, "down"));
    gst_event_unref (event);
    g_assert_true (gst_harness_push_upstream_event (
        stream.harness, gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM,
                                              gst_structure_new_empty ("up"))));
    while ((event = gst_harness_try_pull_upstream_event (stream.harness))
           && GST_EVENT_TYPE (event) != GST_EVENT_CUSTOM_UPSTREAM)
      gst_event_unref (event);
    g_assert_nonnull (event);
    g_assert_true (gst_event_has_name (event, "up"));
    gst_event_unref (event);
    test_stream_close (&stream);
  }
}

typedef struct {
  GstElement *element;
  gint stop;
} Toucher;

static gpointer
touch_again_and_again (gpointer data)
{
  Toucher *toucher = data;

  while (!g_atomic_int_get (&toucher->stop))
    touch_properties (toucher->element);
  return NULL;
}

static void
fault_52_53_properties_may_be_read_and_set_while_buffers_pass (void)
{
  FOREACH_ELEMENT (e)
  {
    TestStream stream = test_element_open (e, model, "");
    Toucher toucher = { stream.element, 0 };
    GThread *threads[2];

    for (int i = 0; i < 2; i++)
      threads[i] = g_thread_new ("touch", touch_again_and_again, &toucher);
    for (int i = 0; i < 300; i++) {
      g_assert_cmpint (test_stream_push (&stream, e->new_buffer ()), ==,
                       GST_FLOW_OK);
      gst_buffer_unref (gst_harness_pull (stream.harness));
    }
    g_atomic_int_set (&toucher.stop, 1);
    for (int i = 0; i < 2; i++)
      g_thread_join (threads[i]);
    test_stream_close (&stream);
  }
}

static GstElement *
make (const TestElement *e)
{
  char *launch = test_element_launch (e, model, "");
  GError *error = NULL;
  GstElement *element = gst_parse_launch (launch, &error);

  g_assert_no_error (error);
  g_free (launch);
  return gst_object_ref_sink (element);
}

static void
fault_54_an_element_that_never_started_or_did_not_end_goes_clean (void)
{
  FOREACH_ELEMENT (e)
  for (GstState state = GST_STATE_NULL; state <= GST_STATE_PAUSED; state++) {
    GstElement *element = make (e);
    gpointer gone = element;

    g_object_add_weak_pointer (G_OBJECT (element), &gone);
    g_assert_cmpint (gst_element_set_state (element, state), !=,
                     GST_STATE_CHANGE_FAILURE);
    gst_element_set_state (element, GST_STATE_NULL);
    gst_object_unref (element);
    g_assert_null (gone);
  }
}

static void
fault_55_a_thousand_taggers_share_the_weights_and_keep_apart (void)
{
  /* 1 MB of weights. */
  const TestModel large = { TEST_N_WORDS, 500, 1, TEST_WORDS, NULL, 0.02f };
  char *path = test_model_new (&large);
  char *launch = g_strdup_printf ("rnntagger model-file=%s", path);
  const gint32 tokens[] = { 1, 2 };
  float *yhat = test_model_run (path, tokens, 2);
  GstElement *taggers[1000];
  TestStream first, second;
  gsize before = test_memory ("VmRSS");

  for (gsize i = 0; i < G_N_ELEMENTS (taggers); i++) {
    taggers[i] = gst_object_ref_sink (gst_parse_launch (launch, NULL));
    gst_element_set_state (taggers[i], GST_STATE_PAUSED);
  }
  g_assert_cmpuint (test_memory ("VmRSS") - before, <, 40 << 20);
  first = test_stream_open (launch, FLEXIBLE, NULL);
  second = test_stream_open (launch, FLEXIBLE, NULL);
  test_stream_push (&first, test_tokens (tokens, 1));
  test_stream_push (&second, test_tokens (tokens, 1));
  test_stream_push (&first, test_tokens (tokens + 1, 1));
  test_stream_expect_values (&first, yhat, 2);
  test_stream_expect_values (&second, yhat, 1);
  test_stream_close (&second);
  test_stream_close (&first);
  for (gsize i = 0; i < G_N_ELEMENTS (taggers); i++) {
    gst_element_set_state (taggers[i], GST_STATE_NULL);
    gst_object_unref (taggers[i]);
  }
  g_free (yhat);
  g_free (launch);
  test_model_free (path);
}

#define ADD(NAME) g_test_add_func ("/faults-downstream/" #NAME, NAME)

int
main (int argc, char **argv)
{
  const TestModel small = { TEST_N_WORDS, 5, 1, TEST_WORDS, NULL, 0 };
  int code;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  model = test_model_new (&small);
  ADD (fault_47_no_lock_is_held_while_a_buffer_is_pushed);
  ADD (fault_47_a_state_change_during_a_push_waits_for_it_and_a_start_works);
  ADD (fault_49_what_downstream_answers_goes_upstream_without_an_own_error);
  ADD (fault_50_an_allocation_query_that_nobody_answers_does_no_harm);
  ADD (fault_51_queries_that_are_not_known_go_on_to_the_next);
  ADD (fault_51_events_that_are_not_known_pass_both_ways_in_order);
  ADD (fault_52_53_properties_may_be_read_and_set_while_buffers_pass);
  ADD (fault_54_an_element_that_never_started_or_did_not_end_goes_clean);
  ADD (fault_55_a_thousand_taggers_share_the_weights_and_keep_apart);
  code = g_test_run ();
  test_model_free (model);
  return code;
}
