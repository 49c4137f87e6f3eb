/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstrnnfilter.h"

#include "gstrnnrefill.h"

GST_DEBUG_CATEGORY_STATIC (gst_rnn_filter_debug);
#define GST_CAT_DEFAULT gst_rnn_filter_debug

typedef struct {
  GstPad *sinkpad;
  GstPad *srcpad;
  GstSegment segment;
  GstCaps *caps;        /* of the sink pad, as they were set */
  GstCaps *refused;     /* the last ones that were: they may come again */
  gboolean is_stale;    /* what went out for caps: it may not have */
  GstFlowReturn answer; /* downstream's, to the last push */
  GstFlowReturn told;   /* upstream, by the last buffer's */
} GstRnnFilterPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GstRnnFilter, gst_rnn_filter,
                                     GST_TYPE_ELEMENT)

#define PRIVATE(self)                                                          \
  ((GstRnnFilterPrivate *) gst_rnn_filter_get_instance_private (self))

gboolean
gst_rnn_event_is (GstEvent *event, const char *name)
{
  const GstStructure *s = gst_event_get_structure (event);

  return s && gst_structure_has_name (s, name);
}

GstCaps *
gst_rnn_filter_get_caps (GstRnnFilter *self)
{
  return PRIVATE (self)->caps;
}

GstCaps *
gst_rnn_filter_get_allowed_caps (GstRnnFilter *self)
{
  GstPad *pad = PRIVATE (self)->srcpad;
  GstCaps *template = gst_pad_get_pad_template_caps (pad);
  GstCaps *caps = gst_pad_peer_query_caps (pad, template);

  gst_caps_unref (template);
  return caps;
}

gboolean
gst_rnn_filter_set_out_caps (GstRnnFilter *self, GstCaps *caps)
{
  gboolean ok;

  caps = gst_caps_fixate (caps);
  ok = gst_pad_push_event (PRIVATE (self)->srcpad, gst_event_new_caps (caps));
  gst_caps_unref (caps);
  return ok;
}

GstFlowReturn
gst_rnn_filter_push (GstRnnFilter *self, GstBuffer *buffer)
{
  GstRnnFilterPrivate *private = PRIVATE (self);

  private->answer = gst_pad_push (private->srcpad, buffer);
  return private->answer;
}

static void
forget_flows (GstRnnFilter *self)
{
  PRIVATE (self)->answer = PRIVATE (self)->told = GST_FLOW_OK;
}

gboolean
gst_rnn_filter_push_event (GstRnnFilter *self, GstEvent *event)
{
  return gst_pad_push_event (PRIVATE (self)->srcpad, event);
}

void
gst_rnn_filter_keep_event (GstRnnFilter *self, GstEvent *event)
{
  if (GST_EVENT_IS_STICKY (event) && GST_EVENT_TYPE (event) != GST_EVENT_SEGMENT
      && GST_EVENT_TYPE (event) != GST_EVENT_EOS)
    gst_pad_store_sticky_event (PRIVATE (self)->srcpad, event);
}

const GstSegment *
gst_rnn_filter_get_segment (GstRnnFilter *self)
{
  return &PRIVATE (self)->segment;
}

static gboolean
is_flushing (GstPad *pad)
{
  gboolean flushing;

  GST_OBJECT_LOCK (pad);
  flushing = GST_PAD_IS_FLUSHING (pad);
  GST_OBJECT_UNLOCK (pad);
  return flushing;
}

gboolean
gst_rnn_filter_is_flushing (GstRnnFilter *self)
{
  return is_flushing (PRIVATE (self)->sinkpad);
}

/* Downstream does not say what it takes during a flush, so that what the pad
 * keeps of it until then may be wrong. */
gboolean
gst_rnn_filter_lost_caps (GstRnnFilter *self)
{
  GstRnnFilterPrivate *private = PRIVATE (self);

  if (!is_flushing (private->srcpad))
    return FALSE;
  private->is_stale = TRUE;
  return TRUE;
}

GstFlowReturn
gst_rnn_filter_fail_caps (GstRnnFilter *self, GError *error)
{
  if (error)
    return gst_rnn_filter_fail (self, error);
  return gst_rnn_filter_lost_caps (self) ? GST_FLOW_FLUSHING
                                         : GST_FLOW_NOT_NEGOTIATED;
}

GstBuffer *
gst_rnn_filter_new_buffer (GstRnnFilter *self, gsize n_bytes, GstBuffer *like)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, n_bytes, NULL);

  if (!buffer) {
    GST_ELEMENT_ERROR (
        self, RESOURCE, NO_SPACE_LEFT, (NULL),
        ("no memory for a buffer of %" G_GSIZE_FORMAT " bytes", n_bytes));
    return NULL;
  }
  if (like)
    gst_rnn_buffer_copy_extras (buffer, like);
  return buffer;
}

static void
reset (GstRnnFilter *self, GstRnnReset why)
{
  GstRnnFilterClass *klass = GST_RNN_FILTER_GET_CLASS (self);

  if (klass->reset)
    klass->reset (self, why);
}

/* The text ends at @event, by what most of us hold: push what was held back. */
static gboolean
ends (GstRnnFilter *self, GstEvent *event)
{
  GstCaps *caps;

  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_STREAM_START:
  case GST_EVENT_SEGMENT:
  case GST_EVENT_EOS:
    return TRUE;
  case GST_EVENT_CAPS:
    gst_event_parse_caps (event, &caps);
    return !PRIVATE (self)->caps
           || !gst_caps_is_equal (PRIVATE (self)->caps, caps);
  default:
    return gst_rnn_event_is (event, GST_RNN_FINAL_TRANSCRIPT)
           || gst_rnn_event_is (event, GST_RNN_SPEAKER_CHANGE)
           || gst_rnn_event_is (event, GST_RNN_LINE_END);
  }
}

/* Post @error (nullable) about @caps, once. */
static void
refuse (GstRnnFilter *self, GstCaps *caps, GError *error)
{
  GstRnnFilterPrivate *private = PRIVATE (self);

  if (error && private->refused && gst_caps_is_equal (private->refused, caps))
    g_error_free (error);
  else if (error)
    gst_rnn_filter_fail (self, error);
  gst_caps_replace (&private->refused, caps);
}

static gboolean
set_caps (GstRnnFilter *self, GstEvent *event)
{
  GstRnnFilterPrivate *private = PRIVATE (self);
  GError *error = NULL;
  GstCaps *caps;
  gboolean ok;

  gst_event_parse_caps (event, &caps);
  gst_pad_check_reconfigure (private->srcpad);
  ok = GST_RNN_FILTER_GET_CLASS (self)->set_caps (self, caps, &error);
  if (ok) {
    gst_caps_replace (&private->caps, caps);
    gst_caps_replace (&private->refused, NULL);
    private->is_stale = FALSE;
  } else {
    refuse (self, caps, error);
  }
  gst_event_unref (event);
  return ok;
}

static void
gap (GstRnnFilter *self, GstEvent *event)
{
  GstRnnFilterClass *klass = GST_RNN_FILTER_GET_CLASS (self);
  GstClockTime duration;

  gst_event_parse_gap (event, NULL, &duration);
  if (klass->gap)
    klass->gap (self, duration);
}

/* Do what an event means here, behind the text that it may end. */
static void
obey (GstRnnFilter *self, GstEvent *event)
{
  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_STREAM_START:
    reset (self, GST_RNN_RESET_STREAM_START);
    break;
  case GST_EVENT_FLUSH_STOP:
    reset (self, GST_RNN_RESET_FLUSH);
    forget_flows (self);
    gst_segment_init (&PRIVATE (self)->segment, GST_FORMAT_UNDEFINED);
    break;
  case GST_EVENT_SEGMENT:
    reset (self, GST_RNN_RESET_SEGMENT);
    gst_event_copy_segment (event, &PRIVATE (self)->segment);
    break;
  case GST_EVENT_GAP:
    gap (self, event);
    reset (self, GST_RNN_RESET_GAP);
    break;
  default:
    if (gst_rnn_event_is (event, GST_RNN_FINAL_TRANSCRIPT))
      reset (self, GST_RNN_RESET_FINAL_TRANSCRIPT);
    else if (gst_rnn_event_is (event, GST_RNN_SPEAKER_CHANGE))
      reset (self, GST_RNN_RESET_SPEAKER_CHANGE);
    break;
  }
}

/* What downstream answers goes upstream with a buffer. None comes behind EOS,
 * so that the answer to what left there is an error, as GstQueue has it. */
static void
report_answer (GstRnnFilter *self)
{
  GstFlowReturn flow = PRIVATE (self)->answer;

  if (flow != PRIVATE (self)->told
      && (flow == GST_FLOW_NOT_LINKED || flow < GST_FLOW_EOS))
    GST_ELEMENT_FLOW_ERROR (self, flow);
}

/* Downstream wants other caps than those it got. */
static gboolean
is_asked (GstRnnFilter *self)
{
  GstPad *pad = PRIVATE (self)->srcpad;

  return GST_RNN_FILTER_GET_CLASS (self)->renegotiates
         && gst_pad_is_linked (pad) && gst_pad_check_reconfigure (pad);
}

/* Choose the caps of the source pad again where there is need, before anything
 * goes out by the old ones. */
static GstFlowReturn
renegotiate (GstRnnFilter *self)
{
  GstRnnFilterClass *klass = GST_RNN_FILTER_GET_CLASS (self);
  GstRnnFilterPrivate *private = PRIVATE (self);
  GError *error = NULL;

  if (!private->caps || (!is_asked (self) && !private->is_stale))
    return GST_FLOW_OK;
  private->is_stale = FALSE;
  if (klass->set_caps (self, private->caps, &error))
    return GST_FLOW_OK;
  if (klass->renegotiates)
    gst_pad_mark_reconfigure (private->srcpad);
  return gst_rnn_filter_fail_caps (self, error);
}

/* An event that goes out by the caps that the source pad has. */
static gboolean
needs_caps (GstEvent *event)
{
  return GST_EVENT_IS_SERIALIZED (event)
         && GST_EVENT_TYPE (event) != GST_EVENT_STREAM_START
         && GST_EVENT_TYPE (event) != GST_EVENT_FLUSH_STOP;
}

static gboolean
sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstRnnFilter *self = GST_RNN_FILTER (parent);
  GstRnnFilterClass *klass = GST_RNN_FILTER_GET_CLASS (self);
  gboolean is_serialized = GST_EVENT_IS_SERIALIZED (event);
  gboolean is_end = is_serialized && klass->ends (self, event);

  if (is_end && klass->drain)
    klass->drain (self);
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    report_answer (self);
  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS)
    return set_caps (self, event);
  if (klass->renegotiates && needs_caps (event))
    renegotiate (self);
  obey (self, event);
  /* What a drain could not push will not leave, and nothing waits for it. */
  if (is_serialized && !is_end && GST_EVENT_TYPE (event) != GST_EVENT_FLUSH_STOP
      && klass->hold && klass->hold (self, event))
    return TRUE;
  return gst_pad_event_default (pad, parent, event);
}

/* Caps come again when a flush took them. */
static GstFlowReturn
sink_event_full (GstPad *pad, GstObject *parent, GstEvent *event)
{
  gboolean is_caps = GST_EVENT_TYPE (event) == GST_EVENT_CAPS;

  if (sink_event (pad, parent, event))
    return GST_FLOW_OK;
  if (!is_caps)
    return GST_FLOW_ERROR;
  return is_flushing (PRIVATE (GST_RNN_FILTER (parent))->srcpad)
             ? GST_FLOW_FLUSHING
             : GST_FLOW_NOT_NEGOTIATED;
}

/* Whether a buffer may come, by its caps. */
static GstFlowReturn
check_caps (GstRnnFilter *self)
{
  GstRnnFilterPrivate *private = PRIVATE (self);

  if (!private->caps) {
    GST_ELEMENT_ERROR (self, CORE, NEGOTIATION, (NULL),
                       ("expected caps before the first buffer, none came"));
    return GST_FLOW_NOT_NEGOTIATED;
  }
  return renegotiate (self);
}

static GstFlowReturn
sink_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstRnnFilter *self = GST_RNN_FILTER (parent);
  GstFlowReturn flow = check_caps (self);

  if (flow != GST_FLOW_OK) {
    gst_buffer_unref (buffer);
    return flow;
  }
  /* A hypothesis, which is droppable, changes nothing. */
  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT)
      && !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DROPPABLE))
    reset (self, GST_RNN_RESET_DISCONT);
  PRIVATE (self)->told = GST_RNN_FILTER_GET_CLASS (self)->chain (self, buffer);
  return PRIVATE (self)->told;
}

static GstStateChangeReturn
change_state (GstElement *element, GstStateChange transition)
{
  GstRnnFilter *self = GST_RNN_FILTER (element);
  GstRnnFilterClass *klass = GST_RNN_FILTER_GET_CLASS (self);
  GstStateChangeReturn changed;
  GError *error = NULL;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    gst_segment_init (&PRIVATE (self)->segment, GST_FORMAT_UNDEFINED);
    forget_flows (self);
    PRIVATE (self)->is_stale = FALSE;
    if (klass->start && !klass->start (self, &error)) {
      gst_rnn_filter_fail (self, error);
      return GST_STATE_CHANGE_FAILURE;
    }
  }
  changed = GST_ELEMENT_CLASS (gst_rnn_filter_parent_class)
                ->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY
      || (transition == GST_STATE_CHANGE_READY_TO_PAUSED
          && changed == GST_STATE_CHANGE_FAILURE)) {
    gst_caps_replace (&PRIVATE (self)->caps, NULL);
    gst_caps_replace (&PRIVATE (self)->refused, NULL);
    if (klass->stop)
      klass->stop (self);
  }
  return changed;
}

static GstPad *
add_pad (GstRnnFilter *self, const char *name)
{
  GstPadTemplate *template =
      gst_element_class_get_pad_template (GST_ELEMENT_GET_CLASS (self), name);
  GstPad *pad = gst_pad_new_from_template (template, name);

  gst_element_add_pad (GST_ELEMENT (self), pad);
  return pad;
}

/* The pad templates are a subclass's, so pads come once it is known. */
static void
constructed (GObject *object)
{
  GstRnnFilter *self = GST_RNN_FILTER (object);
  GstRnnFilterPrivate *private = PRIVATE (self);

  G_OBJECT_CLASS (gst_rnn_filter_parent_class)->constructed (object);
  private->sinkpad = add_pad (self, "sink");
  private->srcpad = add_pad (self, "src");
  gst_pad_set_chain_function (private->sinkpad, GST_DEBUG_FUNCPTR (sink_chain));
  gst_pad_set_event_full_function (private->sinkpad,
                                   GST_DEBUG_FUNCPTR (sink_event_full));
  if (!GST_RNN_FILTER_GET_CLASS (self)->renegotiates)
    gst_pad_use_fixed_caps (private->srcpad);
}

static void
finalize (GObject *object)
{
  gst_caps_replace (&PRIVATE (GST_RNN_FILTER (object))->caps, NULL);
  gst_caps_replace (&PRIVATE (GST_RNN_FILTER (object))->refused, NULL);
  G_OBJECT_CLASS (gst_rnn_filter_parent_class)->finalize (object);
}

static void
gst_rnn_filter_class_init (GstRnnFilterClass *klass)
{
  GST_DEBUG_CATEGORY_INIT (gst_rnn_filter_debug, "rnnfilter", 0,
                           "pads and events of the rnn elements");
  G_OBJECT_CLASS (klass)->constructed = constructed;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  GST_ELEMENT_CLASS (klass)->change_state = change_state;
  klass->ends = ends;
  gst_type_mark_as_plugin_api (GST_TYPE_RNN_FILTER, 0);
}

static void
gst_rnn_filter_init (GstRnnFilter *self)
{
  gst_segment_init (&PRIVATE (self)->segment, GST_FORMAT_UNDEFINED);
}
