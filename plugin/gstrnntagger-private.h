/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an rnntagger is made of. Its parts: gstrnntagger.c is the element,
 * -properties.c what one can set, -caps.c agrees on the shape of things, -run.c
 * takes the steps, -hold.c keeps what waits for its yhat, in order, -delay.c
 * sees to it that nothing waits for too long, and answers for it, -swap.c puts
 * another model in the place of the one at work, -state.c keeps a<t> for the
 * next start.
 *
 * Locks, outermost first: the stream lock of the sink pad; @lock, for a<t>,
 * which other threads may read; the object lock, for properties and statistics.
 * Only the stream lock is held while something is pushed. */
#pragma once

#include "gstrnnloader.h"
#include "gstrnntagger-tokens.h"
#include "gstrnntagger.h"
#include "gstrnnwait.h"

#include <gst/base/gstqueuearray.h>

G_BEGIN_DECLS

/* What waits for its turn: a buffer of @n_tokens tokens, or an event. */
typedef struct {
  GstMiniObject *object;
  gsize n_tokens;
  float *yhat;          /* of a hypothesis, which has it from the start */
  GstClockTime arrival; /* running time, or none */
} GstRnnHeld;

/* Counted since the element was started; under the object lock. */
typedef struct {
  guint64 buffers;
  guint64 tokens;
  guint64 unknown; /* indices outside the dictionary */
  guint64 hypotheses;
  guint64 resets;
  guint64 swaps; /* of the model */
} GstRnnTaggerStats;

/* The thread that pushes what has waited for too long, and when it next does.
 */
typedef struct {
  GstRnnWait wait;
  GstClockTime armed;   /* running time that wait is set to, or none */
  GstClockTime blocked; /* how long pushing has kept us so far */
  gint is_live;         /* is upstream? -1: not known yet; atomic */
  gint is_playing;      /* atomic */
  guint64 told;         /* what the last LATENCY query was told; object lock */
  gint is_asked;        /* has one come since we looked? atomic */
  GstClockTime last;    /* delay when we looked */
  GMutex lock;          /* for what follows */
  GCond wake;
  GThread *thread; /* NULL: never needed so far */
  gboolean is_due, is_over;
} GstRnnDelay;

/* Who writes a<t> to a file. */
typedef struct {
  char *file;      /* property; object lock */
  double interval; /* property: seconds */
  guint max_age;   /* property: seconds */
  char *path;      /* while started; NULL: none, or not ours to write */
  GMutex lock;     /* for is_over */
  GCond wake;
  GThread *thread; /* NULL: it is only written at the end */
  gboolean is_over, has_failed;
} GstRnnKeeper;

struct _GstRnnTagger {
  GstRnnFilter parent;
  guint reset_on; /* GstRnnReset; atomic */
  guint drain_on; /* GstRnnDrain; atomic */
  guint64 max_delay;
  GstRnnOutput output;

  GstRnnLoader *loader;
  RnnModel *model;
  GMutex lock;
  RnnAhead *ahead;
  RnnState *restored;  /* what a<t> will be at the next buffer, or NULL; lock,
                          and atomic */
  gboolean is_unsaved; /* a<t> has changed since it was written; lock */
  RnnAhead *guess;     /* a snapshot, for hypotheses; NULL: none came so far */
  gint lookahead;      /* k; atomic */
  gsize n_inputs;      /* n_x */
  gsize n_outputs;     /* n_y */
  gsize n_slots;       /* F */
  gboolean is_whole;   /* a backward direction needs the whole buffer */

  GstRnnTensorInfo info; /* of static input; rank 0: flexible */
  gboolean is_static;    /* what goes out */
  GstQueueArray *held;   /* GstRnnHeld, and not pointers to them */
  GstClockTime last_end; /* of the last buffer's text, in its segment */
  gint flow;             /* what a push outside of chain gave, and no buffer
                            has told yet: GstFlowReturn; atomic */
  GstRnnDelay delay;
  GstRnnKeeper keeper;
  gboolean has_warned;
  GstRnnTaggerStats stats;
};

/* -properties.c */
void _gst_rnn_tagger_init_properties (GstRnnTagger *self);
void _gst_rnn_tagger_install_properties (GObjectClass *object);
void _gst_rnn_tagger_set_property (GObject *object, guint id,
                                   const GValue *value, GParamSpec *spec);
void _gst_rnn_tagger_get_property (GObject *object, guint id, GValue *value,
                                   GParamSpec *spec);

/* -caps.c */
gboolean _gst_rnn_tagger_set_caps (GstRnnFilter *filter, GstCaps *caps,
                                   GError **error);
/* Where the caps lost how many tokens a buffer has, let @buffer tell. */
gboolean _gst_rnn_tagger_fit_caps (GstRnnTagger *self, GstBuffer *buffer,
                                   GError **error);

/* These caps go out now: what is pushed next is of their shape. */
void _gst_rnn_tagger_note_out_caps (GstRnnTagger *self, GstEvent *event);

/* -swap.c */
/* Whether the tokens that @caps describe are of the model's dictionary, as far
 * as one can tell. */
gboolean _gst_rnn_tagger_fits (const RnnModel *model, const GstCaps *caps);
/* Whether the model can be used at all. Any thread. */
gboolean _gst_rnn_tagger_check (GstRnnFilter *filter, RnnModel *model,
                                const char *file, GError **error);
/* Go on with these (owned) from a<0> on; nothing may be held. */
void _gst_rnn_tagger_use (GstRnnTagger *self, RnnModel *model, RnnAhead *ahead);
/* Take the last model that was loaded and is for tokens of @caps; @wait: for
 * loads under way too. FALSE: there is none. */
gboolean _gst_rnn_tagger_swap (GstRnnTagger *self, const GstCaps *caps,
                               gboolean wait);
/* The same before a buffer, and agree on caps again. FALSE: they do not. */
gboolean _gst_rnn_tagger_swap_between (GstRnnTagger *self, GError **error);

/* -state.c */
void _gst_rnn_keeper_init (GstRnnKeeper *keeper);
void _gst_rnn_keeper_clear (GstRnnKeeper *keeper);
/* From the file, and to it, while we are started. */
void _gst_rnn_tagger_start_keeping (GstRnnTagger *self);
void _gst_rnn_tagger_stop_keeping (GstRnnTagger *self);
/* The two signals. NULL: there is no state yet. Any thread. */
GBytes *_gst_rnn_tagger_save_state (GstRnnTagger *self);
gboolean _gst_rnn_tagger_load_state (GstRnnTagger *self, GBytes *bytes);
/* Before a buffer: go on from what was loaded. */
void _gst_rnn_tagger_apply_state (GstRnnTagger *self);

/* -run.c */
GstFlowReturn _gst_rnn_tagger_chain (GstRnnFilter *filter, GstBuffer *buffer);
/* Give what is held its yhat, and go back to a<0>. */
void _gst_rnn_tagger_begin_anew (GstRnnTagger *self);
void _gst_rnn_tagger_reset (GstRnnFilter *filter, GstRnnReset why);
gboolean _gst_rnn_tagger_resets_on (GstRnnTagger *self, GstRnnReset why);
gboolean _gst_rnn_tagger_drains_on (GstRnnTagger *self, GstRnnDrain what);
/* Is each buffer a text of its own, with a state of its own? */
gboolean _gst_rnn_tagger_is_alone (GstRnnTagger *self);
/* Does each buffer leave before the next one comes? */
gboolean _gst_rnn_tagger_is_prompt (GstRnnTagger *self);

/* -hold.c */
void _gst_rnn_held_clear (gpointer held);
/* Forget what is held back and what it waits for, as a flush does: what events
 * say of the stream stays true. */
void _gst_rnn_tagger_discard (GstRnnTagger *self);
/* The same behind what could not leave, without a flush: the events go on. */
void _gst_rnn_tagger_give_up (GstRnnTagger *self);
gboolean _gst_rnn_tagger_hold_event (GstRnnFilter *filter, GstEvent *event);
/* Push from the front what has all its yhat. */
GstFlowReturn _gst_rnn_tagger_push_ready (GstRnnTagger *self);
/* The same with @held, whose contents are owned, behind the rest. @tokens: of
 * its buffer, cleared here. */
GstFlowReturn _gst_rnn_tagger_push_behind (GstRnnTagger *self, GstRnnHeld *held,
                                           GstRnnTokens *tokens);
gboolean _gst_rnn_tagger_ends (GstRnnFilter *filter, GstEvent *event);
/* Push all, as if the text ended here; a<t> stays. */
GstFlowReturn _gst_rnn_tagger_drain (GstRnnFilter *filter);

/* -delay.c */
void _gst_rnn_delay_init (GstRnnDelay *delay);
void _gst_rnn_delay_clear (GstRnnDelay *delay);
/* Nothing waits any more, and no thread of ours runs. */
void _gst_rnn_tagger_stop_delay (GstRnnTagger *self);
/* What is held, or the rules for it, have changed: see when something will have
 * waited for too long. Under the stream lock. */
void _gst_rnn_tagger_update_delay (GstRnnTagger *self);
/* The same from any thread, soon. */
void _gst_rnn_tagger_review_delay (GstRnnTagger *self);
/* How long a buffer may be held back; 0: there is no limit, or none is held. */
GstClockTime _gst_rnn_tagger_get_delay (GstRnnTagger *self);
/* The running time, or none when none is needed. */
GstClockTime _gst_rnn_tagger_get_arrival (GstRnnTagger *self);
/* Push, and see how long that keeps us. */
GstFlowReturn _gst_rnn_tagger_push_timed (GstRnnTagger *self,
                                          GstBuffer *buffer);
/* What a push by the thread gave and upstream does not know; it does after
 * that. Under the stream lock. */
GstFlowReturn _gst_rnn_tagger_take_flow (GstRnnTagger *self);
gboolean _gst_rnn_tagger_src_event (GstPad *pad, GstObject *parent,
                                    GstEvent *event);
gboolean _gst_rnn_tagger_src_query (GstPad *pad, GstObject *parent,
                                    GstQuery *query);

G_END_DECLS
