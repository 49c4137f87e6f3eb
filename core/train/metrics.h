/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How well a model finds the entities of labelled text. */
#pragma once

#include "train/evaluation.h"

typedef struct {
  guint64 n_true; /* found and right */
  guint64 n_found;
  guint64 n_gold;
} RnnCount;

typedef struct {
  RnnCount tokens;
  RnnCount spans; /* exact: first and last token right */
  guint64 n_tokens;
} RnnScores;

double _rnn_count_precision (const RnnCount *count);
double _rnn_count_recall (const RnnCount *count);
double _rnn_count_f1 (const RnnCount *count);
/* Mean of token F1 and span F1, 0 … 1. */
double _rnn_scores_mean (const RnnScores *scores);

/* Add what @evaluation found to @scores. */
void _rnn_evaluation_count (const RnnEvaluation *evaluation, RnnScores *scores);

/* Whether one of @entities (of the same sentence) has exactly that name and
 * span. */
gboolean _rnn_entity_is_in (const RnnEntity *entity, const RnnEntity *entities,
                            gsize n);

/* Evaluate and count at once; @scores is added to. Fails as
 * _rnn_evaluation_init(). */
gboolean _rnn_evaluate (RnnModel *model, const RnnCorpus *corpus,
                        const RnnEvalOptions *options, RnnScores *scores,
                        GError **error);
