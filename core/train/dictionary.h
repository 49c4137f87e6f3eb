/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The words and features of a net that is to be trained. */
#pragma once

#include "text/lexicon.h"
#include "train/trainer.h"
#include "train/vectors.h"

#define RNN_MAX_LISTS 8

/* A list of words, best known first. */
typedef struct {
  char *name;
  char *words; /* newline after each */
  gsize n_bytes;
  GPtrArray *starts; /* char *: into words */
} RnnDictionaryList;

typedef struct {
  char *vocab;   /* newline-separated, one of its words is <UNK> */
  gsize n_vocab; /* bytes; there may be no NUL behind them */
  RnnLexicon *lexicon;
  guint32 *counts;     /* [words]: of each row in the corpora */
  RnnVectors *vectors; /* of rows 1 …; or NULL */
  RnnDictionaryList lists[RNN_MAX_LISTS];
  gsize n_lists;
} RnnDictionary;

gboolean _rnn_dictionary_init (RnnDictionary *dictionary,
                               const RnnTrainOptions *options,
                               RnnCorpus *const *corpora, gsize n_corpora,
                               GError **error);
void _rnn_dictionary_clear (RnnDictionary *dictionary);
/* The list of this name, or NULL. */
const RnnDictionaryList *
_rnn_dictionary_find_list (const RnnDictionary *dictionary, const char *name);
