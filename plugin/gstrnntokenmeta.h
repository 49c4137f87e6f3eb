/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text that a buffer of tokens or yhat is about. */
#pragma once

#include <gst/gst.h>
#include <rnn/rnn-text.h>

G_BEGIN_DECLS

#define GST_RNN_TOKEN_META_INFO (gst_rnn_token_meta_get_info ())

/**
 * GstRnnTokenMeta:
 * @text: valid UTF-8, @n_bytes long, NUL-terminated
 * @tokens: RnnToken[n_tokens]: bytes of @text
 * @pts: GstClockTime[n_tokens]: of each token, GST_CLOCK_TIME_NONE: unknown
 * @ends: GstClockTime[n_tokens]: when each token's part of the input ended,
 *   GST_CLOCK_TIME_NONE: with the buffer
 * @follows: whether @text comes right behind that of the buffer before, so that
 *   no white space is missing between them
 *
 * Words, byte spans and times of the tokens in a buffer. Copies of a whole
 * buffer keep it; copies of a part do not. What the pointers lead to is shared
 * by all copies: only who adds a meta writes there, before the buffer goes on.
 */
typedef struct {
  GstMeta meta;
  char *text;
  gsize n_bytes;
  RnnToken *tokens;
  GstClockTime *pts;
  GstClockTime *ends;
  gsize n_tokens;
  gboolean follows;
  gpointer shared; /* a reference to what the pointers lead to */
} GstRnnTokenMeta;

GType gst_rnn_token_meta_api_get_type (void);
const GstMetaInfo *gst_rnn_token_meta_get_info (void);

/* Add a meta with copies of all arguments; the ends are unknown yet, and the
 * text follows nothing. @pts: (nullable). */
GstRnnTokenMeta *gst_buffer_add_rnn_token_meta (GstBuffer *buffer,
                                                const char *text, gsize n_bytes,
                                                const RnnToken *tokens,
                                                const GstClockTime *pts,
                                                gsize n_tokens);
GstRnnTokenMeta *gst_buffer_get_rnn_token_meta (GstBuffer *buffer);

G_END_DECLS
