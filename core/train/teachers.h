/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Models whose yhat a net in training learns to give: several that agree better
 * with the truth together than each alone, or one that knows more than the net
 * will be told.
 */
#pragma once

#include "train/consistency.h"

#include <rnn/rnn-ahead.h>

typedef struct {
  gsize n_y;
  GPtrArray *models;          /* RnnModel */
  char *const *paths;         /* of the models, the options' */
  gint32 **places;            /* [n_models][n_y]: class of a model's output */
  RnnConsistency consistency; /* follows NULL: each word by itself */
} RnnTeachers;

/**
 * _rnn_teachers_init:
 * @paths: (nullable): model files, %NULL-terminated
 * @classes: names of the net's @n_y outputs
 * @output: what its yhat are, and so must be the teachers'
 * @is_consistent: whether a sentence's labels must fit each other
 *
 * Load the teachers. Errors: those of rnn_model_load(), and ARGUMENT for a
 * model that reads no words or whose labels are not @classes, or
 * yhat not @output.
 */
gboolean _rnn_teachers_init (RnnTeachers *teachers, char **paths,
                             const char *const *classes, gsize n_y,
                             RnnOutputKind output, gboolean is_consistent,
                             GError **error);
void _rnn_teachers_clear (RnnTeachers *teachers);

/**
 * _rnn_teachers_judge:
 * @words: char*[n]
 * @ends: gboolean[n]: a sentence ends behind the word
 * @beliefs: (out caller-allocates): float[n][n_y]
 *
 * Write the mean of the teachers' yhat, each beginning at a<0> = 0 and knowing
 * where the sentences end; with @is_consistent what that makes likely for
 * labels that fit each other. Errors: those of rnn_ahead_run().
 */
gboolean _rnn_teachers_judge (const RnnTeachers *teachers,
                              const GPtrArray *words, const GArray *ends,
                              float *beliefs, GError **error);
