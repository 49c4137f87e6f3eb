/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From labelled text to a model file. */
#pragma once

#include "train/corpus.h"

#include <rnn/rnn-model.h>

typedef struct {
  RnnCellKind cell;
  RnnActivation activation;
  gsize hidden_size;     /* n_a */
  gsize n_layers;
  gboolean bidirectional;
  gsize lookahead;       /* k */
  gsize embedding_size;  /* n_e; 0: one-hot straight into the first layer */
  gsize n_words;         /* rows of the dictionary, <UNK> included */
  const char *normalize; /* `rnn.normalize`, or NULL */
  const char *features;  /* `rnn.features`, or NULL */
  const char *entity;    /* one sigmoid for it; NULL: a softmax over all tags */
  gsize n_epochs;
  gsize patience;        /* epochs without a better dev score; 0: no end */
  gsize n_steps;         /* T of a window */
  gsize n_streams;       /* B */
  float learning_rate;   /* falls to a twentieth over the epochs */
  float clip;            /* of the gradient's norm; 0: none */
  float dropout;
  float unknown_rate;    /* alpha: a word seen n times is <UNK> with
                          * alpha / (alpha + n) */
  float lowercase_share; /* of the text, as speech recognisers write it */
  guint64 seed;
} RnnTrainOptions;

typedef struct {
  gsize epoch; /* from 1 */
  gsize n_epochs;
  gboolean is_epoch_end;
  double done; /* 0 … 1 of all epochs */
  double loss; /* mean since the epoch began */
  double f1;   /* dev score, 0 … 1; NAN before the first, or without dev */
  double best_f1;
  double words_per_second;
  double seconds_left;
} RnnTrainProgress;

/* FALSE: stop here, and keep the best model so far. */
typedef gboolean (*RnnTrainCallback) (const RnnTrainProgress *progress,
                                      gpointer data);

void _rnn_train_options_init (RnnTrainOptions *options);
gboolean _rnn_train (const RnnTrainOptions *options,
                     RnnCorpus *const *corpora, gsize n_corpora,
                     RnnCorpus *const *dev, gsize n_dev, const char *path,
                     RnnTrainCallback callback, gpointer data, GError **error);
