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
 * |[
 * gst-launch-1.0 filesrc location=talk.srt ! subparse !
 *   rnntokenizer model-file=names.safetensors ! fakesink dump=true
 * ]|
 */
#include "gstrnntokenizer.h"

#include "gstrnntensors.h"
#include "gstrnntokenmeta.h"

#include <rnn/rnn.h>
#include <string.h>

GST_DEBUG_CATEGORY_STATIC (gst_rnn_tokenizer_debug);
#define GST_CAT_DEFAULT gst_rnn_tokenizer_debug

enum { PROP_0, PROP_MODEL_FILE, PROP_FRAMING };

/* Where an input buffer began in the stream of text, and when. */
typedef struct {
  guint64 start; /* bytes */
  GstClockTime pts;
  GstClockTime end;
} Span;

struct _GstRnnTokenizer {
  GstRnnFilter parent;
  char *model_file;
  RnnFraming framing;

  RnnModel *model;
  RnnTokenizer *tokenizer;
  gboolean is_markup;
  gboolean is_static;
  GArray *spans; /* Span, those that text not yet out began in */
};

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

static void
forget_text (GstRnnTokenizer *self)
{
  if (self->tokenizer)
    rnn_tokenizer_reset (self->tokenizer);
  g_array_set_size (self->spans, 0);
}

static gboolean
start (GstRnnFilter *filter, GError **error)
{
  GstRnnTokenizer *self = GST_RNN_TOKENIZER (filter);

  if (!self->model_file) {
    g_set_error_literal (error, RNN_ERROR, RNN_ERROR_NOT_FOUND,
                         "model-file: expected the name of a model, none came");
    return FALSE;
  }
  self->model = rnn_model_load_shared (self->model_file, error);
  if (!self->model)
    return FALSE;
  if (!rnn_model_get_lexicon (self->model)) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
                 "%s: tensor vocab: expected one, there is none",
                 self->model_file);
    g_clear_pointer (&self->model, rnn_model_unref);
    return FALSE;
  }
  self->tokenizer = rnn_tokenizer_new (rnn_model_get_lexicon (self->model),
                                       self->framing);
  return TRUE;
}

static void
stop (GstRnnFilter *filter)
{
  GstRnnTokenizer *self = GST_RNN_TOKENIZER (filter);

  forget_text (self);
  g_clear_pointer (&self->tokenizer, rnn_tokenizer_free);
  g_clear_pointer (&self->model, rnn_model_unref);
}

/* Static tensors have as many tokens as the caps say: one. */
static GstCaps *
choose_caps (GstRnnTokenizer *self, GstCaps *allowed)
{
  GstCaps *flexible = gst_rnn_tensors_make_caps (NULL, NULL);
  gsize n_slots = rnn_model_get_n_slots (self->model);
  GstRnnTensorInfo one = { GST_RNN_TENSOR_INT32, 1, { 1 } };

  self->is_static = !gst_caps_can_intersect (allowed, flexible);
  if (!self->is_static)
    return flexible;
  gst_caps_unref (flexible);
  if (n_slots > 1)
    one = (GstRnnTensorInfo) {
      GST_RNN_TENSOR_INT32, 2, { (guint32) n_slots, 1 }
    };
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
  out = choose_caps (self, allowed);
  gst_caps_unref (allowed);
  gst_caps_set_simple (out, "vocab-id", G_TYPE_STRING,
                       rnn_model_get_vocab_id (self->model), NULL);
  return gst_rnn_filter_set_out_caps (filter, out);
}

/* The span that byte @at of the stream lies in; NULL: before all. */
static const Span *
span_at (const GstRnnTokenizer *self, guint64 at)
{
  const Span *found = NULL;

  for (guint i = 0; i < self->spans->len; i++) {
    const Span *span = &g_array_index (self->spans, Span, i);
    if (span->start > at)
      break;
    found = span;
  }
  return found;
}

/* Forget the spans before the one that byte @at lies in. */
static void
drop_spans (GstRnnTokenizer *self, guint64 at)
{
  guint n = 0;

  while (n + 1 < self->spans->len &&
         g_array_index (self->spans, Span, n + 1).start <= at)
    n++;
  if (n > 0)
    g_array_remove_range (self->spans, 0, n);
}

/* When a text begins and ends: with its first and last byte's buffers. */
static void
times_of_text (const GstRnnTokenizer *self, const RnnText *text,
               GstClockTime *pts, GstClockTime *duration)
{
  const Span *first = span_at (self, text->source_start);
  const Span *last = span_at (self, text->source_start +
                                        MAX (text->n_bytes, 1) - 1);

  *pts = first ? first->pts : GST_CLOCK_TIME_NONE;
  *duration = GST_CLOCK_TIME_NONE;
  if (last && GST_CLOCK_TIME_IS_VALID (*pts) &&
      GST_CLOCK_TIME_IS_VALID (last->end) && last->end >= *pts)
    *duration = last->end - *pts;
}

/* @is_part: a part of one text, and not its first. */
static void
add_meta (const GstRnnTokenizer *self, GstBuffer *buffer, const RnnText *text,
          gboolean is_part)
{
  GstRnnTokenMeta *meta;
  GstClockTime *pts = g_new (GstClockTime, text->n_tokens);

  for (gsize i = 0; i < text->n_tokens; i++) {
    const Span *span =
        span_at (self, text->source_start + text->tokens[i].start);
    pts[i] = span ? span->pts : GST_CLOCK_TIME_NONE;
  }
  meta = gst_buffer_add_rnn_token_meta (buffer, text->text, text->n_bytes,
                                        text->tokens, pts, text->n_tokens);
  g_free (pts);
  for (gsize i = 0; i < text->n_tokens; i++) {
    const Span *span =
        span_at (self, text->source_start + text->tokens[i].end - 1);
    meta->ends[i] = span ? span->end : GST_CLOCK_TIME_NONE;
  }
  meta->follows = self->framing != RNN_FRAMING_BUFFER || is_part;
}

static GstFlowReturn
push_gap (GstRnnTokenizer *self, GstClockTime pts, GstClockTime duration)
{
  GstEvent *gap;

  if (!GST_CLOCK_TIME_IS_VALID (pts)) {
    const GstSegment *segment =
        gst_rnn_filter_get_segment (GST_RNN_FILTER (self));
    pts = segment->format == GST_FORMAT_TIME ? segment->start : 0;
  }
  gap = gst_event_new_gap (pts, duration);
  gst_rnn_filter_push_event (GST_RNN_FILTER (self), gap);
  return GST_FLOW_OK;
}

/* One flexible buffer with all tokens of a text. */
static GstFlowReturn
push_flexible (GstRnnTokenizer *self, const RnnText *text, GstBuffer *like,
               GstClockTime pts, GstClockTime duration)
{
  gsize n_slots = rnn_model_get_n_slots (self->model);
  gsize n_bytes = text->n_tokens * n_slots * sizeof (gint32);
  GstRnnTensorInfo info = { GST_RNN_TENSOR_INT32, 1,
                            { (guint32) text->n_tokens } };
  guint8 header[GST_RNN_HEADER_BYTES];
  GstBuffer *buffer;

  if (n_slots > 1)
    info = (GstRnnTensorInfo) {
      GST_RNN_TENSOR_INT32, 2, { (guint32) n_slots, (guint32) text->n_tokens }
    };
  buffer = gst_rnn_filter_new_buffer (GST_RNN_FILTER (self),
                                      GST_RNN_HEADER_BYTES + n_bytes, like);
  if (!buffer)
    return GST_FLOW_ERROR;
  gst_rnn_tensor_write_header (header, &info);
  gst_buffer_fill (buffer, 0, header, sizeof header);
  gst_buffer_fill (buffer, sizeof header, text->indices, n_bytes);
  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = duration;
  add_meta (self, buffer, text, FALSE);
  return gst_rnn_filter_push (GST_RNN_FILTER (self), buffer);
}

/* One static buffer a token; each has the text from its token up to the next,
 * the first one what is before as well. */
static GstFlowReturn
push_static (GstRnnTokenizer *self, const RnnText *text, GstBuffer *like,
             GstClockTime pts, GstClockTime duration)
{
  gsize n_slots = rnn_model_get_n_slots (self->model), begin = 0;
  GstFlowReturn flow = GST_FLOW_OK;

  for (gsize i = 0; flow == GST_FLOW_OK && i < text->n_tokens; i++) {
    gsize end = i + 1 < text->n_tokens ? text->tokens[i + 1].start
                                       : text->n_bytes;
    RnnToken token = { (guint32) (text->tokens[i].start - begin),
                       (guint32) (text->tokens[i].end - begin) };
    RnnText part = { text->text + begin, end - begin, &token, 1, NULL,
                     text->source_start + begin };
    GstBuffer *buffer = gst_rnn_filter_new_buffer (
        GST_RNN_FILTER (self), n_slots * sizeof (gint32), like);
    if (!buffer)
      return GST_FLOW_ERROR;
    gst_buffer_fill (buffer, 0, text->indices + i * n_slots,
                     n_slots * sizeof (gint32));
    GST_BUFFER_PTS (buffer) = pts;
    GST_BUFFER_DURATION (buffer) = duration;
    add_meta (self, buffer, &part, i > 0);
    flow = gst_rnn_filter_push (GST_RNN_FILTER (self), buffer);
    begin = end;
  }
  return flow;
}

static GstFlowReturn
push_text (GstRnnTokenizer *self, RnnText *text, GstBuffer *like)
{
  GstClockTime pts, duration;
  GstFlowReturn flow;

  times_of_text (self, text, &pts, &duration);
  if (like) {
    pts = GST_BUFFER_PTS (like);
    duration = GST_BUFFER_DURATION (like);
  }
  if (text->n_tokens == 0)
    flow = push_gap (self, pts, duration);
  else if (self->is_static)
    flow = push_static (self, text, like, pts, duration);
  else
    flow = push_flexible (self, text, like, pts, duration);
  drop_spans (self, text->source_start + text->n_bytes);
  rnn_text_free (text);
  return flow;
}

static GstFlowReturn
pull_all (GstRnnTokenizer *self, GstBuffer *like)
{
  GstFlowReturn flow = GST_FLOW_OK;
  RnnText *text;

  while (flow == GST_FLOW_OK && (text = rnn_tokenizer_pull (self->tokenizer)))
    flow = push_text (self, text, like);
  return flow;
}

static void
add_span (GstRnnTokenizer *self, GstBuffer *buffer)
{
  Span span = { rnn_tokenizer_get_n_bytes (self->tokenizer),
                GST_BUFFER_PTS (buffer), GST_CLOCK_TIME_NONE };

  if (GST_BUFFER_PTS_IS_VALID (buffer) && GST_BUFFER_DURATION_IS_VALID (buffer))
    span.end = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
  g_array_append_val (self->spans, span);
}

static gboolean
push_bytes (GstRnnTokenizer *self, const guint8 *bytes, gsize n,
            GError **error)
{
  gsize n_text;
  gboolean ok;
  char *text;

  if (!self->is_markup)
    return rnn_tokenizer_push (self->tokenizer, bytes, n, error);
  text = rnn_markup_to_text ((const char *) bytes, n, &n_text);
  ok = rnn_tokenizer_push (self->tokenizer, (const guint8 *) text, n_text,
                           error);
  g_free (text);
  return ok;
}

static GstFlowReturn
chain (GstRnnFilter *filter, GstBuffer *buffer)
{
  GstRnnTokenizer *self = GST_RNN_TOKENIZER (filter);
  gboolean is_whole = self->framing == RNN_FRAMING_BUFFER;
  GstFlowReturn flow;
  GError *error = NULL;
  GstMapInfo map;
  gboolean ok;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    GST_ELEMENT_ERROR (self, RESOURCE, READ, (NULL),
                       ("cannot read an input buffer"));
    gst_buffer_unref (buffer);
    return GST_FLOW_ERROR;
  }
  add_span (self, buffer);
  ok = push_bytes (self, map.data, map.size, &error);
  gst_buffer_unmap (buffer, &map);
  flow = ok ? pull_all (self, is_whole ? buffer : NULL)
            : gst_rnn_filter_fail (filter, error);
  gst_buffer_unref (buffer);
  return flow;
}

static GstFlowReturn
drain (GstRnnFilter *filter)
{
  GstRnnTokenizer *self = GST_RNN_TOKENIZER (filter);
  RnnText *text =
      self->tokenizer ? rnn_tokenizer_drain (self->tokenizer) : NULL;

  return text ? push_text (self, text, NULL) : GST_FLOW_OK;
}

static void
reset (GstRnnFilter *filter, GstRnnReset why)
{
  if (why == GST_RNN_RESET_STREAM_START || why == GST_RNN_RESET_FLUSH)
    forget_text (GST_RNN_TOKENIZER (filter));
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GstRnnTokenizer *self = GST_RNN_TOKENIZER (object);

  switch (id) {
  case PROP_MODEL_FILE:
    g_free (self->model_file);
    self->model_file = g_value_dup_string (value);
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
    g_value_set_string (value, self->model_file);
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

  g_free (self->model_file);
  g_array_free (self->spans, TRUE);
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
  filter->drain = drain;
  filter->reset = reset;
  g_object_class_install_property (
      object, PROP_MODEL_FILE,
      g_param_spec_string ("model-file", "Model file",
                           "The .safetensors file whose dictionary to use",
                           NULL,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                               GST_PARAM_MUTABLE_READY));
  g_object_class_install_property (
      object, PROP_FRAMING,
      g_param_spec_enum ("framing", "Framing", "Where a text ends",
                         GST_TYPE_RNN_FRAMING, RNN_FRAMING_BUFFER,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                             GST_PARAM_MUTABLE_READY));
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
  self->framing = RNN_FRAMING_BUFFER;
  self->spans = g_array_new (FALSE, FALSE, sizeof (Span));
}
