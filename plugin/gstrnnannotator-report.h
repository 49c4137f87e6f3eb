/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Element messages about the entities of one stream: which one is open, when it
 * closes, and what is posted then. */
#pragma once

#include "gstrnnannotator-entities.h"
#include "gstrnnfilter.h"
#include "gstrnntokenmeta.h"
#include "gstrnnwait.h"

G_BEGIN_DECLS

/**
 * GstRnnReportSettings:
 * @post_messages: post an `rnn-entity` for each that closes
 * @words: list its words
 * @max_gap: gaps up to this long (ns) leave it open
 * @max_delay: close it when nothing comes for this long (ns); 0 or -1: never
 *
 * Properties of the annotator.
 */
typedef struct {
  gboolean post_messages;
  gboolean words;
  GstClockTime max_gap;
  GstClockTime max_delay;
} GstRnnReportSettings;

/* A member of the annotator. */
typedef struct {
  GstRnnFilter *filter;          /* not owned: it contains this */
  GstRnnReportSettings settings; /* under the filter's object lock */
  GMutex lock; /* of entities: the clock's thread closes them, too */
  GstRnnEntities *entities;
  GstRnnWait wait;
} GstRnnReport;

void gst_rnn_report_init (GstRnnReport *report, GstRnnFilter *filter);
void gst_rnn_report_clear (GstRnnReport *report);
/* Join the entities of the next text to the one that is open, post those that
 * close, and set tagged->continues. An interim text only gets the last. */
void gst_rnn_report_text (GstRnnReport *report, RnnTaggedText *tagged,
                          const GstRnnTokenMeta *meta);
/* Post what is open: what comes next is another text. */
void gst_rnn_report_close (GstRnnReport *report);
/* Nothing is said for so long (ns). */
void gst_rnn_report_gap (GstRnnReport *report, GstClockTime duration);
/* Forget what is open. */
void gst_rnn_report_discard (GstRnnReport *report);

G_END_DECLS
