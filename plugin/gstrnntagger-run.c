/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Steps of the network: tokens to rows of yhat. */
#include "gstrnntagger-private.h"

#include "gstrnntokenmeta.h"

/* Take @n steps and keep the rows that speak of tokens. */
static gboolean
run (GstRnnTagger *self, RnnState *state, const gint32 *indices, gsize n,
     GError **error)
{
  gsize n_floats, skip;
  float *yhat;

  if (n > G_MAXUINT / self->n_outputs / sizeof (float)
      || !(yhat = g_try_new (float, MAX (n * self->n_outputs, 1)))) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                 "no memory for yhat of %" G_GSIZE_FORMAT " tokens", n);
    return FALSE;
  }
  if (!rnn_state_run (state, indices, n, yhat, error)) {
    g_free (yhat);
    return FALSE;
  }
  skip = MIN (self->to_skip, n);
  self->to_skip -= skip;
  n_floats = (n - skip) * self->n_outputs;
  g_array_append_vals (self->rows, yhat + skip * self->n_outputs,
                       (guint)n_floats);
  g_free (yhat);
  return TRUE;
}

/* Look k steps past the end of the text from a snapshot, so that all that is
 * held can go; the text may go on later as if nothing had been. */
GstFlowReturn
_gst_rnn_tagger_drain (GstRnnFilter *filter)
{
  GstRnnTagger *self = GST_RNN_TAGGER (filter);
  gsize n = self->lookahead * self->n_slots;
  GError *error = NULL;
  gint32 *none;
  gboolean ok;

  if (!self->state || g_queue_is_empty (&self->held))
    return GST_FLOW_OK;
  none = g_new (gint32, MAX (n, 1));
  for (gsize i = 0; i < n; i++)
    none[i] = -1;
  rnn_state_assign (self->ahead, self->state);
  ok = run (self, self->ahead, none, self->lookahead, &error);
  g_free (none);
  self->to_skip = self->lookahead;
  return ok ? _gst_rnn_tagger_push_ready (self)
            : gst_rnn_filter_fail (filter, error);
}

static void
count (GstRnnTagger *self, const GstRnnTokens *tokens)
{
  gint32 index = 0;
  gsize n_inputs = rnn_model_get_n_inputs (self->model);
  gsize unknown =
      gst_rnn_tokens_count_unknown (tokens, self->n_slots, n_inputs, &index);

  GST_OBJECT_LOCK (self);
  self->stats.buffers++;
  self->stats.tokens += tokens->n;
  self->stats.unknown += unknown;
  GST_OBJECT_UNLOCK (self);
  if (unknown == 0 || self->has_warned)
    return;
  self->has_warned = TRUE;
  GST_ELEMENT_WARNING (self, STREAM, DECODE, (NULL),
                       ("token index %d: expected -1 … %" G_GSIZE_FORMAT
                        " (n_x = %" G_GSIZE_FORMAT
                        "); it and others like it count as the unknown word",
                        index, n_inputs - 1, n_inputs));
}

static GstFlowReturn
run_buffer (GstRnnTagger *self, GstBuffer *buffer, const GstRnnTokens *tokens)
{
  GError *error = NULL;

  if (!run (self, self->state, tokens->indices, tokens->n, &error))
    return gst_rnn_filter_fail (GST_RNN_FILTER (self), error);
  count (self, tokens);
  _gst_rnn_tagger_hold (self, GST_MINI_OBJECT (gst_buffer_ref (buffer)),
                        tokens->n);
  return _gst_rnn_tagger_push_ready (self);
}

static void
reset_for (GstRnnTagger *self, GstRnnReset why)
{
  if (!(self->reset_on & why))
    return;
  _gst_rnn_tagger_drain (GST_RNN_FILTER (self));
  rnn_state_reset (self->state);
  self->to_skip = self->lookahead;
  GST_OBJECT_LOCK (self);
  self->stats.resets++;
  GST_OBJECT_UNLOCK (self);
}

GstFlowReturn
_gst_rnn_tagger_chain (GstRnnFilter *filter, GstBuffer *buffer)
{
  GstRnnTagger *self = GST_RNN_TAGGER (filter);
  GstRnnTokens tokens = { NULL, 0 };
  GError *error = NULL;
  GstFlowReturn flow;

  if (!gst_rnn_tokens_read (buffer, self->info.rank ? &self->info : NULL,
                            self->n_slots, &tokens, &error)) {
    gst_buffer_unref (buffer);
    return gst_rnn_filter_fail (filter, error);
  }
  reset_for (self, GST_RNN_RESET_BUFFER);
  if (!gst_buffer_get_rnn_token_meta (buffer)) {
    buffer = gst_buffer_make_writable (buffer);
    gst_rnn_tokens_add_meta (&tokens, self->model, buffer);
  }
  flow = run_buffer (self, buffer, &tokens);
  gst_rnn_tokens_clear (&tokens);
  gst_buffer_unref (buffer);
  return flow;
}

/* A flush throws away what is held; other resets come after a drain. */
void
_gst_rnn_tagger_reset (GstRnnFilter *filter, GstRnnReset why)
{
  GstRnnTagger *self = GST_RNN_TAGGER (filter);

  if (!self->state)
    return;
  if (why == GST_RNN_RESET_FLUSH)
    _gst_rnn_tagger_discard (self);
  if (why == GST_RNN_RESET_STREAM_START)
    self->has_warned = FALSE;
  reset_for (self, why);
}
