/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-rnninterim
 * @title: rnninterim
 * @short_description: a recogniser's hypotheses into its stream of text
 *
 * pocketsphinx pushes a text when an utterance is over, and before that tells
 * of what it supposes so far in element messages on the bus. Behind it,
 * rnninterim puts those into the stream, as buffers marked
 * GST_BUFFER_FLAG_DROPPABLE: each holds all of the utterance so far and is
 * replaced by the next one, or by the text itself. rnntokenizer, rnntagger and
 * rnnannotator tag such buffers without a trace in what comes later.
 *
 * What pocketsphinx leaves open is filled in: caps, which it never sends, and
 * the times of a text, from its first hypothesis to its last one.
 *
 * Link it directly behind the recogniser: from behind a queue a text could come
 * after hypotheses of the next one. Any other recogniser's hypotheses go in by
 * the action signal `push-hypothesis`.
 *
 * |[
 * gst-launch-1.0 filesrc location=talk.wav ! wavparse ! audioconvert !
 *   audioresample ! pocketsphinx ! rnninterim !
 *   rnntagbin model-file=names.safetensors ! application/x-json ! fdsink
 * ]|
 */
#include "gstrnninterim.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (gst_rnn_interim_debug);
#define GST_CAT_DEFAULT gst_rnn_interim_debug

enum { SIGNAL_PUSH_HYPOTHESIS, N_SIGNALS };

static guint signals[N_SIGNALS];

struct _GstRnnInterim {
  GstElement parent;
  GstPad *sinkpad;
  GstPad *srcpad;
  GstBus *bus; /* the whole pipeline's, while it is listened to */
  gulong handler;

  /* Under the stream lock of the sink pad. */
  gboolean has_caps; /* sent in this stream */
  gboolean has_segment;
  char *last; /* hypothesis of the utterance under way */
  GstClockTime first_time;
  GstClockTime last_time;
};

G_DEFINE_TYPE (GstRnnInterim, gst_rnn_interim, GST_TYPE_ELEMENT)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("text/x-raw, format=(string)utf8; text/plain"));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("text/x-raw, format=(string)utf8"));

static void
forget_utterance (GstRnnInterim *self)
{
  g_clear_pointer (&self->last, g_free);
  self->first_time = self->last_time = GST_CLOCK_TIME_NONE;
}

static void
send_caps (GstRnnInterim *self)
{
  GstCaps *caps;

  if (self->has_caps)
    return;
  caps = gst_static_pad_template_get_caps (&src_template);
  gst_pad_push_event (self->srcpad, gst_event_new_caps (caps));
  gst_caps_unref (caps);
  self->has_caps = TRUE;
}

/* Sound goes on all the time, and text does not: nobody is to wait for it. */
static GstEvent *
mark_sparse (GstEvent *stream_start)
{
  GstStreamFlags flags;

  stream_start = gst_event_make_writable (stream_start);
  gst_event_parse_stream_flags (stream_start, &flags);
  gst_event_set_stream_flags (stream_start, flags | GST_STREAM_FLAG_SPARSE);
  return stream_start;
}

static gboolean
sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstRnnInterim *self = GST_RNN_INTERIM (parent);

  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_STREAM_START:
    forget_utterance (self);
    self->has_caps = self->has_segment = FALSE;
    event = mark_sparse (event);
    break;
  case GST_EVENT_CAPS:
    send_caps (self);
    gst_event_unref (event);
    return TRUE;
  case GST_EVENT_SEGMENT:
    send_caps (self);
    self->has_segment = TRUE;
    break;
  case GST_EVENT_FLUSH_STOP:
    forget_utterance (self);
    self->has_segment = FALSE;
    break;
  default:
    break;
  }
  return gst_pad_event_default (pad, parent, event);
}

/* A text without a time gets that of its hypotheses. */
static void
fill_in_times (const GstRnnInterim *self, GstBuffer *buffer)
{
  if (GST_BUFFER_PTS_IS_VALID (buffer)
      || !GST_CLOCK_TIME_IS_VALID (self->first_time))
    return;
  GST_BUFFER_PTS (buffer) = self->first_time;
  if (self->last_time > self->first_time)
    GST_BUFFER_DURATION (buffer) = self->last_time - self->first_time;
}

static GstFlowReturn
sink_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstRnnInterim *self = GST_RNN_INTERIM (parent);

  send_caps (self);
  buffer = gst_buffer_make_writable (buffer);
  fill_in_times (self, buffer);
  forget_utterance (self);
  return gst_pad_push (self->srcpad, buffer);
}

static GstBuffer *
make_hypothesis (const char *text, GstClockTime time)
{
  gsize n = strlen (text);
  GstBuffer *buffer = gst_buffer_new_memdup (text, n);

  GST_BUFFER_PTS (buffer) = time;
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DROPPABLE);
  return buffer;
}

/* Push @text, supposed at @time, unless it is empty or known already. */
static gboolean
push_hypothesis (GstRnnInterim *self, const char *text, guint64 time)
{
  gboolean is_new;

  if (!text || !*text)
    return FALSE;
  GST_PAD_STREAM_LOCK (self->sinkpad);
  if (!GST_CLOCK_TIME_IS_VALID (self->first_time))
    self->first_time = time;
  self->last_time = time;
  is_new = self->has_segment && g_strcmp0 (self->last, text) != 0;
  if (is_new) {
    g_free (self->last);
    self->last = g_strdup (text);
    is_new = gst_pad_push (self->srcpad, make_hypothesis (text, time))
             == GST_FLOW_OK;
  }
  GST_PAD_STREAM_UNLOCK (self->sinkpad);
  return is_new;
}

/* What @pad is linked to, through the walls of bins. (transfer full) */
static GstPad *
get_real_peer (GstPad *pad)
{
  GstPad *peer = gst_pad_get_peer (pad);

  while (peer && GST_IS_PROXY_PAD (peer)) {
    GstProxyPad *inner = gst_proxy_pad_get_internal (GST_PROXY_PAD (peer));
    gst_object_unref (peer);
    peer = inner ? gst_pad_get_peer (GST_PAD (inner)) : NULL;
    g_clear_object (&inner);
  }
  return peer;
}

/* Whether @source is somewhere before this element, along first sink pads. A
 * program may push into a pad of its own, which belongs to no element. */
static gboolean
is_upstream (GstRnnInterim *self, GstObject *source)
{
  GstPad *pad = gst_object_ref (self->sinkpad), *peer;
  gboolean found = FALSE;

  while (pad && !found && (peer = get_real_peer (pad))) {
    GstElement *element = gst_pad_get_parent_element (peer);
    gst_object_unref (peer);
    gst_object_unref (pad);
    pad = NULL;
    if (!element)
      break;
    found = GST_OBJECT_CAST (element) == source;
    GST_OBJECT_LOCK (element);
    pad = element->sinkpads ? gst_object_ref (element->sinkpads->data) : NULL;
    GST_OBJECT_UNLOCK (element);
    gst_object_unref (element);
  }
  g_clear_object (&pad);
  return found;
}

static void
on_message (GstBus *bus, GstMessage *message, GstRnnInterim *self)
{
  const GstStructure *s = gst_message_get_structure (message);
  gboolean is_final = FALSE;
  guint64 time = GST_CLOCK_TIME_NONE;

  if (!s || !gst_structure_has_name (s, "pocketsphinx"))
    return;
  gst_structure_get_boolean (s, "final", &is_final);
  gst_structure_get_uint64 (s, "timestamp", &time);
  if (!is_final && is_upstream (self, GST_MESSAGE_SRC (message)))
    push_hypothesis (self, gst_structure_get_string (s, "hypothesis"), time);
}

/* Messages of a bin's children stay inside of it until the outermost one posts
 * them. */
static void
listen (GstRnnInterim *self)
{
  GstObject *outermost = gst_object_ref (self), *parent;

  while ((parent = gst_object_get_parent (outermost))) {
    gst_object_unref (outermost);
    outermost = parent;
  }
  self->bus = gst_element_get_bus (GST_ELEMENT (outermost));
  gst_object_unref (outermost);
  if (!self->bus)
    return;
  gst_bus_enable_sync_message_emission (self->bus);
  self->handler = g_signal_connect (self->bus, "sync-message::element",
                                    G_CALLBACK (on_message), self);
}

static void
stop_listening (GstRnnInterim *self)
{
  if (!self->bus)
    return;
  g_signal_handler_disconnect (self->bus, self->handler);
  gst_bus_disable_sync_message_emission (self->bus);
  gst_clear_object (&self->bus);
}

static GstStateChangeReturn
change_state (GstElement *element, GstStateChange transition)
{
  GstRnnInterim *self = GST_RNN_INTERIM (element);
  GstStateChangeReturn changed;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    listen (self);
  changed = GST_ELEMENT_CLASS (gst_rnn_interim_parent_class)
                ->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY
      || (transition == GST_STATE_CHANGE_READY_TO_PAUSED
          && changed == GST_STATE_CHANGE_FAILURE)) {
    stop_listening (self);
    forget_utterance (self);
    self->has_caps = self->has_segment = FALSE;
  }
  return changed;
}

static void
finalize (GObject *object)
{
  forget_utterance (GST_RNN_INTERIM (object));
  G_OBJECT_CLASS (gst_rnn_interim_parent_class)->finalize (object);
}

static void
gst_rnn_interim_class_init (GstRnnInterimClass *klass)
{
  GstElementClass *element = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_rnn_interim_debug, "rnninterim", 0,
                           "hypotheses into a stream of text");
  G_OBJECT_CLASS (klass)->finalize = finalize;
  element->change_state = change_state;
  /**
   * GstRnnInterim::push-hypothesis:
   * @text: all of the utterance so far, UTF-8
   * @time: its PTS, or GST_CLOCK_TIME_NONE
   *
   * Push a hypothesis downstream. Any thread, but not while the recogniser
   * waits for that thread.
   *
   * Returns: whether it went out: not before the stream has a segment, nor when
   * it is the same as the last one.
   */
  signals[SIGNAL_PUSH_HYPOTHESIS] = g_signal_new_class_handler (
      "push-hypothesis", G_TYPE_FROM_CLASS (klass),
      G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (push_hypothesis), NULL,
      NULL, NULL, G_TYPE_BOOLEAN, 2, G_TYPE_STRING, G_TYPE_UINT64);
  gst_element_class_add_static_pad_template (element, &sink_template);
  gst_element_class_add_static_pad_template (element, &src_template);
  gst_element_class_set_static_metadata (
      element, "RNN interim", "Filter/Converter/Text",
      "Put a speech recogniser's hypotheses into its stream of text",
      "The gst-rnn authors");
}

static void
gst_rnn_interim_init (GstRnnInterim *self)
{
  GstElement *element = GST_ELEMENT (self);

  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  self->srcpad = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_set_chain_function (self->sinkpad, GST_DEBUG_FUNCPTR (sink_chain));
  gst_pad_set_event_function (self->sinkpad, GST_DEBUG_FUNCPTR (sink_event));
  gst_pad_use_fixed_caps (self->srcpad);
  gst_element_add_pad (element, self->sinkpad);
  gst_element_add_pad (element, self->srcpad);
  forget_utterance (self);
}
