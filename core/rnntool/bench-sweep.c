/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rnntool/bench-sweep.h"

#include "base/checked.h"

/* A register of AVX-512; a compiler splits it where there is none. */
typedef guint32 Wide __attribute__ ((vector_size (64), may_alias));
#define BLOCK 8 /* Wides; four sums that do not wait for each other */

struct _BenchSweep {
  Wide *memory;
  gsize n_blocks;
  gboolean is_backwards;
  guint32 sink; /* keeps the reads from being left out */
};

BenchSweep *
bench_sweep_new (gsize n_bytes)
{
  gsize n_blocks = MAX (1, n_bytes / (BLOCK * sizeof (Wide)));
  guint32 *memory = _rnn_try_alloc (n_blocks, BLOCK * sizeof (Wide));
  BenchSweep *sweep;

  if (!memory)
    return NULL;
  /* Pages that were never written would all be one page of zeros. */
  for (gsize i = 0; i < n_blocks * BLOCK * sizeof (Wide) / sizeof *memory; i++)
    memory[i] = (guint32) i;
  sweep = g_new (BenchSweep, 1);
  *sweep = (BenchSweep){ (Wide *) memory, n_blocks, FALSE, 0 };
  return sweep;
}

void
bench_sweep_free (BenchSweep *sweep)
{
  if (sweep)
    _rnn_free (sweep->memory);
  g_free (sweep);
}

/* The loader chooses before the thread sanitizer is there, whose calls the
 * function that chooses would have in it. */
#if defined(__x86_64__) && defined(__linux__) && !defined(__SANITIZE_THREAD__)
__attribute__ ((target_clones ("avx512f", "avx2", "default")))
#endif
static guint32
read_all (const Wide *memory, gsize n_blocks, gboolean is_backwards)
{
  Wide a = { 0 }, b = a, c = a, d = a;
  gssize stride = is_backwards ? -BLOCK : BLOCK;
  const Wide *block = is_backwards ? memory + (n_blocks - 1) * BLOCK : memory;

  for (gsize i = 0; i < n_blocks; i++, block += stride) {
    a ^= block[0] ^ block[4];
    b ^= block[1] ^ block[5];
    c ^= block[2] ^ block[6];
    d ^= block[3] ^ block[7];
  }
  a ^= b ^ c ^ d;
  return a[0] ^ a[15];
}

void
bench_sweep_run (BenchSweep *sweep)
{
  sweep->sink ^= read_all (sweep->memory, sweep->n_blocks, sweep->is_backwards);
  sweep->is_backwards = !sweep->is_backwards;
}
