/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstrnnrefill.h"

#include "gstrnntokenmeta.h"

#include <string.h>

/* Who reads numbers may ask for as much as malloc gives. */
#define ALIGNMENT 8
/* Memory is not kept for a smaller part than one of so many. */
#define MAX_WASTE 4

typedef struct {
  const GstRnnTensorInfo *info; /* NULL: no header */
  gconstpointer values;
  gsize n_bytes;
} Content;

void
gst_rnn_buffer_copy_extras (GstBuffer *to, GstBuffer *from)
{
  gst_buffer_copy_into (to, from,
                        GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS
                            | GST_BUFFER_COPY_META,
                        0, (gsize) -1);
}

/* Nobody else sees @buffer, no pool wants it back, and it has no meta that may
 * be about its memory. */
static gboolean
is_ours (GstBuffer *buffer)
{
  gpointer at = NULL;
  GstMeta *meta;

  if (!gst_buffer_is_writable (buffer) || buffer->pool)
    return FALSE;
  while ((meta = gst_buffer_iterate_meta (buffer, &at)))
    if (meta->info != GST_RNN_TOKEN_META_INFO)
      return FALSE;
  return TRUE;
}

static gsize
n_bytes_of (const Content *content)
{
  return content->n_bytes + (content->info ? GST_RNN_HEADER_BYTES : 0);
}

static void
write_content (guint8 *to, const Content *content)
{
  if (content->info) {
    gst_rnn_tensor_write_header (to, content->info);
    to += GST_RNN_HEADER_BYTES;
  }
  memcpy (to, content->values, content->n_bytes);
}

/* Whether @memory is a piece of the heap that only its buffer knows, with room
 * for @n bytes and not for many more. */
static gboolean
suits (GstMemory *memory, gsize n)
{
  return GST_MINI_OBJECT_REFCOUNT_VALUE (memory) == 1
         && n <= memory->maxsize - memory->offset
         && n >= memory->maxsize / MAX_WASTE
         && gst_memory_is_type (memory, GST_ALLOCATOR_SYSMEM);
}

/* Write into what @buffer, which is ours, has already. FALSE: it has nothing
 * that is fit for it, and is as it was: the map for writing fails where memory
 * is read-only or shared. */
static gboolean
write_in_place (GstBuffer *buffer, const Content *content)
{
  gsize n = n_bytes_of (content);
  gboolean is_aligned;
  GstMemory *memory;
  GstMapInfo map;

  if (gst_buffer_n_memory (buffer) != 1)
    return FALSE;
  memory = gst_buffer_peek_memory (buffer, 0);
  if (!suits (memory, n) || !gst_memory_map (memory, &map, GST_MAP_WRITE))
    return FALSE;
  is_aligned = GPOINTER_TO_SIZE (map.data) % ALIGNMENT == 0;
  if (is_aligned)
    write_content (map.data, content);
  gst_memory_unmap (memory, &map);
  if (is_aligned && n != memory->size)
    gst_memory_resize (memory, 0, n);
  return is_aligned;
}

static GstMemory *
new_memory (const Content *content)
{
  GstMemory *memory = gst_allocator_alloc (NULL, n_bytes_of (content), NULL);
  GstMapInfo map;

  if (!memory || !gst_memory_map (memory, &map, GST_MAP_WRITE)) {
    g_clear_pointer (&memory, gst_memory_unref);
    return NULL;
  }
  write_content (map.data, content);
  gst_memory_unmap (memory, &map);
  return memory;
}

/* Put @memory (transfer full) in the place of what @like (transfer full) has.
 */
static GstBuffer *
replace_memory (GstBuffer *like, gboolean is_ours, GstMemory *memory)
{
  GstBuffer *buffer;

  if (is_ours) {
    gst_buffer_replace_all_memory (like, memory);
    return like;
  }
  buffer = gst_buffer_new ();
  gst_buffer_append_memory (buffer, memory);
  gst_rnn_buffer_copy_extras (buffer, like);
  gst_buffer_unref (like);
  return buffer;
}

GstBuffer *
gst_rnn_buffer_refill (GstBuffer *like, const GstRnnTensorInfo *info,
                       gconstpointer values, gsize n_bytes)
{
  Content content = { info, values, n_bytes };
  gboolean ours = is_ours (like);

  if (!ours || !write_in_place (like, &content)) {
    GstMemory *memory = new_memory (&content);
    if (!memory) {
      gst_buffer_unref (like);
      return NULL;
    }
    like = replace_memory (like, ours, memory);
  }
  /* Of pools, which made neither. */
  GST_BUFFER_FLAG_UNSET (like, GST_BUFFER_FLAG_TAG_MEMORY);
  return like;
}
