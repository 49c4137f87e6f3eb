/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/eval-run.h"

#include <rnn/rnn-ahead.h>
#include <rnn/rnn-error.h>
#include <string.h>

static gboolean
look_up (const RnnLexicon *lexicon, const char *word, gboolean lowercase,
         gint32 *indices, GError **error)
{
  char *lower = lowercase ? g_utf8_strdown (word, -1) : NULL;
  const char *form = lower ? lower : word;
  gboolean ok =
      rnn_lexicon_look_up (lexicon, form, strlen (form), indices, error);

  g_free (lower);
  return ok;
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

static gboolean
add_sentence (RnnEvalStream *stream, const RnnModel *model,
              const RnnCorpus *corpus, gsize sentence, gboolean lowercase,
              const RnnTag *tags, GError **error)
{
  gsize n_slots = rnn_model_get_n_slots (model);

  for (gsize i = corpus->sentence_starts[sentence];
       i < corpus->sentence_starts[sentence + 1]; i++) {
    if (lowercase && _rnn_word_is_punctuation (corpus->words[i]))
      continue;
    if (!look_up (rnn_model_get_lexicon (model), corpus->words[i], lowercase,
                  stream->indices + stream->n * n_slots, error)) {
      g_prefix_error (error, "%s:%u: ", corpus->name, corpus->lines[i]);
      return FALSE;
    }
    stream->gold[stream->n] = tags[corpus->tags[i]];
    stream->positions[stream->n++] = i;
  }
  /* Of a sentence of punctuation alone nothing may be left. */
  if (stream->n > stream->starts[stream->n_sentences])
    stream->starts[++stream->n_sentences] = stream->n;
  return TRUE;
}

gboolean
_rnn_eval_stream_init (RnnEvalStream *stream, const RnnModel *model,
                       const RnnCorpus *corpus, gboolean lowercase,
                       GError **error)
{
  gsize n_tags = g_strv_length (corpus->tag_names);
  gboolean ok = TRUE;
  RnnTag *tags;

  memset (stream, 0, sizeof *stream);
  stream->labels = rnn_labels_new ((const char *const *) corpus->tag_names,
                                   n_tags, RNN_OUTPUT_SOFTMAX);
  stream->indices =
      g_new (gint32, corpus->n_tokens * rnn_model_get_n_slots (model));
  stream->gold = g_new (RnnTag, corpus->n_tokens);
  stream->positions = g_new (gsize, corpus->n_tokens);
  stream->starts = g_new0 (gsize, corpus->n_sentences + 1);
  tags = _rnn_labels_read_each (stream->labels);
  for (gsize s = 0; ok && s < corpus->n_sentences; s++)
    ok = add_sentence (stream, model, corpus, s, lowercase, tags, error);
  g_free (tags);
  if (!ok)
    _rnn_eval_stream_clear (stream);
  return ok;
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

/* Run tokens [start, end), after which the text ends, and move their rows to
 * their places. */
static gboolean
run_stretch (RnnAhead *ahead, const RnnEvalStream *stream, gsize start,
             gsize end, float *yhat, GError **error)
{
  RnnModel *model = rnn_state_get_model (rnn_ahead_get_state (ahead));
  gsize n_slots = rnn_model_get_n_slots (model);
  gsize n_y = rnn_model_get_n_outputs (model), n = end - start;

  if (n == 0)
    return TRUE;
  if (!rnn_ahead_run (ahead, stream->indices + start * n_slots, n, error)
      || !rnn_ahead_end (ahead, error))
    return FALSE;
  memcpy (yhat + start * n_y, rnn_ahead_get_rows (ahead),
          n * n_y * sizeof *yhat);
  rnn_ahead_drop (ahead, n);
  return TRUE;
}

static gboolean
run_all (RnnAhead *ahead, const RnnEvalStream *stream,
         const RnnEvalOptions *options, float *yhat, GError **error)
{
  if (!options->ends_known && !options->fresh)
    return run_stretch (ahead, stream, 0, stream->n, yhat, error);
  for (gsize s = 0; s < stream->n_sentences; s++) {
    if (options->fresh)
      rnn_ahead_reset (ahead);
    if (!run_stretch (ahead, stream, stream->starts[s], stream->starts[s + 1],
                      yhat, error))
      return FALSE;
  }
  return TRUE;
}

float *
_rnn_eval_run (RnnModel *model, const RnnEvalStream *stream,
               const RnnEvalOptions *options, GError **error)
{
  RnnAhead *ahead = rnn_ahead_new (model);
  float *yhat =
      g_try_new (float, MAX (stream->n, 1) * rnn_model_get_n_outputs (model));
  gboolean ok = ahead && yhat;

  if (!ok)
    g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                 "no memory to evaluate %" G_GSIZE_FORMAT " tokens", stream->n);
  else
    ok = run_all (ahead, stream, options, yhat, error);
  g_clear_pointer (&ahead, rnn_ahead_free);
  if (!ok)
    g_clear_pointer (&yhat, g_free);
  return yhat;
}
