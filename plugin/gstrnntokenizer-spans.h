/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where in the stream of text each input buffer began, when, and with which
 * flags and metas: text waits and is cut anew, and all that with it. */
#pragma once

#include <gst/gst.h>
#include <rnn/rnn.h>

G_BEGIN_DECLS

/* Of the buffers that text which is not yet out began in; one thread. */
typedef struct _GstRnnSpans GstRnnSpans;

GstRnnSpans *gst_rnn_spans_new (void);
GstRnnSpans *gst_rnn_spans_copy (const GstRnnSpans *spans);
void gst_rnn_spans_free (GstRnnSpans *spans);
void gst_rnn_spans_clear (GstRnnSpans *spans);

/* @buffer begins at byte @start of the stream. */
void gst_rnn_spans_add (GstRnnSpans *spans, guint64 start, GstBuffer *buffer);
/* Forget the spans before the one that byte @at lies in. */
void gst_rnn_spans_drop (GstRnnSpans *spans, guint64 at);
/* When the buffer began, and ended, that byte @at lies in; GST_CLOCK_TIME_NONE:
 * unknown. */
GstClockTime gst_rnn_spans_get_pts (const GstRnnSpans *spans, guint64 at);
GstClockTime gst_rnn_spans_get_end (const GstRnnSpans *spans, guint64 at);
/* When a text begins and how long it is: from the buffer of its first word, or
 * where it has none of its first byte, to that of its last byte. */
void gst_rnn_spans_get_times (const GstRnnSpans *spans, const RnnText *text,
                              GstClockTime *pts, GstClockTime *duration);
/* Give @buffer the flags and metas of all buffers that @text has bytes of:
 * those that went with no text before. */
void gst_rnn_spans_move_extras (GstRnnSpans *spans, const RnnText *text,
                                GstBuffer *buffer);

G_END_DECLS
