/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a model makes its lexicon. */
#pragma once

#include <rnn/rnn-text.h>

/* A list of words that features may ask for: a line each, best known first. */
typedef struct {
  const char *name;
  const guint8 *bytes;
  gsize n_bytes;
  const char *file; /* in front of what is wrong with it, or NULL */
} RnnWordList;

/* What a lexicon is made of; all of it is copied. */
typedef struct {
  const guint8 *vocab;   /* words with newlines between */
  gsize n_vocab;         /* bytes */
  const char *normalize; /* `rnn.normalize`, or NULL */
  const char *features;  /* `rnn.features`, or NULL */
  gint32 unk;            /* row of the unknown word; -1: that of `<UNK>` */
  const RnnWordList *lists;
  gsize n_lists;
  const char *vocab_file; /* in front of what is wrong with vocab, or NULL */
} RnnLexiconParts;

RnnLexicon *_rnn_lexicon_new (const RnnLexiconParts *parts, GError **error);
void _rnn_lexicon_free (RnnLexicon *lexicon);
gint32 _rnn_lexicon_get_unk (const RnnLexicon *lexicon);
gsize _rnn_lexicon_get_n_words (const RnnLexicon *lexicon);
void _rnn_lexicon_look_up (const RnnLexicon *lexicon, const char *word,
                           gsize n_bytes, gboolean is_unknown, gint32 *indices);
gboolean _rnn_lexicon_look_up_tokens (const RnnLexicon *lexicon,
                                      const char *text, const RnnToken *tokens,
                                      gsize n_tokens, gint32 *indices,
                                      GError **error);
/* Whether a feature asks for the list of this name. */
gboolean _rnn_lexicon_has_list (const RnnLexicon *lexicon, const char *name);
