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
 * @framing: where a text ends: but for RNN_FRAMING_BUFFER it may begin or end
 *   inside what its sender wrote
 * @position: where the last text or GAP with a time ended; GST_CLOCK_TIME_NONE:
 *   none was in this segment
 * @is_discont: text is missing before the next that goes out
 * @has_word: a word of the text that goes on is out (RNN_FRAMING_WORD)
 * @has_line: its line has not ended, as far as is told
 *
 * Of one stream; one thread.
 */
typedef struct {
  GstRnnFilter *filter;
  GstRnnSpans *spans;
  gsize n_slots;
  gboolean is_static;
  RnnFraming framing;
  GstClockTime position;
  gboolean is_discont;
  gboolean has_word;
  gboolean has_line;
} GstRnnTokenizerOutput;

/* Push @text (transfer full), one without a word as a GAP, or behind a word as
 * GST_RNN_BLANK. Times, flags and metas are those of @like, or where that is
 * NULL of the buffers that the text came in. Posts its errors. */
GstFlowReturn gst_rnn_tokenizer_output_push (GstRnnTokenizerOutput *output,
                                             RnnText *text, GstBuffer *like);
/* @blank, @n bytes, waits for the next word: say downstream if a line ends in
 * it. */
void gst_rnn_tokenizer_output_see (GstRnnTokenizerOutput *output,
                                   const char *blank, gsize n);
/* What comes next is another text. */
void gst_rnn_tokenizer_output_end (GstRnnTokenizerOutput *output);

G_END_DECLS
