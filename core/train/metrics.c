/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/metrics.h"

#include <rnn/rnn-error.h>
#include <rnn/rnn-state.h>
#include <rnn/rnn-tags.h>
#include <string.h>

/* The tokens of a corpus that a model is shown. */
typedef struct {
  gsize n;
  gint32 *indices; /* [n][F] */
  RnnTag *gold;    /* [n] */
  gboolean *first; /* [n]: begins a sentence */
} Stream;

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

static void
look_up (const RnnLexicon *lexicon, const char *word, gboolean lowercase,
         gint32 *indices)
{
  char *lower = lowercase ? g_utf8_strdown (word, -1) : NULL;
  const char *form = lower ? lower : word;

  rnn_lexicon_look_up (lexicon, form, strlen (form), indices);
  g_free (lower);
}

static void
stream_init (Stream *stream, const RnnModel *model, const RnnCorpus *corpus,
             const RnnLabels *gold, gboolean lowercase)
{
  gsize n_slots = rnn_model_get_n_slots (model);
  gsize n_tags = g_strv_length (corpus->tag_names);
  float *row = g_new0 (float, n_tags);

  stream->n = 0;
  stream->indices = g_new (gint32, corpus->n_tokens * n_slots);
  stream->gold = g_new (RnnTag, corpus->n_tokens);
  stream->first = g_new (gboolean, corpus->n_tokens);
  for (gsize s = 0; s < corpus->n_sentences; s++) {
    gboolean first = TRUE;
    for (gsize i = corpus->sentence_starts[s];
         i < corpus->sentence_starts[s + 1]; i++) {
      if (lowercase && _rnn_word_is_punctuation (corpus->words[i]))
        continue;
      look_up (rnn_model_get_lexicon (model), corpus->words[i], lowercase,
               stream->indices + stream->n * n_slots);
      row[corpus->tags[i]] = 1;
      stream->gold[stream->n] = rnn_labels_read (gold, row, 0.5f);
      row[corpus->tags[i]] = 0;
      stream->first[stream->n++] = first;
      first = FALSE;
    }
  }
  g_free (row);
}

static void
stream_clear (Stream *stream)
{
  g_free (stream->indices);
  g_free (stream->gold);
  g_free (stream->first);
}

/* Yhat of all tokens as one stream; steps of look-ahead are fed at its end. */
static gboolean
run_stream (RnnModel *model, const Stream *stream, float **yhat, GError **error)
{
  gsize n_y = rnn_model_get_n_outputs (model);
  gsize n_slots = rnn_model_get_n_slots (model);
  gsize k = rnn_model_get_lookahead (model), n = stream->n + k;
  gint32 *tokens = g_new (gint32, n * n_slots);
  RnnState *state = rnn_state_new (model);
  float *rows = g_new (float, n * n_y);
  gboolean ok = state != NULL;

  memcpy (tokens, stream->indices, stream->n * n_slots * sizeof *tokens);
  for (gsize i = stream->n * n_slots; i < n * n_slots; i++)
    tokens[i] = -1;
  if (ok)
    ok = rnn_state_run (state, tokens, n, rows, error);
  else
    g_set_error_literal (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                         "no memory for a state");
  if (ok)
    *yhat = g_memdup2 (rows + k * n_y, stream->n * n_y * sizeof *rows);
  g_free (rows);
  g_free (tokens);
  g_clear_pointer (&state, rnn_state_free);
  return ok;
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
      count->n_true += f[j].end_token == g[i].end_token &&
                       is_entity (&f[j], entity);
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
count_all (const RnnModel *model, const Stream *stream, const float *yhat,
           const RnnEvalOptions *options, RnnScores *scores)
{
  gsize n_y = rnn_model_get_n_outputs (model), start = 0;
  RnnLabels *labels = rnn_labels_new (rnn_model_get_labels (model), n_y,
                                      rnn_model_get_output (model));
  RnnTag *found = g_new (RnnTag, MAX (stream->n, 1));

  for (gsize i = 0; i < stream->n; i++) {
    found[i] = rnn_labels_read (labels, yhat + i * n_y, options->threshold);
    count_tokens (&scores->tokens, found[i], stream->gold[i], options->entity);
  }
  for (gsize i = 1; i <= stream->n; i++)
    if (i == stream->n || stream->first[i]) {
      count_spans (&scores->spans, found + start, stream->gold + start,
                   i - start, options->entity);
      start = i;
    }
  scores->n_tokens += stream->n;
  g_free (found);
  rnn_labels_unref (labels);
}

/**
 * _rnn_evaluate:
 * @scores: (inout): counts are added to what is there
 *
 * Run @model over @corpus as one stream, a<t> carried from sentence to sentence,
 * and count what it finds. A span ends where its sentence does.
 *
 * Returns: %FALSE with @error set (MODEL: it has no words; NO_MEMORY, NUMERIC)
 */
gboolean
_rnn_evaluate (RnnModel *model, const RnnCorpus *corpus,
               const RnnEvalOptions *options, RnnScores *scores, GError **error)
{
  RnnLabels *gold;
  float *yhat = NULL;
  Stream stream;
  gboolean ok;

  if (!rnn_model_get_lexicon (model)) {
    g_set_error_literal (error, RNN_ERROR, RNN_ERROR_MODEL,
                         "expected a model with a tensor vocab, there is none");
    return FALSE;
  }
  gold = rnn_labels_new ((const char *const *) corpus->tag_names,
                         g_strv_length (corpus->tag_names), RNN_OUTPUT_SOFTMAX);
  stream_init (&stream, model, corpus, gold, options->lowercase);
  ok = run_stream (model, &stream, &yhat, error);
  if (ok)
    count_all (model, &stream, yhat, options, scores);
  g_free (yhat);
  stream_clear (&stream);
  rnn_labels_unref (gold);
  return ok;
}
