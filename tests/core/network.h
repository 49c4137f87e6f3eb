/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random networks for tests, made through the writer and the reader. */
#pragma once

#include "base/random.h"
#include "model/model.h"

typedef struct {
  RnnCellKind cell;
  RnnActivation activation;
  RnnOutputKind output;
  gsize n_inputs;
  gsize n_embedding; /* 0: one-hot */
  gsize n_hidden;
  gsize n_layers;
  gsize n_directions;
  gsize n_outputs;
  gsize lookahead;
  float gain;        /* 1: weights as PyTorch would draw them, roughly */
  const char *vocab; /* n_inputs words, a newline between; NULL: no words */
} TestNetwork;

/* The bytes of a model file, and the model that they make. */
GBytes *test_network_bytes (const TestNetwork *network, RnnRandom *random);
RnnModel *test_network_new (const TestNetwork *network, RnnRandom *random);
/* The same as a new file. (transfer full): its name; unlink it when done. */
char *test_network_write (const TestNetwork *network, RnnRandom *random);

/* Yhat of each token, whose text ends behind each token that @ends says:
 * float[n][n_y]. (transfer full) */
float *test_by_definition (RnnModel *model, const gint32 *tokens,
                           const gboolean *ends, gsize n);
