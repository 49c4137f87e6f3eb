/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What training makes small. */
#pragma once

#include <rnn/rnn-model.h>

#define RNN_NO_TARGET (-1)
/* A word that nobody has labelled: only the teachers say what it is. */
#define RNN_NO_CLASS (-2)

/* What n rows are to say. */
typedef struct {
  gint32 *classes; /* [n]: the class (of one sigmoid: 0 or 1), RNN_NO_CLASS, or
                    * RNN_NO_TARGET */
  float *beliefs;  /* [n][n_y]: the teachers' yhat, or NULL */
  float *trusts;   /* [n]: 0 … 1, in the teachers, where there is a class */
} RnnTargets;

/**
 * _rnn_loss:
 * @logits: float[n][n_y]
 * @d_logits: (out caller-allocates): float[n][n_y], gradient of the mean
 *
 * Compute the mean cross-entropy over the rows that have a target. With wanted
 * y = (1 - trust) one-hot of the class + trust belief, a row adds
 * -y log yhat - (1 - y) log(1 - yhat) with one sigmoid, -sum y log yhat with a
 * softmax. (Distillation: Hinton, Vinyals and Dean 2015, equation 2 with T
 * = 1.)
 */
double _rnn_loss (RnnOutputKind output, const float *logits,
                  const RnnTargets *targets, gsize n, gsize n_y,
                  float *d_logits);
