/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/loss.h"

#include <math.h>
#include <string.h>

/* In @d_logit is what is wanted. log(1 + exp(-|y|)) does not overflow. */
static double
sigmoid_row (float logit, float *d_logit)
{
  double y = logit, yhat = 1 / (1 + exp (-y)), wanted = *d_logit;

  *d_logit = (float) (yhat - wanted);
  return MAX (y, 0) - y * wanted + log1p (exp (-fabs (y)));
}

/* In @d_logits is what is wanted. */
static double
softmax_row (const float *logits, gsize n_y, float *d_logits)
{
  double largest = logits[0], sum = 0, wanted = 0;

  for (gsize j = 1; j < n_y; j++)
    largest = MAX (largest, logits[j]);
  for (gsize j = 0; j < n_y; j++)
    sum += exp (logits[j] - largest);
  for (gsize j = 0; j < n_y; j++) {
    wanted += (double) d_logits[j] * (double) logits[j];
    d_logits[j] =
        (float) (exp (logits[j] - largest) / sum - (double) d_logits[j]);
  }
  return log (sum) + largest - wanted;
}

/* Write what row @i is to say to @wanted, float[@n_y]. */
static void
want (RnnOutputKind output, const RnnTargets *targets, gsize i, gsize n_y,
      float *wanted)
{
  gint32 class = targets->classes[i];
  float share = class == RNN_NO_CLASS ? 1
                : targets->beliefs    ? targets->trusts[i]
                                      : 0;

  for (gsize j = 0; share > 0 && j < n_y; j++)
    wanted[j] = share * targets->beliefs[i * n_y + j];
  if (class == RNN_NO_CLASS)
    return;
  if (output == RNN_OUTPUT_SIGMOID)
    wanted[0] += (1 - share) * (float) class;
  else
    wanted[class] += 1 - share;
}

double
_rnn_loss (RnnOutputKind output, const float *logits, const RnnTargets *targets,
           gsize n, gsize n_y, float *d_logits)
{
  double loss = 0;
  gsize n_targets = 0;

  memset (d_logits, 0, n * n_y * sizeof *d_logits);
  for (gsize i = 0; i < n; i++) {
    if (targets->classes[i] == RNN_NO_TARGET)
      continue;
    n_targets++;
    want (output, targets, i, n_y, d_logits + i * n_y);
    loss += output == RNN_OUTPUT_SIGMOID
                ? sigmoid_row (logits[i], &d_logits[i])
                : softmax_row (logits + i * n_y, n_y, d_logits + i * n_y);
  }
  if (n_targets == 0)
    return 0;
  for (gsize i = 0; i < n * n_y; i++)
    d_logits[i] /= (float) n_targets;
  return loss / (double) n_targets;
}
