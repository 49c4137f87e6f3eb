/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Corpora as one long row of steps, anew each epoch, read by B streams. */
#pragma once

#include "base/random.h"
#include "train/names.h"
#include "train/teachers.h"

typedef struct {
  const RnnTrainOptions *options;
  RnnCorpus *const *corpora;
  gsize n_corpora;
  RnnDictionary dictionary;
  RnnNames other_names;
  char **names;     /* classes, or NULL with one sigmoid */
  gint32 **classes; /* [n_corpora][tags]: class of a corpus's tag, or
                     * RNN_NO_CLASS */
  gsize n_classes;
  RnnTeachers teachers;
  gsize n_slots;  /* F */
  gsize n;        /* steps of this epoch */
  GArray *tokens; /* gint32 [n][F] */
  GArray *spoken; /* gint32 [n]: the word that the step speaks of, or -1 */
  GArray *marks;  /* guint8 [n]: RNN_STEP_… */
  GArray *word_classes; /* gint32 [words]: class, or RNN_NO_CLASS */
  GArray *word_trusts;  /* float [words]: in the teachers */
  GArray *beliefs; /* float [words][n_classes]: of the teachers; or empty */
  gint32 *waiting; /* [k]: the words that steps to come speak of, oldest
                    * first */
  gsize n_waiting;
  guint8 next_mark; /* of the step to come */
} RnnExamples;

gboolean _rnn_examples_init (RnnExamples *examples,
                             const RnnTrainOptions *options,
                             RnnCorpus *const *corpora, gsize n_corpora,
                             GError **error);
void _rnn_examples_clear (RnnExamples *examples);
/* Make the steps of a new epoch: pieces of text in random order, each written
 * anew, and judged by the teachers. Errors: those of _rnn_teachers_judge(). */
gboolean _rnn_examples_shuffle (RnnExamples *examples, RnnRandom *random,
                                GError **error);
