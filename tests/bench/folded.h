/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A model's numbers as rivals want them: plain floats, and the embedding and
 * the biases folded into one row of sums a word. */
#pragma once

#include "rival.h"

typedef struct {
  gsize gates;  /* G */
  float *words; /* [n_x][G n_a]: W_ih e + b_ih + b_hh; GRU's n without b_hh */
  float *W_hh;  /* [G n_a][n_a] */
  float *b_hh;  /* [G n_a] */
  float *W_y;   /* [n_y][n_a] */
  float *b_y;   /* [n_y] */
} BenchFolded;

BenchFolded *bench_folded_new (const RnnModel *model);
void bench_folded_free (BenchFolded *folded);
