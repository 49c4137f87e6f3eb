/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The same network run by several programs, timed turn by turn. */
#pragma once

#include "model/model.h"

#define BENCH_WORDS 1000
#define BENCH_EMBEDDING 64
#define BENCH_OUTPUTS 9

/* What a call does: one layer, softmax over BENCH_OUTPUTS labels. */
typedef struct {
  RnnCellKind cell;
  gsize n_hidden;
  gsize n_tokens;  /* of a stream, a call */
  gsize n_streams; /* stepping together */
} BenchCase;

typedef struct {
  const char *name;
  /* NULL: this rival is not here, or cannot do the case. */
  gpointer (*open) (const BenchCase *bench, RnnModel *model);
  /* tokens: int32[n_streams][n_tokens]; yhat: float[n_streams][n_tokens][n_y].
   * A state goes on from call to call. */
  void (*run) (gpointer rival, const gint32 *tokens, float *yhat);
  void (*close) (gpointer rival);
  /* For a rival that is a process of its own: ns for @n calls, by its own
   * clock. NULL: run() is timed here. */
  double (*time) (gpointer rival, gsize n);
  float tolerance; /* of yhat to ours; 0: it makes none */
} BenchRival;

extern const BenchRival bench_rival_rnn;
extern const BenchRival bench_rival_limit; /* reads the weights, no more */
extern const BenchRival bench_rival_int8;  /* ours, weights of 8 bits */
extern const BenchRival bench_rival_openblas;
extern const BenchRival bench_rival_onnxruntime;
extern const BenchRival bench_rival_torch;
