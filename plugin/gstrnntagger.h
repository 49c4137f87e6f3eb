/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstrnnfilter.h"

G_BEGIN_DECLS

#define GST_TYPE_RNN_TAGGER (gst_rnn_tagger_get_type ())
G_DECLARE_FINAL_TYPE (GstRnnTagger, gst_rnn_tagger, GST, RNN_TAGGER,
                      GstRnnFilter)

typedef enum { GST_RNN_OUTPUT_EACH, GST_RNN_OUTPUT_LAST } GstRnnOutput;

#define GST_TYPE_RNN_RESET (gst_rnn_reset_get_type ())
GType gst_rnn_reset_get_type (void);
#define GST_TYPE_RNN_OUTPUT (gst_rnn_output_get_type ())
GType gst_rnn_output_get_type (void);

G_END_DECLS
