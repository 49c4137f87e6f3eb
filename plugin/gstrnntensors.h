/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tensors in caps and in buffers, as NNStreamer writes them. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_RNN_FLEXIBLE_CAPS                                                  \
  "other/tensors, format=(string)flexible, framerate=(fraction)[0, max]"
#define GST_RNN_STATIC_CAPS(TYPES)                                             \
  "other/tensors, format=(string)static, num_tensors=(int)1, "                 \
  "types=(string)" TYPES ", framerate=(fraction)[0, max]"

#define GST_RNN_HEADER_BYTES 128
#define GST_RNN_MAX_RANK 16

/* NNStreamer's numbers. */
typedef enum {
  GST_RNN_TENSOR_INT32 = 0,
  GST_RNN_TENSOR_UINT32 = 1,
  GST_RNN_TENSOR_FLOAT32 = 7,
  GST_RNN_TENSOR_INT64 = 8
} GstRnnTensorType;

/* One tensor: innermost dimension first, as in caps. @is_cut: the caps lost
 * digits of the dimensions, and these are a guess: the buffer tells. */
typedef struct {
  GstRnnTensorType type;
  guint rank;
  guint32 dims[GST_RNN_MAX_RANK];
  gboolean is_cut;
} GstRnnTensorInfo;

gsize gst_rnn_tensor_type_size (GstRnnTensorType type);
const char *gst_rnn_tensor_type_name (GstRnnTensorType type);
/* Number of values; FALSE: too many to count. */
gboolean gst_rnn_tensor_count (const GstRnnTensorInfo *info, gsize *count);

/* Where the caps lost digits, take dims[0] from a buffer of @n_bytes. */
void gst_rnn_tensor_fit (GstRnnTensorInfo *info, gsize n_bytes);

/* Read static or flexible caps; *@is_static says which, @info is all 0 for
 * flexible ones. Errors: GST_STREAM_ERROR_FORMAT. */
gboolean gst_rnn_tensors_parse_caps (const GstCaps *caps, gboolean *is_static,
                                     GstRnnTensorInfo *info, GError **error);
/* Make caps; @info NULL: flexible. @like: caps whose framerate to keep. */
GstCaps *gst_rnn_tensors_make_caps (const GstRnnTensorInfo *info,
                                    const GstCaps *like);

/* Read the header of a flexible tensor, and check the @n_bytes behind it.
 * Errors: GST_STREAM_ERROR_FORMAT. */
gboolean gst_rnn_tensor_read_header (const guint8 *bytes, gsize n_bytes,
                                     GstRnnTensorInfo *info, GError **error);
/* Write GST_RNN_HEADER_BYTES to @bytes. */
void gst_rnn_tensor_write_header (guint8 *bytes, const GstRnnTensorInfo *info);

G_END_DECLS
