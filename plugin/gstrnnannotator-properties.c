/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an rnnannotator lets one set and read, while it works, too. */
#include "gstrnnannotator-private.h"

enum {
  PROP_0,
  PROP_THRESHOLD,
  PROP_LABELS,
  PROP_POST_MESSAGES,
  PROP_APPEND_NEWLINE,
  PROP_WORDS,
  PROP_MAX_GAP,
  PROP_MAX_DELAY
};

void
_gst_rnn_annotator_set_property (GObject *object, guint id, const GValue *value,
                                 GParamSpec *spec)
{
  GstRnnAnnotator *self = GST_RNN_ANNOTATOR (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
  case PROP_THRESHOLD:
    self->threshold = g_value_get_float (value);
    break;
  case PROP_LABELS:
    g_free (self->labels);
    self->labels = g_value_dup_string (value);
    break;
  case PROP_POST_MESSAGES:
    self->report.settings.post_messages = g_value_get_boolean (value);
    break;
  case PROP_APPEND_NEWLINE:
    self->append_newline = g_value_get_boolean (value);
    break;
  case PROP_WORDS:
    self->report.settings.words = g_value_get_boolean (value);
    break;
  case PROP_MAX_GAP:
    self->report.settings.max_gap = g_value_get_uint64 (value);
    break;
  case PROP_MAX_DELAY:
    self->report.settings.max_delay = g_value_get_uint64 (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
  GST_OBJECT_UNLOCK (self);
}

void
_gst_rnn_annotator_get_property (GObject *object, guint id, GValue *value,
                                 GParamSpec *spec)
{
  GstRnnAnnotator *self = GST_RNN_ANNOTATOR (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
  case PROP_THRESHOLD:
    g_value_set_float (value, self->threshold);
    break;
  case PROP_LABELS:
    g_value_set_string (value, self->labels);
    break;
  case PROP_POST_MESSAGES:
    g_value_set_boolean (value, self->report.settings.post_messages);
    break;
  case PROP_APPEND_NEWLINE:
    g_value_set_boolean (value, self->append_newline);
    break;
  case PROP_WORDS:
    g_value_set_boolean (value, self->report.settings.words);
    break;
  case PROP_MAX_GAP:
    g_value_set_uint64 (value, self->report.settings.max_gap);
    break;
  case PROP_MAX_DELAY:
    g_value_set_uint64 (value, self->report.settings.max_delay);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
  GST_OBJECT_UNLOCK (self);
}

float
_gst_rnn_annotator_get_threshold (GstRnnAnnotator *self)
{
  float threshold;

  GST_OBJECT_LOCK (self);
  threshold = self->threshold;
  GST_OBJECT_UNLOCK (self);
  return threshold;
}

gboolean
_gst_rnn_annotator_appends_newline (GstRnnAnnotator *self)
{
  gboolean appends;

  GST_OBJECT_LOCK (self);
  appends = self->append_newline;
  GST_OBJECT_UNLOCK (self);
  return appends;
}

char *
_gst_rnn_annotator_dup_labels (GstRnnAnnotator *self)
{
  char *labels;

  GST_OBJECT_LOCK (self);
  labels = g_strdup (self->labels);
  GST_OBJECT_UNLOCK (self);
  return labels;
}

void
_gst_rnn_annotator_install_properties (GObjectClass *object)
{
  const GParamFlags playing =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  g_object_class_install_property (
      object, PROP_THRESHOLD,
      g_param_spec_float ("threshold", "Threshold",
                          "From which probability on a sigmoid counts", 0, 1,
                          GST_RNN_ANNOTATOR_DEFAULT_THRESHOLD, playing));
  g_object_class_install_property (
      object, PROP_LABELS,
      g_param_spec_string ("labels", "Labels",
                           "Names of the n_y outputs, with commas between, or "
                           "one a line where a name has a comma; "
                           "default: those in the caps",
                           NULL,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                               | GST_PARAM_MUTABLE_READY));
  g_object_class_install_property (
      object, PROP_POST_MESSAGES,
      g_param_spec_boolean ("post-messages", "Post messages",
                            "Post an rnn-entity message for each entity", TRUE,
                            playing));
  g_object_class_install_property (
      object, PROP_APPEND_NEWLINE,
      g_param_spec_boolean ("append-newline", "Append newline",
                            "End each text with a newline, where it has none: "
                            "for text sinks",
                            FALSE, playing));
  g_object_class_install_property (
      object, PROP_WORDS,
      g_param_spec_boolean ("words", "Words",
                            "List the words of an entity, with their times and "
                            "scores, in its rnn-entity message",
                            FALSE, playing));
  g_object_class_install_property (
      object, PROP_MAX_GAP,
      g_param_spec_uint64 (
          "max-gap", "Longest gap",
          "Gaps up to this long (ns) do not close the entity "
          "that the text before them ended in; 0: every gap does",
          0, G_MAXUINT64, 0, playing));
  g_object_class_install_property (
      object, PROP_MAX_DELAY,
      g_param_spec_uint64 ("max-delay", "Longest delay",
                           "Close the entity that a text ended in when nothing "
                           "has come for this long (ns); 0 or -1: wait for the "
                           "next",
                           0, G_MAXUINT64, 0, playing));
}
