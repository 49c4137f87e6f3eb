/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random numbers that are the same on every machine: xoshiro256**. */
#pragma once

#include <glib.h>

/* All of the generator: copy it, save it, compare it. */
typedef struct {
  guint64 s[4];
} RnnRandom;

void _rnn_random_seed (RnnRandom *random, guint64 seed);
guint64 _rnn_random_u64 (RnnRandom *random);
float _rnn_random_float (RnnRandom *random);
guint64 _rnn_random_below (RnnRandom *random, guint64 n);
float _rnn_random_normal (RnnRandom *random);
