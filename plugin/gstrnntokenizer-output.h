/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts as buffers of token indices, each with its words and times. */
#pragma once

#include "gstrnnfilter.h"
#include "gstrnntokenizer-spans.h"

G_BEGIN_DECLS

/**
 * GstRnnTokenizerOutput:
 * @filter: where buffers go out
 * @spans: when the bytes of text came, and what came with them
 * @n_slots: F, the indices of a token
 * @is_static: a buffer has one token, and no header
 * @is_cut: a text may begin or end inside what its sender wrote
 * @is_discont: text is missing before the next that goes out
 *
 * Of one stream; one thread.
 */
typedef struct {
  GstRnnFilter *filter;
  GstRnnSpans *spans;
  gsize n_slots;
  gboolean is_static;
  gboolean is_cut;
  gboolean is_discont;
} GstRnnTokenizerOutput;

/* Push @text (transfer full), one without a word as a GAP. Times, flags and
 * metas are those of @like, or where that is NULL of the buffers that the text
 * came in. Posts its errors. */
GstFlowReturn gst_rnn_tokenizer_output_push (GstRnnTokenizerOutput *output,
                                             RnnText *text, GstBuffer *like);

G_END_DECLS
