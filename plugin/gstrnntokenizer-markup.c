/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstrnntokenizer-markup.h"

#include <rnn/rnn.h>
#include <string.h>

struct _GstRnnMarkup {
  GByteArray *cut; /* what waits: rnn_markup_part_to_text() bounds it */
};

GstRnnMarkup *
gst_rnn_markup_new (void)
{
  GstRnnMarkup *self = g_new (GstRnnMarkup, 1);

  self->cut = g_byte_array_new ();
  return self;
}

GstRnnMarkup *
gst_rnn_markup_copy (const GstRnnMarkup *self)
{
  GstRnnMarkup *copy = gst_rnn_markup_new ();

  g_byte_array_append (copy->cut, self->cut->data, self->cut->len);
  return copy;
}

void
gst_rnn_markup_free (GstRnnMarkup *self)
{
  g_byte_array_free (self->cut, TRUE);
  g_free (self);
}

void
gst_rnn_markup_clear (GstRnnMarkup *self)
{
  g_byte_array_set_size (self->cut, 0);
}

gboolean
gst_rnn_markup_is_empty (const GstRnnMarkup *self)
{
  return self->cut->len == 0;
}

/* What waits, and @bytes behind it. */
static char *
join (const GstRnnMarkup *self, const guint8 *bytes, gsize n)
{
  gsize n_cut = self->cut->len;
  char *joined = n < G_MAXSIZE - n_cut ? g_try_malloc (n_cut + n + 1) : NULL;

  if (!joined)
    return NULL;
  if (n_cut > 0)
    memcpy (joined, self->cut->data, n_cut);
  if (n > 0)
    memcpy (joined + n_cut, bytes, n);
  return joined;
}

char *
gst_rnn_markup_take (GstRnnMarkup *self, const guint8 *bytes, gsize n,
                     gboolean is_last, gsize *n_text)
{
  char *joined = join (self, bytes, n), *text;
  gsize n_joined = self->cut->len + n, n_used = n_joined;

  if (!joined)
    return NULL;
  text = is_last ? rnn_markup_to_text (joined, n_joined, n_text)
                 : rnn_markup_part_to_text (joined, n_joined, &n_used, n_text);
  if (text) {
    gst_rnn_markup_clear (self);
    g_byte_array_append (self->cut, (const guint8 *) joined + n_used,
                         (guint) (n_joined - n_used));
  }
  g_free (joined);
  return text;
}
