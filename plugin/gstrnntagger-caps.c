/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What comes in and what goes out, as caps say it. */
#include "gstrnntagger-private.h"

#include <string.h>

/* A model that is on its way may be the one for tokens of another dictionary.
 */
static gboolean
check_vocab_id (GstRnnTagger *self, const GstCaps *caps, GError **error)
{
  if (_gst_rnn_tagger_fits (self->model, caps)
      || _gst_rnn_tagger_swap (self, caps, TRUE))
    return TRUE;
  g_set_error (
      error, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION,
      "%s: expected tokens of its own dictionary, vocab-id %s; "
      "vocab-id %s came",
      gst_rnn_loader_get_file (self->loader),
      rnn_model_get_vocab_id (self->model),
      gst_structure_get_string (gst_caps_get_structure (caps, 0), "vocab-id"));
  return FALSE;
}

/* Static caps of yhat, n_y:T. */
static GstCaps *
static_caps (const GstRnnTagger *self, gsize n_tokens, const GstCaps *like)
{
  GstRnnTensorInfo yhat = { GST_RNN_TENSOR_FLOAT32,
                            2,
                            { (guint32) self->n_outputs, (guint32) n_tokens } };

  return gst_rnn_tensors_make_caps (&yhat, like);
}

/* Flexible for flexible and static for static, if downstream lets us choose. */
static GstCaps *
choose_caps (GstRnnTagger *self, const GstCaps *caps, gsize n_tokens)
{
  GstCaps *allowed = gst_rnn_filter_get_allowed_caps (GST_RNN_FILTER (self));
  GstCaps *chosen = gst_rnn_tensors_make_caps (NULL, caps);

  if (self->info.rank > 0) {
    GstCaps *same = static_caps (self, n_tokens, caps);
    if (gst_caps_can_intersect (allowed, same)
        || !gst_caps_can_intersect (allowed, chosen))
      gst_caps_replace (&chosen, same);
    gst_caps_unref (same);
  }
  gst_caps_unref (allowed);
  return chosen;
}

static gboolean
has_blank_ends (const char *label)
{
  return g_ascii_isspace (label[0])
         || (label[0] && g_ascii_isspace (label[strlen (label) - 1]));
}

/* With commas between, or one a line, each with its newline, where one would
 * not be read as it is from between commas. */
static char *
join_labels (const char *const *labels)
{
  gboolean needs_lines = FALSE;
  GString *text = g_string_new (NULL);

  for (gsize i = 0; labels[i]; i++)
    needs_lines |= strchr (labels[i], ',') || has_blank_ends (labels[i]);
  for (gsize i = 0; labels[i]; i++) {
    if (i > 0 && !needs_lines)
      g_string_append_c (text, ',');
    g_string_append (text, labels[i]);
    if (needs_lines)
      g_string_append_c (text, '\n');
  }
  return g_string_free (text, FALSE);
}

static void
add_labels (const GstRnnTagger *self, GstCaps *caps)
{
  static const char *const outputs[] = { "sigmoid", "softmax", "linear" };
  char *labels = join_labels (rnn_model_get_labels (self->model));

  gst_caps_set_simple (caps, "labels", G_TYPE_STRING, labels, "rnn-output",
                       G_TYPE_STRING,
                       outputs[rnn_model_get_output (self->model)], NULL);
  g_free (labels);
}

void
_gst_rnn_tagger_note_out_caps (GstRnnTagger *self, GstEvent *event)
{
  const char *format;
  GstCaps *caps;

  gst_event_parse_caps (event, &caps);
  format =
      gst_structure_get_string (gst_caps_get_structure (caps, 0), "format");
  self->is_static = g_strcmp0 (format, "static") == 0;
}

/* Send @caps (owned) on, behind what is held, unless that is flushed. */
static gboolean
send_caps (GstRnnTagger *self, GstCaps *caps)
{
  GstRnnFilter *filter = GST_RNN_FILTER (self);
  GstEvent *event;

  if (gst_rnn_filter_lost_caps (filter)) {
    gst_caps_unref (caps);
    return FALSE;
  }
  caps = gst_caps_fixate (caps);
  event = gst_event_new_caps (caps);
  gst_caps_unref (caps);
  if (_gst_rnn_tagger_hold_event (filter, event))
    return TRUE;
  _gst_rnn_tagger_note_out_caps (self, event);
  return gst_rnn_filter_push_event (filter, event);
}

gboolean
_gst_rnn_tagger_set_caps (GstRnnFilter *filter, GstCaps *caps, GError **error)
{
  GstRnnTagger *self = GST_RNN_TAGGER (filter);
  GstRnnTensorInfo info;
  gsize count = 0, n_tokens;
  gboolean is_static;
  GstCaps *out;

  if (!check_vocab_id (self, caps, error)
      || !gst_rnn_tensors_parse_caps (caps, &is_static, &info, error))
    return FALSE;
  if (is_static
      && (!gst_rnn_tensor_count (&info, &count)
          || (count % self->n_slots != 0 && !info.is_cut))) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
                 "caps: expected dimensions of %" G_GSIZE_FORMAT
                 " indices for each token, %" G_GSIZE_FORMAT " came in all",
                 self->n_slots, count);
    return FALSE;
  }
  /* Values of another type come from somewhere else. */
  if (is_static && self->info.rank > 0 && info.type != self->info.type
      && self->ahead)
    _gst_rnn_tagger_begin_anew (self);
  self->info = info;
  if (!is_static)
    self->info.rank = 0;
  n_tokens =
      self->output == GST_RNN_OUTPUT_LAST ? 1 : MAX (count / self->n_slots, 1);
  out = choose_caps (self, caps, n_tokens);
  add_labels (self, out);
  return send_caps (self, out);
}

gboolean
_gst_rnn_tagger_fit_caps (GstRnnTagger *self, GstBuffer *buffer, GError **error)
{
  GstRnnFilter *filter = GST_RNN_FILTER (self);
  GstRnnTensorInfo info;
  GstCaps *caps;
  gboolean ok;

  if (!self->info.is_cut)
    return TRUE;
  info = self->info;
  gst_rnn_tensor_fit (&info, gst_buffer_get_size (buffer));
  if (info.rank == 0 || info.dims[0] == self->info.dims[0])
    return TRUE;
  caps = gst_rnn_tensors_make_caps (&info, gst_rnn_filter_get_caps (filter));
  ok = _gst_rnn_tagger_set_caps (filter, caps, error);
  gst_caps_unref (caps);
  if (!ok && !*error && !gst_rnn_filter_lost_caps (filter))
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION,
                 "caps: downstream does not take yhat of %u indices",
                 info.dims[0]);
  return ok;
}
