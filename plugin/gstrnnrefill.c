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

/* Nobody else sees @buffer, whose one reference is ours, no pool wants it back,
 * and it has no meta that may be about its memory. */
static gboolean
is_ours (GstBuffer *buffer)
{
  gpointer at = NULL;
  GstMeta *meta;

  if (GST_MINI_OBJECT_REFCOUNT_VALUE (buffer) != 1 || buffer->pool)
    return FALSE;
  while ((meta = gst_buffer_iterate_meta (buffer, &at)))
    if (meta->info != GST_RNN_TOKEN_META_INFO)
      return FALSE;
  return TRUE;
}

/* Of the heap, and not another process's or a device's. */
static gboolean
is_plain (const GstMemory *memory)
{
  static gsize plain; /* GstAllocator * */

  if (g_once_init_enter (&plain))
    g_once_init_leave (&plain,
                       (gsize) gst_allocator_find (GST_ALLOCATOR_SYSMEM));
  return memory->allocator == (GstAllocator *) plain;
}

gboolean
gst_rnn_buffer_map_own (GstBuffer *buffer, GstMapInfo *map)
{
  GstMemory *memory;

  if (!is_ours (buffer) || gst_buffer_n_memory (buffer) != 1)
    return FALSE;
  memory = gst_buffer_peek_memory (buffer, 0);
  /* The map fails where it is read-only, or another buffer has it. */
  return GST_MINI_OBJECT_REFCOUNT_VALUE (memory) == 1 && is_plain (memory)
         && gst_memory_map (memory, map, GST_MAP_READWRITE);
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

/* Write into the memory of @map, and end that. FALSE: it has no room, or far
 * too much, or begins where no number may; it is as it was. */
static gboolean
write_in_place (GstMapInfo *map, const Content *content)
{
  GstMemory *memory = map->memory;
  gsize n = n_bytes_of (content);
  gboolean fits = n <= map->maxsize && n >= memory->maxsize / MAX_WASTE
                  && GPOINTER_TO_SIZE (map->data) % ALIGNMENT == 0;

  if (fits)
    write_content (map->data, content);
  gst_memory_unmap (memory, map);
  if (fits && n != memory->size)
    gst_memory_resize (memory, 0, n);
  return fits;
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
replace_memory (GstBuffer *like, GstMemory *memory)
{
  GstBuffer *buffer;

  if (is_ours (like)) {
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
gst_rnn_buffer_refill (GstBuffer *like, GstMapInfo *map,
                       const GstRnnTensorInfo *info, gconstpointer values,
                       gsize n_bytes)
{
  Content content = { info, values, n_bytes };
  GstMapInfo own;

  if (!map && gst_rnn_buffer_map_own (like, &own))
    map = &own;
  if (!map || !write_in_place (map, &content)) {
    GstMemory *memory = new_memory (&content);
    if (!memory) {
      gst_buffer_unref (like);
      return NULL;
    }
    like = replace_memory (like, memory);
  }
  /* Of pools, which made neither. */
  GST_BUFFER_FLAG_UNSET (like, GST_BUFFER_FLAG_TAG_MEMORY);
  return like;
}
