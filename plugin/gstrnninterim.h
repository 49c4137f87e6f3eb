/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_RNN_INTERIM (gst_rnn_interim_get_type ())
G_DECLARE_FINAL_TYPE (GstRnnInterim, gst_rnn_interim, GST, RNN_INTERIM,
                      GstElement)

G_END_DECLS
