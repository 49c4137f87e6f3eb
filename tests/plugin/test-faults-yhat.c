/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Yhat that is no number. */
#include "elements.h"
#include "model.h"

#include <math.h>
#include <string.h>

static GstBuffer *
yhat_of (float value)
{
  GstBuffer *buffer = test_elements[2].new_buffer ();

  gst_buffer_fill (buffer, 128, &value, sizeof value);
  return buffer;
}

static void
fault_56_yhat_that_is_no_number_never_reaches_json (void)
{
  static const float values[] = { NAN, -NAN, INFINITY, -INFINITY };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++) {
    TestStream stream =
        test_stream_open ("rnnannotator", NULL, "application/x-json");
    char *json;
    gst_harness_set_src_caps_str (stream.harness, FLEXIBLE);
    g_assert_cmpint (test_stream_push (&stream, yhat_of (values[i])), ==,
                     GST_FLOW_OK);
    json = test_stream_take_text (&stream);
    g_assert_null (strstr (json, "nan"));
    g_assert_null (strstr (json, "NaN"));
    g_assert_null (strstr (json, "inf"));
    g_assert_null (strstr (json, "Inf"));
    g_assert_nonnull (strstr (json, "\"score\":0.75"));
    g_free (json);
    test_stream_close (&stream);
  }
}

/* ReLU with large weights grows until it overflows. */
static void
fault_56_a_net_that_overflows_is_an_error_and_can_begin_anew (void)
{
  static const char *const metadata[] = { "rnn.activation", "relu", NULL };
  const TestModel net = { TEST_N_WORDS, 12, 1, NULL, metadata, 30.0f };
  char *hot = test_model_new (&net);
  TestStream stream = test_stream_open_tensors (hot, FLEXIBLE, NULL);
  gint32 tokens[200] = { 0 };

  g_assert_cmpint (test_stream_push (&stream, test_tokens (tokens, 200)), ==,
                   GST_FLOW_ERROR);
  test_stream_expect_error (&stream, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE,
                            "finite");
  gst_element_set_state (stream.element, GST_STATE_NULL);
  gst_element_set_state (stream.element, GST_STATE_PLAYING);
  test_stream_send (&stream, gst_event_new_stream_start ("again"));
  test_stream_send_caps (&stream, FLEXIBLE);
  test_stream_send_segment (&stream);
  g_assert_cmpint (test_stream_push (&stream, test_tokens (tokens, 1)), ==,
                   GST_FLOW_OK);
  test_stream_close (&stream);
  test_model_free (hot);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
#define ADD(test) g_test_add_func ("/faults-yhat/" #test, test)
  ADD (fault_56_yhat_that_is_no_number_never_reaches_json);
  ADD (fault_56_a_net_that_overflows_is_an_error_and_can_begin_anew);
  return g_test_run ();
}
