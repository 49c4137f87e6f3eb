/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an rnnannotator is made of. Its parts: gstrnnannotator.c is the element,
 * -properties.c what one can set, -yhat.c reads what comes, -report.c posts
 * messages about the entities that -entities.c joins. */
#pragma once

#include "gstrnnannotator-report.h"
#include "gstrnnannotator-yhat.h"
#include "gstrnnannotator.h"

G_BEGIN_DECLS

typedef enum {
  GST_RNN_WRITE_BRACKETS,
  GST_RNN_WRITE_MARKUP,
  GST_RNN_WRITE_JSON
} GstRnnWriter;

#define GST_RNN_ANNOTATOR_DEFAULT_THRESHOLD 0.5f

struct _GstRnnAnnotator {
  GstRnnFilter parent;
  /* Properties, under the object lock. */
  float threshold;
  char *labels; /* with commas between, one a line, or NULL */
  gboolean append_newline;

  gboolean is_static;
  GstRnnTensorInfo info; /* of static input */
  char *caps_labels;
  GstRnnYhatOutput output;
  RnnLabels *names; /* for rows of n_outputs numbers */
  gsize n_outputs;
  GstRnnWriter writer;

  GstRnnReport report;
};

/* -properties.c */
void _gst_rnn_annotator_install_properties (GObjectClass *object);
void _gst_rnn_annotator_set_property (GObject *object, guint id,
                                      const GValue *value, GParamSpec *spec);
void _gst_rnn_annotator_get_property (GObject *object, guint id, GValue *value,
                                      GParamSpec *spec);
/* Any thread. */
float _gst_rnn_annotator_get_threshold (GstRnnAnnotator *self);
gboolean _gst_rnn_annotator_appends_newline (GstRnnAnnotator *self);
/* (transfer full) (nullable) */
char *_gst_rnn_annotator_dup_labels (GstRnnAnnotator *self);

/* Push @tagged, written as the caps say, with what @like has. */
GstFlowReturn _gst_rnn_annotator_push_text (GstRnnAnnotator *self,
                                            GstBuffer *like,
                                            const RnnTaggedText *tagged);
/* Push the white space of a GST_RNN_BLANK, which the text before it ends with.
 */
void _gst_rnn_annotator_push_blank (GstRnnAnnotator *self, GstEvent *event);

G_END_DECLS
