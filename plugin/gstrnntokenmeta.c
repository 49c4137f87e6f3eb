/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstrnntokenmeta.h"

#include <string.h>

GType
gst_rnn_token_meta_api_get_type (void)
{
  static GType type;
  static const char *tags[] = { NULL };

  if (g_once_init_enter (&type)) {
    GType registered = gst_meta_api_type_register ("GstRnnTokenMetaAPI", tags);
    g_once_init_leave (&type, registered);
  }
  return type;
}

static gboolean
meta_init (GstMeta *meta, gpointer params, GstBuffer *buffer)
{
  GstRnnTokenMeta *self = (GstRnnTokenMeta *) meta;

  memset ((guint8 *) self + sizeof *meta, 0, sizeof *self - sizeof *meta);
  return TRUE;
}

static void
meta_free (GstMeta *meta, GstBuffer *buffer)
{
  GstRnnTokenMeta *self = (GstRnnTokenMeta *) meta;

  g_clear_pointer (&self->shared, g_atomic_rc_box_release);
}

static gboolean
meta_transform (GstBuffer *to, GstMeta *meta, GstBuffer *from, GQuark type,
                gpointer data)
{
  const GstRnnTokenMeta *self = (const GstRnnTokenMeta *) meta;
  GstRnnTokenMeta *copy;
  GstMeta own;

  if (!GST_META_TRANSFORM_IS_COPY (type)
      || ((GstMetaTransformCopy *) data)->region)
    return FALSE;
  copy = (GstRnnTokenMeta *) gst_buffer_add_meta (to, GST_RNN_TOKEN_META_INFO,
                                                  NULL);
  own = copy->meta;
  *copy = *self;
  copy->meta = own;
  g_atomic_rc_box_acquire (copy->shared);
  return TRUE;
}

const GstMetaInfo *
gst_rnn_token_meta_get_info (void)
{
  static gsize info; /* const GstMetaInfo * */

  if (g_once_init_enter (&info))
    g_once_init_leave (&info, (gsize) gst_meta_register (
                                  gst_rnn_token_meta_api_get_type (),
                                  "GstRnnTokenMeta", sizeof (GstRnnTokenMeta),
                                  meta_init, meta_free, meta_transform));
  return (const GstMetaInfo *) info;
}

/* Point @self to room for @n_tokens and a text of @n_bytes, in one piece. */
static void
make_room (GstRnnTokenMeta *self, gsize n_bytes, gsize n_tokens)
{
  gsize a_token = 2 * sizeof *self->pts + sizeof *self->tokens;
  guint8 *room;

  g_assert (n_tokens < (G_MAXSSIZE - n_bytes) / a_token);
  room = g_atomic_rc_box_alloc (n_tokens * a_token + n_bytes + 1);
  self->shared = room;
  self->pts = (GstClockTime *) (gpointer) room;
  self->ends = self->pts + n_tokens;
  self->tokens = (RnnToken *) (gpointer) (self->ends + n_tokens);
  self->text = (char *) (self->tokens + n_tokens);
  self->n_bytes = n_bytes;
  self->n_tokens = n_tokens;
}

GstRnnTokenMeta *
gst_buffer_add_rnn_token_meta (GstBuffer *buffer, const char *text,
                               gsize n_bytes, const RnnToken *tokens,
                               const GstClockTime *pts, gsize n_tokens)
{
  GstRnnTokenMeta *self = (GstRnnTokenMeta *) gst_buffer_add_meta (
      buffer, GST_RNN_TOKEN_META_INFO, NULL);

  make_room (self, n_bytes, n_tokens);
  memcpy (self->text, text, n_bytes);
  self->text[n_bytes] = '\0';
  if (n_tokens > 0)
    memcpy (self->tokens, tokens, n_tokens * sizeof *tokens);
  for (gsize i = 0; i < n_tokens; i++) {
    self->pts[i] = pts ? pts[i] : GST_CLOCK_TIME_NONE;
    self->ends[i] = GST_CLOCK_TIME_NONE;
  }
  return self;
}

GstRnnTokenMeta *
gst_buffer_get_rnn_token_meta (GstBuffer *buffer)
{
  return (GstRnnTokenMeta *) gst_buffer_get_meta (
      buffer, gst_rnn_token_meta_api_get_type ());
}
