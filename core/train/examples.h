/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Corpora as one long row of examples, anew each epoch, read by B streams. */
#pragma once

#include "base/random.h"
#include "text/lexicon.h"
#include "train/trainer.h"

typedef struct {
  const RnnTrainOptions *options;
  RnnCorpus *const *corpora;
  gsize n_corpora;
  char **names;          /* classes, or NULL with one sigmoid */
  gint32 **classes;      /* [n_corpora][tags]: class of a corpus's tag */
  gsize n_classes;
  char *vocab;           /* newline-separated */
  gsize n_vocab;
  RnnLexicon *lexicon;
  guint32 *counts;       /* [words]: of each row in the corpora */
  gsize n_slots;
  gsize n;               /* examples of this epoch */
  gint32 *tokens;        /* [n][F] */
  gint32 *targets;       /* [n] */
} RnnExamples;

gboolean _rnn_examples_init (RnnExamples *examples,
                             const RnnTrainOptions *options,
                             RnnCorpus *const *corpora, gsize n_corpora,
                             GError **error);
void _rnn_examples_clear (RnnExamples *examples);
void _rnn_examples_shuffle (RnnExamples *examples, RnnRandom *random);
