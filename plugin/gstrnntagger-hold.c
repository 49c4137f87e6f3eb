/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What waits for its yhat, and what waits behind it. */
#include "gstrnntagger-private.h"

#include "gstrnntokenmeta.h"

static void
held_free (Held *held)
{
  gst_mini_object_unref (held->object);
  g_free (held);
}

void
_gst_rnn_tagger_discard (GstRnnTagger *self)
{
  g_queue_clear_full (&self->held, (GDestroyNotify)held_free);
  g_array_set_size (self->rows, 0);
  self->to_skip = self->lookahead;
}

void
_gst_rnn_tagger_hold (GstRnnTagger *self, GstMiniObject *object, gsize n_tokens)
{
  Held *held = g_new (Held, 1);

  *held = (Held){ object, n_tokens };
  g_queue_push_tail (&self->held, held);
}

gboolean
_gst_rnn_tagger_hold_event (GstRnnFilter *filter, GstEvent *event)
{
  GstRnnTagger *self = GST_RNN_TAGGER (filter);

  if (g_queue_is_empty (&self->held))
    return FALSE;
  _gst_rnn_tagger_hold (self, GST_MINI_OBJECT (event), 0);
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

/* Push yhat of @like's tokens, float[@n_tokens][n_y]. */
static GstFlowReturn
push_yhat (GstRnnTagger *self, GstBuffer *like, const float *yhat,
           gsize n_tokens)
{
  gboolean is_last = self->output == GST_RNN_OUTPUT_LAST && n_tokens > 0;
  gsize first = is_last ? n_tokens - 1 : 0, n = n_tokens - first;
  gsize n_bytes = n * self->n_outputs * sizeof (float);
  gsize header = self->is_static ? 0 : GST_RNN_HEADER_BYTES;
  GstRnnTensorInfo info = { GST_RNN_TENSOR_FLOAT32,
                            2,
                            { (guint32)self->n_outputs, (guint32)n } };
  GstBuffer *buffer =
      gst_rnn_filter_new_buffer (GST_RNN_FILTER (self), header + n_bytes, like);

  if (!buffer)
    return GST_FLOW_ERROR;
  if (header > 0) {
    guint8 bytes[GST_RNN_HEADER_BYTES];
    gst_rnn_tensor_write_header (bytes, &info);
    gst_buffer_fill (buffer, 0, bytes, sizeof bytes);
  }
  gst_buffer_fill (buffer, header, yhat + first * self->n_outputs, n_bytes);
  if (is_last)
    join_meta (buffer);
  return gst_rnn_filter_push (GST_RNN_FILTER (self), buffer);
}

GstFlowReturn
_gst_rnn_tagger_push_ready (GstRnnTagger *self)
{
  GstFlowReturn flow = GST_FLOW_OK;
  Held *held;

  while (flow == GST_FLOW_OK && (held = g_queue_peek_head (&self->held))) {
    gsize n_floats = held->n_tokens * self->n_outputs;
    if (self->rows->len < n_floats)
      break;
    g_queue_pop_head (&self->held);
    if (GST_IS_EVENT (held->object)) {
      gst_rnn_filter_push_event (
          GST_RNN_FILTER (self),
          GST_EVENT (gst_mini_object_ref (held->object)));
    } else {
      flow =
          push_yhat (self, GST_BUFFER (held->object),
                     (const float *)(gpointer)self->rows->data, held->n_tokens);
      if (n_floats > 0)
        g_array_remove_range (self->rows, 0, (guint)n_floats);
    }
    held_free (held);
  }
  return flow;
}
