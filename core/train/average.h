/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A running average of the weights, which is steadier than the last ones
 * (Polyak and Juditsky 1992). */
#pragma once

#include "train/net.h"

typedef struct {
  const RnnNet *net;
  float decay;
  guint64 n_steps;
  float **values; /* by parameter, as its own; NULL: frozen */
} RnnAverage;

RnnAverage *_rnn_average_new (const RnnNet *net, float decay);
void _rnn_average_free (RnnAverage *average);
/* Call after each step of training. */
void _rnn_average_update (RnnAverage *average);
/* Exchange the net's weights and their average; a second call undoes it. */
void _rnn_average_swap (RnnAverage *average);
