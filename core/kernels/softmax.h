/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* softmax, the same text for each table. Included by the file of each, behind
 * its exp_all(). */
#pragma once

#include "kernels/kernels.h"

static void
subtract_largest (float *row, gsize n)
{
  float largest = row[0];

  for (gsize j = 1; j < n; j++)
    largest = row[j] > largest ? row[j] : largest;
  for (gsize j = 0; j < n; j++)
    row[j] -= largest;
}

static void
divide_by_sum (float *row, gsize n)
{
  float sum = 0;

  for (gsize j = 0; j < n; j++)
    sum += row[j];
  for (gsize j = 0; j < n; j++)
    row[j] /= sum;
}

static void
softmax (float *y, gsize n_y, gsize n_rows)
{
  for (gsize i = 0; i < n_rows; i++)
    subtract_largest (y + i * n_y, n_y);
  exp_all (y, n_rows * n_y);
  for (gsize i = 0; i < n_rows; i++)
    divide_by_sum (y + i * n_y, n_y);
}
