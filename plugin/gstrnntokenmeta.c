/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstrnntokenmeta.h"

#include <string.h>

GType
gst_rnn_token_meta_api_get_type (void)
{
  static GType type;
  static const char *tags[] = { NULL };

  if (g_once_init_enter (&type)) {
    GType registered =
        gst_meta_api_type_register ("GstRnnTokenMetaAPI", tags);
    g_once_init_leave (&type, registered);
  }
  return type;
}

static gboolean
meta_init (GstMeta *meta, gpointer params, GstBuffer *buffer)
{
  GstRnnTokenMeta *self = (GstRnnTokenMeta *) meta;

  self->text = NULL;
  self->tokens = NULL;
  self->pts = self->ends = NULL;
  self->follows = FALSE;
  self->n_bytes = self->n_tokens = 0;
  return TRUE;
}

static void
meta_free (GstMeta *meta, GstBuffer *buffer)
{
  GstRnnTokenMeta *self = (GstRnnTokenMeta *) meta;

  g_free (self->text);
  g_free (self->tokens);
  g_free (self->pts);
  g_free (self->ends);
}

static gboolean
meta_transform (GstBuffer *to, GstMeta *meta, GstBuffer *from, GQuark type,
                gpointer data)
{
  const GstRnnTokenMeta *self = (const GstRnnTokenMeta *) meta;
  GstRnnTokenMeta *copy;

  if (!GST_META_TRANSFORM_IS_COPY (type) ||
      ((GstMetaTransformCopy *) data)->region)
    return FALSE;
  copy = gst_buffer_add_rnn_token_meta (to, self->text, self->n_bytes,
                                        self->tokens, self->pts,
                                        self->n_tokens);
  if (self->n_tokens > 0)
    memcpy (copy->ends, self->ends, self->n_tokens * sizeof *copy->ends);
  copy->follows = self->follows;
  return TRUE;
}

const GstMetaInfo *
gst_rnn_token_meta_get_info (void)
{
  static gsize info; /* const GstMetaInfo * */

  if (g_once_init_enter (&info))
    g_once_init_leave (
        &info, (gsize) gst_meta_register (
                   gst_rnn_token_meta_api_get_type (), "GstRnnTokenMeta",
                   sizeof (GstRnnTokenMeta), meta_init, meta_free,
                   meta_transform));
  return (const GstMetaInfo *) info;
}

GstRnnTokenMeta *
gst_buffer_add_rnn_token_meta (GstBuffer *buffer, const char *text,
                               gsize n_bytes, const RnnToken *tokens,
                               const GstClockTime *pts, gsize n_tokens)
{
  GstRnnTokenMeta *self = (GstRnnTokenMeta *) gst_buffer_add_meta (
      buffer, GST_RNN_TOKEN_META_INFO, NULL);

  self->text = g_malloc (n_bytes + 1);
  memcpy (self->text, text, n_bytes);
  self->text[n_bytes] = '\0';
  self->n_bytes = n_bytes;
  self->tokens = g_memdup2 (tokens, n_tokens * sizeof *tokens);
  self->pts = g_new (GstClockTime, MAX (n_tokens, 1));
  self->ends = g_new (GstClockTime, MAX (n_tokens, 1));
  for (gsize i = 0; i < n_tokens; i++) {
    self->pts[i] = pts ? pts[i] : GST_CLOCK_TIME_NONE;
    self->ends[i] = GST_CLOCK_TIME_NONE;
  }
  self->n_tokens = n_tokens;
  return self;
}

GstRnnTokenMeta *
gst_buffer_get_rnn_token_meta (GstBuffer *buffer)
{
  return (GstRnnTokenMeta *) gst_buffer_get_meta (
      buffer, gst_rnn_token_meta_api_get_type ());
}
