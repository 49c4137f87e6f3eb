/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an rnntagger lets one set and read. */
#include "gstrnntagger-private.h"

enum {
  PROP_0,
  PROP_MODEL_FILE,
  PROP_RESET_ON,
  PROP_DRAIN_ON,
  PROP_MAX_DELAY,
  PROP_STATE_FILE,
  PROP_STATE_INTERVAL,
  PROP_STATE_MAX_AGE,
  PROP_OUTPUT,
  PROP_STATS
};

#define DEFAULT_RESET_ON (GST_RNN_RESET_STREAM_START | GST_RNN_RESET_FLUSH)
#define DEFAULT_DRAIN_ON                                                       \
  (GST_RNN_DRAIN_FINAL_TRANSCRIPT | GST_RNN_DRAIN_SPEAKER_CHANGE               \
   | GST_RNN_DRAIN_GAP | GST_RNN_DRAIN_SENTENCE | GST_RNN_DRAIN_LINE)

#define DEFAULT_STATE_INTERVAL 5.0
#define DEFAULT_STATE_MAX_AGE 600

void
_gst_rnn_tagger_init_properties (GstRnnTagger *self)
{
  self->reset_on = DEFAULT_RESET_ON;
  self->drain_on = DEFAULT_DRAIN_ON;
  self->max_delay = G_MAXUINT64;
  self->keeper.interval = DEFAULT_STATE_INTERVAL;
  self->keeper.max_age = DEFAULT_STATE_MAX_AGE;
}

static GstStructure *
stats_structure (GstRnnTagger *self)
{
  GstStructure *stats;

  GST_OBJECT_LOCK (self);
  stats = gst_structure_new (
      "rnn-tagger-stats", "buffers", G_TYPE_UINT64, self->stats.buffers,
      "tokens", G_TYPE_UINT64, self->stats.tokens, "unknown", G_TYPE_UINT64,
      self->stats.unknown, "hypotheses", G_TYPE_UINT64, self->stats.hypotheses,
      "resets", G_TYPE_UINT64, self->stats.resets, "swaps", G_TYPE_UINT64,
      self->stats.swaps, NULL);
  GST_OBJECT_UNLOCK (self);
  return stats;
}

void
_gst_rnn_tagger_set_property (GObject *object, guint id, const GValue *value,
                              GParamSpec *spec)
{
  GstRnnTagger *self = GST_RNN_TAGGER (object);

  switch (id) {
  case PROP_MODEL_FILE:
    gst_rnn_loader_set_file (self->loader, g_value_get_string (value));
    break;
  case PROP_RESET_ON:
    g_atomic_int_set (&self->reset_on, g_value_get_flags (value));
    _gst_rnn_tagger_review_delay (self);
    break;
  case PROP_DRAIN_ON:
    g_atomic_int_set (&self->drain_on, g_value_get_flags (value));
    _gst_rnn_tagger_review_delay (self);
    break;
  case PROP_MAX_DELAY:
    GST_OBJECT_LOCK (self);
    self->max_delay = g_value_get_uint64 (value);
    GST_OBJECT_UNLOCK (self);
    _gst_rnn_tagger_review_delay (self);
    break;
  case PROP_STATE_FILE:
    GST_OBJECT_LOCK (self);
    g_free (self->keeper.file);
    self->keeper.file = g_value_dup_string (value);
    GST_OBJECT_UNLOCK (self);
    break;
  case PROP_STATE_INTERVAL:
    self->keeper.interval = g_value_get_double (value);
    break;
  case PROP_STATE_MAX_AGE:
    self->keeper.max_age = g_value_get_uint (value);
    break;
  case PROP_OUTPUT:
    self->output = (GstRnnOutput) g_value_get_enum (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

void
_gst_rnn_tagger_get_property (GObject *object, guint id, GValue *value,
                              GParamSpec *spec)
{
  GstRnnTagger *self = GST_RNN_TAGGER (object);

  switch (id) {
  case PROP_MODEL_FILE:
    g_value_take_string (value, gst_rnn_loader_dup_file (self->loader));
    break;
  case PROP_RESET_ON:
    g_value_set_flags (value, g_atomic_int_get (&self->reset_on));
    break;
  case PROP_DRAIN_ON:
    g_value_set_flags (value, g_atomic_int_get (&self->drain_on));
    break;
  case PROP_MAX_DELAY:
    GST_OBJECT_LOCK (self);
    g_value_set_uint64 (value, self->max_delay);
    GST_OBJECT_UNLOCK (self);
    break;
  case PROP_STATE_FILE:
    GST_OBJECT_LOCK (self);
    g_value_set_string (value, self->keeper.file);
    GST_OBJECT_UNLOCK (self);
    break;
  case PROP_STATE_INTERVAL:
    g_value_set_double (value, self->keeper.interval);
    break;
  case PROP_STATE_MAX_AGE:
    g_value_set_uint (value, self->keeper.max_age);
    break;
  case PROP_OUTPUT:
    g_value_set_enum (value, self->output);
    break;
  case PROP_STATS:
    g_value_take_boxed (value, stats_structure (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
install_waiting (GObjectClass *object)
{
  const GParamFlags playing =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  g_object_class_install_property (
      object, PROP_DRAIN_ON,
      g_param_spec_flags (
          "drain-on", "Drain on",
          "Where a text ends, so that its last tokens do not "
          "wait for what a network with look-ahead wants to see",
          GST_TYPE_RNN_DRAIN, DEFAULT_DRAIN_ON, playing));
  g_object_class_install_property (
      object, PROP_MAX_DELAY,
      g_param_spec_uint64 ("max-delay", "Longest delay",
                           "For how long (ns) a buffer is held back at most, "
                           "with a network with look-ahead; 0: without limit; "
                           "-1: 1 s in live pipelines, without limit in others",
                           0, G_MAXUINT64, G_MAXUINT64, playing));
}

static void
install_keeping (GObjectClass *object)
{
  const GParamFlags ready =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY;

  g_object_class_install_property (
      object, PROP_STATE_FILE,
      g_param_spec_string (
          "state-file", "State file",
          "Where to keep a<t>, so that a box that starts again "
          "in the middle of a text goes on",
          NULL, ready));
  g_object_class_install_property (
      object, PROP_STATE_INTERVAL,
      g_param_spec_double (
          "state-interval", "State interval",
          "Write the state file every so many seconds, if there "
          "is something new; 0: only on READY",
          0, 86400, DEFAULT_STATE_INTERVAL, ready));
  g_object_class_install_property (
      object, PROP_STATE_MAX_AGE,
      g_param_spec_uint ("state-max-age", "Oldest state",
                         "Do not begin with a state file that is older than "
                         "this many seconds; 0: whatever its age",
                         0, G_MAXUINT, DEFAULT_STATE_MAX_AGE, ready));
}

void
_gst_rnn_tagger_install_properties (GObjectClass *object)
{
  const GParamFlags ready =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY;

  g_object_class_install_property (
      object, PROP_MODEL_FILE,
      g_param_spec_string ("model-file", "Model file",
                           "The network: a .safetensors file. While playing, "
                           "another one is loaded beside the stream and comes "
                           "in at the next buffer",
                           NULL,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                               | GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (
      object, PROP_RESET_ON,
      g_param_spec_flags ("reset-on", "Reset on",
                          "When the hidden state goes back to its start",
                          GST_TYPE_RNN_RESET, DEFAULT_RESET_ON,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                              | GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (
      object, PROP_OUTPUT,
      g_param_spec_enum ("output", "Output", "Which steps' yhat goes out",
                         GST_TYPE_RNN_OUTPUT, GST_RNN_OUTPUT_EACH, ready));
  g_object_class_install_property (
      object, PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics",
                          "Buffers, tokens, unknown indices, hypotheses, "
                          "resets and swaps of the model since the element was "
                          "started",
                          GST_TYPE_STRUCTURE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  install_waiting (object);
  install_keeping (object);
}
