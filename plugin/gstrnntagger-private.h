/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an rnntagger is made of. Its parts: gstrnntagger.c is the element and
 * its properties, -run.c takes the steps, -hold.c keeps what waits for its
 * yhat, in order, -caps.c agrees on the shape of things. */
#pragma once

#include "gstrnntagger-tokens.h"
#include "gstrnntagger.h"

G_BEGIN_DECLS

/* What waits for its turn: a buffer of @n_tokens tokens, or an event. */
typedef struct {
  GstMiniObject *object;
  gsize n_tokens;
} Held;

/* Counted since the element was started; under the object lock. */
typedef struct {
  guint64 buffers;
  guint64 tokens;
  guint64 unknown; /* indices outside the dictionary */
  guint64 resets;
} Stats;

struct _GstRnnTagger {
  GstRnnFilter parent;
  char *model_file;
  guint reset_on; /* GstRnnReset */
  GstRnnOutput output;

  RnnModel *model;
  RnnState *state;
  RnnState *ahead; /* a snapshot, to look past the end of a text with */
  gsize lookahead; /* k */
  gsize n_outputs; /* n_y */
  gsize n_slots;   /* F */
  gboolean is_static;
  GstRnnTensorInfo info; /* of static input */
  GQueue held;           /* Held */
  GArray *rows;  /* float: yhat of the tokens held, those that are there */
  gsize to_skip; /* rows to come that speak of no token */
  gboolean has_warned;
  Stats stats;
};

/* -caps.c */
gboolean _gst_rnn_tagger_set_caps (GstRnnFilter *filter, GstCaps *caps,
                                   GError **error);

/* -hold.c */
/* Forget what is held back. */
void _gst_rnn_tagger_discard (GstRnnTagger *self);
/* Hold @object (owned), a buffer of @n_tokens or an event, behind the rest. */
void _gst_rnn_tagger_hold (GstRnnTagger *self, GstMiniObject *object,
                           gsize n_tokens);
gboolean _gst_rnn_tagger_hold_event (GstRnnFilter *filter, GstEvent *event);
/* Push from the front what has all its yhat. */
GstFlowReturn _gst_rnn_tagger_push_ready (GstRnnTagger *self);

/* -run.c */
GstFlowReturn _gst_rnn_tagger_chain (GstRnnFilter *filter, GstBuffer *buffer);
GstFlowReturn _gst_rnn_tagger_drain (GstRnnFilter *filter);
void _gst_rnn_tagger_reset (GstRnnFilter *filter, GstRnnReset why);

G_END_DECLS
