/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words and their rows. */
#pragma once

#include <glib.h>

typedef struct _RnnVocab RnnVocab;

RnnVocab *_rnn_vocab_new (const guint8 *blob, gsize n_bytes, GError **error);
void _rnn_vocab_free (RnnVocab *vocab);
gsize _rnn_vocab_get_n_words (const RnnVocab *vocab);
const char *_rnn_vocab_get_word (const RnnVocab *vocab, gsize row,
                                 gsize *n_bytes);
gint32 _rnn_vocab_find (const RnnVocab *vocab, const char *word, gsize n_bytes);

#define RNN_VOCAB_BATCH 16

/* A word that is looked up; owned by who asks. */
typedef struct {
  const char *bytes;
  gsize n_bytes;
} RnnWord;

void _rnn_vocab_find_batch (const RnnVocab *vocab, const RnnWord *words,
                            gsize n, gint32 *rows);

/* Count the words of a corpus, then choose the rows. */
typedef struct _RnnVocabBuilder RnnVocabBuilder;

RnnVocabBuilder *_rnn_vocab_builder_new (void);
void _rnn_vocab_builder_free (RnnVocabBuilder *builder);
void _rnn_vocab_builder_add (RnnVocabBuilder *builder, const char *word,
                             gsize n_bytes);
char *_rnn_vocab_builder_build (const RnnVocabBuilder *builder, gsize n_rows,
                                guint64 min_count, gsize *n_bytes);
