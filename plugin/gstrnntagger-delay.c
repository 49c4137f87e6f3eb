/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nothing is held back for longer than max-delay. A single wait on the clock
 * runs for what has been held longest; when it is over, a thread of ours takes
 * the stream lock and pushes, since the clock's own thread serves others too.
 */
#include "gstrnntagger-private.h"

GST_DEBUG_CATEGORY_EXTERN (gst_rnn_tagger_debug);
#define GST_CAT_DEFAULT gst_rnn_tagger_debug

/* In a live pipeline that does not say how long. */
#define LIVE_DELAY GST_SECOND
/* From here on (146 years) a delay is none at all: with base times and
 * latencies on top, GStreamer's clocks, which reckon with signed differences,
 * would spin. */
#define ENDLESS ((GstClockTime) 1 << 62)

void
_gst_rnn_delay_init (GstRnnDelay *delay)
{
  gst_rnn_wait_init (&delay->wait);
  delay->armed = GST_CLOCK_TIME_NONE;
  delay->is_live = -1;
  delay->told = GST_CLOCK_TIME_NONE;
  g_mutex_init (&delay->lock);
  g_cond_init (&delay->wake);
}

void
_gst_rnn_delay_clear (GstRnnDelay *delay)
{
  gst_rnn_wait_clear (&delay->wait);
  g_mutex_clear (&delay->lock);
  g_cond_clear (&delay->wake);
}

static gboolean
is_live (GstRnnTagger *self)
{
  gint known = g_atomic_int_get (&self->delay.is_live);
  gboolean live = FALSE;
  GstQuery *query;
  GstPad *pad;

  if (known >= 0)
    return known;
  query = gst_query_new_latency ();
  pad = gst_element_get_static_pad (GST_ELEMENT (self), "sink");
  if (gst_pad_peer_query (pad, query))
    gst_query_parse_latency (query, &live, NULL, NULL);
  gst_object_unref (pad);
  gst_query_unref (query);
  g_atomic_int_set (&self->delay.is_live, live);
  return live;
}

/* The property, as it is meant. */
static GstClockTime
max_delay (GstRnnTagger *self)
{
  GstClockTime delay;

  GST_OBJECT_LOCK (self);
  delay = self->max_delay;
  GST_OBJECT_UNLOCK (self);
  if (!GST_CLOCK_TIME_IS_VALID (delay))
    return is_live (self) ? LIVE_DELAY : 0;
  return delay < ENDLESS ? delay : 0;
}

GstClockTime
_gst_rnn_tagger_get_delay (GstRnnTagger *self)
{
  return _gst_rnn_tagger_is_prompt (self) ? 0 : max_delay (self);
}

/* The running time, which stands still in PAUSED; none: no clock yet. */
static GstClockTime
get_now (GstRnnTagger *self)
{
  return g_atomic_int_get (&self->delay.is_playing)
             ? gst_element_get_current_running_time (GST_ELEMENT (self))
             : GST_CLOCK_TIME_NONE;
}

GstClockTime
_gst_rnn_tagger_get_arrival (GstRnnTagger *self)
{
  GstClockTime now = GST_CLOCK_TIME_NONE;

  if (_gst_rnn_tagger_get_delay (self) > 0)
    now = get_now (self);
  return GST_CLOCK_TIME_IS_VALID (now) ? now - MIN (now, self->delay.blocked)
                                       : GST_CLOCK_TIME_NONE;
}

GstFlowReturn
_gst_rnn_tagger_push_timed (GstRnnTagger *self, GstBuffer *buffer)
{
  GstClockTime before = GST_CLOCK_TIME_NONE, after;
  GstFlowReturn flow;

  /* Downstream of a file, it is downstream that makes us wait: what comes next
   * is there already, and is no stop of the input. */
  if (_gst_rnn_tagger_get_delay (self) > 0 && !is_live (self))
    before = get_now (self);
  flow = gst_rnn_filter_push (GST_RNN_FILTER (self), buffer);
  if (!GST_CLOCK_TIME_IS_VALID (before))
    return flow;
  after = get_now (self);
  if (GST_CLOCK_TIME_IS_VALID (after) && after > before)
    self->delay.blocked += after - before;
  return flow;
}

static void
wake (GstRnnDelay *delay)
{
  g_mutex_lock (&delay->lock);
  delay->is_due = TRUE;
  g_cond_signal (&delay->wake);
  g_mutex_unlock (&delay->lock);
}

static void
on_time (GstElement *element, gpointer data)
{
  wake (&GST_RNN_TAGGER (element)->delay);
}

/* When @held has waited for long enough. */
static GstClockTime
due_time (const GstRnnTagger *self, const GstRnnHeld *held, GstClockTime delay)
{
  if (!GST_CLOCK_TIME_IS_VALID (held->arrival)
      || delay > G_MAXINT64 - held->arrival)
    return GST_CLOCK_TIME_NONE;
  return held->arrival + self->delay.blocked + delay;
}

/* How many tokens of what is held have waited for long enough. */
static gsize
count_due (GstRnnTagger *self)
{
  GstClockTime delay = _gst_rnn_tagger_get_delay (self);
  GstClockTime now = get_now (self);
  gsize n = 0;

  if (delay == 0 || !GST_CLOCK_TIME_IS_VALID (now))
    return 0;
  for (guint i = 0; i < gst_queue_array_get_length (self->held); i++) {
    const GstRnnHeld *held = gst_queue_array_peek_nth_struct (self->held, i);
    if (!GST_IS_BUFFER (held->object))
      continue;
    if (due_time (self, held, delay) > now)
      break;
    n += held->yhat ? 0 : held->n_tokens;
  }
  return n;
}

/* Push what has waited for long enough, and no more: the rest may still get to
 * know what comes behind it. */
static void
push_due (GstRnnTagger *self)
{
  gsize n_due = count_due (self), n_rows = rnn_ahead_get_n_rows (self->ahead);
  GError *error = NULL;

  self->delay.armed = GST_CLOCK_TIME_NONE;
  if (n_due > n_rows) {
    if (!rnn_ahead_settle (self->ahead, n_due - n_rows, &error))
      g_atomic_int_set (&self->flow,
                        gst_rnn_filter_fail (GST_RNN_FILTER (self), error));
    else
      g_atomic_int_set (&self->flow, _gst_rnn_tagger_push_ready (self));
  }
  _gst_rnn_tagger_update_delay (self);
}

/* After a bad answer a buffer tells of it first. Whoever is not linked may be
 * in the end. */
static gboolean
may_push (GstRnnTagger *self, GstPad *sinkpad)
{
  GstFlowReturn flow = g_atomic_int_get (&self->flow);

  return (flow == GST_FLOW_OK || flow == GST_FLOW_NOT_LINKED)
         && GST_PAD_IS_ACTIVE (sinkpad) && !GST_PAD_IS_FLUSHING (sinkpad);
}

GstFlowReturn
_gst_rnn_tagger_take_flow (GstRnnTagger *self)
{
  GstFlowReturn flow = g_atomic_int_get (&self->flow);

  if (flow == GST_FLOW_OK)
    return flow;
  g_atomic_int_set (&self->flow, GST_FLOW_OK);
  /* What was due in between has not left. */
  self->delay.armed = GST_CLOCK_TIME_NONE;
  return flow;
}

static gpointer
thread_func (gpointer data)
{
  GstRnnTagger *self = data;
  GstRnnDelay *delay = &self->delay;
  GstPad *pad = gst_element_get_static_pad (GST_ELEMENT (self), "sink");

  g_mutex_lock (&delay->lock);
  while (!delay->is_over) {
    if (!delay->is_due) {
      g_cond_wait (&delay->wake, &delay->lock);
      continue;
    }
    delay->is_due = FALSE;
    g_mutex_unlock (&delay->lock);
    GST_PAD_STREAM_LOCK (pad);
    if (may_push (self, pad))
      push_due (self);
    GST_PAD_STREAM_UNLOCK (pad);
    g_mutex_lock (&delay->lock);
  }
  g_mutex_unlock (&delay->lock);
  gst_object_unref (pad);
  return NULL;
}

/* The buffer that has waited longest; what came before the clock ran has waited
 * from now on. */
static const GstRnnHeld *
first_buffer (GstRnnTagger *self)
{
  for (guint i = 0; i < gst_queue_array_get_length (self->held); i++) {
    GstRnnHeld *held = gst_queue_array_peek_nth_struct (self->held, i);
    if (!GST_IS_BUFFER (held->object) || held->yhat)
      continue;
    if (!GST_CLOCK_TIME_IS_VALID (held->arrival))
      held->arrival = _gst_rnn_tagger_get_arrival (self);
    return held;
  }
  return NULL;
}

/* Start the wait for running time @due, unless one for before that is under
 * way: when it is over, we look again. */
static void
arm (GstRnnTagger *self, GstClockTime due)
{
  GstRnnDelay *delay = &self->delay;
  GstClockTime now = get_now (self);

  if (!GST_CLOCK_TIME_IS_VALID (now)
      || (GST_CLOCK_TIME_IS_VALID (delay->armed) && delay->armed <= due))
    return;
  delay->armed = due;
  if (due > now)
    gst_rnn_wait_until (&delay->wait, GST_ELEMENT (self), due, on_time, NULL);
  else
    wake (delay);
}

/* Say so when a LATENCY query would now be answered otherwise. */
static void
tell (GstRnnTagger *self, GstClockTime delay)
{
  gboolean has_changed;

  if (delay == self->delay.last && !g_atomic_int_get (&self->delay.is_asked))
    return;
  self->delay.last = delay;
  g_atomic_int_set (&self->delay.is_asked, FALSE);
  GST_OBJECT_LOCK (self);
  has_changed =
      GST_CLOCK_TIME_IS_VALID (self->delay.told) && self->delay.told != delay;
  if (has_changed)
    self->delay.told = delay;
  GST_OBJECT_UNLOCK (self);
  if (has_changed)
    gst_element_post_message (GST_ELEMENT (self),
                              gst_message_new_latency (GST_OBJECT (self)));
}

void
_gst_rnn_tagger_update_delay (GstRnnTagger *self)
{
  GstClockTime delay = _gst_rnn_tagger_get_delay (self);
  const GstRnnHeld *first = delay > 0 ? first_buffer (self) : NULL;
  GstClockTime due =
      first ? due_time (self, first, delay) : GST_CLOCK_TIME_NONE;

  tell (self, delay);
  if (first && !self->delay.thread)
    self->delay.thread = g_thread_new ("rnntagger-delay", thread_func, self);
  if (GST_CLOCK_TIME_IS_VALID (due)) {
    arm (self, due);
  } else if (GST_CLOCK_TIME_IS_VALID (self->delay.armed)) {
    self->delay.armed = GST_CLOCK_TIME_NONE;
    gst_rnn_wait_cancel (&self->delay.wait);
  }
}

void
_gst_rnn_tagger_review_delay (GstRnnTagger *self)
{
  gst_rnn_wait_cancel (&self->delay.wait);
  wake (&self->delay);
}

void
_gst_rnn_tagger_stop_delay (GstRnnTagger *self)
{
  GstRnnDelay *delay = &self->delay;

  gst_rnn_wait_cancel (&delay->wait);
  g_mutex_lock (&delay->lock);
  delay->is_over = TRUE;
  g_cond_signal (&delay->wake);
  g_mutex_unlock (&delay->lock);
  if (delay->thread)
    g_thread_join (delay->thread);
  delay->thread = NULL;
  g_mutex_lock (&delay->lock);
  delay->is_over = delay->is_due = FALSE;
  g_mutex_unlock (&delay->lock);
  delay->armed = delay->told = GST_CLOCK_TIME_NONE;
  delay->blocked = 0;
  g_atomic_int_set (&delay->is_live, -1);
}

/* The sum, as far as there are times; no limit stays none. */
static GstClockTime
add_latency (GstClockTime latency, GstClockTime delay)
{
  if (!GST_CLOCK_TIME_IS_VALID (latency))
    return latency;
  return delay < GST_CLOCK_TIME_NONE - 1 - latency ? latency + delay
                                                   : GST_CLOCK_TIME_NONE - 1;
}

static gboolean
answer_latency (GstRnnTagger *self, GstPad *sinkpad, GstQuery *query)
{
  GstClockTime min, max, delay;
  gboolean live;

  if (!gst_pad_peer_query (sinkpad, query))
    return FALSE;
  gst_query_parse_latency (query, &live, &min, &max);
  g_atomic_int_set (&self->delay.is_live, live);
  delay = _gst_rnn_tagger_get_delay (self);
  GST_OBJECT_LOCK (self);
  self->delay.told = delay;
  GST_OBJECT_UNLOCK (self);
  g_atomic_int_set (&self->delay.is_asked, TRUE);
  min = add_latency (min, delay);
  max = add_latency (max, delay);
  GST_DEBUG_OBJECT (self, "we hold for up to %" GST_TIME_FORMAT,
                    GST_TIME_ARGS (delay));
  gst_query_set_latency (query, live, min, max);
  return TRUE;
}

gboolean
_gst_rnn_tagger_src_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  GstElement *element = GST_ELEMENT (parent);
  GstPad *sinkpad;
  gboolean ok;

  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return gst_pad_query_default (pad, parent, query);
  sinkpad = gst_element_get_static_pad (element, "sink");
  ok = answer_latency (GST_RNN_TAGGER (element), sinkpad, query);
  gst_object_unref (sinkpad);
  return ok;
}

gboolean
_gst_rnn_tagger_src_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  /* There is somebody there, as it seems. */
  if (GST_EVENT_TYPE (event) == GST_EVENT_RECONFIGURE)
    g_atomic_int_compare_and_exchange (&GST_RNN_TAGGER (parent)->flow,
                                       GST_FLOW_NOT_LINKED, GST_FLOW_OK);
  return gst_pad_event_default (pad, parent, event);
}
