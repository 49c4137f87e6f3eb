/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names to put in place of others: from lists, and from the corpora. */
#pragma once

#include "base/random.h"
#include "train/dictionary.h"

typedef struct {
  const RnnDictionaryList *list; /* well-known ones first; or NULL */
  GPtrArray *seen;               /* const char *: in the corpora */
} RnnNamePool;

typedef struct {
  RnnNamePool first;
  RnnNamePool last;
} RnnNames;

/* Whether token @i, of a sentence that ends before @end, is of a PER, and where
 * in it. */
gboolean _rnn_is_person (const RnnCorpus *corpus, gsize i, gsize end,
                         gboolean *is_first, gboolean *is_last);
/* Whether another name can stand for @word: initials and particles stay. */
gboolean _rnn_is_full_name (const char *word);

void _rnn_names_init (RnnNames *names, const RnnDictionary *dictionary,
                      RnnCorpus *const *corpora, gsize n_corpora);
void _rnn_names_clear (RnnNames *names);
/* A name in lower or mixed case, (transfer full); NULL: the pool is empty. */
char *_rnn_name_pool_draw (const RnnNamePool *pool, RnnRandom *random);
