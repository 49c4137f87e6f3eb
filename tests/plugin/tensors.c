/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tensors.h"

#include <string.h>

#define HEADER_BYTES 128
#define MAGIC 0xfeedcced
#define VERSION 0xde001000
#define FLOAT32 7

GstBuffer *
test_tokens_new (const gint32 *tokens, gsize n)
{
  guint32 header[HEADER_BYTES / 4] = { MAGIC, VERSION, 0, (guint32) n };
  GstBuffer *buffer;

  header[19] = 1;
  header[20] = 4;
  buffer =
      gst_buffer_new_allocate (NULL, HEADER_BYTES + n * sizeof *tokens, NULL);
  gst_buffer_fill (buffer, 0, header, HEADER_BYTES);
  gst_buffer_fill (buffer, HEADER_BYTES, tokens, n * sizeof *tokens);
  return buffer;
}

gsize
test_yhat_append (GstBuffer *buffer, GArray *rows)
{
  guint32 header[HEADER_BYTES / 4];
  GstMapInfo map;
  gsize n_rows;

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  g_assert_cmpuint (map.size, >=, HEADER_BYTES);
  memcpy (header, map.data, HEADER_BYTES);
  g_assert_cmphex (header[0], ==, MAGIC);
  g_assert_cmpuint (header[2], ==, FLOAT32);
  n_rows = header[4];
  g_assert_cmpuint (map.size, ==,
                    HEADER_BYTES + n_rows * header[3] * sizeof (float));
  g_array_append_vals (rows, map.data + HEADER_BYTES,
                       (guint) (n_rows * header[3]));
  gst_buffer_unmap (buffer, &map);
  return n_rows;
}
