/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Buffers that take over what others had beside their bytes. */
#pragma once

#include "gstrnntensors.h"

G_BEGIN_DECLS

/* Give @to the flags, times and metas of @from. */
void gst_rnn_buffer_copy_extras (GstBuffer *to, GstBuffer *from);
/* A buffer of @n_bytes of @values, behind the header of @info (NULL: none),
 * with flags, times and metas of @like (transfer full): @like itself, where
 * nobody else has it, and in its own memory, where that is plain, may be
 * written and has about the right size. NULL: no memory. */
GstBuffer *gst_rnn_buffer_refill (GstBuffer *like, const GstRnnTensorInfo *info,
                                  gconstpointer values, gsize n_bytes);

G_END_DECLS
