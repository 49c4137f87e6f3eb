/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A flexible tensor: what its header says is what is behind it, and writing the
 * header again gives one that reads the same. */
#include "fuzz.h"

#include "gstrnntensors.h"

#include <string.h>

#define AT_DIMS 12

/* Magic, version and a type that exists, or nothing else would ever be read. */
void
fuzz_repair (guint8 *data, gsize n_bytes)
{
  static const guint32 start[] = { 0xfeedcced, 0xde001000 };

  if (n_bytes < GST_RNN_HEADER_BYTES)
    return;
  memcpy (data, start, sizeof start);
  data[8] = data[8] % 11;
  memset (data + 9, 0, 3);
}

static void
check_info (const GstRnnTensorInfo *info, const guint8 *data, gsize n_bytes)
{
  guint8 *again = g_memdup2 (data, n_bytes);
  GstRnnTensorInfo read = { 0 };
  gsize count;

  g_assert_true (gst_rnn_tensor_count (info, &count));
  g_assert_cmpuint (count * gst_rnn_tensor_type_size (info->type), ==,
                    n_bytes - GST_RNN_HEADER_BYTES);
  gst_rnn_tensor_write_header (again, info);
  g_assert_true (gst_rnn_tensor_read_header (again, n_bytes, &read, NULL));
  g_assert_cmpmem (&read, sizeof read, info, sizeof *info);
  /* What is behind the last dimension is not looked at, so it may differ. */
  g_assert_cmpmem (again, AT_DIMS + 4 * info->rank, data,
                   AT_DIMS + 4 * info->rank);
  g_free (again);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  GstRnnTensorInfo info, before;
  GError *error = NULL;

  memset (&info, 0x55, sizeof info);
  before = info;
  if (gst_rnn_tensor_read_header (data, n_bytes, &info, &error)) {
    g_assert_no_error (error);
    check_info (&info, data, n_bytes);
  } else {
    g_assert_nonnull (error);
    g_assert_cmpmem (&info, sizeof info, &before, sizeof before);
  }
  g_clear_error (&error);
  return 0;
}
