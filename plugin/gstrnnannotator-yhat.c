/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstrnnannotator-yhat.h"

#include <string.h>

GstRnnYhatOutput
gst_rnn_yhat_read_output (const GstStructure *caps)
{
  static const char *const kinds[] = { "sigmoid", "softmax", "linear" };
  const char *kind = gst_structure_get_string (caps, "rnn-output");
  GstRnnYhatOutput output = { RNN_OUTPUT_SOFTMAX, FALSE };

  for (gsize i = 0; kind && i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i], kind) == 0) {
      output.kind = (RnnOutputKind) i;
      output.is_known = TRUE;
    }
  return output;
}

static char **
number_names (gsize n_outputs)
{
  char **names = g_new0 (char *, n_outputs + 1);

  for (gsize i = 0; i < n_outputs; i++)
    names[i] = g_strdup_printf ("%" G_GSIZE_FORMAT, i);
  return names;
}

/* One a line, as they are, where there is a newline, which may end the last,
 * too; else with commas between, and blanks around those. */
static char **
split_names (const char *text, gsize n_outputs)
{
  gboolean has_lines = strchr (text, '\n') != NULL;
  char **names = g_strsplit (text, has_lines ? "\n" : ",", -1);
  gsize n = g_strv_length (names);

  if (has_lines && n == n_outputs + 1 && !*names[n - 1])
    g_clear_pointer (&names[n - 1], g_free);
  for (gsize i = 0; !has_lines && i < n; i++)
    g_strstrip (names[i]);
  return names;
}

RnnLabels *
gst_rnn_yhat_new_labels (const char *text, gsize n_outputs,
                         GstRnnYhatOutput output, GError **error)
{
  char **names =
      text ? split_names (text, n_outputs) : number_names (n_outputs);
  RnnLabels *labels = NULL;

  if (!output.is_known)
    output.kind = n_outputs == 1 ? RNN_OUTPUT_SIGMOID : RNN_OUTPUT_SOFTMAX;
  if (g_strv_length (names) == n_outputs)
    labels =
        rnn_labels_new ((const char *const *) names, n_outputs, output.kind);
  else
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
                 "labels: expected %" G_GSIZE_FORMAT
                 " names (n_y), %u came: %s",
                 n_outputs, g_strv_length (names), text);
  g_strfreev (names);
  return labels;
}

gboolean
gst_rnn_yhat_read_shape (const GstRnnTensorInfo *info, gsize n_bytes,
                         gsize *n_outputs, gsize *n_tokens, GError **error)
{
  gsize count = 0;

  if (info->type != GST_RNN_TENSOR_FLOAT32) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
                 "yhat: expected float32, which rnntagger makes of tokens, "
                 "%s came",
                 gst_rnn_tensor_type_name (info->type));
    return FALSE;
  }
  if (!gst_rnn_tensor_count (info, &count)
      || n_bytes != count * sizeof (float)) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
                 "yhat: expected %" G_GSIZE_FORMAT
                 " bytes, as caps or header say, %" G_GSIZE_FORMAT
                 " bytes came",
                 count * sizeof (float), n_bytes);
    return FALSE;
  }
  *n_outputs = info->dims[0];
  *n_tokens = count / info->dims[0];
  return TRUE;
}
