/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstrnnfilter.h"

G_BEGIN_DECLS

#define GST_TYPE_RNN_TAGGER (gst_rnn_tagger_get_type ())
G_DECLARE_FINAL_TYPE (GstRnnTagger, gst_rnn_tagger, GST, RNN_TAGGER,
                      GstRnnFilter)

typedef enum { GST_RNN_OUTPUT_EACH, GST_RNN_OUTPUT_LAST } GstRnnOutput;

/* Where a text is known to end, so that nothing waits for what comes behind. */
typedef enum {
  GST_RNN_DRAIN_FINAL_TRANSCRIPT = 1 << 0,
  GST_RNN_DRAIN_SPEAKER_CHANGE = 1 << 1,
  GST_RNN_DRAIN_GAP = 1 << 2,
  GST_RNN_DRAIN_BUFFER = 1 << 3,
  GST_RNN_DRAIN_SENTENCE = 1 << 4,
  GST_RNN_DRAIN_LINE = 1 << 5
} GstRnnDrain;

#define GST_TYPE_RNN_RESET (gst_rnn_reset_get_type ())
GType gst_rnn_reset_get_type (void);
#define GST_TYPE_RNN_DRAIN (gst_rnn_drain_get_type ())
GType gst_rnn_drain_get_type (void);
#define GST_TYPE_RNN_OUTPUT (gst_rnn_output_get_type ())
GType gst_rnn_output_get_type (void);

G_END_DECLS
