/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The options of `rnntool train`. */
#pragma once

#include "train/trainer.h"

/* What GOption fills; sizes are int there. numbers: what is made of the texts
 * of weights and trust, one for each of train, or NULL. */
typedef struct {
  char **train, **dev, *out, *cell, *activation, *normalize, *features, *entity;
  char *score, *from, *embeddings, **lists, **teachers, *weights, *trust,
      *storage, *log, *checkpoint;
  const char *told; /* an option that --from excludes, or NULL */
  gboolean all_tags, bidirectional, embed_all, consistent, resume;
  int hidden, layers, lookahead, embedding, words, epochs, patience, steps;
  int streams;
  double rate, clip, dropout, unknown, lowercase;
  double checkpoint_minutes, decay, input_dropout, average, styles, ends,
      substitute, errors, keep;
  int tune_from;
  gint64 seed;
  float *weight_numbers, *trust_numbers;
} TrainArguments;

/* Parse @argv, and make @options of it, which point into what is returned.
 * NULL: wrong usage, and one line on stderr says so. */
const TrainArguments *train_arguments_parse (int argc, char **argv,
                                             RnnTrainOptions *options);
/* Free what was parsed. */
void train_arguments_clear (void);
