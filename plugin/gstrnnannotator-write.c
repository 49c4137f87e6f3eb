/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tagged texts, and white space behind them, as buffers. */
#include "gstrnnannotator-private.h"

#include "gstrnntokenmeta.h"

static GString *
write_text (GstRnnAnnotator *self, const RnnTaggedText *tagged)
{
  GString *text = NULL;

  switch (self->writer) {
  case GST_RNN_WRITE_BRACKETS:
    text = rnn_tagged_text_to_brackets (tagged);
    break;
  case GST_RNN_WRITE_MARKUP:
    text = rnn_tagged_text_to_markup (tagged);
    break;
  case GST_RNN_WRITE_JSON:
    return rnn_tagged_text_to_json (tagged);
  }
  if (_gst_rnn_annotator_appends_newline (self)
      && (text->len == 0 || text->str[text->len - 1] != '\n'))
    g_string_append_c (text, '\n');
  return text;
}

GstFlowReturn
_gst_rnn_annotator_push_text (GstRnnAnnotator *self, GstBuffer *like,
                              const RnnTaggedText *tagged)
{
  GString *text = write_text (self, tagged);
  gsize n = text->len;
  GstBuffer *buffer =
      gst_rnn_filter_new_buffer (GST_RNN_FILTER (self), n, like);
  GstRnnTokenMeta *meta;

  if (!buffer) {
    g_string_free (text, TRUE);
    return GST_FLOW_ERROR;
  }
  gst_buffer_fill (buffer, 0, text->str, n);
  g_string_free (text, TRUE);
  /* Its spans are those of the text without tags. */
  meta = gst_buffer_get_rnn_token_meta (buffer);
  if (meta)
    gst_buffer_remove_meta (buffer, &meta->meta);
  return gst_rnn_filter_push (GST_RNN_FILTER (self), buffer);
}

/* GLib takes NUL for no character; a text may hold it. */
static gboolean
is_text (const guint8 *bytes, gsize n)
{
  const char *at = (const char *) bytes, *end = at + n;

  while (at < end && !g_utf8_validate_len (at, (gsize) (end - at), &at)) {
    if (*at != '\0')
      return FALSE;
    at++;
  }
  return TRUE;
}

void
_gst_rnn_annotator_push_blank (GstRnnAnnotator *self, GstEvent *event)
{
  GstBuffer *bytes = NULL, *like = gst_buffer_new ();
  GstMapInfo map;

  gst_structure_get (gst_event_get_structure (event), "text", GST_TYPE_BUFFER,
                     &bytes, "pts", G_TYPE_UINT64, &GST_BUFFER_PTS (like),
                     "duration", G_TYPE_UINT64, &GST_BUFFER_DURATION (like),
                     NULL);
  if (bytes && gst_buffer_map (bytes, &map, GST_MAP_READ)) {
    RnnTaggedText tagged = { .text = (const char *) map.data,
                             .n_bytes = map.size,
                             .pts = GST_BUFFER_PTS (like),
                             .duration = GST_BUFFER_DURATION (like) };
    if (is_text (map.data, map.size))
      _gst_rnn_annotator_push_text (self, like, &tagged);
    gst_buffer_unmap (bytes, &map);
  }
  gst_clear_buffer (&bytes);
  gst_buffer_unref (like);
}
