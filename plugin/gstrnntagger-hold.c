/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What waits for its yhat, and what waits behind it. */
#include "gstrnntagger-private.h"

#include "gstrnnrefill.h"
#include "gstrnntokenmeta.h"

void
_gst_rnn_held_clear (gpointer data)
{
  GstRnnHeld *held = data;

  gst_mini_object_unref (held->object);
  g_free (held->yhat);
}

static void
hold (GstRnnTagger *self, GstRnnHeld *held)
{
  held->arrival = _gst_rnn_tagger_get_arrival (self);
  gst_queue_array_push_tail_struct (self->held, held);
}

gboolean
_gst_rnn_tagger_hold_event (GstRnnFilter *filter, GstEvent *event)
{
  GstRnnTagger *self = GST_RNN_TAGGER (filter);
  GstRnnHeld held = { GST_MINI_OBJECT (event), 0, NULL, GST_CLOCK_TIME_NONE };

  if (gst_queue_array_is_empty (self->held))
    return FALSE;
  hold (self, &held);
  return TRUE;
}

/* One token whose text is that of all: what yhat of the last one is about. */
static void
join_meta (GstBuffer *buffer)
{
  GstRnnTokenMeta *meta = gst_buffer_get_rnn_token_meta (buffer);
  RnnToken all;

  if (!meta || meta->n_tokens < 2)
    return;
  all =
      (RnnToken){ meta->tokens[0].start, meta->tokens[meta->n_tokens - 1].end };
  gst_buffer_add_rnn_token_meta (buffer, meta->text, meta->n_bytes, &all,
                                 meta->pts, 1);
  gst_buffer_remove_meta (buffer, &meta->meta);
}

/* The buffer of @n_tokens (owned) becomes that of their yhat,
 * float[@n_tokens][n_y]; @map: of it, ended here, or NULL. NULL: no memory, and
 * the error is posted. */
static GstBuffer *
make_yhat (GstRnnTagger *self, GstBuffer *tokens, GstMapInfo *map,
           const float *yhat, gsize n_tokens)
{
  gboolean is_last = self->output == GST_RNN_OUTPUT_LAST;
  gsize n = is_last ? 1 : n_tokens;
  gsize n_bytes = n * self->n_outputs * sizeof *yhat;
  GstRnnTensorInfo info = { GST_RNN_TENSOR_FLOAT32,
                            2,
                            { (guint32) self->n_outputs, (guint32) n } };
  GstBuffer *buffer;

  /* Nothing was there to map. */
  if (n_tokens == 0)
    return tokens;
  buffer =
      gst_rnn_buffer_refill (tokens, map, self->is_static ? NULL : &info,
                             yhat + (n_tokens - n) * self->n_outputs, n_bytes);
  if (!buffer)
    GST_ELEMENT_ERROR (
        self, RESOURCE, NO_SPACE_LEFT, (NULL),
        ("no memory for yhat of %" G_GSIZE_FORMAT " bytes", n_bytes));
  else if (is_last)
    join_meta (buffer);
  return buffer;
}

static void
push_event (GstRnnTagger *self, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS)
    _gst_rnn_tagger_note_out_caps (self, event);
  gst_rnn_filter_push_event (GST_RNN_FILTER (self), event);
}

/* How many rows to come are of @held. */
static gsize
n_rows_of (const GstRnnHeld *held)
{
  return held->yhat ? 0 : held->n_tokens;
}

/* Push @held (owned), which has its yhat. @map: of a buffer, ended here, or
 * NULL. */
static GstFlowReturn
push_held (GstRnnTagger *self, const GstRnnHeld *held, GstMapInfo *map)
{
  GstBuffer *buffer;

  if (GST_IS_EVENT (held->object)) {
    push_event (self, GST_EVENT (held->object));
    return GST_FLOW_OK;
  }
  buffer =
      make_yhat (self, GST_BUFFER (held->object), map,
                 held->yhat ? held->yhat : rnn_ahead_get_rows (self->ahead),
                 held->n_tokens);
  rnn_ahead_drop (self->ahead, n_rows_of (held));
  g_free (held->yhat);
  return buffer ? _gst_rnn_tagger_push_timed (self, buffer) : GST_FLOW_ERROR;
}

GstFlowReturn
_gst_rnn_tagger_push_ready (GstRnnTagger *self)
{
  GstFlowReturn flow = GST_FLOW_OK;

  while (flow == GST_FLOW_OK && !gst_queue_array_is_empty (self->held)) {
    GstRnnHeld *first = gst_queue_array_peek_head_struct (self->held);
    GstRnnHeld held = *first;
    if (rnn_ahead_get_n_rows (self->ahead) < n_rows_of (first))
      break;
    gst_queue_array_pop_head_struct (self->held);
    flow = push_held (self, &held, NULL);
  }
  return flow;
}

GstFlowReturn
_gst_rnn_tagger_push_behind (GstRnnTagger *self, GstRnnHeld *held,
                             GstRnnTokens *tokens)
{
  /* Most networks make yhat of a buffer before the next one comes. */
  if (gst_queue_array_is_empty (self->held)
      && rnn_ahead_get_n_rows (self->ahead) >= n_rows_of (held))
    return push_held (self, held, gst_rnn_tokens_keep_map (tokens));
  gst_rnn_tokens_clear (tokens);
  hold (self, held);
  return _gst_rnn_tagger_push_ready (self);
}

/* Let go of what is held: the buffers for good, and each event (owned) goes to
 * @use. */
static void
let_go (GstRnnTagger *self, void (*use) (GstRnnTagger *self, GstEvent *event))
{
  while (!gst_queue_array_is_empty (self->held)) {
    GstRnnHeld *first = gst_queue_array_pop_head_struct (self->held);
    GstRnnHeld held = *first;
    if (GST_IS_EVENT (held.object))
      use (self, GST_EVENT (held.object));
    else
      _gst_rnn_held_clear (&held);
  }
  if (self->ahead)
    rnn_ahead_forget (self->ahead);
}

void
_gst_rnn_tagger_give_up (GstRnnTagger *self)
{
  let_go (self, push_event);
}

static void
keep_event (GstRnnTagger *self, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS)
    _gst_rnn_tagger_note_out_caps (self, event);
  gst_rnn_filter_keep_event (GST_RNN_FILTER (self), event);
  gst_event_unref (event);
}

void
_gst_rnn_tagger_discard (GstRnnTagger *self)
{
  let_go (self, keep_event);
  self->last_end = GST_CLOCK_TIME_NONE;
}

/* A gap ends the text by itself, or when it makes the last one too old. */
static gboolean
gap_ends (GstRnnTagger *self, GstEvent *event)
{
  GstClockTime delay = _gst_rnn_tagger_get_delay (self), start, duration;

  if (_gst_rnn_tagger_drains_on (self, GST_RNN_DRAIN_GAP))
    return TRUE;
  gst_event_parse_gap (event, &start, &duration);
  if (delay == 0)
    return FALSE;
  if (!GST_CLOCK_TIME_IS_VALID (duration))
    duration = 0;
  if (duration > delay)
    return TRUE;
  return GST_CLOCK_TIME_IS_VALID (self->last_end) && start > self->last_end
         && start - self->last_end > delay - duration;
}

gboolean
_gst_rnn_tagger_ends (GstRnnFilter *filter, GstEvent *event)
{
  GstRnnTagger *self = GST_RNN_TAGGER (filter);

  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_STREAM_START:
  case GST_EVENT_SEGMENT_DONE:
  case GST_EVENT_STREAM_GROUP_DONE:
  case GST_EVENT_EOS:
    return TRUE;
  case GST_EVENT_GAP:
    return gap_ends (self, event);
  case GST_EVENT_SEGMENT:
    self->last_end = GST_CLOCK_TIME_NONE;
    return FALSE;
  default:
    return (_gst_rnn_tagger_drains_on (self, GST_RNN_DRAIN_FINAL_TRANSCRIPT)
            && gst_rnn_event_is (event, GST_RNN_FINAL_TRANSCRIPT))
           || (_gst_rnn_tagger_drains_on (self, GST_RNN_DRAIN_SPEAKER_CHANGE)
               && gst_rnn_event_is (event, GST_RNN_SPEAKER_CHANGE))
           || (_gst_rnn_tagger_drains_on (self, GST_RNN_DRAIN_LINE)
               && gst_rnn_event_is (event, GST_RNN_LINE_END));
  }
}

GstFlowReturn
_gst_rnn_tagger_drain (GstRnnFilter *filter)
{
  GstRnnTagger *self = GST_RNN_TAGGER (filter);
  GError *error = NULL;
  GstFlowReturn flow;

  if (!self->ahead || gst_queue_array_is_empty (self->held))
    return GST_FLOW_OK;
  flow = rnn_ahead_end (self->ahead, &error)
             ? _gst_rnn_tagger_push_ready (self)
             : gst_rnn_filter_fail (filter, error);
  if (flow != GST_FLOW_OK)
    _gst_rnn_tagger_give_up (self);
  _gst_rnn_tagger_update_delay (self);
  return flow;
}
