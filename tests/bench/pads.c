/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pads.h"

static GstFlowReturn
take (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GPtrArray *kept = gst_pad_get_element_private (pad);

  if (kept)
    g_ptr_array_add (kept, buffer);
  else
    gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

static void
link_pads (BenchPads *pads)
{
  GstPad *sink, *src;

  if (!pads->element) {
    gst_pad_link (pads->in, pads->out);
    return;
  }
  sink = gst_element_get_static_pad (pads->element, "sink");
  src = gst_element_get_static_pad (pads->element, "src");
  gst_pad_link (pads->in, sink);
  gst_pad_link (src, pads->out);
  gst_object_unref (sink);
  gst_object_unref (src);
  if (gst_element_set_state (pads->element, GST_STATE_PLAYING)
      == GST_STATE_CHANGE_FAILURE)
    g_error ("%s does not start", GST_ELEMENT_NAME (pads->element));
}

BenchPads *
bench_pads_new (const char *launch, const GstCaps *caps, GPtrArray *kept)
{
  BenchPads *pads = g_new0 (BenchPads, 1);
  GError *error = NULL;
  GstSegment segment;

  if (launch)
    pads->element = gst_parse_launch (launch, &error);
  g_assert_no_error (error);
  pads->kept = kept;
  pads->in = gst_pad_new ("src", GST_PAD_SRC);
  pads->out = gst_pad_new ("sink", GST_PAD_SINK);
  gst_pad_set_element_private (pads->out, kept);
  gst_pad_set_chain_function (pads->out, take);
  gst_pad_set_active (pads->out, TRUE);
  gst_pad_set_active (pads->in, TRUE);
  link_pads (pads);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (pads->in, gst_event_new_stream_start ("bench"));
  gst_pad_push_event (pads->in, gst_event_new_caps ((GstCaps *) caps));
  gst_pad_push_event (pads->in, gst_event_new_segment (&segment));
  return pads;
}

void
bench_pads_push (BenchPads *pads, GstBuffer *buffer)
{
  GstFlowReturn flow = gst_pad_push (pads->in, buffer);

  if (flow != GST_FLOW_OK)
    g_error ("%s", gst_flow_get_name (flow));
}

GstCaps *
bench_pads_get_caps (BenchPads *pads)
{
  return gst_pad_get_current_caps (pads->out);
}

void
bench_pads_free (BenchPads *pads)
{
  if (pads->element)
    gst_element_set_state (pads->element, GST_STATE_NULL);
  gst_pad_set_active (pads->in, FALSE);
  gst_pad_set_active (pads->out, FALSE);
  gst_clear_object (&pads->element);
  gst_object_unref (pads->in);
  gst_object_unref (pads->out);
  g_free (pads);
}
