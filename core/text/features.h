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
  RNN_FEATURE_NGRAM
} RnnFeatureKind;

typedef struct {
  RnnFeatureKind kind;
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
  gsize n_rows; /* words and all blocks */
} RnnFeatures;

gboolean _rnn_features_parse (const char *text, gsize n_words,
                              RnnFeatures *features, GError **error);
void _rnn_feature_look_up (const RnnFeature *feature, const char *original,
                           gsize n_original, const char *word, gsize n_bytes,
                           gint32 *indices);
