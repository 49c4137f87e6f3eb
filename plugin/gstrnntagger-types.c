/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstrnntagger.h"

GType
gst_rnn_reset_get_type (void)
{
  static const GFlagsValue values[] = {
    { GST_RNN_RESET_STREAM_START, "Every stream-start", "stream-start" },
    { GST_RNN_RESET_FLUSH, "After a flush", "flush" },
    { GST_RNN_RESET_DISCONT, "A buffer after a discontinuity", "discont" },
    { GST_RNN_RESET_GAP, "A gap", "gap" },
    { GST_RNN_RESET_SEGMENT, "A segment", "segment" },
    { GST_RNN_RESET_BUFFER, "Every buffer: each is a text of its own",
      "buffer" },
    { GST_RNN_RESET_FINAL_TRANSCRIPT, "A transcriber's final-transcript event",
      "final-transcript" },
    { GST_RNN_RESET_SPEAKER_CHANGE, "A transcriber's speaker-change event",
      "speaker-change" },
    { 0, NULL, NULL }
  };
  static GType type;

  if (g_once_init_enter (&type)) {
    GType registered = g_flags_register_static ("GstRnnReset", values);
    g_once_init_leave (&type, registered);
  }
  return type;
}

GType
gst_rnn_drain_get_type (void)
{
  static const GFlagsValue values[] = {
    { GST_RNN_DRAIN_FINAL_TRANSCRIPT, "A transcriber's final-transcript event",
      "final-transcript" },
    { GST_RNN_DRAIN_SPEAKER_CHANGE, "A transcriber's speaker-change event",
      "speaker-change" },
    { GST_RNN_DRAIN_GAP, "A gap", "gap" },
    { GST_RNN_DRAIN_BUFFER, "Every buffer: each is a whole text", "buffer" },
    { GST_RNN_DRAIN_SENTENCE,
      "A token of nothing but full stops, exclamation or question marks",
      "sentence" },
    { GST_RNN_DRAIN_LINE, "A buffer whose text ends with a newline", "line" },
    { 0, NULL, NULL }
  };
  static GType type;

  if (g_once_init_enter (&type)) {
    GType registered = g_flags_register_static ("GstRnnDrain", values);
    g_once_init_leave (&type, registered);
  }
  return type;
}

GType
gst_rnn_output_get_type (void)
{
  static const GEnumValue values[] = {
    { GST_RNN_OUTPUT_EACH, "yhat of each token", "each" },
    { GST_RNN_OUTPUT_LAST, "yhat of a buffer's last token", "last" },
    { 0, NULL, NULL }
  };
  static GType type;

  if (g_once_init_enter (&type)) {
    GType registered = g_enum_register_static ("GstRnnOutput", values);
    g_once_init_leave (&type, registered);
  }
  return type;
}
