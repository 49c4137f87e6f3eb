/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The names that training has seen, and how well those it has not are found. */
#pragma once

#include "train/metrics.h"

/* Entities as they are written, lower-cased. */
typedef struct _RnnNameSet RnnNameSet;

RnnNameSet *_rnn_name_set_new (const char *entity);
void _rnn_name_set_free (RnnNameSet *set);
/* Add the entities of that name in @corpus. */
void _rnn_name_set_add (RnnNameSet *set, const RnnCorpus *corpus);
gsize _rnn_name_set_get_size (const RnnNameSet *set);

/* Count exact spans of entities that are in @set to @seen, of those that are
 * not to @unseen. What is found and is no entity is in neither, so that only
 * their recall means something. */
void _rnn_name_set_count (const RnnNameSet *set,
                          const RnnEvaluation *evaluation, RnnCount *seen,
                          RnnCount *unseen);
