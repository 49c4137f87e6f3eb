/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows of a word that are not its own: `rnn.features`. */
#pragma once

#include <glib.h>

#define RNN_FEATURES_MAX 16

typedef enum {
  RNN_FEATURE_WORD,
  RNN_FEATURE_SHAPE,
  RNN_FEATURE_SUFFIX,
  RNN_FEATURE_PREFIX,
  RNN_FEATURE_NGRAM,
  RNN_FEATURE_LIST
} RnnFeatureKind;

#define RNN_LIST_NAME_MAX 32

typedef struct {
  RnnFeatureKind kind;
  gboolean is_of_unknown; /* only words without a row of their own have it */
  char list[RNN_LIST_NAME_MAX]; /* name of a list of words */
  gsize n_letters;
  gsize n_rows;
  gsize n_slots;
  gsize first_row;
} RnnFeature;

/* In slot order. */
typedef struct {
  RnnFeature items[RNN_FEATURES_MAX];
  gsize n_items;
  gsize n_slots;
  gsize word_slot; /* where a word's own row is */
  gsize n_rows;    /* words and all blocks */
} RnnFeatures;

gboolean _rnn_features_parse (const char *text, gsize n_words,
                              RnnFeatures *features, GError **error);
/* The row of the word that stands @rank-th (from 0) in the list; -1: not in it.
 */
gint32 _rnn_feature_row_of_rank (const RnnFeature *feature, gint32 rank);
void _rnn_feature_look_up (const RnnFeature *feature, const char *original,
                           gsize n_original, const char *word, gsize n_bytes,
                           gint32 *indices);
