/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/random.h"

#include <math.h>

static guint64
rotate_left (guint64 x, int k)
{
  return (x << k) | (x >> (64 - k));
}

/* Start @random from @seed, spread by splitmix64. */
void
_rnn_random_seed (RnnRandom *random, guint64 seed)
{
  for (int i = 0; i < 4; i++) {
    seed += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
    guint64 z = seed;
    z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
    random->s[i] = z ^ (z >> 31);
  }
}

/* Draw 64 random bits. */
guint64
_rnn_random_u64 (RnnRandom *random)
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

/* Draw a float from [0, 1), a multiple of 2^-24. */
float
_rnn_random_float (RnnRandom *random)
{
  return (float) (_rnn_random_u64 (random) >> 40) * 0x1p-24f;
}

/* Draw from 0 ... @n - 1, each as likely; @n > 0. */
guint64
_rnn_random_below (RnnRandom *random, guint64 n)
{
  g_return_val_if_fail (n > 0, 0);
  /* Draws under (2^64 mod n) would make small results likelier. */
  guint64 floor = -n % n;
  guint64 x;
  do
    x = _rnn_random_u64 (random);
  while (x < floor);
  return x % n;
}

/* Draw from the standard normal distribution; keeps no second value, so that
 * the struct is all the state. */
float
_rnn_random_normal (RnnRandom *random)
{
  double u = ((double) (_rnn_random_u64 (random) >> 11) + 1) * 0x1p-53;
  double v = (double) (_rnn_random_u64 (random) >> 11) * 0x1p-53;
  return (float) (sqrt (-2 * log (u)) * cos (2 * G_PI * v));
}
