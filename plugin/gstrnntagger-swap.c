/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Another model while playing. It comes in between two buffers, whole: what is
 * held goes out by the old one, then caps and a<0> are the new one's. Tokens of
 * one dictionary never meet a model of another: the new model waits until they
 * are its own. */
#include "gstrnntagger-private.h"

#include <string.h>

static const char *
get_vocab_id (const GstCaps *caps)
{
  return caps ? gst_structure_get_string (gst_caps_get_structure (caps, 0),
                                          "vocab-id")
              : NULL;
}

gboolean
_gst_rnn_tagger_fits (const RnnModel *model, const GstCaps *caps)
{
  const char *id = get_vocab_id (caps), *own = rnn_model_get_vocab_id (model);

  return !id || !own || strcmp (id, own) == 0;
}

/* Stricter than at the start: to words, a model without any may be of any. */
static gboolean
fits_swap (const RnnModel *model, gconstpointer data)
{
  const GstCaps *caps = data;

  return _gst_rnn_tagger_fits (model, caps)
         && (rnn_model_get_vocab_id (model) || !get_vocab_id (caps));
}

gboolean
_gst_rnn_tagger_check (GstRnnFilter *filter, RnnModel *model, const char *file,
                       GError **error)
{
  GstPad *pad = gst_element_get_static_pad (GST_ELEMENT (filter), "sink");
  GstCaps *caps = gst_pad_get_current_caps (pad);
  const char *id = get_vocab_id (caps);
  RnnState *state = NULL;

  if (id && !rnn_model_get_vocab_id (model))
    g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
                 "%s: expected a model with a dictionary, since tokens of "
                 "vocab-id %s come, it has none",
                 file, id);
  /* The first state makes ready what all of them need. */
  else if (!(state = rnn_state_new (model)))
    g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                 "%s: no memory for its state", file);
  rnn_state_free (state);
  gst_caps_replace (&caps, NULL);
  gst_object_unref (pad);
  return state != NULL;
}

void
_gst_rnn_tagger_use (GstRnnTagger *self, RnnModel *model, RnnAhead *ahead)
{
  RnnModel *old_model = self->model;
  RnnAhead *old_ahead = self->ahead;

  g_mutex_lock (&self->lock);
  self->model = model;
  self->ahead = ahead;
  g_clear_pointer (&self->restored, rnn_state_free);
  g_mutex_unlock (&self->lock);
  self->n_inputs = rnn_model_get_n_inputs (model);
  self->n_outputs = rnn_model_get_n_outputs (model);
  self->n_slots = rnn_model_get_n_slots (model);
  self->is_whole = rnn_model_get_n_directions (model) > 1;
  g_atomic_int_set (&self->lookahead,
                    self->is_whole ? 0
                                   : (gint) rnn_model_get_lookahead (model));
  self->has_warned = FALSE;
  g_clear_pointer (&self->guess, rnn_ahead_free);
  rnn_ahead_free (old_ahead);
  if (old_model)
    rnn_model_unref (old_model);
}

gboolean
_gst_rnn_tagger_swap (GstRnnTagger *self, const GstCaps *caps, gboolean wait)
{
  RnnAhead *ahead;
  RnnModel *model = gst_rnn_loader_take (self->loader, fits_swap, caps, wait);

  if (!model)
    return FALSE;
  ahead = rnn_ahead_new (model);
  if (!ahead) {
    gst_rnn_filter_warn (GST_RNN_FILTER (self),
                         g_error_new (RNN_ERROR, RNN_ERROR_NO_MEMORY,
                                      "%s: no memory for its state",
                                      gst_rnn_loader_get_file (self->loader)));
    rnn_model_unref (model);
    return FALSE;
  }
  _gst_rnn_tagger_drain (GST_RNN_FILTER (self));
  _gst_rnn_tagger_use (self, model, ahead);
  GST_OBJECT_LOCK (self);
  self->stats.swaps++;
  GST_OBJECT_UNLOCK (self);
  _gst_rnn_tagger_update_delay (self);
  return TRUE;
}

gboolean
_gst_rnn_tagger_swap_between (GstRnnTagger *self, GError **error)
{
  GstRnnFilter *filter = GST_RNN_FILTER (self);
  GstCaps *caps;

  if (!gst_rnn_loader_has_models (self->loader))
    return TRUE;
  caps = gst_rnn_filter_get_caps (filter);
  if (!_gst_rnn_tagger_swap (self, caps, FALSE))
    return TRUE;
  return _gst_rnn_tagger_set_caps (filter, caps, error);
}
