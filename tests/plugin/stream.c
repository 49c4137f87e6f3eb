/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stream.h"

#include <string.h>

#define HEADER_WORDS 32

TestStream
test_stream_open (const char *launch, const char *in, const char *out)
{
  TestStream stream = { NULL, NULL, gst_bus_new () };
  GError *error = NULL;

  stream.element = gst_parse_launch (launch, &error);
  g_assert_no_error (error);
  gst_element_set_bus (stream.element, stream.bus);
  gst_object_ref_sink (stream.element);
  stream.harness = gst_harness_new_with_element (stream.element, "sink", "src");
  gst_object_unref (stream.element);
  if (out)
    gst_harness_set_sink_caps_str (stream.harness, out);
  if (in)
    gst_harness_set_src_caps_str (stream.harness, in);
  return stream;
}

TestStream
test_stream_open_tagger (const char *model, const char *properties)
{
  char *launch =
      g_strdup_printf ("rnntagger model-file=%s %s", model, properties);
  TestStream stream = test_stream_open (launch, FLEXIBLE, NULL);

  g_free (launch);
  return stream;
}

TestStream
test_stream_open_tensors (const char *model, const char *in, const char *out)
{
  char *launch = g_strdup_printf ("rnntagger model-file=%s", model);
  TestStream stream = test_stream_open (launch, in, out);

  g_free (launch);
  return stream;
}

void
test_stream_close (TestStream *stream)
{
  gst_element_set_bus (stream->element, NULL);
  gst_harness_teardown (stream->harness);
  gst_object_unref (stream->bus);
}

GstFlowReturn
test_stream_push (TestStream *stream, GstBuffer *buffer)
{
  return gst_harness_push (stream->harness, buffer);
}

gboolean
test_stream_send (TestStream *stream, GstEvent *event)
{
  return gst_harness_push_event (stream->harness, event);
}

gboolean
test_stream_send_caps (TestStream *stream, const char *caps)
{
  GstCaps *parsed = gst_caps_from_string (caps);
  gboolean ok = test_stream_send (stream, gst_event_new_caps (parsed));

  gst_caps_unref (parsed);
  return ok;
}

void
test_stream_send_segment (TestStream *stream)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  test_stream_send (stream, gst_event_new_segment (&segment));
}

void
test_stream_flush (TestStream *stream)
{
  test_stream_send (stream, gst_event_new_flush_start ());
  test_stream_send (stream, gst_event_new_flush_stop (TRUE));
  test_stream_send_segment (stream);
}

GstBuffer *
test_buffer (gconstpointer bytes, gsize n_bytes)
{
  return gst_buffer_new_memdup (bytes, n_bytes);
}

GstBuffer *
test_text (const char *text)
{
  return test_buffer (text, strlen (text));
}

GstBuffer *
test_timed (GstBuffer *buffer, GstClockTime pts, GstClockTime duration)
{
  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = duration;
  return buffer;
}

GstBuffer *
test_tokens (const gint32 *tokens, gsize n)
{
  guint32 header[HEADER_WORDS] = { 0xfeedccedu, 0xde001000u, 0, (guint32) n };
  GstBuffer *buffer =
      gst_buffer_new_allocate (NULL, sizeof header + n * sizeof *tokens, NULL);

  header[19] = 1;
  header[20] = 4;
  gst_buffer_fill (buffer, 0, header, sizeof header);
  gst_buffer_fill (buffer, sizeof header, tokens, n * sizeof *tokens);
  return buffer;
}

char *
test_stream_take_text (TestStream *stream)
{
  GString *text = g_string_new (NULL);
  GstBuffer *buffer;

  while ((buffer = gst_harness_try_pull (stream->harness))) {
    GstMapInfo map;
    g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
    g_string_append_len (text, (const char *) map.data, (gssize) map.size);
    gst_buffer_unmap (buffer, &map);
    gst_buffer_unref (buffer);
  }
  return g_string_free (text, FALSE);
}

void
test_stream_expect_text (TestStream *stream, const char *wanted)
{
  char *text = test_stream_take_text (stream);

  g_assert_cmpstr (text, ==, wanted);
  g_free (text);
}

static void
append_values (GArray *values, GstBuffer *buffer)
{
  guint32 header[HEADER_WORDS];
  gsize n = 1, n_bytes = gst_buffer_get_size (buffer);
  gpointer data;

  g_assert_cmpuint (gst_buffer_extract (buffer, 0, header, sizeof header), ==,
                    sizeof header);
  g_assert_cmphex (header[0], ==, 0xfeedccedu);
  g_assert_cmphex (header[1], ==, 0xde001000u);
  g_assert_true (header[2] == 0 || header[2] == 7);
  for (gsize i = 3; i < 19 && header[i] > 0; i++)
    n *= header[i];
  g_assert_cmpuint (header[19], ==, 1);
  g_assert_cmpuint (n_bytes, ==, sizeof header + n * sizeof (float));
  data = g_malloc (n * sizeof (float));
  gst_buffer_extract (buffer, sizeof header, data, n * sizeof (float));
  g_array_append_vals (values, data, (guint) n);
  g_free (data);
}

GArray *
test_stream_take_values (TestStream *stream)
{
  GArray *values = g_array_new (FALSE, FALSE, sizeof (float));
  GstBuffer *buffer;

  while ((buffer = gst_harness_try_pull (stream->harness))) {
    append_values (values, buffer);
    gst_buffer_unref (buffer);
  }
  return values;
}

void
test_stream_expect_values (TestStream *stream, gconstpointer wanted, gsize n)
{
  GArray *values = test_stream_take_values (stream);

  g_assert_cmpmem (values->data, values->len * sizeof (float), wanted,
                   n * sizeof (float));
  g_array_free (values, TRUE);
}

void
test_stream_expect_raw (TestStream *stream, gconstpointer wanted, gsize n)
{
  char *bytes;
  GstBuffer *buffer = gst_harness_try_pull (stream->harness);
  gsize n_bytes;

  g_assert_nonnull (buffer);
  n_bytes = gst_buffer_get_size (buffer);
  bytes = g_malloc (n_bytes);
  gst_buffer_extract (buffer, 0, bytes, n_bytes);
  g_assert_cmpmem (bytes, n_bytes, wanted, n * sizeof (guint32));
  g_free (bytes);
  gst_buffer_unref (buffer);
}

GstEvent *
test_stream_next_event (TestStream *stream, GstEventType type)
{
  GstEvent *event;

  while ((event = gst_harness_try_pull_event (stream->harness))) {
    if (GST_EVENT_TYPE (event) == type)
      return event;
    gst_event_unref (event);
  }
  return NULL;
}

void
test_stream_expect_error (TestStream *stream, GQuark domain, int code,
                          const char *text)
{
  GstMessage *message = gst_bus_pop_filtered (stream->bus, GST_MESSAGE_ERROR);
  GError *error = NULL;
  char *debug = NULL;

  g_assert_nonnull (message);
  gst_message_parse_error (message, &error, &debug);
  g_assert_error (error, domain, code);
  if (!strstr (error->message, text) && (!debug || !strstr (debug, text)))
    g_error ("expected \"%s\" in: %s (%s)", text, error->message, debug);
  g_error_free (error);
  g_free (debug);
  gst_message_unref (message);
  g_assert_cmpuint (test_stream_count_messages (stream, GST_MESSAGE_ERROR), ==,
                    0);
}

guint
test_stream_count_messages (TestStream *stream, GstMessageType type)
{
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop (stream->bus))) {
    n += GST_MESSAGE_TYPE (message) == type;
    gst_message_unref (message);
  }
  return n;
}
