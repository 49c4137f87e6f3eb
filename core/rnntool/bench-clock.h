/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Time and medians, for `rnntool bench` and for the benchmarks of the tests. */
#pragma once

#include <stdlib.h>
#include <time.h>

/* ns of one of clock_gettime()'s clocks. */
static inline double
bench_now (clockid_t clock)
{
  struct timespec at;

  clock_gettime (clock, &at);
  return (double) at.tv_sec * 1e9 + (double) at.tv_nsec;
}

static inline int
bench_compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* The median of @numbers, which are sorted by it. */
static inline double
bench_median (double *numbers, size_t n)
{
  qsort (numbers, n, sizeof *numbers, bench_compare);
  return numbers[n / 2];
}
