/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/metrics.h"

#include <rnn/rnn-error.h>
#include <string.h>

double
_rnn_count_precision (const RnnCount *count)
{
  return count->n_found ? (double)count->n_true / (double)count->n_found : 0;
}

double
_rnn_count_recall (const RnnCount *count)
{
  return count->n_gold ? (double)count->n_true / (double)count->n_gold : 0;
}

double
_rnn_count_f1 (const RnnCount *count)
{
  guint64 sum = count->n_found + count->n_gold;

  return sum ? 2.0 * (double)count->n_true / (double)sum : 0;
}

double
_rnn_scores_mean (const RnnScores *scores)
{
  return (_rnn_count_f1 (&scores->tokens) + _rnn_count_f1 (&scores->spans)) / 2;
}

static gboolean
is_entity (const RnnEntity *entity, const char *name)
{
  return strcmp (entity->entity, name) == 0;
}

/* Compare the spans of one sentence; both lists are in order of the text. */
static void
count_spans (RnnCount *count, const RnnTag *found, const RnnTag *gold, gsize n,
             const char *entity)
{
  gsize n_found, n_gold;
  RnnEntity *f = rnn_entities_find (found, n, &n_found);
  RnnEntity *g = rnn_entities_find (gold, n, &n_gold);

  for (gsize i = 0; i < n_found; i++)
    count->n_found += is_entity (&f[i], entity);
  for (gsize i = 0, j = 0; i < n_gold; i++) {
    if (!is_entity (&g[i], entity))
      continue;
    count->n_gold++;
    while (j < n_found && f[j].first_token < g[i].first_token)
      j++;
    if (j < n_found && f[j].first_token == g[i].first_token)
      count->n_true +=
          f[j].end_token == g[i].end_token && is_entity (&f[j], entity);
  }
  g_free (f);
  g_free (g);
}

static void
count_tokens (RnnCount *count, RnnTag found, RnnTag gold, const char *entity)
{
  gboolean is_found = g_strcmp0 (found.entity, entity) == 0;
  gboolean is_gold = g_strcmp0 (gold.entity, entity) == 0;

  count->n_found += is_found;
  count->n_gold += is_gold;
  count->n_true += is_found && is_gold;
}

static void
count_all (const RnnModel *model, const RnnEvalStream *stream,
           const float *yhat, const RnnEvalOptions *options, RnnScores *scores)
{
  gsize n_y = rnn_model_get_n_outputs (model);
  RnnLabels *labels = rnn_labels_new (rnn_model_get_labels (model), n_y,
                                      rnn_model_get_output (model));
  RnnTag *found = g_new (RnnTag, MAX (stream->n, 1));

  for (gsize i = 0; i < stream->n; i++) {
    found[i] = rnn_labels_read (labels, yhat + i * n_y, options->threshold);
    count_tokens (&scores->tokens, found[i], stream->gold[i], options->entity);
  }
  for (gsize s = 0; s < stream->n_sentences; s++) {
    gsize start = stream->starts[s], end = stream->starts[s + 1];
    count_spans (&scores->spans, found + start, stream->gold + start,
                 end - start, options->entity);
  }
  scores->n_tokens += stream->n;
  g_free (found);
  rnn_labels_unref (labels);
}

/**
 * _rnn_evaluate:
 * @scores: (inout): counts are added to what is there
 *
 * Run @model over @corpus as one stream and count what it finds. A span ends
 * where its sentence does.
 *
 * Returns: %FALSE with @error set (MODEL: it has no words; NO_MEMORY, NUMERIC)
 */
gboolean
_rnn_evaluate (RnnModel *model, const RnnCorpus *corpus,
               const RnnEvalOptions *options, RnnScores *scores, GError **error)
{
  RnnEvalStream stream;
  float *yhat;

  if (!rnn_model_get_lexicon (model)) {
    g_set_error_literal (error, RNN_ERROR, RNN_ERROR_MODEL,
                         "expected a model with a tensor vocab, there is none");
    return FALSE;
  }
  _rnn_eval_stream_init (&stream, model, corpus, options->lowercase);
  yhat = _rnn_eval_run (model, &stream, options, error);
  if (yhat)
    count_all (model, &stream, yhat, options, scores);
  g_free (yhat);
  _rnn_eval_stream_clear (&stream);
  return yhat != NULL;
}
