/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Steps of the network: tokens to rows of yhat. */
#include "gstrnntagger-private.h"

/* Tokens between two looks at whether a flush has begun. */
#define BLOCK 4096

gboolean
_gst_rnn_tagger_resets_on (GstRnnTagger *self, GstRnnReset why)
{
  return (g_atomic_int_get (&self->reset_on) & why) != 0;
}

gboolean
_gst_rnn_tagger_drains_on (GstRnnTagger *self, GstRnnDrain what)
{
  return (g_atomic_int_get (&self->drain_on) & what) != 0;
}

gboolean
_gst_rnn_tagger_is_alone (GstRnnTagger *self)
{
  /* Backwards, the text before a buffer comes after it. */
  return _gst_rnn_tagger_resets_on (self, GST_RNN_RESET_BUFFER)
         || gst_rnn_filter_get_segment (GST_RNN_FILTER (self))->rate < 0;
}

gboolean
_gst_rnn_tagger_is_prompt (GstRnnTagger *self)
{
  return g_atomic_int_get (&self->lookahead) == 0
         || _gst_rnn_tagger_drains_on (self, GST_RNN_DRAIN_BUFFER)
         || _gst_rnn_tagger_is_alone (self);
}

/* Take the steps in blocks, and stop between two when a flush begins: FALSE
 * without an error. A backward direction needs the whole buffer. @spans: of the
 * tokens in @text, where sentences end the text; NULL: they do not. */
static gboolean
run_blocks (GstRnnTagger *self, RnnAhead *ahead, const GstRnnTokens *tokens,
            const char *text, const RnnToken *spans, GError **error)
{
  gsize block = self->is_whole ? tokens->n : BLOCK;

  for (gsize first = 0; first < tokens->n; first += block) {
    const gint32 *indices = tokens->indices + first * self->n_slots;
    gsize n = MIN (block, tokens->n - first);
    if (first > 0 && gst_rnn_filter_is_flushing (GST_RNN_FILTER (self)))
      return FALSE;
    if (spans ? !rnn_ahead_run_sentences (ahead, indices, text, spans + first,
                                          n, error)
              : !rnn_ahead_run (ahead, indices, n, error))
      return FALSE;
  }
  return TRUE;
}

/* Run @ahead over a buffer's tokens, and end the text where it ends. FALSE
 * without an error: a flush began. */
static gboolean
run (GstRnnTagger *self, RnnAhead *ahead, const GstRnnTokens *tokens,
     const GstRnnTokenMeta *meta, GError **error)
{
  gboolean fits = meta && meta->n_tokens == tokens->n;
  gboolean ok;

  if (_gst_rnn_tagger_drains_on (self, GST_RNN_DRAIN_SENTENCE) && fits)
    ok = run_blocks (self, ahead, tokens, meta->text, meta->tokens, error);
  else
    ok = run_blocks (self, ahead, tokens, NULL, NULL, error);
  if (ok
      && (_gst_rnn_tagger_is_prompt (self)
          || (_gst_rnn_tagger_drains_on (self, GST_RNN_DRAIN_LINE) && meta
              && meta->n_bytes > 0 && meta->text[meta->n_bytes - 1] == '\n')))
    ok = rnn_ahead_end (ahead, error);
  return ok;
}

/* Say that there is no row for @index, and @what comes of it. An index that an
 * int does not hold is an int64 in the details. */
static void
post_index (GstRnnTagger *self, GstMessageType type, gint64 index,
            const char *what)
{
  gsize n_inputs = self->n_inputs;
  GstStructure *details = gst_structure_new (
      "details", "domain", G_TYPE_STRING, g_quark_to_string (RNN_ERROR), "code",
      G_TYPE_INT, RNN_ERROR_TOKEN, "n-x", G_TYPE_UINT64, (guint64) n_inputs,
      NULL);
  char *text = g_strdup_printf ("token index %" G_GINT64_FORMAT
                                ": expected -1 … %" G_GSIZE_FORMAT
                                " (n_x = %" G_GSIZE_FORMAT "); %s",
                                index, n_inputs - 1, n_inputs, what);

  if (index == (gint) index)
    gst_structure_set (details, "index", G_TYPE_INT, (gint) index, NULL);
  else
    gst_structure_set (details, "index", G_TYPE_INT64, index, NULL);
  gst_element_message_full_with_details (
      GST_ELEMENT (self), type, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE, text,
      NULL, __FILE__, G_STRFUNC, __LINE__, details);
}

static void
count (GstRnnTagger *self, const GstRnnTokens *tokens)
{
  gint64 index = 0;
  gsize unknown = gst_rnn_tokens_count_unknown (tokens, self->n_slots,
                                                self->n_inputs, &index);

  GST_OBJECT_LOCK (self);
  self->stats.buffers++;
  self->stats.tokens += tokens->n;
  self->stats.unknown += unknown;
  GST_OBJECT_UNLOCK (self);
  if (unknown == 0 || self->has_warned)
    return;
  self->has_warned = TRUE;
  post_index (self, GST_MESSAGE_WARNING, index,
              "it and others like it count as the unknown word");
}

/* Post @error (owned) about @tokens. */
static GstFlowReturn
fail (GstRnnTagger *self, const GstRnnTokens *tokens, GError *error)
{
  gint64 index;

  if (!g_error_matches (error, RNN_ERROR, RNN_ERROR_TOKEN)
      || gst_rnn_tokens_count_unknown (tokens, self->n_slots, self->n_inputs,
                                       &index)
             == 0)
    return gst_rnn_filter_fail (GST_RNN_FILTER (self), error);
  post_index (self, GST_MESSAGE_ERROR, index, "the model has no unknown word");
  g_error_free (error);
  return GST_FLOW_ERROR;
}

static void
note_end (GstRnnTagger *self, GstBuffer *buffer)
{
  self->last_end = GST_BUFFER_PTS (buffer);
  if (GST_BUFFER_PTS_IS_VALID (buffer) && GST_BUFFER_DURATION_IS_VALID (buffer))
    self->last_end += GST_BUFFER_DURATION (buffer);
}

/* Run all @tokens or none: a<t> stays when the run stops in the middle. Under
 * self->lock. */
static gboolean
run_whole (GstRnnTagger *self, const GstRnnTokens *tokens,
           const GstRnnTokenMeta *meta, GError **error)
{
  RnnState *state = rnn_ahead_get_state (self->ahead), *before = NULL;
  gboolean ok;

  if (tokens->n <= BLOCK)
    return run (self, self->ahead, tokens, meta, error);
  before = rnn_state_copy (state);
  if (!before) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                 "%s: no memory for a snapshot of its state",
                 gst_rnn_loader_get_file (self->loader));
    return FALSE;
  }
  ok = run (self, self->ahead, tokens, meta, error);
  if (!ok)
    rnn_state_assign (state, before);
  rnn_state_free (before);
  return ok;
}

static gboolean
take (GstRnnTagger *self, GstBuffer *buffer, const GstRnnTokens *tokens,
      const GstRnnTokenMeta *meta, GError **error)
{
  gboolean ok;

  g_mutex_lock (&self->lock);
  ok = run_whole (self, tokens, meta, error);
  self->is_unsaved |= ok;
  g_mutex_unlock (&self->lock);
  if (!ok) {
    if (*error)
      _gst_rnn_tagger_give_up (self);
    else
      _gst_rnn_tagger_discard (self);
    return FALSE;
  }
  count (self, tokens);
  note_end (self, buffer);
  return TRUE;
}

/* Tag a hypothesis from a snapshot: as if it were the next text, and the last
 * one. Returns its yhat (transfer full). */
static float *
guess (GstRnnTagger *self, const GstRnnTokens *tokens,
       const GstRnnTokenMeta *meta, GError **error)
{
  gsize n_floats = MAX (tokens->n, 1) * self->n_outputs;
  const float *rows;

  if (!self->guess)
    self->guess = rnn_ahead_new (self->model);
  if (!self->guess) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                 "%s: no memory for a snapshot of its state",
                 gst_rnn_loader_get_file (self->loader));
    return NULL;
  }
  rnn_ahead_assign (self->guess, self->ahead);
  if (_gst_rnn_tagger_is_alone (self))
    rnn_ahead_reset (self->guess);
  if (!run (self, self->guess, tokens, meta, error)
      || !rnn_ahead_end (self->guess, error))
    return NULL;
  GST_OBJECT_LOCK (self);
  self->stats.hypotheses++;
  GST_OBJECT_UNLOCK (self);
  rows = rnn_ahead_get_rows (self->guess);
  return rows ? g_memdup2 (rows, n_floats * sizeof *rows)
              : g_new0 (float, n_floats);
}

void
_gst_rnn_tagger_begin_anew (GstRnnTagger *self)
{
  _gst_rnn_tagger_drain (GST_RNN_FILTER (self));
  g_mutex_lock (&self->lock);
  rnn_ahead_reset (self->ahead);
  /* What was restored is what the next text begins with. */
  self->is_unsaved |= self->restored == NULL;
  g_mutex_unlock (&self->lock);
  GST_OBJECT_LOCK (self);
  self->stats.resets++;
  GST_OBJECT_UNLOCK (self);
}

void
_gst_rnn_tagger_reset (GstRnnFilter *filter, GstRnnReset why)
{
  GstRnnTagger *self = GST_RNN_TAGGER (filter);

  if (!self->ahead)
    return;
  /* A flush throws away what is held; other resets come after a drain. */
  if (why == GST_RNN_RESET_FLUSH)
    _gst_rnn_tagger_discard (self);
  if (why == GST_RNN_RESET_STREAM_START)
    self->has_warned = FALSE;
  if (why == GST_RNN_RESET_FLUSH || why == GST_RNN_RESET_STREAM_START)
    g_atomic_int_set (&self->flow, GST_FLOW_OK);
  if (_gst_rnn_tagger_resets_on (self, why))
    _gst_rnn_tagger_begin_anew (self);
  _gst_rnn_tagger_update_delay (self);
}

/* Read the @tokens of @buffer, and tell in @held what comes of it. @meta: its
 * own, or NULL. */
static gboolean
run_buffer (GstRnnTagger *self, GstBuffer *buffer, const GstRnnTokenMeta *meta,
            GstRnnTokens *tokens, GstRnnHeld *held, GError **error)
{
  gboolean is_guess =
      GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DROPPABLE);
  /* There are no empty tensors, but empty buffers pass. */
  if (gst_buffer_get_size (buffer) > 0
      && !gst_rnn_tokens_read (buffer, self->info.rank ? &self->info : NULL,
                               self->n_slots, tokens, error))
    return FALSE;
  if (!is_guess && _gst_rnn_tagger_is_alone (self))
    _gst_rnn_tagger_begin_anew (self);
  if (tokens->n > 0 && !meta)
    meta = gst_rnn_tokens_add_meta (tokens, self->model, buffer);
  held->object = GST_MINI_OBJECT (buffer);
  held->n_tokens = tokens->n;
  if (!is_guess)
    return take (self, buffer, tokens, meta, error);
  held->yhat = guess (self, tokens, meta, error);
  return held->yhat != NULL;
}

GstFlowReturn
_gst_rnn_tagger_chain (GstRnnFilter *filter, GstBuffer *buffer)
{
  GstRnnTagger *self = GST_RNN_TAGGER (filter);
  GstFlowReturn told = _gst_rnn_tagger_take_flow (self);
  /* Text that nobody is linked to take goes before text that somebody is. */
  GstFlowReturn flow = told == GST_FLOW_NOT_LINKED ? GST_FLOW_OK : told;
  GstRnnHeld held = { NULL, 0, NULL, GST_CLOCK_TIME_NONE };
  const GstRnnTokenMeta *meta;
  GstRnnTokens tokens;
  GError *error = NULL;

  if (flow == GST_FLOW_OK && !_gst_rnn_tagger_swap_between (self, &error))
    flow = gst_rnn_filter_fail_caps (filter, error);
  if (flow != GST_FLOW_OK) {
    gst_buffer_unref (buffer);
    return flow;
  }
  gst_rnn_tokens_init (&tokens);
  _gst_rnn_tagger_apply_state (self);
  meta = gst_buffer_get_rnn_token_meta (buffer);
  if (!meta)
    buffer = gst_buffer_make_writable (buffer);
  if (_gst_rnn_tagger_fit_caps (self, buffer, &error)
      && run_buffer (self, buffer, meta, &tokens, &held, &error)) {
    flow = _gst_rnn_tagger_push_behind (self, &held, &tokens);
  } else {
    flow = error ? fail (self, &tokens, error) : GST_FLOW_FLUSHING;
    gst_rnn_tokens_clear (&tokens);
    gst_buffer_unref (buffer);
  }
  _gst_rnn_tagger_update_delay (self);
  return flow == GST_FLOW_OK ? told : flow;
}
