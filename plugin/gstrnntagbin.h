/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_RNN_TAG_BIN (gst_rnn_tag_bin_get_type ())
G_DECLARE_FINAL_TYPE (GstRnnTagBin, gst_rnn_tag_bin, GST, RNN_TAG_BIN, GstBin)

G_END_DECLS
