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
  float gain; /* 1: weights as PyTorch would draw them, roughly */
} TestNetwork;

RnnModel *test_network_new (const TestNetwork *network, RnnRandom *random);
