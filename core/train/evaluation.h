/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One run of a model over labelled text, read: what it found beside what is
 * there. Counts, calibration and lists of errors are made of it. */
#pragma once

#include "train/eval-run.h"

typedef struct {
  const RnnCorpus *corpus;
  const char *entity; /* NULL: all */
  RnnEvalStream stream;
  RnnTag *found;  /* [stream.n] */
  float *chances; /* [stream.n]: that a token is part of such an entity */
  RnnLabels *labels;
} RnnEvaluation;

/**
 * _rnn_evaluation_init:
 * @corpus: must outlive @evaluation, and so must options->entity
 *
 * Run @model over @corpus as @options say.
 *
 * Returns: %FALSE with @error set (MODEL: it has no words; NO_MEMORY, NUMERIC)
 */
gboolean _rnn_evaluation_init (RnnEvaluation *evaluation, RnnModel *model,
                               const RnnCorpus *corpus,
                               const RnnEvalOptions *options, GError **error);
void _rnn_evaluation_clear (RnnEvaluation *evaluation);

/* Whether @tag, found or there, is one that is asked for. What nobody has
 * labelled is none. */
gboolean _rnn_evaluation_asks_for (const RnnEvaluation *evaluation, RnnTag tag);

/* The entities that are asked for in one sentence, as tokens of the stream:
 * those that are there, or those that were found. A span ends where its
 * sentence does. (transfer full): RnnEntity[n]. */
RnnEntity *_rnn_evaluation_gold (const RnnEvaluation *evaluation,
                                 gsize sentence, gsize *n);
RnnEntity *_rnn_evaluation_found (const RnnEvaluation *evaluation,
                                  gsize sentence, gsize *n);
