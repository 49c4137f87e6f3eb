/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the tokenizer share. All under the stream lock. */
#pragma once

#include "gstrnnloader.h"
#include "gstrnntokenizer-events.h"
#include "gstrnntokenizer-markup.h"
#include "gstrnntokenizer-output.h"
#include "gstrnntokenizer.h"

#include <rnn/rnn.h>

G_BEGIN_DECLS

struct _GstRnnTokenizer {
  GstRnnFilter parent;
  GstRnnLoader *loader;
  RnnFraming framing;

  RnnModel *model;
  RnnTokenizer *tokenizer;
  gboolean is_markup;
  GstRnnMarkup *markup;
  GstRnnEvents *events; /* that came inside of what waits */
  GstRnnTokenizerOutput output;
};

/* Let @buffer's text wait; what is complete with it can be pulled. @is_guess: a
 * hypothesis: no event goes on because of it. */
GstFlowReturn _gst_rnn_tokenizer_take (GstRnnTokenizer *self, GstBuffer *buffer,
                                       gboolean is_guess);
/* Push the texts that are complete, and the events behind them. */
GstFlowReturn _gst_rnn_tokenizer_pull_all (GstRnnTokenizer *self,
                                           GstBuffer *like);
/* Push all that waits: the text ends here. */
GstFlowReturn _gst_rnn_tokenizer_push_rest (GstRnnTokenizer *self,
                                            GstBuffer *like);
/* Push the events whose place is not behind byte @place. */
void _gst_rnn_tokenizer_push_events (GstRnnTokenizer *self, guint64 place);
/* A hypothesis ends where it ends, and its last word with it. A snapshot of
 * what waits takes it, and the true text goes on as if nothing had been. */
GstFlowReturn _gst_rnn_tokenizer_take_hypothesis (GstRnnTokenizer *self,
                                                  GstBuffer *buffer);

G_END_DECLS
