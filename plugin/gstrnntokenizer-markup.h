/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pango markup that comes in pieces: a tag or an entity that is cut off at the
 * end of one waits for the next. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One thread. */
typedef struct _GstRnnMarkup GstRnnMarkup;

GstRnnMarkup *gst_rnn_markup_new (void);
GstRnnMarkup *gst_rnn_markup_copy (const GstRnnMarkup *markup);
void gst_rnn_markup_free (GstRnnMarkup *markup);
/* Forget what waits. */
void gst_rnn_markup_clear (GstRnnMarkup *markup);
/* Whether nothing waits. */
gboolean gst_rnn_markup_is_empty (const GstRnnMarkup *markup);
/* The text of what waits and @bytes. @is_last: nothing waits then. %NULL: no
 * memory, and nothing has changed. (transfer full) */
char *gst_rnn_markup_take (GstRnnMarkup *markup, const guint8 *bytes, gsize n,
                           gboolean is_last, gsize *n_text);

G_END_DECLS
