/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstrnntokenizer-output.h"

#include "gstrnntensors.h"
#include "gstrnntokenmeta.h"

#include <string.h>

/* @is_part: a part of one text, and not its first. */
static void
add_meta (const GstRnnTokenizerOutput *self, GstBuffer *buffer,
          const RnnText *text, gboolean is_part)
{
  GstRnnTokenMeta *meta = gst_buffer_add_rnn_token_meta (
      buffer, text->text, text->n_bytes, text->tokens, NULL, text->n_tokens);

  for (gsize i = 0; i < text->n_tokens; i++) {
    RnnToken token = text->tokens[i];
    meta->pts[i] =
        gst_rnn_spans_get_pts (self->spans, text->source_start + token.start);
    meta->ends[i] =
        gst_rnn_spans_get_end (self->spans, text->source_start + token.end - 1);
  }
  meta->follows = self->framing != RNN_FRAMING_BUFFER || is_part;
}

/* A text without a word. An empty hypothesis says nothing, not even that. A GAP
 * has a time, always: that of the text before it where there is no other. */
static GstFlowReturn
push_gap (GstRnnTokenizerOutput *self, GstBuffer *like, GstClockTime pts,
          GstClockTime duration)
{
  GstEvent *gap;

  if (like && GST_BUFFER_FLAG_IS_SET (like, GST_BUFFER_FLAG_DROPPABLE))
    return GST_FLOW_OK;
  if (!GST_CLOCK_TIME_IS_VALID (pts))
    pts = self->position;
  if (!GST_CLOCK_TIME_IS_VALID (pts)) {
    const GstSegment *segment = gst_rnn_filter_get_segment (self->filter);
    pts = segment->format == GST_FORMAT_TIME ? segment->start : 0;
  }
  gap = gst_event_new_gap (pts, duration);
  gst_rnn_filter_push_event (self->filter, gap);
  return GST_FLOW_OK;
}

/* White space behind the last word, which is out. */
static void
push_blank (GstRnnTokenizerOutput *self, const RnnText *text, GstClockTime pts,
            GstClockTime duration)
{
  GstBuffer *bytes = gst_buffer_new_memdup (text->text, text->n_bytes);
  GstStructure *s = gst_structure_new (
      GST_RNN_BLANK, "text", GST_TYPE_BUFFER, bytes, "pts", G_TYPE_UINT64, pts,
      "duration", G_TYPE_UINT64, duration, NULL);

  gst_buffer_unref (bytes);
  gst_rnn_filter_push_event (
      self->filter, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, s));
}

/* A buffer of indices for @text, with what @like has, or where that is NULL
 * what the buffers had that the text came in. Text that is missing before it is
 * told once, also where it waited. */
static GstBuffer *
new_buffer (GstRnnTokenizerOutput *self, gsize n_bytes, const RnnText *text,
            GstBuffer *like)
{
  GstBuffer *buffer = gst_rnn_filter_new_buffer (self->filter, n_bytes, like);

  if (!buffer)
    return NULL;
  if (!like)
    gst_rnn_spans_move_extras (self->spans, text, buffer);
  if (self->is_discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  else
    GST_BUFFER_FLAG_UNSET (buffer, GST_BUFFER_FLAG_DISCONT);
  self->is_discont = FALSE;
  return buffer;
}

/* One flexible buffer with all tokens of a text. */
static GstFlowReturn
push_flexible (GstRnnTokenizerOutput *self, const RnnText *text,
               GstBuffer *like, GstClockTime pts, GstClockTime duration)
{
  gsize n_slots = self->n_slots;
  gsize n_bytes = text->n_tokens * n_slots * sizeof (gint32);
  GstRnnTensorInfo info = { GST_RNN_TENSOR_INT32,
                            1,
                            { (guint32) text->n_tokens } };
  guint8 header[GST_RNN_HEADER_BYTES];
  GstBuffer *buffer;

  if (n_slots > 1)
    info = (GstRnnTensorInfo){
      GST_RNN_TENSOR_INT32, 2, { (guint32) n_slots, (guint32) text->n_tokens }
    };
  buffer = new_buffer (self, GST_RNN_HEADER_BYTES + n_bytes, text, like);
  if (!buffer)
    return GST_FLOW_ERROR;
  gst_rnn_tensor_write_header (header, &info);
  gst_buffer_fill (buffer, 0, header, sizeof header);
  gst_buffer_fill (buffer, sizeof header, text->indices, n_bytes);
  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = duration;
  add_meta (self, buffer, text, FALSE);
  return gst_rnn_filter_push (self->filter, buffer);
}

/* One static buffer a token; each has the text from its token up to the next,
 * the first one what is before as well. */
static GstFlowReturn
push_static (GstRnnTokenizerOutput *self, const RnnText *text, GstBuffer *like,
             GstClockTime pts, GstClockTime duration)
{
  gsize n_slots = self->n_slots, begin = 0;
  GstFlowReturn flow = GST_FLOW_OK;

  for (gsize i = 0; flow == GST_FLOW_OK && i < text->n_tokens; i++) {
    gsize end =
        i + 1 < text->n_tokens ? text->tokens[i + 1].start : text->n_bytes;
    RnnToken token = { (guint32) (text->tokens[i].start - begin),
                       (guint32) (text->tokens[i].end - begin) };
    RnnText part = { text->text + begin,        end - begin, &token, 1, NULL,
                     text->source_start + begin };
    GstBuffer *buffer =
        new_buffer (self, n_slots * sizeof (gint32), &part, like);
    if (!buffer)
      return GST_FLOW_ERROR;
    gst_buffer_fill (buffer, 0, text->indices + i * n_slots,
                     n_slots * sizeof (gint32));
    GST_BUFFER_PTS (buffer) = pts;
    GST_BUFFER_DURATION (buffer) = duration;
    add_meta (self, buffer, &part, i > 0);
    flow = gst_rnn_filter_push (self->filter, buffer);
    begin = end;
  }
  return flow;
}

/* Played in reverse, the text that comes next ends where this one begins. */
static void
note (GstRnnTokenizerOutput *self, const RnnText *text, GstClockTime pts,
      GstClockTime duration)
{
  gboolean is_forward = gst_rnn_filter_get_segment (self->filter)->rate > 0;

  if (GST_CLOCK_TIME_IS_VALID (pts)) {
    self->position = pts;
    if (is_forward && GST_CLOCK_TIME_IS_VALID (duration)
        && duration < GST_CLOCK_TIME_NONE - pts)
      self->position += duration;
  }
  self->has_word = self->framing == RNN_FRAMING_WORD
                   && (text->n_tokens > 0 || self->has_word);
  self->has_line = self->has_word && text->n_bytes > 0
                   && text->text[text->n_bytes - 1] != '\n';
}

GstFlowReturn
gst_rnn_tokenizer_output_push (GstRnnTokenizerOutput *self, RnnText *text,
                               GstBuffer *like)
{
  GstClockTime pts, duration;
  GstFlowReturn flow = GST_FLOW_OK;

  gst_rnn_spans_get_times (self->spans, text, &pts, &duration);
  if (like) {
    pts = GST_BUFFER_PTS (like);
    duration = GST_BUFFER_DURATION (like);
  }
  if (text->n_tokens == 0 && !like && self->has_word)
    push_blank (self, text, pts, duration);
  else if (text->n_tokens == 0)
    flow = push_gap (self, like, pts, duration);
  else if (self->is_static)
    flow = push_static (self, text, like, pts, duration);
  else
    flow = push_flexible (self, text, like, pts, duration);
  note (self, text, pts, duration);
  gst_rnn_spans_drop (self->spans, text->source_start + text->n_bytes);
  rnn_text_free (text);
  return flow;
}

void
gst_rnn_tokenizer_output_see (GstRnnTokenizerOutput *self, const char *blank,
                              gsize n)
{
  if (!self->has_line || n == 0 || !memchr (blank, '\n', n))
    return;
  self->has_line = FALSE;
  gst_rnn_filter_push_event (
      self->filter,
      gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
                            gst_structure_new_empty (GST_RNN_LINE_END)));
}

void
gst_rnn_tokenizer_output_end (GstRnnTokenizerOutput *self)
{
  self->has_word = self->has_line = FALSE;
}
