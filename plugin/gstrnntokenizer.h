/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstrnnfilter.h"

G_BEGIN_DECLS

#define GST_TYPE_RNN_TOKENIZER (gst_rnn_tokenizer_get_type ())
G_DECLARE_FINAL_TYPE (GstRnnTokenizer, gst_rnn_tokenizer, GST, RNN_TOKENIZER,
                      GstRnnFilter)

#define GST_TYPE_RNN_FRAMING (gst_rnn_framing_get_type ())
GType gst_rnn_framing_get_type (void);

G_END_DECLS
