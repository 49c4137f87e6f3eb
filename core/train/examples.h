/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Corpora as one long row of steps, anew each epoch, read by B streams. */
#pragma once

#include "base/random.h"
#include "train/names.h"

typedef struct {
  const RnnTrainOptions *options;
  RnnCorpus *const *corpora;
  gsize n_corpora;
  RnnDictionary dictionary;
  RnnNames other_names;
  char **names;     /* classes, or NULL with one sigmoid */
  gint32 **classes; /* [n_corpora][tags]: class of a corpus's tag */
  gsize n_classes;
  gsize n_slots;   /* F */
  gsize n;         /* steps of this epoch */
  GArray *tokens;  /* gint32 [n][F] */
  GArray *targets; /* gint32 [n]: class of the word that the step speaks of */
  GArray *marks;   /* guint8 [n]: RNN_STEP_… */
  gint32 *waiting; /* [k]: classes of the words that steps to come speak of,
                    * oldest first */
  gsize n_waiting;
  guint8 next_mark; /* of the step to come */
} RnnExamples;

gboolean _rnn_examples_init (RnnExamples *examples,
                             const RnnTrainOptions *options,
                             RnnCorpus *const *corpora, gsize n_corpora,
                             GError **error);
void _rnn_examples_clear (RnnExamples *examples);
void _rnn_examples_shuffle (RnnExamples *examples, RnnRandom *random);
