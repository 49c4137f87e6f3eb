/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstrnntagger-tokens.h"

#include "gstrnnrefill.h"

#include <string.h>

/* Index @i of raw values, as it came. */
static gint64
index_at (const guint8 *bytes, GstRnnTensorType type, gsize i)
{
  gint64 wide;
  guint32 positive;
  gint32 index;

  switch (type) {
  case GST_RNN_TENSOR_INT64:
    memcpy (&wide, bytes + i * sizeof wide, sizeof wide);
    return wide;
  case GST_RNN_TENSOR_UINT32:
    memcpy (&positive, bytes + i * sizeof positive, sizeof positive);
    return positive;
  default:
    memcpy (&index, bytes + i * sizeof index, sizeof index);
    return index;
  }
}

static gboolean
check (const GstRnnTensorInfo *info, gsize n_slots, gsize *count,
       GError **error)
{
  if (info->type == GST_RNN_TENSOR_FLOAT32
      || !gst_rnn_tensor_count (info, count)) {
    g_set_error_literal (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
                         "tokens: expected int32, uint32 or int64, float32 "
                         "came");
    return FALSE;
  }
  if (*count % n_slots != 0) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
                 "tokens: expected %" G_GSIZE_FORMAT
                 " indices for each token, %" G_GSIZE_FORMAT " came in all",
                 n_slots, *count);
    return FALSE;
  }
  return TRUE;
}

/* Point @tokens to @count indices, as int32. */
static gboolean
set_indices (GstRnnTokens *tokens, const guint8 *bytes, GstRnnTensorType type,
             gsize count, GError **error)
{
  if (type == GST_RNN_TENSOR_INT32
      && GPOINTER_TO_SIZE (bytes) % sizeof (gint32) == 0) {
    tokens->indices = (const gint32 *) (gconstpointer) bytes;
    return TRUE;
  }
  tokens->copy = g_try_new (gint32, MAX (count, 1));
  if (!tokens->copy) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                 "tokens: no memory for %" G_GSIZE_FORMAT " indices", count);
    return FALSE;
  }
  for (gsize i = 0; i < count; i++) {
    gint64 index = index_at (bytes, type, i);
    tokens->copy[i] = index == (gint32) index ? (gint32) index : G_MININT32;
  }
  tokens->indices = tokens->copy;
  return TRUE;
}

static gboolean
read_mapped (const guint8 *bytes, gsize n_bytes, const GstRnnTensorInfo *info,
             gsize n_slots, GstRnnTokens *tokens, GError **error)
{
  GstRnnTensorInfo header;
  gsize count;

  if (!info) {
    if (!gst_rnn_tensor_read_header (bytes, n_bytes, &header, error))
      return FALSE;
    info = &header;
    bytes += GST_RNN_HEADER_BYTES;
    n_bytes -= GST_RNN_HEADER_BYTES;
  }
  if (!check (info, n_slots, &count, error))
    return FALSE;
  if (n_bytes != count * gst_rnn_tensor_type_size (info->type)) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
                 "tokens: expected a buffer of %" G_GSIZE_FORMAT
                 " bytes, as the caps say, %" G_GSIZE_FORMAT " came",
                 count * gst_rnn_tensor_type_size (info->type), n_bytes);
    return FALSE;
  }
  if (!set_indices (tokens, bytes, info->type, count, error))
    return FALSE;
  tokens->n = count / n_slots;
  tokens->bytes = bytes;
  tokens->type = info->type;
  return TRUE;
}

/* The map is for GStreamer to fill: it is large, and there is one a word. */
void
gst_rnn_tokens_init (GstRnnTokens *tokens)
{
  tokens->indices = NULL;
  tokens->n = 0;
  tokens->bytes = NULL;
  tokens->type = GST_RNN_TENSOR_INT32;
  tokens->copy = NULL;
  tokens->buffer = NULL;
  tokens->memory = NULL;
  tokens->is_own = FALSE;
}

/* Of a single piece the map needs no reference: the buffer keeps it. */
static gboolean
map_buffer (GstBuffer *buffer, GstRnnTokens *tokens)
{
  tokens->is_own = gst_rnn_buffer_map_own (buffer, &tokens->map);
  if (tokens->is_own) {
    tokens->memory = tokens->map.memory;
    return TRUE;
  }
  if (gst_buffer_n_memory (buffer) != 1)
    return gst_buffer_map (buffer, &tokens->map, GST_MAP_READ);
  tokens->memory = gst_buffer_peek_memory (buffer, 0);
  return gst_memory_map (tokens->memory, &tokens->map, GST_MAP_READ);
}

gboolean
gst_rnn_tokens_read (GstBuffer *buffer, const GstRnnTensorInfo *info,
                     gsize n_slots, GstRnnTokens *tokens, GError **error)
{
  if (!map_buffer (buffer, tokens)) {
    g_set_error_literal (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ,
                         "tokens: cannot read an input buffer");
    return FALSE;
  }
  tokens->buffer = buffer;
  if (read_mapped (tokens->map.data, tokens->map.size, info, n_slots, tokens,
                   error))
    return TRUE;
  gst_rnn_tokens_clear (tokens);
  return FALSE;
}

void
gst_rnn_tokens_clear (GstRnnTokens *tokens)
{
  if (tokens->buffer && tokens->memory)
    gst_memory_unmap (tokens->memory, &tokens->map);
  else if (tokens->buffer)
    gst_buffer_unmap (tokens->buffer, &tokens->map);
  g_free (tokens->copy);
  gst_rnn_tokens_init (tokens);
}

GstMapInfo *
gst_rnn_tokens_keep_map (GstRnnTokens *tokens)
{
  gboolean is_own = tokens->is_own;

  if (is_own)
    tokens->buffer = NULL;
  gst_rnn_tokens_clear (tokens);
  return is_own ? &tokens->map : NULL;
}

gsize
gst_rnn_tokens_count_unknown (const GstRnnTokens *tokens, gsize n_slots,
                              gsize n_inputs, gint64 *index)
{
  gsize n = 0;

  for (gsize i = 0; i < tokens->n * n_slots; i++) {
    gint32 token = tokens->indices[i];
    if (token == -1 || (token >= 0 && (gsize) token < n_inputs))
      continue;
    if (n++ == 0)
      *index = index_at (tokens->bytes, tokens->type, i);
  }
  return n;
}

GstRnnTokenMeta *
gst_rnn_tokens_add_meta (const GstRnnTokens *tokens, const RnnModel *model,
                         GstBuffer *buffer)
{
  const RnnLexicon *lexicon = rnn_model_get_lexicon (model);
  gsize n_slots = rnn_model_get_n_slots (model);
  gsize slot = lexicon ? rnn_lexicon_get_word_slot (lexicon) : 0;
  RnnToken *spans = g_new (RnnToken, tokens->n);
  GString *text = g_string_new (NULL);
  GstRnnTokenMeta *meta;

  for (gsize i = 0; i < tokens->n; i++) {
    gsize at = i * n_slots + slot, n_bytes;
    const char *word =
        lexicon ? rnn_lexicon_get_word (lexicon, tokens->indices[at], &n_bytes)
                : NULL;
    if (i > 0)
      g_string_append_c (text, ' ');
    spans[i].start = (guint32) text->len;
    if (word)
      g_string_append_len (text, word, (gssize) n_bytes);
    else
      g_string_append_printf (text, "%" G_GINT64_FORMAT,
                              index_at (tokens->bytes, tokens->type, at));
    spans[i].end = (guint32) text->len;
  }
  meta = gst_buffer_add_rnn_token_meta (buffer, text->str, text->len, spans,
                                        NULL, tokens->n);
  g_string_free (text, TRUE);
  g_free (spans);
  return meta;
}
