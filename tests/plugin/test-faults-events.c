/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bad and unusual orders of events and buffers. */
#include "elements.h"
#include "model.h"

#include <string.h>

#define FOREACH_ELEMENT(E)                                                     \
  for (const TestElement *E = test_elements;                                   \
       E < test_elements + TEST_N_ELEMENTS; E++)

static const gint32 some_tokens[] = { 1, 2, 0, 1, 3, 2 };
#define N_SOME G_N_ELEMENTS (some_tokens)

static char *model;
static float *wanted; /* yhat of some_tokens */

static TestStream
open_tagger (const char *caps)
{
  char *launch = g_strdup_printf ("rnntagger model-file=%s", model);
  TestStream stream = test_stream_open (launch, caps, NULL);

  g_free (launch);
  return stream;
}

static void
send_stream_start (TestStream *stream, const char *caps)
{
  test_stream_send (stream, gst_event_new_stream_start ("again"));
  test_stream_send_caps (stream, caps);
  test_stream_send_segment (stream);
}

static GstFlowReturn
push_tokens (TestStream *stream, gsize first, gsize n)
{
  return test_stream_push (stream, test_tokens (some_tokens + first, n));
}

static void
fault_30_a_buffer_before_caps_is_not_negotiated (void)
{
  FOREACH_ELEMENT (e)
  {
    char *launch = test_element_launch (e, model, "");
    TestStream stream = test_stream_open (launch, NULL, NULL);

    test_stream_send (&stream, gst_event_new_stream_start ("no caps"));
    test_stream_send_segment (&stream);
    g_assert_cmpint (test_stream_push (&stream, e->new_buffer ()), ==,
                     GST_FLOW_NOT_NEGOTIATED);
    test_stream_expect_error (&stream, GST_CORE_ERROR,
                              GST_CORE_ERROR_NEGOTIATION, "caps");
    g_assert_null (gst_harness_try_pull (stream.harness));
    test_stream_close (&stream);
    g_free (launch);
  }
}

static void
fault_31_without_stream_start_and_segment_it_is_a_new_stream (void)
{
  static const char *const missing[] = {
    "*Got data flow before stream-start event",
    "*Got data flow before segment event"
  };
  GstCaps *caps = gst_caps_from_string (FLEXIBLE);
  TestStream stream = open_tagger (NULL);
  GstPad *pad = gst_element_get_static_pad (stream.element, "sink");

  /* What GStreamer says of it at the element, and behind it. */
  for (int i = 0; i < 3; i++)
    for (gsize w = 0; w < G_N_ELEMENTS (missing); w++)
      g_test_expect_message ("GStreamer", G_LOG_LEVEL_WARNING, missing[w]);
  gst_pad_set_active (pad, TRUE);
  gst_pad_send_event (pad, gst_event_new_caps (caps));
  g_assert_cmpint (gst_pad_chain (pad, test_tokens (some_tokens, N_SOME)), ==,
                   GST_FLOW_OK);
  g_test_assert_expected_messages ();
  test_stream_expect_values (&stream, wanted, N_SOME);
  gst_object_unref (pad);
  gst_caps_unref (caps);
  test_stream_close (&stream);
}

/* The state begins anew with each stream-start, whatever FAULTS say of the same
 * id: a transcript that is played twice is two. */
static void
fault_32_33_a_stream_start_revives_a_stream_that_ended (void)
{
  FOREACH_ELEMENT (e)
  {
    TestStream stream = test_element_open (e, model, "");
    GBytes *first, *second;

    test_stream_push (&stream, e->new_buffer ());
    first = gst_harness_take_all_data_as_bytes (stream.harness);
    test_stream_send (&stream, gst_event_new_eos ());
    send_stream_start (&stream, e->caps);
    g_assert_cmpint (test_stream_push (&stream, e->new_buffer ()), ==,
                     GST_FLOW_OK);
    second = gst_harness_take_all_data_as_bytes (stream.harness);
    g_assert_true (g_bytes_equal (first, second));
    g_bytes_unref (first);
    g_bytes_unref (second);
    test_stream_close (&stream);
  }
}

static void
fault_34_caps_of_the_same_layout_keep_the_state (void)
{
  TestStream stream = open_tagger (STATIC ("int32", "2"));
  GstBuffer *buffer;

  test_stream_push (&stream, test_buffer (some_tokens, 8));
  test_stream_send_caps (&stream, STATIC ("int32", "4"));
  test_stream_push (&stream, test_buffer (some_tokens + 2, 16));
  gst_buffer_unref (gst_harness_pull (stream.harness));
  buffer = gst_harness_pull (stream.harness);
  g_assert_cmpint (gst_buffer_memcmp (buffer, 0, wanted + 2, 16), ==, 0);
  gst_buffer_unref (buffer);
  test_stream_close (&stream);
}

static void
fault_34_values_of_another_type_begin_anew (void)
{
  TestStream stream = open_tagger (STATIC ("int32", "1"));
  const gint64 wide = some_tokens[0];
  GstBuffer *first, *second;

  test_stream_push (&stream, test_buffer (some_tokens, 4));
  test_stream_send_caps (&stream, STATIC ("int64", "1"));
  test_stream_push (&stream, test_buffer (&wide, sizeof wide));
  first = gst_harness_pull (stream.harness);
  second = gst_harness_pull (stream.harness);
  g_assert_cmpint (gst_buffer_memcmp (first, 0, wanted, 4), ==, 0);
  g_assert_cmpint (gst_buffer_memcmp (second, 0, wanted, 4), ==, 0);
  gst_buffer_unref (first);
  gst_buffer_unref (second);
  test_stream_close (&stream);
}

static void
fault_35_refused_caps_stop_the_stream_until_good_ones_come (void)
{
  TestStream stream = open_tagger (FLEXIBLE);

  test_stream_send_caps (&stream, FLEXIBLE ",vocab-id=(string)0123");
  g_assert_cmpint (push_tokens (&stream, 0, 1), ==, GST_FLOW_NOT_NEGOTIATED);
  g_assert_cmpint (push_tokens (&stream, 0, 1), ==, GST_FLOW_NOT_NEGOTIATED);
  test_stream_expect_error (&stream, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION,
                            "vocab-id 0123");
  g_assert_true (test_stream_send_caps (&stream, FLEXIBLE));
  g_assert_cmpint (push_tokens (&stream, 0, N_SOME), ==, GST_FLOW_OK);
  test_stream_expect_values (&stream, wanted, N_SOME);
  test_stream_close (&stream);
}

static void
fault_35_caps_of_nothing_that_is_known_are_refused (void)
{
  static const char *const caps[] = {
    "text/x-raw,format=utf8",
    STATIC ("float32", "1"),
    STATIC ("int8", "1"),
    STATIC ("int32", "0"),
    STATIC ("int32", "-1"),
    STATIC ("int32", "one"),
    STATIC ("int32", "1:"),
    STATIC ("int32", "1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1"),
    STATIC ("int32", "2147483647:2147483647:2147483647"),
    "other/tensors,format=static,num_tensors=1,types=int32,framerate=0/1",
    ("other/tensors,format=static,num_tensors=2,types=int32,dimensions=1,"
     "framerate=0/1"),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (caps); i++) {
    TestStream stream = open_tagger (caps[i]);
    g_test_message ("%s", caps[i]);
    g_assert_cmpint (test_stream_push (&stream, test_buffer (some_tokens, 4)),
                     ==, GST_FLOW_NOT_NEGOTIATED);
    g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_ERROR),
                      <=, 1);
    test_stream_close (&stream);
  }
}

/* A flush from downstream's thread while a push waits there. */
static GstPadProbeReturn
flush_during_push (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  TestStream *stream = data;
  GstPad *sink = gst_element_get_static_pad (stream->element, "sink");

  gst_pad_send_event (sink, gst_event_new_flush_start ());
  gst_object_unref (sink);
  return GST_PAD_PROBE_REMOVE;
}

static void
fault_37_flush_start_during_a_push_ends_it_with_flushing (void)
{
  FOREACH_ELEMENT (e)
  {
    TestStream stream = test_element_open (e, model, "");
    GstPad *pad = gst_element_get_static_pad (stream.element, "src");

    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, flush_during_push,
                       &stream, NULL);
    g_assert_cmpint (test_stream_push (&stream, e->new_buffer ()), ==,
                     GST_FLOW_FLUSHING);
    g_assert_cmpint (test_stream_push (&stream, e->new_buffer ()), ==,
                     GST_FLOW_FLUSHING);
    test_stream_flush (&stream);
    g_assert_cmpint (test_stream_push (&stream, e->new_buffer ()), ==,
                     GST_FLOW_OK);
    g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_ERROR),
                      ==, 0);
    gst_object_unref (pad);
    test_stream_close (&stream);
  }
}

static void
fault_38_a_flush_forgets_state_carried_text_and_segment (void)
{
  char *launch =
      g_strdup_printf ("rnntokenizer framing=word model-file=%s", model);
  TestStream words = test_stream_open (launch, "text/x-raw,format=utf8", NULL);
  TestStream tokens = open_tagger (FLEXIBLE);

  test_stream_push (&words, test_text ("Har"));
  test_stream_flush (&words);
  test_stream_push (&words, test_text ("Potter "));
  test_stream_expect_values (&words, (gint32[]){ 2 }, 1);
  test_stream_close (&words);
  push_tokens (&tokens, 0, 3);
  g_array_free (test_stream_take_values (&tokens), TRUE);
  test_stream_flush (&tokens);
  push_tokens (&tokens, 0, N_SOME);
  test_stream_expect_values (&tokens, wanted, N_SOME);
  test_stream_close (&tokens);
  g_free (launch);
}

static void
fault_39_a_new_segment_keeps_the_state_and_a_flushing_seek_does_not (void)
{
  TestStream stream = open_tagger (FLEXIBLE);
  GstSegment segment;
  GstEvent *event;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.time = 100 * GST_SECOND;
  push_tokens (&stream, 0, 2);
  while ((event = gst_harness_try_pull_event (stream.harness)))
    gst_event_unref (event);
  test_stream_send (&stream, gst_event_new_segment (&segment));
  push_tokens (&stream, 2, 4);
  test_stream_expect_values (&stream, wanted, N_SOME);
  event = test_stream_next_event (&stream, GST_EVENT_SEGMENT);
  g_assert_nonnull (event);
  gst_event_copy_segment (event, &segment);
  g_assert_cmpuint (segment.start, ==, 100 * GST_SECOND);
  gst_event_unref (event);
  test_stream_flush (&stream);
  push_tokens (&stream, 0, 2);
  test_stream_expect_values (&stream, wanted, 2);
  test_stream_close (&stream);
}

/* Words backwards are no text: each buffer stands alone. */
static void
fault_40_a_negative_rate_resets_at_each_buffer (void)
{
  TestStream stream = open_tagger (FLEXIBLE);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = -1.0;
  segment.stop = segment.position = GST_SECOND;
  test_stream_send (&stream, gst_event_new_segment (&segment));
  for (int i = 0; i < 2; i++) {
    push_tokens (&stream, 0, 3);
    test_stream_expect_values (&stream, wanted, 3);
  }
  test_stream_close (&stream);
}

static void
fault_41_a_gap_passes_in_order (void)
{
  FOREACH_ELEMENT (e)
  {
    TestStream stream = test_element_open (e, model, "");
    GstEvent *gap;
    GstClockTime at = 0, duration = 0;

    test_stream_push (&stream, e->new_buffer ());
    g_assert_true (test_stream_send (
        &stream, gst_event_new_gap (7 * GST_SECOND, GST_SECOND)));
    gap = test_stream_next_event (&stream, GST_EVENT_GAP);
    g_assert_nonnull (gap);
    gst_event_parse_gap (gap, &at, &duration);
    g_assert_cmpuint (at, ==, 7 * GST_SECOND);
    g_assert_cmpuint (duration, ==, GST_SECOND);
    gst_event_unref (gap);
    test_stream_close (&stream);
  }
}

/* What is carried ends at a discontinuity: the rest of it never came. */
static void
fault_42_a_discontinuity_ends_the_carried_word_and_is_told (void)
{
  char *launch =
      g_strdup_printf ("rnntokenizer framing=word model-file=%s", model);
  TestStream stream = test_stream_open (launch, "text/x-raw,format=utf8", NULL);
  GstBuffer *buffer = test_text ("Potter the ");

  test_stream_push (&stream, test_text ("Harry"));
  g_assert_null (gst_harness_try_pull (stream.harness));
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  test_stream_push (&stream, buffer);
  buffer = gst_harness_pull (stream.harness);
  g_assert_false (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT));
  g_assert_cmpint (
      gst_buffer_memcmp (buffer, 128, (gint32[]){ 1 }, sizeof (gint32)), ==, 0);
  gst_buffer_unref (buffer);
  buffer = gst_harness_pull (stream.harness);
  g_assert_true (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT));
  gst_buffer_unref (buffer);
  test_stream_push (&stream, test_text ("the "));
  buffer = gst_harness_pull (stream.harness);
  g_assert_false (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT));
  gst_buffer_unref (buffer);
  test_stream_close (&stream);
  g_free (launch);
}

/* One token of a text that is cut into static tensors, and not each. */
static void
fault_42_a_discontinuity_is_told_once (void)
{
  char *launch = g_strdup_printf ("rnntokenizer model-file=%s", model);
  TestStream stream =
      test_stream_open (launch, NULL, "other/tensors,format=(string)static");
  GstBuffer *buffer = test_text ("Harry Potter");

  gst_harness_set_src_caps_str (stream.harness, "text/x-raw,format=utf8");
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  test_stream_push (&stream, buffer);
  for (int i = 0; i < 2; i++) {
    buffer = gst_harness_pull (stream.harness);
    g_assert_cmpint (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT),
                     ==, i == 0);
    gst_buffer_unref (buffer);
  }
  test_stream_close (&stream);
  g_free (launch);
}

static void
fault_43_eos_brings_the_carried_word_first (void)
{
  static const struct {
    const char *name, *text;
  } framings[] = { { "word", "[0 Harry] [0 Pot\xef\xbf\xbd]" },
                   { "line", "[0 Harry Pot\xef\xbf\xbd]" } };

  for (gsize i = 0; i < G_N_ELEMENTS (framings); i++) {
    char *launch = g_strdup_printf ("rnntagbin framing=%s model-file=%s",
                                    framings[i].name, model);
    TestStream stream =
        test_stream_open (launch, "text/x-raw,format=utf8", NULL);
    GstEvent *eos;

    test_stream_push (&stream, test_text ("Harry Pot\xe2\x82"));
    test_stream_send (&stream, gst_event_new_eos ());
    test_stream_expect_text (&stream, framings[i].text);
    eos = test_stream_next_event (&stream, GST_EVENT_EOS);
    g_assert_nonnull (eos);
    gst_event_unref (eos);
    test_stream_close (&stream);
    g_free (launch);
  }
}

static void
fault_44_45_eos_twice_or_before_data_drains_once_and_ends (void)
{
  FOREACH_ELEMENT (e)
  {
    TestStream stream = test_element_open (e, model, "");
    GstPad *pad = gst_element_get_static_pad (stream.element, "sink");

    g_assert_true (gst_pad_send_event (pad, gst_event_new_eos ()));
    g_assert_false (gst_pad_send_event (pad, gst_event_new_eos ()));
    g_assert_null (gst_harness_try_pull (stream.harness));
    g_assert_cmpint (gst_pad_chain (pad, e->new_buffer ()), ==, GST_FLOW_EOS);
    g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_ERROR),
                      ==, 0);
    gst_object_unref (pad);
    test_stream_close (&stream);
  }
}

static void
fault_44_eos_after_an_error_ends (void)
{
  TestStream stream = open_tagger (FLEXIBLE);
  GstEvent *eos;

  g_assert_cmpint (test_stream_push (&stream, test_buffer ("bad", 3)), ==,
                   GST_FLOW_ERROR);
  test_stream_send (&stream, gst_event_new_eos ());
  eos = test_stream_next_event (&stream, GST_EVENT_EOS);
  g_assert_nonnull (eos);
  gst_event_unref (eos);
  g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_ERROR), ==,
                    1);
  test_stream_close (&stream);
}

int
main (int argc, char **argv)
{
  const TestModel net = { TEST_N_WORDS, 4, 1, TEST_WORDS, NULL, 0 };
  int failed;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  model = test_model_new (&net);
  wanted = test_model_run (model, some_tokens, N_SOME);
#define ADD(test) g_test_add_func ("/faults-events/" #test, test)
  ADD (fault_30_a_buffer_before_caps_is_not_negotiated);
  ADD (fault_31_without_stream_start_and_segment_it_is_a_new_stream);
  ADD (fault_32_33_a_stream_start_revives_a_stream_that_ended);
  ADD (fault_34_caps_of_the_same_layout_keep_the_state);
  ADD (fault_34_values_of_another_type_begin_anew);
  ADD (fault_35_refused_caps_stop_the_stream_until_good_ones_come);
  ADD (fault_35_caps_of_nothing_that_is_known_are_refused);
  ADD (fault_37_flush_start_during_a_push_ends_it_with_flushing);
  ADD (fault_38_a_flush_forgets_state_carried_text_and_segment);
  ADD (fault_39_a_new_segment_keeps_the_state_and_a_flushing_seek_does_not);
  ADD (fault_40_a_negative_rate_resets_at_each_buffer);
  ADD (fault_41_a_gap_passes_in_order);
  ADD (fault_42_a_discontinuity_ends_the_carried_word_and_is_told);
  ADD (fault_42_a_discontinuity_is_told_once);
  ADD (fault_43_eos_brings_the_carried_word_first);
  ADD (fault_44_45_eos_twice_or_before_data_drains_once_and_ends);
  ADD (fault_44_eos_after_an_error_ends);
  failed = g_test_run ();
  test_model_free (model);
  g_free (wanted);
  return failed;
}
