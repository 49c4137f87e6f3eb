/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/random.h"

static guint64
splitmix64 (guint64 *state)
{
  guint64 z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static guint64
rotate_left (guint64 x, int k)
{
  return (x << k) | (x >> (64 - k));
}

void
_rnn_random_seed (RnnRandom *random, guint64 seed)
{
  for (int i = 0; i < 4; i++)
    random->s[i] = splitmix64 (&seed);
}

guint64
_rnn_random_bits (RnnRandom *random)
{
  guint64 *s = random->s;
  guint64 result = rotate_left (s[1] * 5, 7) * 9;
  guint64 t = s[1] << 17;

  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate_left (s[3], 45);
  return result;
}

float
_rnn_random_float (RnnRandom *random)
{
  return (float) (_rnn_random_bits (random) >> 40) * 0x1p-24f;
}

guint64
_rnn_random_below (RnnRandom *random, guint64 n)
{
  /* Draws from the incomplete last stretch of n would favour small numbers. */
  guint64 limit = G_MAXUINT64 - G_MAXUINT64 % n;
  guint64 bits;

  do
    bits = _rnn_random_bits (random);
  while (bits >= limit);
  return bits % n;
}
