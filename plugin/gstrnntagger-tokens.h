/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Token indices out of a buffer. */
#pragma once

#include "gstrnntensors.h"
#include "gstrnntokenmeta.h"

#include <rnn/rnn.h>

G_BEGIN_DECLS

/* int32[n][F] of one buffer: in its own memory where they are stored so. Begins
 * with gst_rnn_tokens_init(). */
typedef struct {
  const gint32 *indices;
  gsize n;
  const guint8 *bytes; /* as they came, of @type */
  GstRnnTensorType type;
  gint32 *copy;      /* NULL: none was needed */
  GstBuffer *buffer; /* that is mapped, or NULL */
  GstMemory *memory; /* the one that it is made of, or NULL */
  gboolean is_own;   /* mapped for writing, too */
  GstMapInfo map;
} GstRnnTokens;

/* Read the tokens of @buffer: by its header if @info is NULL, else raw values
 * of the tensor that the caps describe. An index that does not fit an int32
 * becomes one that is outside every dictionary. Errors:
 * GST_STREAM_ERROR_FORMAT. @buffer stays mapped until they are cleared. */
gboolean gst_rnn_tokens_read (GstBuffer *buffer, const GstRnnTensorInfo *info,
                              gsize n_slots, GstRnnTokens *tokens,
                              GError **error);
/* No tokens. */
void gst_rnn_tokens_init (GstRnnTokens *tokens);
void gst_rnn_tokens_clear (GstRnnTokens *tokens);
/* Clear all but the map, if that is one of gst_rnn_buffer_map_own(): else
 * NULL. */
GstMapInfo *gst_rnn_tokens_keep_map (GstRnnTokens *tokens);
/* How many indices name no row and are not -1; the first one, as it came, to
 * *@index. */
gsize gst_rnn_tokens_count_unknown (const GstRnnTokens *tokens, gsize n_slots,
                                    gsize n_inputs, gint64 *index);
/* Give @buffer a text made of the dictionary's words, for a stream whose own
 * text got lost on the way. */
GstRnnTokenMeta *gst_rnn_tokens_add_meta (const GstRnnTokens *tokens,
                                          const RnnModel *model,
                                          GstBuffer *buffer);

G_END_DECLS
