/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/evaluation.h"

#include <rnn/rnn-error.h>
#include <string.h>

/* Classes of one softmax exclude each other, so their probabilities add up; of
 * sigmoids, which do not, the surest counts. */
static float
chance_of (const float *row, const gboolean *is_part, gsize n_y,
           RnnOutputKind output)
{
  float chance = 0;

  for (gsize i = 0; i < n_y; i++)
    if (is_part[i])
      chance =
          output == RNN_OUTPUT_SOFTMAX ? chance + row[i] : MAX (chance, row[i]);
  return CLAMP (chance, 0, 1);
}

gboolean
_rnn_evaluation_asks_for (const RnnEvaluation *evaluation, RnnTag tag)
{
  if (!tag.entity)
    return FALSE;
  return evaluation->entity ? strcmp (tag.entity, evaluation->entity) == 0
                            : strcmp (tag.entity, RNN_TAG_UNKNOWN) != 0;
}

static void
read_yhat (RnnEvaluation *e, const RnnModel *model, const float *yhat,
           float threshold)
{
  gsize n_y = rnn_model_get_n_outputs (model);
  gboolean *is_part = g_new (gboolean, n_y);
  RnnTag *classes = _rnn_labels_read_each (e->labels);

  for (gsize i = 0; i < n_y; i++)
    is_part[i] = _rnn_evaluation_asks_for (e, classes[i]);
  for (gsize i = 0; i < e->stream.n; i++) {
    e->found[i] = rnn_labels_read (e->labels, yhat + i * n_y, threshold);
    e->chances[i] =
        chance_of (yhat + i * n_y, is_part, n_y, rnn_model_get_output (model));
  }
  g_free (classes);
  g_free (is_part);
}

gboolean
_rnn_evaluation_init (RnnEvaluation *evaluation, RnnModel *model,
                      const RnnCorpus *corpus, const RnnEvalOptions *options,
                      GError **error)
{
  RnnEvaluation e = { .corpus = corpus, .entity = options->entity };
  float *yhat;

  if (!rnn_model_get_lexicon (model)) {
    g_set_error_literal (error, RNN_ERROR, RNN_ERROR_MODEL,
                         "expected a model with a tensor vocab, there is none");
    return FALSE;
  }
  if (!_rnn_eval_stream_init (&e.stream, model, corpus, options->lowercase,
                              error))
    return FALSE;
  yhat = _rnn_eval_run (model, &e.stream, options, error);
  if (!yhat) {
    g_prefix_error (error, "%s: ", corpus->name);
    _rnn_eval_stream_clear (&e.stream);
    return FALSE;
  }
  e.labels = rnn_labels_new (rnn_model_get_labels (model),
                             rnn_model_get_n_outputs (model),
                             rnn_model_get_output (model));
  e.found = g_new (RnnTag, MAX (e.stream.n, 1));
  e.chances = g_new (float, MAX (e.stream.n, 1));
  read_yhat (&e, model, yhat, options->threshold);
  g_free (yhat);
  *evaluation = e;
  return TRUE;
}

void
_rnn_evaluation_clear (RnnEvaluation *evaluation)
{
  _rnn_eval_stream_clear (&evaluation->stream);
  g_clear_pointer (&evaluation->found, g_free);
  g_clear_pointer (&evaluation->chances, g_free);
  g_clear_pointer (&evaluation->labels, rnn_labels_unref);
}

static RnnEntity *
find_entities (const RnnEvaluation *e, const RnnTag *tags, gsize sentence,
               gsize *n)
{
  gsize start = e->stream.starts[sentence], n_all;
  RnnEntity *all = rnn_entities_find (
      tags + start, e->stream.starts[sentence + 1] - start, &n_all);

  *n = 0;
  for (gsize i = 0; i < n_all; i++) {
    if (!_rnn_evaluation_asks_for (e, tags[start + all[i].first_token]))
      continue;
    all[*n] = all[i];
    all[*n].first_token += start;
    all[(*n)++].end_token += start;
  }
  return all;
}

RnnEntity *
_rnn_evaluation_gold (const RnnEvaluation *evaluation, gsize sentence, gsize *n)
{
  return find_entities (evaluation, evaluation->stream.gold, sentence, n);
}

RnnEntity *
_rnn_evaluation_found (const RnnEvaluation *evaluation, gsize sentence,
                       gsize *n)
{
  return find_entities (evaluation, evaluation->found, sentence, n);
}
