/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From labelled text to a model file. */
#pragma once

#include "train/corpus.h"

#include <rnn/rnn-model.h>

/* How weights are stored in the file. */
typedef enum {
  RNN_STORE_F32,
  RNN_STORE_F16,
  RNN_STORE_INT8 /* the embedding; the others F16 */
} RnnTrainStorage;

/* In teachers, beside a corpus's own labels, where nothing else is said. */
#define RNN_USUAL_TRUST 0.5f

/* As the entity to score by: all, each for itself. */
#define RNN_SCORE_ALL "all"

typedef struct _RnnStart RnnStart;

typedef struct {
  const char *from; /* model file to go on from, or NULL. It says what is
                     * asked from here to @labels. */
  RnnCellKind cell;
  RnnActivation activation;
  gsize hidden_size; /* n_a */
  gsize n_layers;
  gboolean bidirectional;
  gsize lookahead;        /* k */
  gsize embedding_size;   /* n_e; 0: one-hot straight into the first layer */
  gboolean embed_all;     /* features go through the embedding too */
  gsize n_words;          /* rows of the dictionary, <UNK> included */
  const char *embeddings; /* word vectors to begin with (vectors.h), or NULL */
  char **lists;           /* `NAME=FILE` of words, NULL-terminated, or NULL */
  const char *normalize;  /* `rnn.normalize`, or NULL */
  const char *features;   /* `rnn.features`, or NULL */
  const char *entity; /* one sigmoid for it; NULL: a softmax over all tags */
  const char *const *labels; /* the tags, NULL-terminated; NULL: the text's */
  const char *score; /* entity by whose F1 on the dev files the best epoch is
                      * chosen, RNN_SCORE_ALL: all; NULL: @entity, PER where
                      * the tags have it, or all */
  const RnnStart *start; /* what @from names, once it is read */
  float keep;      /* share of the weights of @from in those of the file */
  gsize tune_from; /* epoch in which word vectors, or the embedding of @from,
                    * begin to learn; 0: never */
  const float *weights; /* [n_corpora]: times that each is read in an epoch;
                         * NULL: once */
  gsize n_epochs;
  gsize patience;           /* epochs without a better dev score, once one is
                             * above 0; 0: no end */
  gsize n_steps;            /* T of a window */
  gsize n_streams;          /* B */
  float learning_rate;      /* falls to a twentieth over the epochs */
  float decay;              /* of the weights of matrices, by rate and step */
  float clip;               /* of the gradient's norm; 0: none */
  float dropout;            /* of each layer's output */
  float input_dropout;      /* of the embedding */
  float average;            /* decay of the average of weights that is kept in
                             * place of the last ones; 0: none */
  float unknown_rate;       /* alpha: a word seen n times is <UNK> with
                             * alpha / (alpha + n) */
  float lowercase_share;    /* of the text, as speech recognisers write it */
  float other_styles_share; /* of the rest: capitals, lower case with
                             * punctuation, no punctuation */
  float known_ends_share;   /* of the text, whose sentences' ends are known */
  float substitute_share; /* of the names, replaced from lists first and last */
  float error_rate;       /* of words, as a recogniser mishears */
  char **teachers;     /* model files (teachers.h), NULL-terminated, or NULL */
  gboolean consistent; /* the teachers' labels fit each other (consistency.h) */
  const float *trusts; /* [n_corpora]: 0 … 1, in the teachers, beside its own
                        * labels; NULL: RNN_USUAL_TRUST */
  RnnTrainStorage storage;
  const char *checkpoint;    /* file to go on from after a break, or NULL */
  double checkpoint_minutes; /* written so often, and after each epoch */
  gboolean resume;           /* go on from it, if it is there */
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
  double seconds;
  double seconds_left;
  double learning_rate;
  guint64 n_skipped; /* steps without a finite gradient */
} RnnTrainProgress;

/* FALSE: stop here, and keep the best model so far; half an epoch counts as
 * one, unless a checkpoint lets it go on. */
typedef gboolean (*RnnTrainCallback) (const RnnTrainProgress *progress,
                                      gpointer data);

void _rnn_train_options_init (RnnTrainOptions *options);
/* Check what the options ask for. Errors: ARGUMENT. */
gboolean _rnn_train_options_check (const RnnTrainOptions *options,
                                   GError **error);
gboolean _rnn_train (const RnnTrainOptions *options, RnnCorpus *const *corpora,
                     gsize n_corpora, RnnCorpus *const *dev, gsize n_dev,
                     const char *path, RnnTrainCallback callback, gpointer data,
                     GError **error);
