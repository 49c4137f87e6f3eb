/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/file.h"
#include "base/quote.h"
#include "train/metrics.h"
#include "train/net-file.h"
#include "train/training.h"

#include <math.h>
#include <rnn/rnn-error.h>
#include <string.h>

/* Scored before others, where a softmax has it. */
#define USUAL_ENTITY "PER"

/* Whether one of the classes of a softmax is of @entity. */
static gboolean
has_entity (const RnnTraining *training, const char *entity)
{
  const RnnExamples *examples = &training->examples;
  RnnLabels *labels = rnn_labels_new ((const char *const *) examples->names,
                                      examples->n_classes, RNN_OUTPUT_SOFTMAX);
  RnnTag *classes = _rnn_labels_read_each (labels);
  gboolean is_there = FALSE;

  for (gsize i = 0; i < examples->n_classes; i++)
    is_there |= g_strcmp0 (classes[i].entity, entity) == 0;
  g_free (classes);
  rnn_labels_unref (labels);
  return is_there;
}

gboolean
_rnn_training_choose_entity (RnnTraining *training, GError **error)
{
  const RnnTrainOptions *options = training->options;
  const char *wanted = options->score;
  char *known;

  training->entity = options->entity;
  if (options->entity || g_strcmp0 (wanted, RNN_SCORE_ALL) == 0)
    return TRUE;
  if (has_entity (training, wanted ? wanted : USUAL_ENTITY))
    training->entity = wanted ? wanted : USUAL_ENTITY;
  if (!wanted || training->entity)
    return TRUE;
  known = g_strjoinv (" ", training->examples.names);
  g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
               "score: expected " RNN_SCORE_ALL
               " or an entity of the tags (%s), '%s' came",
               RNN_QUOTE_LIST (known), wanted);
  g_free (known);
  return FALSE;
}

/* The mean over the dev files, as they are and as a recogniser would write
 * them, of the mean of token F1 and span F1. */
static gboolean
score (const RnnTraining *training, RnnModel *model, double *f1, GError **error)
{
  gboolean both = training->options->lowercase_share > 0;
  double sum = 0;

  for (gsize i = 0; i < training->n_dev; i++)
    for (int lowercase = 0; lowercase <= both; lowercase++) {
      RnnEvalOptions options = { .lowercase = lowercase,
                                 .entity = training->entity,
                                 .threshold = 0.5f,
                                 .ends_known = TRUE };
      RnnScores scores = { 0 };
      if (!_rnn_evaluate (model, training->dev[i], &options, &scores, error))
        return FALSE;
      sum += _rnn_scores_mean (&scores);
    }
  *f1 = sum / (double) (training->n_dev * (both ? 2 : 1));
  return TRUE;
}

/* The weights that the file is to have, in the net; FALSE: no memory. */
static gboolean
begin_file (const RnnTraining *training, GError **error)
{
  if (training->average)
    _rnn_average_swap (training->average);
  if (!training->anchor || _rnn_anchor_mix (training->anchor))
    return TRUE;
  if (training->average)
    _rnn_average_swap (training->average);
  g_set_error_literal (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                       "no memory to mix first and last weights");
  return FALSE;
}

static void
end_file (const RnnTraining *training)
{
  if (training->anchor)
    _rnn_anchor_restore (training->anchor);
  if (training->average)
    _rnn_average_swap (training->average);
}

/* The net as a file; with an average of its weights, that. */
static GBytes *
to_file (const RnnTraining *training, GError **error)
{
  const RnnTrainOptions *options = training->options;
  const RnnExamples *examples = &training->examples;
  char *labels = options->entity ? g_strdup (options->entity)
                                 : g_strjoinv ("\n", examples->names);
  RnnNetText text = { &examples->dictionary, labels, options->normalize,
                      options->features };
  GBytes *bytes = NULL;

  if (begin_file (training, error)) {
    bytes = _rnn_net_to_file (training->net, &text, options->storage, error);
    end_file (training);
  }
  g_free (labels);
  return bytes;
}

gboolean
_rnn_training_keep_best (RnnTraining *training, GError **error)
{
  GBytes *bytes = to_file (training, error);
  RnnModel *model;
  RnnChunk chunk;
  double f1 = NAN;
  gboolean ok, is_best;

  if (!bytes)
    return FALSE;
  chunk.data = g_bytes_get_data (bytes, &chunk.n_bytes);
  model = _rnn_model_parse (chunk.data, chunk.n_bytes, training->path, error);
  ok = model && (training->n_dev == 0 || score (training, model, &f1, error));
  /* Of nets that find nothing the last has learned most. */
  is_best = !training->is_saved || training->n_dev == 0
            || training->progress.best_f1 <= 0
            || f1 > training->progress.best_f1;
  if (ok && is_best) {
    ok = _rnn_file_write_atomic (training->path, &chunk, 1, error);
    training->is_saved = ok;
    training->progress.best_f1 = f1;
  }
  training->progress.f1 = f1;
  g_bytes_unref (bytes);
  g_clear_pointer (&model, rnn_model_unref);
  return ok;
}
