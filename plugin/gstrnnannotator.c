/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-rnnannotator
 * @title: rnnannotator
 * @short_description: yhat to tagged text
 *
 * Joins the tokens that yhat names into entities and writes the text with them:
 * in brackets as `text/x-raw, format=utf8`, in colour as
 * `format=pango-markup`, or as one `application/x-json` object a buffer. The
 * caps downstream decide.
 *
 * A text leaves as soon as its yhat is there, with its own entities in it. In
 * JSON, an entity that goes on with the one that the buffer before ended in has
 * `"continues":true`.
 *
 * Each entity is also an element message, `rnn-entity`, once and as a whole: a
 * name whose words come in buffers of their own is one entity. It closes with
 * the first token that does not continue it, a gap longer than `max-gap`, a
 * final-transcript or speaker-change event, a newline at the end of a text, a
 * segment, a stream-start, EOS, or when nothing has come for `max-delay`, and
 * at a negative rate with its text; a flush throws it away. The fields:
 *
 * - label, text (strings), score (double): as in JSON
 * - start, end (guint64): code points, counted in the text of the buffer that
 * it begins in, as if the next ones' texts were part of it
 * - pts, running-time, end-running-time (guint64, ns or GST_CLOCK_TIME_NONE):
 *   when its first word begins and its last one ends, as exactly as the buffers
 *   of the text say
 * - words (array of structures with text, score, pts and running-time): only
 *   with the property `words`
 *
 * A buffer marked GST_BUFFER_FLAG_DROPPABLE is a hypothesis, which a later one
 * replaces: it is tagged, written and pushed, still marked, and leaves no
 * trace: there is no message about its entities.
 *
 * |[
 * gst-launch-1.0 filesrc location=talk.srt ! subparse !
 *   rnntokenizer model-file=names.safetensors !
 *   rnntagger model-file=names.safetensors ! rnnannotator !
 *   application/x-json ! fdsink
 * ]|
 */
#include "gstrnnannotator-private.h"

#include "gstrnntokenmeta.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (gst_rnn_annotator_debug);
#define GST_CAT_DEFAULT gst_rnn_annotator_debug

G_DEFINE_TYPE (GstRnnAnnotator, gst_rnn_annotator, GST_TYPE_RNN_FILTER)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_RNN_FLEXIBLE_CAPS
                     "; " GST_RNN_STATIC_CAPS ("float32")));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("text/x-raw, format=(string){ utf8, pango-markup }; "
                     "application/x-json"));

static void
forget_names (GstRnnAnnotator *self)
{
  g_clear_pointer (&self->names, rnn_labels_unref);
  self->n_outputs = 0;
}

static void
stop (GstRnnFilter *filter)
{
  GstRnnAnnotator *self = GST_RNN_ANNOTATOR (filter);

  gst_rnn_report_discard (&self->report);
  forget_names (self);
  g_clear_pointer (&self->caps_labels, g_free);
}

static gboolean
set_caps (GstRnnFilter *filter, GstCaps *caps, GError **error)
{
  GstRnnAnnotator *self = GST_RNN_ANNOTATOR (filter);
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  GstCaps *out;
  const char *format;

  if (!gst_rnn_tensors_parse_caps (caps, &self->is_static, &self->info, error))
    return FALSE;
  if (self->is_static && self->info.type != GST_RNN_TENSOR_FLOAT32) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
                 "caps: expected types float32 (yhat), %s came",
                 gst_rnn_tensor_type_name (self->info.type));
    return FALSE;
  }
  g_free (self->caps_labels);
  self->caps_labels = g_strdup (gst_structure_get_string (s, "labels"));
  self->output = gst_rnn_yhat_read_output (s);
  forget_names (self);
  out = gst_caps_fixate (gst_rnn_filter_get_allowed_caps (filter));
  if (gst_caps_is_empty (out)) {
    gst_caps_unref (out);
    return FALSE;
  }
  s = gst_caps_get_structure (out, 0);
  format = gst_structure_get_string (s, "format");
  self->writer =
      gst_structure_has_name (s, "application/x-json") ? GST_RNN_WRITE_JSON
      : g_strcmp0 (format, "pango-markup") == 0        ? GST_RNN_WRITE_MARKUP
                                                       : GST_RNN_WRITE_BRACKETS;
  return gst_rnn_filter_set_out_caps (filter, out);
}

/* Understand the labels for rows of @n_outputs numbers: those of the property,
 * else of the caps, else numbers. */
static gboolean
find_names (GstRnnAnnotator *self, gsize n_outputs, GError **error)
{
  char *text;

  if (self->names && self->n_outputs == n_outputs)
    return TRUE;
  forget_names (self);
  text = _gst_rnn_annotator_dup_labels (self);
  if (!text)
    text = g_strdup (self->caps_labels);
  self->names = gst_rnn_yhat_new_labels (text, n_outputs, self->output, error);
  g_free (text);
  self->n_outputs = self->names ? n_outputs : 0;
  return self->names != NULL;
}

/* A text for tokens that lost theirs: a question mark each. */
static void
add_placeholder_meta (GstBuffer *buffer, gsize n_tokens)
{
  RnnToken *tokens = g_new (RnnToken, MAX (n_tokens, 1));
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < n_tokens; i++) {
    tokens[i] = (RnnToken){ (guint32) (2 * i), (guint32) (2 * i + 1) };
    g_string_append (text, i + 1 < n_tokens ? "? " : "?");
  }
  gst_buffer_add_rnn_token_meta (buffer, text->str, text->len, tokens, NULL,
                                 n_tokens);
  g_string_free (text, TRUE);
  g_free (tokens);
}

/* Read @n rows of yhat, float[n][n_y], which need not be aligned. */
static RnnTag *
read_tags (GstRnnAnnotator *self, const guint8 *yhat, gsize n)
{
  gsize n_bytes = self->n_outputs * sizeof (float);
  RnnTag *tags = g_new (RnnTag, MAX (n, 1));
  float *row = g_malloc (n_bytes);
  float threshold = _gst_rnn_annotator_get_threshold (self);

  for (gsize i = 0; i < n; i++) {
    memcpy (row, yhat + i * n_bytes, n_bytes);
    tags[i] = rnn_labels_read (self->names, row, threshold);
  }
  g_free (row);
  return tags;
}

/* Write @buffer's text with the entities that @yhat, float[n][n_y], names. */
static GstFlowReturn
annotate (GstRnnAnnotator *self, GstBuffer *buffer, const guint8 *yhat, gsize n)
{
  const GstRnnTokenMeta *meta = gst_buffer_get_rnn_token_meta (buffer);
  RnnTag *tags = read_tags (self, yhat, n);
  RnnTaggedText tagged = { .text = meta->text,
                           .n_bytes = meta->n_bytes,
                           .tokens = meta->tokens,
                           .tags = tags,
                           .token_pts = meta->pts,
                           .n_tokens = n,
                           .pts = GST_BUFFER_PTS (buffer),
                           .duration = GST_BUFFER_DURATION (buffer),
                           .interim = GST_BUFFER_FLAG_IS_SET (
                               buffer, GST_BUFFER_FLAG_DROPPABLE) };
  RnnEntity *entities = rnn_entities_find (tags, n, &tagged.n_entities);
  GstFlowReturn flow;

  tagged.entities = entities;
  gst_rnn_report_text (&self->report, &tagged, meta);
  flow = _gst_rnn_annotator_push_text (self, buffer, &tagged);
  g_free (entities);
  g_free (tags);
  return flow;
}

static GstFlowReturn
annotate_mapped (GstRnnAnnotator *self, GstBuffer **buffer,
                 const GstMapInfo *map)
{
  const guint8 *bytes = map->data;
  gsize n_bytes = map->size, n_outputs, n;
  GstRnnTensorInfo info = self->info;
  GstRnnTokenMeta *meta;
  GError *error = NULL;

  if (!self->is_static) {
    if (!gst_rnn_tensor_read_header (bytes, n_bytes, &info, &error))
      return gst_rnn_filter_fail (GST_RNN_FILTER (self), error);
    bytes += GST_RNN_HEADER_BYTES;
    n_bytes -= GST_RNN_HEADER_BYTES;
  }
  gst_rnn_tensor_fit (&info, n_bytes);
  if (!gst_rnn_yhat_read_shape (&info, n_bytes, &n_outputs, &n, &error)
      || !find_names (self, n_outputs, &error))
    return gst_rnn_filter_fail (GST_RNN_FILTER (self), error);
  meta = gst_buffer_get_rnn_token_meta (*buffer);
  if (meta && meta->n_tokens != n) {
    g_set_error (&error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
                 "yhat: expected a row for each of %" G_GSIZE_FORMAT
                 " tokens, %" G_GSIZE_FORMAT " rows came",
                 meta->n_tokens, n);
    return gst_rnn_filter_fail (GST_RNN_FILTER (self), error);
  }
  if (!meta) {
    *buffer = gst_buffer_make_writable (*buffer);
    add_placeholder_meta (*buffer, n);
  }
  return annotate (self, *buffer, bytes, n);
}

static GstFlowReturn
chain (GstRnnFilter *filter, GstBuffer *buffer)
{
  GstRnnAnnotator *self = GST_RNN_ANNOTATOR (filter);
  GstBuffer *bytes;
  GstFlowReturn flow;
  GstMapInfo map;

  if (gst_buffer_get_size (buffer) == 0)
    return gst_rnn_filter_push (filter, buffer);
  bytes = gst_buffer_ref (buffer);
  if (!gst_buffer_map (bytes, &map, GST_MAP_READ)) {
    GST_ELEMENT_ERROR (self, RESOURCE, READ, (NULL),
                       ("yhat: cannot read an input buffer"));
    gst_buffer_unref (bytes);
    gst_buffer_unref (buffer);
    return GST_FLOW_ERROR;
  }
  flow = annotate_mapped (self, &buffer, &map);
  gst_buffer_unmap (bytes, &map);
  gst_buffer_unref (bytes);
  gst_buffer_unref (buffer);
  return flow;
}

/* What comes next is another text. */
static GstFlowReturn
drain (GstRnnFilter *filter)
{
  gst_rnn_report_close (&GST_RNN_ANNOTATOR (filter)->report);
  return GST_FLOW_OK;
}

/* Take what the tokenizer has to say to us, and to nobody behind us. */
static gboolean
hold (GstRnnFilter *filter, GstEvent *event)
{
  gboolean is_blank = gst_rnn_event_is (event, GST_RNN_BLANK);

  if (!is_blank && !gst_rnn_event_is (event, GST_RNN_LINE_END))
    return FALSE;
  if (is_blank)
    _gst_rnn_annotator_push_blank (GST_RNN_ANNOTATOR (filter), event);
  gst_event_unref (event);
  return TRUE;
}

static void
reset (GstRnnFilter *filter, GstRnnReset why)
{
  if (why == GST_RNN_RESET_FLUSH)
    gst_rnn_report_discard (&GST_RNN_ANNOTATOR (filter)->report);
}

static void
gap (GstRnnFilter *filter, GstClockTime duration)
{
  gst_rnn_report_gap (&GST_RNN_ANNOTATOR (filter)->report, duration);
}

static void
finalize (GObject *object)
{
  GstRnnAnnotator *self = GST_RNN_ANNOTATOR (object);

  gst_rnn_report_clear (&self->report);
  forget_names (self);
  g_free (self->caps_labels);
  g_free (self->labels);
  G_OBJECT_CLASS (gst_rnn_annotator_parent_class)->finalize (object);
}

static void
gst_rnn_annotator_class_init (GstRnnAnnotatorClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS (klass);
  GstElementClass *element = GST_ELEMENT_CLASS (klass);
  GstRnnFilterClass *filter = GST_RNN_FILTER_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_rnn_annotator_debug, "rnnannotator", 0,
                           "yhat to tagged text");
  object->set_property = _gst_rnn_annotator_set_property;
  object->get_property = _gst_rnn_annotator_get_property;
  object->finalize = finalize;
  filter->stop = stop;
  filter->set_caps = set_caps;
  filter->renegotiates = TRUE;
  filter->chain = chain;
  filter->drain = drain;
  filter->hold = hold;
  filter->reset = reset;
  filter->gap = gap;
  _gst_rnn_annotator_install_properties (object);
  gst_element_class_add_static_pad_template (element, &sink_template);
  gst_element_class_add_static_pad_template (element, &src_template);
  gst_element_class_set_static_metadata (
      element, "RNN annotator", "Filter/Converter/Text",
      "Write text with the entities that a network found in it",
      "The gst-rnn authors");
}

static void
gst_rnn_annotator_init (GstRnnAnnotator *self)
{
  self->threshold = GST_RNN_ANNOTATOR_DEFAULT_THRESHOLD;
  gst_rnn_report_init (&self->report, GST_RNN_FILTER (self));
}
