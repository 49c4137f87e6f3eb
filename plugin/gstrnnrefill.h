/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Buffers that take over what others had beside their bytes. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Give @to the flags, times and metas of @from. */
void gst_rnn_buffer_copy_extras (GstBuffer *to, GstBuffer *from);
/* A buffer of @n_head bytes of @head, and @n_bytes of @bytes behind them, with
 * flags, times and metas of @like (transfer full): @like itself, where nobody
 * else has it, and in its own memory, where that is plain, may be written and
 * has about the right size. NULL: no memory. */
GstBuffer *gst_rnn_buffer_refill (GstBuffer *like, gconstpointer head,
                                  gsize n_head, gconstpointer bytes,
                                  gsize n_bytes);

G_END_DECLS
