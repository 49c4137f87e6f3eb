/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tokens as buffers, yhat out of buffers. */
#pragma once

#include <gst/gst.h>

#define TEST_FLEXIBLE_CAPS                                                     \
  "other/tensors, format=(string)flexible, framerate=(fraction)0/1"

/* A flexible tensor of int32[n]. (transfer full) */
GstBuffer *test_tokens_new (const gint32 *tokens, gsize n);
/* Append the rows of a flexible tensor of yhat to @rows, of float; returns how
 * many they are. */
gsize test_yhat_append (GstBuffer *buffer, GArray *rows);
