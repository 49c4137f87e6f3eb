/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/metrics.h"

#include <string.h>

double
_rnn_count_precision (const RnnCount *count)
{
  return count->n_found ? (double) count->n_true / (double) count->n_found : 0;
}

double
_rnn_count_recall (const RnnCount *count)
{
  return count->n_gold ? (double) count->n_true / (double) count->n_gold : 0;
}

double
_rnn_count_f1 (const RnnCount *count)
{
  guint64 sum = count->n_found + count->n_gold;

  return sum ? 2.0 * (double) count->n_true / (double) sum : 0;
}

double
_rnn_scores_mean (const RnnScores *scores)
{
  return (_rnn_count_f1 (&scores->tokens) + _rnn_count_f1 (&scores->spans)) / 2;
}

gboolean
_rnn_entity_is_in (const RnnEntity *entity, const RnnEntity *entities, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (entities[i].first_token == entity->first_token
        && entities[i].end_token == entity->end_token
        && strcmp (entities[i].entity, entity->entity) == 0)
      return TRUE;
  return FALSE;
}

static void
count_spans (const RnnEvaluation *evaluation, gsize sentence, RnnCount *count)
{
  gsize n_found, n_gold;
  RnnEntity *found = _rnn_evaluation_found (evaluation, sentence, &n_found);
  RnnEntity *gold = _rnn_evaluation_gold (evaluation, sentence, &n_gold);

  count->n_found += n_found;
  count->n_gold += n_gold;
  for (gsize i = 0; i < n_gold; i++)
    count->n_true += _rnn_entity_is_in (&gold[i], found, n_found);
  g_free (found);
  g_free (gold);
}

static void
count_token (const RnnEvaluation *evaluation, gsize i, RnnCount *count)
{
  RnnTag found = evaluation->found[i], gold = evaluation->stream.gold[i];
  gboolean is_found = _rnn_evaluation_asks_for (evaluation, found);
  gboolean is_gold = _rnn_evaluation_asks_for (evaluation, gold);

  count->n_found += is_found;
  count->n_gold += is_gold;
  count->n_true +=
      is_found && is_gold && strcmp (found.entity, gold.entity) == 0;
}

void
_rnn_evaluation_count (const RnnEvaluation *evaluation, RnnScores *scores)
{
  for (gsize i = 0; i < evaluation->stream.n; i++)
    count_token (evaluation, i, &scores->tokens);
  for (gsize s = 0; s < evaluation->stream.n_sentences; s++)
    count_spans (evaluation, s, &scores->spans);
  scores->n_tokens += evaluation->stream.n;
}

gboolean
_rnn_evaluate (RnnModel *model, const RnnCorpus *corpus,
               const RnnEvalOptions *options, RnnScores *scores, GError **error)
{
  RnnEvaluation evaluation;

  if (!_rnn_evaluation_init (&evaluation, model, corpus, options, error))
    return FALSE;
  _rnn_evaluation_count (&evaluation, scores);
  _rnn_evaluation_clear (&evaluation);
  return TRUE;
}
