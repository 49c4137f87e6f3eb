/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gstrnnfilter.h"

G_BEGIN_DECLS

#define GST_TYPE_RNN_ANNOTATOR (gst_rnn_annotator_get_type ())
G_DECLARE_FINAL_TYPE (GstRnnAnnotator, gst_rnn_annotator, GST, RNN_ANNOTATOR,
                      GstRnnFilter)

G_END_DECLS
