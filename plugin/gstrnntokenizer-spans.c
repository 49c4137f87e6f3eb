/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstrnntokenizer-spans.h"

typedef struct {
  guint64 start; /* bytes */
  GstClockTime pts;
  GstClockTime end;
  GstBuffer
      *extras; /* flags and metas, without the text; NULL: none, or gone */
} Span;

struct _GstRnnSpans {
  GArray *items; /* Span, in order */
};

static void
clear_span (gpointer data)
{
  gst_clear_buffer (&((Span *) data)->extras);
}

GstRnnSpans *
gst_rnn_spans_new (void)
{
  GstRnnSpans *self = g_new (GstRnnSpans, 1);

  self->items = g_array_new (FALSE, FALSE, sizeof (Span));
  g_array_set_clear_func (self->items, clear_span);
  return self;
}

GstRnnSpans *
gst_rnn_spans_copy (const GstRnnSpans *self)
{
  GstRnnSpans *copy = gst_rnn_spans_new ();

  for (guint i = 0; i < self->items->len; i++) {
    Span span = g_array_index (self->items, Span, i);
    if (span.extras)
      gst_buffer_ref (span.extras);
    g_array_append_val (copy->items, span);
  }
  return copy;
}

void
gst_rnn_spans_free (GstRnnSpans *self)
{
  g_array_free (self->items, TRUE);
  g_free (self);
}

void
gst_rnn_spans_clear (GstRnnSpans *self)
{
  g_array_set_size (self->items, 0);
}

/* Flags that are about the text, and not about this one buffer's place. */
static guint
flags_of (GstBuffer *buffer)
{
  return GST_BUFFER_FLAGS (buffer)
         & ~(guint) (GST_BUFFER_FLAG_DISCONT | GST_BUFFER_FLAG_TAG_MEMORY
                     | (GST_BUFFER_FLAG_LIVE - 1));
}

static GstBuffer *
new_extras (GstBuffer *buffer)
{
  GstBuffer *extras;
  gpointer at = NULL;

  if (flags_of (buffer) == 0 && !gst_buffer_iterate_meta (buffer, &at))
    return NULL;
  extras = gst_buffer_new ();
  gst_buffer_copy_into (extras, buffer, GST_BUFFER_COPY_META, 0, (gsize) -1);
  GST_BUFFER_FLAG_SET (extras, flags_of (buffer));
  return extras;
}

void
gst_rnn_spans_add (GstRnnSpans *self, guint64 start, GstBuffer *buffer)
{
  Span span = { start, GST_BUFFER_PTS (buffer), GST_CLOCK_TIME_NONE,
                new_extras (buffer) };
  GstClockTime duration = GST_BUFFER_DURATION (buffer);

  if (GST_CLOCK_TIME_IS_VALID (span.pts) && GST_CLOCK_TIME_IS_VALID (duration)
      && duration < GST_CLOCK_TIME_NONE - span.pts)
    span.end = span.pts + duration;
  g_array_append_val (self->items, span);
}

/* The span that byte @at lies in; NULL: before all. */
static const Span *
find (const GstRnnSpans *self, guint64 at)
{
  guint low = 0, high = self->items->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (g_array_index (self->items, Span, middle).start <= at)
      low = middle + 1;
    else
      high = middle;
  }
  return low > 0 ? &g_array_index (self->items, Span, low - 1) : NULL;
}

void
gst_rnn_spans_drop (GstRnnSpans *self, guint64 at)
{
  const Span *first = find (self, at);
  guint n =
      first ? (guint) (first - (const Span *) (gpointer) self->items->data) : 0;

  if (n > 0)
    g_array_remove_range (self->items, 0, n);
}

GstClockTime
gst_rnn_spans_get_pts (const GstRnnSpans *self, guint64 at)
{
  const Span *span = find (self, at);

  return span ? span->pts : GST_CLOCK_TIME_NONE;
}

GstClockTime
gst_rnn_spans_get_end (const GstRnnSpans *self, guint64 at)
{
  const Span *span = find (self, at);

  return span ? span->end : GST_CLOCK_TIME_NONE;
}

void
gst_rnn_spans_get_times (const GstRnnSpans *self, const RnnText *text,
                         GstClockTime *pts, GstClockTime *duration)
{
  GstClockTime end = gst_rnn_spans_get_end (
      self, text->source_start + MAX (text->n_bytes, 1) - 1);

  gsize begin = text->n_tokens > 0 ? text->tokens[0].start : 0;

  *pts = gst_rnn_spans_get_pts (self, text->source_start + begin);
  *duration = GST_CLOCK_TIME_NONE;
  if (GST_CLOCK_TIME_IS_VALID (*pts) && GST_CLOCK_TIME_IS_VALID (end)
      && end >= *pts)
    *duration = end - *pts;
}

void
gst_rnn_spans_move_extras (GstRnnSpans *self, const RnnText *text,
                           GstBuffer *buffer)
{
  guint64 end = text->source_start + text->n_bytes;

  for (guint i = 0; i < self->items->len; i++) {
    Span *span = &g_array_index (self->items, Span, i);
    if (span->start >= end)
      break;
    if (!span->extras)
      continue;
    GST_BUFFER_FLAG_SET (buffer, flags_of (span->extras));
    gst_buffer_copy_into (buffer, span->extras, GST_BUFFER_COPY_META, 0,
                          (gsize) -1);
    gst_clear_buffer (&span->extras);
  }
}
