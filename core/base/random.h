/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random numbers that are the same for the same seed everywhere.
 * Source: Blackman and Vigna, "Scrambled Linear Pseudorandom Number
 * Generators", 2018 (xoshiro256**), seeded by splitmix64. */
#pragma once

#include <glib.h>

/* A plain struct: copy it to save it. One thread at a time. */
typedef struct {
  guint64 s[4];
} RnnRandom;

/* Start the sequence that belongs to @seed. */
void _rnn_random_seed (RnnRandom *random, guint64 seed);
/* Draw 64 bits. */
guint64 _rnn_random_bits (RnnRandom *random);
/* Draw a float in [0, 1). */
float _rnn_random_float (RnnRandom *random);
/* Draw an integer in [0, n), n > 0, each equally likely. */
guint64 _rnn_random_below (RnnRandom *random, guint64 n);
