/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A small text to learn from: Teddy Roosevelt is a person, Teddy bears are
 * none.
 */
#pragma once

#include "train/trainer.h"

#include <rnn/rnn-error.h>

typedef enum {
  TEST_LABELS_RIGHT,
  TEST_LABELS_WRONG,
  TEST_LABELS_NONE /* '?' */
} TestLabels;

/* Labelled text, parsed. */
RnnCorpus *test_corpus_new (const char *text);
/* Only the next word tells a name. */
RnnCorpus *test_teddies_new (TestLabels labels);
/* What learns them in a moment: 8 hidden units, 4 streams, windows of 8 steps.
 */
RnnTrainOptions test_small_options (void);
/* A trained model's score on @corpus, 0 … 1. */
double test_score (const char *path, const RnnCorpus *corpus);
/* Training on @corpus fails with @code and an error that has @word, and writes
 * no model to @path. */
void test_assert_refused (const RnnTrainOptions *options, RnnCorpus *corpus,
                          const char *path, RnnError code, const char *word);
