/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Buffers that take over what others had beside their bytes. */
#pragma once

#include "gstrnntensors.h"

G_BEGIN_DECLS

/* Give @to the flags, times and metas of @from. */
void gst_rnn_buffer_copy_extras (GstBuffer *to, GstBuffer *from);
/* Map all of @buffer (owned) for reading and writing, where that is one piece
 * of the heap that nobody else has or forbids to write. FALSE: it is not
 * mapped. */
gboolean gst_rnn_buffer_map_own (GstBuffer *buffer, GstMapInfo *map);
/* A buffer of @n_bytes of @values, behind the header of @info (NULL: none),
 * with flags, times and metas of @like (transfer full): @like itself, where
 * nobody else has it, and in its own memory, where that can be mapped as above
 * and has about the right size. @map: (nullable): that map, which ends here.
 * NULL: no memory. */
GstBuffer *gst_rnn_buffer_refill (GstBuffer *like, GstMapInfo *map,
                                  const GstRnnTensorInfo *info,
                                  gconstpointer values, gsize n_bytes);

G_END_DECLS
