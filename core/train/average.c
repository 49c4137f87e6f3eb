/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/average.h"

#include <math.h>

/* The average moves once in so many steps: passing over all weights after each
 * would cost more than the step where few rows of a table are touched. */
#define EVERY 8

/* Of the weights of @net, which must outlive the average, from the first update
 * on; NULL: no memory. @decay: what is left of it after a step. */
RnnAverage *
_rnn_average_new (const RnnNet *net, float decay)
{
  RnnAverage *average = g_new0 (RnnAverage, 1);

  average->net = net;
  average->decay = decay;
  average->values = _rnn_net_new_arrays (net, FALSE);
  if (average->values)
    return average;
  _rnn_average_free (average);
  return NULL;
}

/* Free @average; NULL is fine. */
void
_rnn_average_free (RnnAverage *average)
{
  if (!average)
    return;
  _rnn_net_free_arrays (average->net, average->values);
  g_free (average);
}

void
_rnn_average_update (RnnAverage *average)
{
  double n = (double) ++average->n_steps;
  /* Young averages forget faster, so that the first weights do not linger. */
  double decay = MIN (average->decay, n / (n + 10 * EVERY));
  float share = (float) (1 - pow (decay, EVERY));

  if (average->n_steps % EVERY != 0)
    return;
  for (gsize i = 0; i < average->net->n_all; i++) {
    const RnnParameter *p = average->net->all[i];
    float *restrict mean = average->values[i];
    const float *restrict values = p->values;
    for (gsize j = 0; mean && j < p->rows * p->cols; j++)
      mean[j] += share * (values[j] - mean[j]);
  }
}

void
_rnn_average_swap (RnnAverage *average)
{
  for (gsize i = 0; i < average->net->n_all; i++) {
    float *values = average->net->all[i]->values;
    if (!average->values[i])
      continue;
    average->net->all[i]->values = average->values[i];
    average->values[i] = values;
  }
}
