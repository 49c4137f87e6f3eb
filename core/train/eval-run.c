/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/eval-run.h"

#include <rnn/rnn-error.h>
#include <rnn/rnn-state.h>
#include <string.h>

static void
look_up (const RnnLexicon *lexicon, const char *word, gboolean lowercase,
         gint32 *indices)
{
  char *lower = lowercase ? g_utf8_strdown (word, -1) : NULL;
  const char *form = lower ? lower : word;

  rnn_lexicon_look_up (lexicon, form, strlen (form), indices);
  g_free (lower);
}

RnnTag *
_rnn_labels_read_each (const RnnLabels *labels)
{
  gsize n = rnn_labels_get_n_names (labels);
  RnnTag *tags = g_new (RnnTag, MAX (n, 1));
  float *row = g_new0 (float, MAX (n, 1));

  for (gsize i = 0; i < n; i++) {
    row[i] = 1;
    tags[i] = rnn_labels_read (labels, row, 0.5f);
    row[i] = 0;
  }
  g_free (row);
  return tags;
}

static void
add_sentence (RnnEvalStream *stream, const RnnModel *model,
              const RnnCorpus *corpus, gsize sentence, gboolean lowercase,
              const RnnTag *tags)
{
  gsize n_slots = rnn_model_get_n_slots (model);

  for (gsize i = corpus->sentence_starts[sentence];
       i < corpus->sentence_starts[sentence + 1]; i++) {
    if (lowercase && _rnn_word_is_punctuation (corpus->words[i]))
      continue;
    look_up (rnn_model_get_lexicon (model), corpus->words[i], lowercase,
             stream->indices + stream->n * n_slots);
    stream->gold[stream->n] = tags[corpus->tags[i]];
    stream->positions[stream->n++] = i;
  }
  /* Of a sentence of punctuation alone nothing may be left. */
  if (stream->n > stream->starts[stream->n_sentences])
    stream->starts[++stream->n_sentences] = stream->n;
}

void
_rnn_eval_stream_init (RnnEvalStream *stream, const RnnModel *model,
                       const RnnCorpus *corpus, gboolean lowercase)
{
  gsize n_tags = g_strv_length (corpus->tag_names);
  RnnTag *tags;

  memset (stream, 0, sizeof *stream);
  stream->labels = rnn_labels_new ((const char *const *)corpus->tag_names,
                                   n_tags, RNN_OUTPUT_SOFTMAX);
  stream->indices =
      g_new (gint32, corpus->n_tokens * rnn_model_get_n_slots (model));
  stream->gold = g_new (RnnTag, corpus->n_tokens);
  stream->positions = g_new (gsize, corpus->n_tokens);
  stream->starts = g_new0 (gsize, corpus->n_sentences + 1);
  tags = _rnn_labels_read_each (stream->labels);
  for (gsize s = 0; s < corpus->n_sentences; s++)
    add_sentence (stream, model, corpus, s, lowercase, tags);
  g_free (tags);
}

void
_rnn_eval_stream_clear (RnnEvalStream *stream)
{
  g_free (stream->indices);
  g_free (stream->gold);
  g_free (stream->positions);
  g_free (stream->starts);
  g_clear_pointer (&stream->labels, rnn_labels_unref);
}

/* A run under way. Rows of steps are written k rows late, over rows of the
 * token that they speak of. */
typedef struct {
  RnnState *state;
  RnnState *ahead; /* the snapshot that looks beyond an end */
  gint32 *none;    /* [k][F] of -1 */
  float *rows;     /* [k + n][n_y]: row k + i is of token i */
  gsize k, n_slots, n_y;
} Run;

static gboolean
run_init (Run *run, RnnModel *model, gsize n, GError **error)
{
  run->k = rnn_model_get_lookahead (model);
  run->n_slots = rnn_model_get_n_slots (model);
  run->n_y = rnn_model_get_n_outputs (model);
  run->state = rnn_state_new (model);
  run->ahead = rnn_state_new (model);
  run->none = g_new (gint32, run->k * run->n_slots + 1);
  memset (run->none, 0xff, run->k * run->n_slots * sizeof *run->none);
  run->rows = g_try_new0 (float, (n + run->k + 1) * run->n_y);
  if (run->state && run->ahead && run->rows)
    return TRUE;
  g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
               "no memory to evaluate %" G_GSIZE_FORMAT " tokens", n);
  return FALSE;
}

static void
run_clear (Run *run)
{
  g_clear_pointer (&run->state, rnn_state_free);
  g_clear_pointer (&run->ahead, rnn_state_free);
  g_free (run->none);
  g_free (run->rows);
}

/* Steps of tokens [start, end) and then, from a snapshot, of what looks beyond
 * @end. The rows of tokens before @start, which these steps come to late, are
 * kept: they were known at their own end. */
static gboolean
run_sentence (Run *run, const gint32 *indices, gsize start, gsize end,
              GError **error)
{
  gsize k = run->k, n_y = run->n_y;
  float *late = run->rows + start * n_y;
  float *kept = g_memdup2 (late, k * n_y * sizeof *kept);
  gboolean ok = rnn_state_run (run->state, indices + start * run->n_slots,
                               end - start, late, error);

  if (ok && k > 0) {
    rnn_state_assign (run->ahead, run->state);
    ok = rnn_state_run (run->ahead, run->none, k, run->rows + end * n_y, error);
    memcpy (late, kept, k * n_y * sizeof *kept);
  }
  g_free (kept);
  return ok;
}

float *
_rnn_eval_run (RnnModel *model, const RnnEvalStream *stream,
               const RnnEvalOptions *options, GError **error)
{
  Run run = { 0 };
  gboolean ok = run_init (&run, model, stream->n, error);
  float *yhat = NULL;

  if (ok && (options->ends_known || options->fresh)) {
    for (gsize s = 0; ok && s < stream->n_sentences; s++) {
      if (options->fresh)
        rnn_state_reset (run.state);
      ok = run_sentence (&run, stream->indices, stream->starts[s],
                         stream->starts[s + 1], error);
    }
  } else if (ok) {
    ok = run_sentence (&run, stream->indices, 0, stream->n, error);
  }
  if (ok)
    yhat = g_memdup2 (run.rows + run.k * run.n_y,
                      MAX (stream->n, 1) * run.n_y * sizeof *yhat);
  run_clear (&run);
  return yhat;
}
