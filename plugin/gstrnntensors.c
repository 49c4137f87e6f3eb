/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstrnntensors.h"

#include <string.h>

#define HEADER_MAGIC 0xfeedccedu
#define HEADER_VERSION 0xDE001000u
#define FORMAT_FLEXIBLE 1
#define MEDIA_TENSOR 4
/* Their bytes can be counted, and a pointer gets to the last one. */
#define MAX_VALUES ((gsize) G_MAXSSIZE / 8)

static const struct {
  GstRnnTensorType type;
  const char *name;
  gsize size;
} types[] = { { GST_RNN_TENSOR_INT32, "int32", 4 },
              { GST_RNN_TENSOR_UINT32, "uint32", 4 },
              { GST_RNN_TENSOR_FLOAT32, "float32", 4 },
              { GST_RNN_TENSOR_INT64, "int64", 8 } };

static gboolean refuse (GError **error, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;
  char *text;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT, text);
  g_free (text);
  return FALSE;
}

gsize
gst_rnn_tensor_type_size (GstRnnTensorType type)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (types[i].type == type)
      return types[i].size;
  return 0;
}

const char *
gst_rnn_tensor_type_name (GstRnnTensorType type)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (types[i].type == type)
      return types[i].name;
  return NULL;
}

gboolean
gst_rnn_tensor_count (const GstRnnTensorInfo *info, gsize *count)
{
  gsize n = 1;

  for (guint i = 0; i < info->rank; i++)
    if (info->dims[i] == 0 || !g_size_checked_mul (&n, n, info->dims[i]))
      return FALSE;
  *count = n;
  return n <= MAX_VALUES;
}

/* As in caps. (transfer full) */
static char *
write_dimensions (const GstRnnTensorInfo *info)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < info->rank; i++)
    g_string_append_printf (text, "%s%u", i ? ":" : "", info->dims[i]);
  return g_string_free (text, FALSE);
}

/* Count what @where ("caps") says that there is. */
static gboolean
count_values (const GstRnnTensorInfo *info, const char *where, gsize *count,
              GError **error)
{
  char *dimensions;

  if (gst_rnn_tensor_count (info, count))
    return TRUE;
  dimensions = write_dimensions (info);
  refuse (error,
          "%s: too many values: expected dimensions of at most %" G_GSIZE_FORMAT
          " in all, %s came",
          where, MAX_VALUES, dimensions);
  g_free (dimensions);
  return FALSE;
}

void
gst_rnn_tensor_fit (GstRnnTensorInfo *info, gsize n_bytes)
{
  gsize size = gst_rnn_tensor_type_size (info->type), count, others = 1;

  if (!info->is_cut || size == 0 || n_bytes % size != 0)
    return;
  count = n_bytes / size;
  for (guint i = 1; i < info->rank; i++)
    others *= info->dims[i];
  if (count > 0 && count % others == 0 && count / others <= G_MAXINT32)
    info->dims[0] = (guint32) (count / others);
}

/* A caps string without `(string)` makes of `2:10` the flag set 0x2 & 0x10 with
 * mask 0x10, and gst_caps_fixate() forgets the mask, too. What is left of the
 * first number is a guess; where nothing is, it is 1. */
static char *
dimensions_of_flags (const GValue *value)
{
  guint flags = gst_value_get_flagset_flags (value);
  guint mask = gst_value_get_flagset_mask (value);

  return g_strdup_printf ("%x:%x", MAX (flags, 1),
                          mask == GST_FLAG_SET_MASK_EXACT ? 1 : mask);
}

/* What a caps string may have made of `dimensions`: without `(string)`, `10` is
 * an int and `2:10` a flag set, both meant as they were written. */
static char *
dimensions_of (const GstStructure *s, gboolean *is_cut)
{
  const GValue *value = gst_structure_get_value (s, "dimensions");

  *is_cut = value && GST_VALUE_HOLDS_FLAG_SET (value);
  if (!value)
    return NULL;
  if (G_VALUE_HOLDS_STRING (value))
    return g_value_dup_string (value);
  if (G_VALUE_HOLDS_INT (value))
    return g_strdup_printf ("%d", g_value_get_int (value));
  return *is_cut ? dimensions_of_flags (value) : NULL;
}

static gboolean
parse_dimensions (const char *text, GstRnnTensorInfo *info)
{
  char **parts = g_strsplit (text, ":", -1);
  gboolean ok = TRUE;

  info->rank = 0;
  for (gsize i = 0; ok && parts[i]; i++) {
    guint64 n = 0;
    ok = info->rank < GST_RNN_MAX_RANK
         && g_ascii_string_to_unsigned (g_strstrip (parts[i]), 10, 1,
                                        G_MAXINT32, &n, NULL);
    if (ok)
      info->dims[info->rank++] = (guint32) n;
  }
  g_strfreev (parts);
  return ok && info->rank > 0;
}

static gboolean
parse_type (const char *name, GstRnnTensorInfo *info)
{
  for (gsize i = 0; name && i < G_N_ELEMENTS (types); i++)
    if (strcmp (types[i].name, name) == 0) {
      info->type = types[i].type;
      return TRUE;
    }
  return FALSE;
}

static gboolean
parse_static (const GstStructure *s, GstRnnTensorInfo *info, GError **error)
{
  const char *type = gst_structure_get_string (s, "types");
  char *dimensions = dimensions_of (s, &info->is_cut);
  int n_tensors = 1;
  gsize count;
  gboolean ok = TRUE;

  gst_structure_get_int (s, "num_tensors", &n_tensors);
  if (n_tensors != 1)
    ok = refuse (error, "caps: expected num_tensors 1, %d came", n_tensors);
  else if (!parse_type (type, info))
    ok = refuse (error,
                 "caps: expected types int32, uint32, int64 or float32, "
                 "%s came",
                 type ? type : "none");
  else if (!dimensions || !parse_dimensions (dimensions, info))
    ok = refuse (error, "caps: expected dimensions like 1 or 2:10, %s came",
                 dimensions ? dimensions : "none");
  else
    ok = count_values (info, "caps", &count, error);
  g_free (dimensions);
  return ok;
}

gboolean
gst_rnn_tensors_parse_caps (const GstCaps *caps, gboolean *is_static,
                            GstRnnTensorInfo *info, GError **error)
{
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  GstRnnTensorInfo parsed = { 0 };

  if (g_strcmp0 (gst_structure_get_string (s, "format"), "flexible") == 0) {
    *is_static = FALSE;
    *info = parsed;
    return TRUE;
  }
  if (!parse_static (s, &parsed, error))
    return FALSE;
  *is_static = TRUE;
  *info = parsed;
  return TRUE;
}

GstCaps *
gst_rnn_tensors_make_caps (const GstRnnTensorInfo *info, const GstCaps *like)
{
  int numerator = 0, denominator = 1;
  char *dimensions;
  GstCaps *caps;

  if (like)
    gst_structure_get_fraction (gst_caps_get_structure (like, 0), "framerate",
                                &numerator, &denominator);
  if (!info)
    return gst_caps_new_simple ("other/tensors", "format", G_TYPE_STRING,
                                "flexible", "framerate", GST_TYPE_FRACTION,
                                numerator, denominator, NULL);
  dimensions = write_dimensions (info);
  caps = gst_caps_new_simple (
      "other/tensors", "format", G_TYPE_STRING, "static", "num_tensors",
      G_TYPE_INT, 1, "types", G_TYPE_STRING,
      gst_rnn_tensor_type_name (info->type), "dimensions", G_TYPE_STRING,
      dimensions, "framerate", GST_TYPE_FRACTION, numerator, denominator, NULL);
  g_free (dimensions);
  return caps;
}

static guint32
word_at (const guint8 *bytes, gsize i)
{
  guint32 word;

  memcpy (&word, bytes + i * sizeof word, sizeof word);
  return word;
}

static void
set_word (guint8 *bytes, gsize i, guint32 word)
{
  memcpy (bytes + i * sizeof word, &word, sizeof word);
}

gboolean
gst_rnn_tensor_read_header (const guint8 *bytes, gsize n_bytes,
                            GstRnnTensorInfo *info, GError **error)
{
  GstRnnTensorInfo read = { 0 };
  gsize count, size;

  if (n_bytes < GST_RNN_HEADER_BYTES)
    return refuse (error,
                   "flexible tensor: expected a header of 128 bytes, a buffer "
                   "of %" G_GSIZE_FORMAT " came",
                   n_bytes);
  if (word_at (bytes, 0) != HEADER_MAGIC
      || word_at (bytes, 1) != HEADER_VERSION)
    return refuse (error,
                   "flexible tensor: expected magic feedcced and version "
                   "de001000, %x and %x came",
                   word_at (bytes, 0), word_at (bytes, 1));
  read.type = (GstRnnTensorType) word_at (bytes, 2);
  size = gst_rnn_tensor_type_size (read.type);
  if (size == 0)
    return refuse (error,
                   "flexible tensor: expected type 0 (int32), 1 (uint32), 7 "
                   "(float32) or 8 (int64), %u came",
                   word_at (bytes, 2));
  while (read.rank < GST_RNN_MAX_RANK && word_at (bytes, 3 + read.rank) > 0) {
    read.dims[read.rank] = word_at (bytes, 3 + read.rank);
    read.rank++;
  }
  if (read.rank == 0)
    return refuse (error, "flexible tensor: expected dimensions, 0 came");
  if (!count_values (&read, "flexible tensor", &count, error))
    return FALSE;
  if (n_bytes - GST_RNN_HEADER_BYTES != count * size)
    return refuse (error,
                   "flexible tensor: expected %" G_GSIZE_FORMAT
                   " bytes behind the header, %" G_GSIZE_FORMAT " came",
                   count * size, n_bytes - GST_RNN_HEADER_BYTES);
  *info = read;
  return TRUE;
}

void
gst_rnn_tensor_write_header (guint8 *bytes, const GstRnnTensorInfo *info)
{
  static const guint32 blank[GST_RNN_HEADER_BYTES / sizeof (guint32)] = {
    HEADER_MAGIC, HEADER_VERSION, [3 + GST_RNN_MAX_RANK] = FORMAT_FLEXIBLE,
    [4 + GST_RNN_MAX_RANK] = MEDIA_TENSOR
  };

  memcpy (bytes, blank, sizeof blank);
  set_word (bytes, 2, info->type);
  for (guint i = 0; i < info->rank; i++)
    set_word (bytes, 3 + i, info->dims[i]);
}
