/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Labelled text as the net will meet it: other names, other cases, a
 * recogniser's spelling and mistakes. */
#pragma once

#include "base/random.h"
#include "train/names.h"

/* Consecutive sentences of a corpus, changed. */
typedef struct {
  GStringChunk *memory;
  GPtrArray *words; /* const char * */
  GArray *tags;     /* guint16: of the corpus */
  GArray *ends;     /* gboolean: last of its sentence */
} RnnPassage;

void _rnn_passage_init (RnnPassage *passage);
void _rnn_passage_clear (RnnPassage *passage);
void _rnn_passage_fill (RnnPassage *passage, const RnnTrainOptions *options,
                        const RnnNames *names, const RnnCorpus *corpus,
                        gsize first_sentence, gsize end_sentence,
                        RnnRandom *random);
