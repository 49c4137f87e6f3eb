/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The last rounds of sum_lanes() of reference.c on registers of eight floats:
 * lane l with l + 4, + 2, + 1. */
#pragma once

#include <immintrin.h>

static inline float
sum_8 (__m256 a)
{
  __m128 four =
      _mm_add_ps (_mm256_castps256_ps128 (a), _mm256_extractf128_ps (a, 1));
  __m128 two = _mm_add_ps (four, _mm_movehl_ps (four, four));

  return _mm_cvtss_f32 (_mm_add_ss (two, _mm_movehdup_ps (two)));
}

/* Of two registers each half: l and l + 4 side by side of both. */
static inline __m256
add_halves (__m256 a, __m256 b)
{
  return _mm256_add_ps (_mm256_permute2f128_ps (a, b, 0x20),
                        _mm256_permute2f128_ps (a, b, 0x31));
}

/* Four such sums at once, at the price of two. */
static inline __m128
sum_4_of_8 (__m256 a, __m256 b, __m256 c, __m256 d)
{
  __m256 ac = add_halves (a, c), bd = add_halves (b, d);
  __m256 two = _mm256_add_ps (_mm256_shuffle_ps (ac, bd, 0x44),
                              _mm256_shuffle_ps (ac, bd, 0xee));

  return _mm_hadd_ps (_mm256_castps256_ps128 (two),
                      _mm256_extractf128_ps (two, 1));
}
