/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was found wrongly or not at all, in its context. */
#pragma once

#include "train/evaluation.h"

/* Append the errors of @evaluation to @out, one a line, of columns apart by
 * tabs: kind, place, five words before, the words, five words after, what was
 * found over it (for `span`).
 *
 *   missed    an entity, none of whose words was found
 *   invented  found, and no word of it is part of an entity
 *   span      an entity, found with other ends or in pieces
 *
 * @place names the corpus; the words are as the corpus has them. */
void _rnn_confusions_append (const RnnEvaluation *evaluation, const char *place,
                             GString *out);
