/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Entities that go on from buffer to buffer.
 *
 * Texts come one after the other. The entity at the end of one is open: the
 * first token of the next may continue it. What is closed becomes an
 * `rnn-entity` structure, each entity once.
 *
 * One thread at a time.
 */
#pragma once

#include <gst/gst.h>
#include <rnn/rnn.h>

G_BEGIN_DECLS

typedef struct _GstRnnEntities GstRnnEntities;

/**
 * GstRnnEntityText:
 * @tagged: the text of one buffer with its tokens, tags and entities
 * @ends: GstClockTime[n_tokens] when tokens end, GST_CLOCK_TIME_NONE: with the
 *   buffer
 * @segment: what running times are counted by
 * @follows: no white space is missing between the last text and this one
 */
typedef struct {
  const RnnTaggedText *tagged;
  const GstClockTime *ends;
  const GstSegment *segment;
  gboolean follows;
} GstRnnEntityText;

GstRnnEntities *gst_rnn_entities_new (void);
void gst_rnn_entities_free (GstRnnEntities *entities);

gboolean gst_rnn_entities_are_open (const GstRnnEntities *entities);
/* Whether a text whose first token is tagged @next goes on with the one that is
 * open. */
gboolean gst_rnn_entities_continue (const GstRnnEntities *entities,
                                    RnnTag next);
/* Take the next text, and append what that closed to @closed, GstStructure *
 * (transfer full), in the order of the text. A token that ends its entity (E-,
 * S-) and a newline at the end of the text close at once. @with_words: list
 * each one's words. */
void gst_rnn_entities_add (GstRnnEntities *entities,
                           const GstRnnEntityText *text, gboolean with_words,
                           GQueue *closed);
/* Close what is open, and append it to @closed. */
void gst_rnn_entities_close (GstRnnEntities *entities, GQueue *closed);
/* Forget what is open. */
void gst_rnn_entities_discard (GstRnnEntities *entities);

G_END_DECLS
