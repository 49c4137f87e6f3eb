/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a model says of labelled text that it reads as one stream. */
#pragma once

#include "train/corpus.h"

#include <rnn/rnn-model.h>
#include <rnn/rnn-tags.h>

typedef struct {
  gboolean lowercase; /* as speech recognisers write: lower-case, and no
                       * tokens of punctuation */
  const char *entity; /* PER; NULL: all, each for itself */
  float threshold;    /* of a sigmoid */
  gboolean
      ends_known; /* sentences' ends are known when they come: no token
                   * waits there for what follows. Else one unbroken text */
  gboolean fresh; /* a<0> at each sentence, so its end is known; else a<t>
                   * goes on to the next sentence */
} RnnEvalOptions;

/* The tokens of a corpus that a model is shown. */
typedef struct {
  gsize n;
  gint32 *indices;  /* [n][F] */
  RnnTag *gold;     /* [n], names owned by labels */
  gsize *positions; /* [n]: which token of the corpus it is */
  gsize n_sentences;
  gsize *starts; /* [n_sentences + 1]; none is empty */
  RnnLabels *labels;
} RnnEvalStream;

/* What each name says, as a row that is sure of it reads. (transfer full):
 * RnnTag[n_names]. */
RnnTag *_rnn_labels_read_each (const RnnLabels *labels);

/* Show @model the tokens of @corpus; it must have a lexicon. Errors: TOKEN (an
 * unknown word, and no `<UNK>`). */
gboolean _rnn_eval_stream_init (RnnEvalStream *stream, const RnnModel *model,
                                const RnnCorpus *corpus, gboolean lowercase,
                                GError **error);
void _rnn_eval_stream_clear (RnnEvalStream *stream);

/**
 * _rnn_eval_run:
 *
 * Run @model over @stream, a<t> carried from sentence to sentence unless
 * options->fresh. With look-ahead k and ends known (or fresh) a sentence's last
 * k tokens are predicted by k steps of x<t> = 0 from a snapshot of a<t>.
 *
 * Returns: (transfer full): yhat, float[n][n_y], row i of token i; %NULL with
 *   @error set (NO_MEMORY, NUMERIC, TOKEN)
 */
float *_rnn_eval_run (RnnModel *model, const RnnEvalStream *stream,
                      const RnnEvalOptions *options, GError **error);
