/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How fast memory can be read, whatever is done with it: the least that a step
 * can cost, which reads all its weights. */
#pragma once

#include <glib.h>

typedef struct _BenchSweep BenchSweep;

/* @n_bytes of memory to sweep; NULL: no memory. */
BenchSweep *bench_sweep_new (gsize n_bytes);
void bench_sweep_free (BenchSweep *sweep);
/* Read all of it, forwards one time and backwards the next, so that what the
 * cache still holds is read first. */
void bench_sweep_run (BenchSweep *sweep);
