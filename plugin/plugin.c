/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstrnnannotator.h"
#include "gstrnninterim.h"
#include "gstrnntagbin.h"
#include "gstrnntagger.h"
#include "gstrnntokenizer.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  return gst_element_register (plugin, "rnntokenizer", GST_RANK_NONE,
                               GST_TYPE_RNN_TOKENIZER)
         && gst_element_register (plugin, "rnntagger", GST_RANK_NONE,
                                  GST_TYPE_RNN_TAGGER)
         && gst_element_register (plugin, "rnnannotator", GST_RANK_NONE,
                                  GST_TYPE_RNN_ANNOTATOR)
         && gst_element_register (plugin, "rnntagbin", GST_RANK_NONE,
                                  GST_TYPE_RNN_TAG_BIN)
         && gst_element_register (plugin, "rnninterim", GST_RANK_NONE,
                                  GST_TYPE_RNN_INTERIM);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, rnn,
                   "Recurrent neural networks on live streams of tokens",
                   plugin_init, VERSION, "LGPL", "gst-rnn",
                   "https://gstreamer.freedesktop.org")
