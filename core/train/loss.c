/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/loss.h"

#include <math.h>
#include <string.h>

/* log(1 + exp(-|y|)) does not overflow. */
static double
sigmoid_row (float logit, gint32 target, float *d_logit)
{
  double y = logit, yhat = 1 / (1 + exp (-y));

  *d_logit = (float) (yhat - target);
  return MAX (y, 0) - y * target + log1p (exp (-fabs (y)));
}

static double
softmax_row (const float *logits, gint32 target, gsize n_y, float *d_logits)
{
  double largest = logits[0], sum = 0;

  for (gsize j = 1; j < n_y; j++)
    largest = MAX (largest, logits[j]);
  for (gsize j = 0; j < n_y; j++)
    sum += exp (logits[j] - largest);
  for (gsize j = 0; j < n_y; j++)
    d_logits[j] = (float) (exp (logits[j] - largest) / sum -
                           (j == (gsize) target));
  return log (sum) + largest - logits[target];
}

double
_rnn_loss (RnnOutputKind output, const float *logits, const gint32 *targets,
           gsize n, gsize n_y, float *d_logits)
{
  double loss = 0;
  gsize n_targets = 0;

  memset (d_logits, 0, n * n_y * sizeof *d_logits);
  for (gsize i = 0; i < n; i++) {
    if (targets[i] == RNN_NO_TARGET)
      continue;
    n_targets++;
    loss += output == RNN_OUTPUT_SIGMOID
                ? sigmoid_row (logits[i], targets[i], &d_logits[i])
                : softmax_row (logits + i * n_y, targets[i], n_y,
                               d_logits + i * n_y);
  }
  if (n_targets == 0)
    return 0;
  for (gsize i = 0; i < n * n_y; i++)
    d_logits[i] /= (float) n_targets;
  return loss / (double) n_targets;
}
