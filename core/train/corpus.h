/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Labelled text: `token<TAB>tag` a line, a blank line between sentences. */
#pragma once

#include <glib.h>

/* The tag of a word that nobody has labelled. */
#define RNN_TAG_UNKNOWN "?"

/* Consecutive sentences are consecutive text. Immutable. */
typedef struct {
  char *name; /* what messages call it */
  gsize n_tokens;
  const char **words; /* [n_tokens], valid UTF-8 */
  guint32 *lines;     /* [n_tokens], from 1 */
  guint16 *tags;      /* [n_tokens], index into tag_names */
  gsize n_sentences;
  gsize *sentence_starts; /* [n_sentences + 1] */
  char **tag_names;       /* in order of appearance, NULL-terminated */
  char *bytes;
} RnnCorpus;

RnnCorpus *_rnn_corpus_read (const char *path, GError **error);
RnnCorpus *_rnn_corpus_parse (char *bytes, gsize n, const char *name,
                              GError **error);
void _rnn_corpus_free (RnnCorpus *corpus);

/* Whether a tag is of @entity, in BIO or BIOES form: B-PER, I-PER, E-PER and
 * S-PER are of PER. */
gboolean _rnn_tag_is_of (const char *tag, const char *entity);
/* What recognisers leave out: a word of punctuation and symbols alone. */
gboolean _rnn_word_is_punctuation (const char *word);
