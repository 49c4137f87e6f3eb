/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What training makes small. */
#pragma once

#include <rnn/rnn-model.h>

#define RNN_NO_TARGET (-1)

/**
 * _rnn_loss:
 * @logits: float[n][n_y]
 * @targets: int32[n]: the class (of one sigmoid: 0 or 1), or RNN_NO_TARGET
 * @d_logits: (out caller-allocates): float[n][n_y], gradient of the mean
 *
 * Compute the mean cross-entropy over the rows that have a target, with one
 * sigmoid -y log yhat - (1 - y) log(1 - yhat), with a softmax -log yhat_target.
 */
double _rnn_loss (RnnOutputKind output, const float *logits,
                  const gint32 *targets, gsize n, gsize n_y, float *d_logits);
