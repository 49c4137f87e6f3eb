/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-rnntokenizer
 * @title: rnntokenizer
 * @short_description: text to token indices
 *
 * Cuts text into words and looks each one up in the dictionary of a model. The
 * words, their places in the text and their times travel beside the indices as
 * a #GstRnnTokenMeta.
 *
 * With `framing=buffer` each input buffer is whole. With `line` and `word` text
 * may be cut anywhere, inside a word or a character; what is not complete waits
 * for the next buffer, and comes at EOS at the latest.
 *
 * A buffer marked GST_BUFFER_FLAG_DROPPABLE is a hypothesis, which a later one
 * replaces. What waits and the hypothesis together become one buffer of tokens,
 * to the last word and still marked, and leave no trace in what comes later;
 * one without a word is dropped. See rnninterim.
 *
 * |[
 * gst-launch-1.0 filesrc location=talk.srt ! subparse !
 *   rnntokenizer model-file=names.safetensors ! fakesink dump=true
 * ]|
 */
#include "gstrnntensors.h"
#include "gstrnntokenizer-private.h"

GST_DEBUG_CATEGORY_STATIC (gst_rnn_tokenizer_debug);
#define GST_CAT_DEFAULT gst_rnn_tokenizer_debug

enum { PROP_0, PROP_MODEL_FILE, PROP_FRAMING };

G_DEFINE_TYPE (GstRnnTokenizer, gst_rnn_tokenizer, GST_TYPE_RNN_FILTER)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("text/x-raw, format=(string){ utf8, pango-markup }; "
                     "text/plain"));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_RNN_FLEXIBLE_CAPS "; " GST_RNN_STATIC_CAPS ("int32")));

GType
gst_rnn_framing_get_type (void)
{
  static const GEnumValue values[] = {
    { RNN_FRAMING_BUFFER, "Each input buffer is whole: one out for one in",
      "buffer" },
    { RNN_FRAMING_LINE, "Cut at newlines, carry the rest", "line" },
    { RNN_FRAMING_WORD, "Cut at word ends, carry the rest", "word" },
    { 0, NULL, NULL }
  };
  static GType type;

  if (g_once_init_enter (&type)) {
    GType registered = g_enum_register_static ("GstRnnFraming", values);
    g_once_init_leave (&type, registered);
  }
  return type;
}

/* As a flush does: what events say of the stream stays true. */
static void
forget_text (GstRnnTokenizer *self)
{
  GstEvent *event;

  if (self->tokenizer)
    rnn_tokenizer_reset (self->tokenizer);
  gst_rnn_markup_clear (self->markup);
  while ((event = gst_rnn_events_take (self->events, G_MAXUINT64))) {
    gst_rnn_filter_keep_event (GST_RNN_FILTER (self), event);
    gst_event_unref (event);
  }
  gst_rnn_spans_clear (self->output.spans);
  self->output.is_discont = FALSE;
  gst_rnn_tokenizer_output_end (&self->output);
}

static gboolean
check (GstRnnFilter *filter, RnnModel *model, const char *file, GError **error)
{
  if (rnn_model_get_lexicon (model))
    return TRUE;
  g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
               "%s: tensor vocab: expected one, there is none", file);
  return FALSE;
}

static gboolean
start (GstRnnFilter *filter, GError **error)
{
  GstRnnTokenizer *self = GST_RNN_TOKENIZER (filter);

  self->model = gst_rnn_loader_start (self->loader, error);
  if (!self->model)
    return FALSE;
  self->tokenizer =
      rnn_tokenizer_new (rnn_model_get_lexicon (self->model), self->framing);
  return TRUE;
}

static void
stop (GstRnnFilter *filter)
{
  GstRnnTokenizer *self = GST_RNN_TOKENIZER (filter);

  gst_rnn_loader_stop (self->loader);
  forget_text (self);
  g_clear_pointer (&self->tokenizer, rnn_tokenizer_free);
  g_clear_pointer (&self->model, rnn_model_unref);
}

/* Static tensors have as many tokens as the caps say: one. */
static GstCaps *
choose_caps (GstRnnTokenizer *self, GstCaps *allowed)
{
  GstCaps *flexible = gst_rnn_tensors_make_caps (NULL, NULL);
  GstRnnTensorInfo one = { GST_RNN_TENSOR_INT32, 1, { 1 } };
  gsize n_slots = self->output.n_slots;

  self->output.is_static = !gst_caps_can_intersect (allowed, flexible);
  if (!self->output.is_static)
    return flexible;
  gst_caps_unref (flexible);
  if (n_slots > 1)
    one =
        (GstRnnTensorInfo){ GST_RNN_TENSOR_INT32, 2, { (guint32) n_slots, 1 } };
  return gst_rnn_tensors_make_caps (&one, NULL);
}

static gboolean
set_caps (GstRnnFilter *filter, GstCaps *caps, GError **error)
{
  GstRnnTokenizer *self = GST_RNN_TOKENIZER (filter);
  const char *format =
      gst_structure_get_string (gst_caps_get_structure (caps, 0), "format");
  GstCaps *allowed = gst_rnn_filter_get_allowed_caps (filter), *out;

  self->is_markup = g_strcmp0 (format, "pango-markup") == 0;
  self->output.n_slots = rnn_model_get_n_slots (self->model);
  self->output.framing = self->framing;
  out = choose_caps (self, allowed);
  gst_caps_unref (allowed);
  gst_caps_set_simple (out, "vocab-id", G_TYPE_STRING,
                       rnn_model_get_vocab_id (self->model), NULL);
  return gst_rnn_filter_set_out_caps (filter, out);
}

/* Look words up in a dictionary that was set while playing, text that waits
 * too, and say so downstream. */
static gboolean
swap (GstRnnTokenizer *self, GError **error)
{
  GstRnnFilter *filter = GST_RNN_FILTER (self);
  RnnModel *model = NULL;

  if (gst_rnn_loader_has_models (self->loader))
    model = gst_rnn_loader_take (self->loader, NULL, NULL, FALSE);
  if (!model)
    return TRUE;
  rnn_tokenizer_set_lexicon (self->tokenizer, rnn_model_get_lexicon (model));
  rnn_model_unref (self->model);
  self->model = model;
  return set_caps (filter, gst_rnn_filter_get_caps (filter), error);
}

static GstFlowReturn
chain (GstRnnFilter *filter, GstBuffer *buffer)
{
  GstRnnTokenizer *self = GST_RNN_TOKENIZER (filter);
  gboolean is_whole = self->framing == RNN_FRAMING_BUFFER;
  GError *error = NULL;
  GstFlowReturn flow;

  if (!swap (self, &error))
    flow = gst_rnn_filter_fail_caps (filter, error);
  else if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DROPPABLE)) {
    flow = _gst_rnn_tokenizer_take_hypothesis (self, buffer);
  } else {
    flow = _gst_rnn_tokenizer_take (self, buffer, FALSE);
    if (flow == GST_FLOW_OK)
      flow = _gst_rnn_tokenizer_pull_all (self, is_whole ? buffer : NULL);
  }
  gst_buffer_unref (buffer);
  return flow;
}

static GstFlowReturn
drain (GstRnnFilter *filter)
{
  GstRnnTokenizer *self = GST_RNN_TOKENIZER (filter);
  GstFlowReturn flow = _gst_rnn_tokenizer_push_rest (self, NULL);

  gst_rnn_tokenizer_output_end (&self->output);
  _gst_rnn_tokenizer_push_events (self, G_MAXUINT64);
  return flow;
}

/* No event goes past text that waits. */
static gboolean
ends (GstRnnFilter *filter, GstEvent *event)
{
  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_GAP:
  case GST_EVENT_SEGMENT_DONE:
  case GST_EVENT_STREAM_GROUP_DONE:
    return TRUE;
  default:
    return GST_RNN_FILTER_CLASS (gst_rnn_tokenizer_parent_class)
        ->ends (filter, event);
  }
}

/* An event that ends no text tears no word: it waits for the word's end. */
static gboolean
hold (GstRnnFilter *filter, GstEvent *event)
{
  GstRnnTokenizer *self = GST_RNN_TOKENIZER (filter);
  gsize n, n_blank;

  if (!self->tokenizer)
    return FALSE;
  rnn_tokenizer_peek (self->tokenizer, &n, &n_blank);
  if (n == n_blank && !gst_rnn_events_are_waiting (self->events))
    return FALSE;
  gst_rnn_events_add (self->events, event,
                      rnn_tokenizer_get_n_bytes (self->tokenizer));
  return TRUE;
}

static void
reset (GstRnnFilter *filter, GstRnnReset why)
{
  GstRnnTokenizer *self = GST_RNN_TOKENIZER (filter);

  if (why == GST_RNN_RESET_STREAM_START || why == GST_RNN_RESET_FLUSH)
    forget_text (self);
  if (why == GST_RNN_RESET_STREAM_START || why == GST_RNN_RESET_FLUSH
      || why == GST_RNN_RESET_SEGMENT)
    self->output.position = GST_CLOCK_TIME_NONE;
  /* The rest of a word that waits is lost. */
  if (why == GST_RNN_RESET_DISCONT) {
    _gst_rnn_tokenizer_push_rest (self, NULL);
    _gst_rnn_tokenizer_push_events (self, G_MAXUINT64);
    self->output.is_discont = TRUE;
  }
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GstRnnTokenizer *self = GST_RNN_TOKENIZER (object);

  switch (id) {
  case PROP_MODEL_FILE:
    gst_rnn_loader_set_file (self->loader, g_value_get_string (value));
    break;
  case PROP_FRAMING:
    self->framing = (RnnFraming) g_value_get_enum (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  GstRnnTokenizer *self = GST_RNN_TOKENIZER (object);

  switch (id) {
  case PROP_MODEL_FILE:
    g_value_take_string (value, gst_rnn_loader_dup_file (self->loader));
    break;
  case PROP_FRAMING:
    g_value_set_enum (value, self->framing);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
finalize (GObject *object)
{
  GstRnnTokenizer *self = GST_RNN_TOKENIZER (object);

  gst_rnn_loader_free (self->loader);
  gst_rnn_markup_free (self->markup);
  gst_rnn_events_free (self->events);
  gst_rnn_spans_free (self->output.spans);
  G_OBJECT_CLASS (gst_rnn_tokenizer_parent_class)->finalize (object);
}

static void
gst_rnn_tokenizer_class_init (GstRnnTokenizerClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS (klass);
  GstElementClass *element = GST_ELEMENT_CLASS (klass);
  GstRnnFilterClass *filter = GST_RNN_FILTER_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_rnn_tokenizer_debug, "rnntokenizer", 0,
                           "text to token indices");
  object->set_property = set_property;
  object->get_property = get_property;
  object->finalize = finalize;
  filter->start = start;
  filter->stop = stop;
  filter->set_caps = set_caps;
  filter->chain = chain;
  filter->ends = ends;
  filter->drain = drain;
  filter->hold = hold;
  filter->reset = reset;
  g_object_class_install_property (
      object, PROP_MODEL_FILE,
      g_param_spec_string ("model-file", "Model file",
                           "The .safetensors file whose dictionary to use. "
                           "While playing, another one is loaded beside the "
                           "stream and comes in at the next buffer",
                           NULL,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                               | GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (
      object, PROP_FRAMING,
      g_param_spec_enum ("framing", "Framing", "Where a text ends",
                         GST_TYPE_RNN_FRAMING, RNN_FRAMING_BUFFER,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                             | GST_PARAM_MUTABLE_READY));
  gst_element_class_add_static_pad_template (element, &sink_template);
  gst_element_class_add_static_pad_template (element, &src_template);
  gst_element_class_set_static_metadata (
      element, "RNN tokenizer", "Filter/Converter/Text",
      "Cut text into words and look them up in a model's dictionary",
      "The gst-rnn authors");
  gst_type_mark_as_plugin_api (GST_TYPE_RNN_FRAMING, 0);
}

static void
gst_rnn_tokenizer_init (GstRnnTokenizer *self)
{
  self->loader = gst_rnn_loader_new (GST_RNN_FILTER (self), check);
  self->framing = RNN_FRAMING_BUFFER;
  self->markup = gst_rnn_markup_new ();
  self->events = gst_rnn_events_new ();
  self->output.position = GST_CLOCK_TIME_NONE;
  self->output.filter = GST_RNN_FILTER (self);
  self->output.spans = gst_rnn_spans_new ();
}
