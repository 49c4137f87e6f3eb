/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the caps and the header of yhat say: its shape, and the names of its
 * numbers. */
#pragma once

#include "gstrnntensors.h"

#include <rnn/rnn.h>

G_BEGIN_DECLS

/* How the caps of yhat say that its rows are read: a sigmoid each, one softmax,
 * or as they are. */
typedef struct {
  RnnOutputKind kind;
  gboolean is_known; /* the caps said so */
} GstRnnYhatOutput;

GstRnnYhatOutput gst_rnn_yhat_read_output (const GstStructure *caps);
/* The labels of rows of @n_outputs numbers. @text: their names with commas
 * between, or one a line, %NULL: they are numbered. %NULL with @error set:
 * there are more or fewer names than that. */
RnnLabels *gst_rnn_yhat_new_labels (const char *text, gsize n_outputs,
                                    GstRnnYhatOutput output, GError **error);
/* Rows and columns of yhat: dims are n_y:T, T absent means 1. Fails when its
 * @n_bytes are not those of the shape. */
gboolean gst_rnn_yhat_read_shape (const GstRnnTensorInfo *info, gsize n_bytes,
                                  gsize *n_outputs, gsize *n_tokens,
                                  GError **error);

G_END_DECLS
