/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes in, texts out, and the events between them. */
#include "gstrnntokenizer-private.h"

void
_gst_rnn_tokenizer_push_events (GstRnnTokenizer *self, guint64 place)
{
  GstEvent *event;

  while ((event = gst_rnn_events_take (self->events, place)))
    gst_rnn_filter_push_event (GST_RNN_FILTER (self), event);
}

GstFlowReturn
_gst_rnn_tokenizer_pull_all (GstRnnTokenizer *self, GstBuffer *like)
{
  GstFlowReturn flow = GST_FLOW_OK;
  gsize n, n_blank;
  GError *error = NULL;
  const char *carried;
  guint64 end;
  RnnText *text;

  while (flow == GST_FLOW_OK
         && (text = rnn_tokenizer_pull (self->tokenizer, &error))) {
    end = text->source_start + text->n_bytes;
    flow = gst_rnn_tokenizer_output_push (&self->output, text, like);
    _gst_rnn_tokenizer_push_events (self, end);
  }
  carried = rnn_tokenizer_peek (self->tokenizer, &n, &n_blank);
  gst_rnn_tokenizer_output_see (&self->output, carried, n_blank);
  return error ? gst_rnn_filter_fail (GST_RNN_FILTER (self), error) : flow;
}

static gboolean
no_memory (gsize n_bytes, GError **error)
{
  g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
               "text: no memory for %" G_GSIZE_FORMAT " bytes of it", n_bytes);
  return FALSE;
}

/* @is_last: no more markup comes that could complete a tag. */
static gboolean
push_bytes (GstRnnTokenizer *self, const guint8 *bytes, gsize n,
            gboolean is_last, GError **error)
{
  gsize n_text;
  gboolean ok;
  char *text;

  if (!self->is_markup)
    return rnn_tokenizer_push (self->tokenizer, bytes, n, error);
  text = gst_rnn_markup_take (self->markup, bytes, n, is_last, &n_text);
  if (!text)
    return no_memory (n, error);
  ok = rnn_tokenizer_push (self->tokenizer, (const guint8 *) text, n_text,
                           error);
  g_free (text);
  return ok;
}

/* Let @bytes wait; what is complete with them can be pulled. */
static GstFlowReturn
take_bytes (GstRnnTokenizer *self, const guint8 *bytes, gsize n)
{
  gboolean is_last = self->framing == RNN_FRAMING_BUFFER;
  GError *error = NULL;

  return push_bytes (self, bytes, n, is_last, &error)
             ? GST_FLOW_OK
             : gst_rnn_filter_fail (GST_RNN_FILTER (self), error);
}

/* Complete the word that events wait behind, and let them go before the next
 * one. Returns how many of @bytes that took. */
static gsize
end_word (GstRnnTokenizer *self, const guint8 *bytes, gsize n,
          GstFlowReturn *flow)
{
  gsize at = 0, begin;

  while (*flow == GST_FLOW_OK && at < n
         && gst_rnn_events_are_waiting (self->events)) {
    begin = at;
    while (at < n && !g_ascii_isspace (bytes[at]))
      at++;
    at = MIN (at + 1, n);
    *flow = take_bytes (self, bytes + begin, at - begin);
    if (*flow == GST_FLOW_OK)
      *flow = _gst_rnn_tokenizer_pull_all (self, NULL);
  }
  return at;
}

GstFlowReturn
_gst_rnn_tokenizer_take (GstRnnTokenizer *self, GstBuffer *buffer,
                         gboolean is_guess)
{
  GstFlowReturn flow = GST_FLOW_OK;
  gsize n_used = 0;
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    GST_ELEMENT_ERROR (self, RESOURCE, READ, (NULL),
                       ("cannot read an input buffer"));
    return GST_FLOW_ERROR;
  }
  gst_rnn_spans_add (self->output.spans,
                     rnn_tokenizer_get_n_bytes (self->tokenizer), buffer);
  if (!is_guess)
    n_used = end_word (self, map.data, map.size, &flow);
  if (flow == GST_FLOW_OK)
    flow = take_bytes (self, map.data + n_used, map.size - n_used);
  gst_buffer_unmap (buffer, &map);
  return flow;
}

GstFlowReturn
_gst_rnn_tokenizer_push_rest (GstRnnTokenizer *self, GstBuffer *like)
{
  GError *error = NULL;
  RnnText *text = NULL;

  if (!self->tokenizer)
    return GST_FLOW_OK;
  if (gst_rnn_markup_is_empty (self->markup)
      || push_bytes (self, NULL, 0, TRUE, &error))
    text = rnn_tokenizer_drain (self->tokenizer, &error);
  if (error)
    return gst_rnn_filter_fail (GST_RNN_FILTER (self), error);
  return text ? gst_rnn_tokenizer_output_push (&self->output, text, like)
              : GST_FLOW_OK;
}

GstFlowReturn
_gst_rnn_tokenizer_take_hypothesis (GstRnnTokenizer *self, GstBuffer *buffer)
{
  RnnTokenizer *tokenizer = self->tokenizer;
  RnnTokenizer *snapshot = rnn_tokenizer_copy (tokenizer);
  GstRnnMarkup *markup = self->markup;
  GstRnnTokenizerOutput output = self->output;
  GError *error = NULL;
  GstFlowReturn flow;

  if (!snapshot) {
    no_memory (gst_buffer_get_size (buffer), &error);
    return gst_rnn_filter_fail (GST_RNN_FILTER (self), error);
  }
  self->output.is_discont =
      GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  self->tokenizer = snapshot;
  self->markup = gst_rnn_markup_copy (markup);
  self->output.spans = gst_rnn_spans_copy (output.spans);
  flow = _gst_rnn_tokenizer_take (self, buffer, TRUE);
  if (flow == GST_FLOW_OK)
    flow = _gst_rnn_tokenizer_push_rest (self, buffer);
  rnn_tokenizer_free (self->tokenizer);
  gst_rnn_markup_free (self->markup);
  gst_rnn_spans_free (self->output.spans);
  self->tokenizer = tokenizer;
  self->markup = markup;
  self->output = output;
  return flow;
}
