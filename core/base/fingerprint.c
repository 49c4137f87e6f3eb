/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/fingerprint.h"

#include <string.h>

#define N_LANES 4
#define ODD_A G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)
#define ODD_B G_GUINT64_CONSTANT (0xd1b54a32d192ed03)

static guint64
rotate (guint64 x, int n)
{
  return x << n | x >> (64 - n);
}

/* A bijection in which each bit of the input moves all of the output
 * (Stafford's mix 13 of MurmurHash3's finisher). */
static guint64
finish (guint64 x)
{
  x = (x ^ x >> 30) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  x = (x ^ x >> 27) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return x ^ x >> 31;
}

static void
absorb (guint64 *lanes, const guint8 *bytes)
{
  for (gsize i = 0; i < N_LANES; i++) {
    guint64 word;
    memcpy (&word, bytes + i * sizeof word, sizeof word);
    word = GUINT64_FROM_LE (word);
    lanes[i] = rotate (lanes[i] ^ word * ODD_A, 29) * ODD_B;
  }
}

/* Write the fingerprint of @bytes, uint8[@n_bytes], to @out,
 * char[RNN_FINGERPRINT_SIZE]: the same on every machine. */
void
_rnn_fingerprint (const guint8 *bytes, gsize n_bytes, char *out)
{
  guint64 lanes[N_LANES], mixed = n_bytes;
  guint8 rest[sizeof lanes] = { 0 };
  gsize i = 0;

  for (gsize l = 0; l < N_LANES; l++)
    lanes[l] = finish (l + 1);
  for (; n_bytes - i >= sizeof lanes; i += sizeof lanes)
    absorb (lanes, bytes + i);
  if (n_bytes > i)
    memcpy (rest, bytes + i, n_bytes - i);
  absorb (lanes, rest);
  for (gsize l = 0; l < N_LANES; l++)
    mixed = finish (mixed ^ lanes[l]) + l;
  for (gsize l = 0; l < N_LANES; l++)
    g_snprintf (out + l * 16, 17, "%016" G_GINT64_MODIFIER "x",
                finish (lanes[l] ^ rotate (mixed, (int) (16 * l + 1))));
}
