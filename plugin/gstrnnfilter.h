/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One sink pad, one source pad, and the order of things between them: what the
 * tokenizer, the tagger and the annotator have in common. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_RNN_FILTER (gst_rnn_filter_get_type ())
G_DECLARE_DERIVABLE_TYPE (GstRnnFilter, gst_rnn_filter, GST, RNN_FILTER,
                          GstElement)

#define GST_RNN_FINAL_TRANSCRIPT "rstranscribe/final-transcript"
#define GST_RNN_SPEAKER_CHANGE "rstranscribe/speaker-change"
/* The tokenizer's own, to the tagger and the annotator: the line that the last
 * text belongs to has ended; and white space that belongs behind that text
 * (fields text, a GstBuffer, pts and duration). */
#define GST_RNN_LINE_END "rnn/line-end"
#define GST_RNN_BLANK "rnn/blank"

/* Why a stream begins anew, or might. */
typedef enum {
  GST_RNN_RESET_STREAM_START = 1 << 0,
  GST_RNN_RESET_FLUSH = 1 << 1,
  GST_RNN_RESET_DISCONT = 1 << 2,
  GST_RNN_RESET_GAP = 1 << 3,
  GST_RNN_RESET_SEGMENT = 1 << 4,
  GST_RNN_RESET_BUFFER = 1 << 5,
  GST_RNN_RESET_FINAL_TRANSCRIPT = 1 << 6,
  GST_RNN_RESET_SPEAKER_CHANGE = 1 << 7
} GstRnnReset;

/**
 * GstRnnFilterClass:
 * @start: READY to PAUSED; FALSE with an error set stops the change
 * @stop: PAUSED to READY: forget everything
 * @set_caps: new caps on the sink pad; calls gst_rnn_filter_set_out_caps()
 * @renegotiates: call set_caps again when downstream wants other caps; else
 *   those of the source pad are fixed once they are set
 * @chain: a buffer (owned); pushes what is ready with gst_rnn_filter_push()
 * @ends: whether the text ends at this event, of any type, that comes next; the
 *   class's own: at stream-start, segment, other caps, final-transcript,
 *   speaker-change and EOS
 * @drain: push all that is held back: what follows is another text
 * @hold: TRUE: keep this serialised event (owned), at which no text ends,
 *   behind what is held back
 * @gap: nothing comes for @duration (ns, GST_CLOCK_TIME_NONE: unknown); before
 *   the event goes on
 * @reset: the stream may begin anew, for this reason; before the event goes on
 *
 * All but start and stop are called under the stream lock.
 */
struct _GstRnnFilterClass {
  GstElementClass parent_class;
  gboolean (*start) (GstRnnFilter *self, GError **error);
  void (*stop) (GstRnnFilter *self);
  gboolean (*set_caps) (GstRnnFilter *self, GstCaps *caps, GError **error);
  gboolean renegotiates;
  GstFlowReturn (*chain) (GstRnnFilter *self, GstBuffer *buffer);
  gboolean (*ends) (GstRnnFilter *self, GstEvent *event);
  GstFlowReturn (*drain) (GstRnnFilter *self);
  gboolean (*hold) (GstRnnFilter *self, GstEvent *event);
  void (*gap) (GstRnnFilter *self, GstClockTime duration);
  void (*reset) (GstRnnFilter *self, GstRnnReset why);
};

/* The caps of the sink pad; under the stream lock. NULL: none yet. (transfer
 * none) */
GstCaps *gst_rnn_filter_get_caps (GstRnnFilter *self);
/* Set the caps of the source pad; fixes what is open by downstream. (transfer
 * full) */
gboolean gst_rnn_filter_set_out_caps (GstRnnFilter *self, GstCaps *caps);
/* What downstream can take of the source pad's template. (transfer full) */
GstCaps *gst_rnn_filter_get_allowed_caps (GstRnnFilter *self);
/* Whether caps could not go out because of a flush, or of a stop: then they are
 * agreed on again before the next buffer. */
gboolean gst_rnn_filter_lost_caps (GstRnnFilter *self);
/* What a buffer comes to whose caps could not go out, by @error (transfer
 * full), which is posted, or for want of an agreement: NULL. */
GstFlowReturn gst_rnn_filter_fail_caps (GstRnnFilter *self, GError *error);
GstFlowReturn gst_rnn_filter_push (GstRnnFilter *self, GstBuffer *buffer);
gboolean gst_rnn_filter_push_event (GstRnnFilter *self, GstEvent *event);
/* What a flush leaves of @event: sticky ones go on before what is pushed next,
 * but for a SEGMENT and EOS, which end with it. */
void gst_rnn_filter_keep_event (GstRnnFilter *self, GstEvent *event);
const GstSegment *gst_rnn_filter_get_segment (GstRnnFilter *self);
/* Whether a flush has begun, or the element is on its way to READY: what is in
 * the middle of something may stop. */
gboolean gst_rnn_filter_is_flushing (GstRnnFilter *self);
/* Post @error (transfer full) as the one error of this element; returns
 * GST_FLOW_ERROR. */
GstFlowReturn gst_rnn_filter_fail (GstRnnFilter *self, GError *error);
/* Post @error (transfer full) as a warning. */
void gst_rnn_filter_warn (GstRnnFilter *self, GError *error);
/* Whether @event is a transcriber's, of this name: by its structure, since its
 * type may be lost on the way. */
gboolean gst_rnn_event_is (GstEvent *event, const char *name);
/* A buffer with @n_bytes, flags, times and metas of @like (NULL: none).
 * NULL: no memory, and the error is posted. */
GstBuffer *gst_rnn_filter_new_buffer (GstRnnFilter *self, gsize n_bytes,
                                      GstBuffer *like);

G_END_DECLS
