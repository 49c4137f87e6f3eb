/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a sentence's labels are likely to be, given that they fit each other. */
#pragma once

#include <glib.h>

/* Which class may follow which. */
typedef struct {
  gsize n_y;
  guint8 *follows; /* [n_y + 1][n_y + 1]: whether the second may follow the
                    * first; n_y is what is before and behind a sentence */
} RnnConsistency;

/* Of classes with these names: in BIO form I-X follows B-X or I-X alone; in
 * BIOES form an entity also ends as it should. */
void _rnn_consistency_init (RnnConsistency *consistency,
                            const char *const *classes, gsize n_y);
void _rnn_consistency_clear (RnnConsistency *consistency);
/* Turn @beliefs, float[@n][n_y], rows of probabilities each by itself, into
 * those of each word's class in a sentence whose classes all may follow each
 * other (forward-backward: Rabiner 1989, equations 19 to 27, with the rows in
 * place of the likelihoods). A sentence that cannot be one stays. */
void _rnn_consistency_apply (const RnnConsistency *consistency, float *beliefs,
                             gsize n);
