/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rounding to bytes for tables of AVX2, as bytes-step.h wants it. */
#pragma once

#include <immintrin.h>

static float
find_largest (const float *a, gsize n, float *nothing)
{
  __m256 size = _mm256_setzero_ps (), zero = size;
  float sizes[8], zeros[8], largest = 0;
  gsize k = 0;

  for (; k + 8 <= n; k += 8) {
    __m256 x = _mm256_loadu_ps (a + k);
    size = _mm256_max_ps (_mm256_andnot_ps (_mm256_set1_ps (-0.0f), x), size);
    zero = _mm256_fmadd_ps (x, _mm256_setzero_ps (), zero);
  }
  _mm256_storeu_ps (sizes, size);
  _mm256_storeu_ps (zeros, zero);
  *nothing = 0;
  for (int i = 0; i < 8; i++) {
    largest = sizes[i] > largest ? sizes[i] : largest;
    *nothing += zeros[i];
  }
  for (; k < n; k++) {
    float x = __builtin_fabsf (a[k]);
    largest = x > largest ? x : largest;
    *nothing += a[k] * 0.0f;
  }
  return largest;
}

static inline void
round_lanes (const float *a, float inverse, gint8 *q)
{
  __m256i whole = _mm256_cvtps_epi32 (
      _mm256_mul_ps (_mm256_loadu_ps (a), _mm256_set1_ps (inverse)));
  __m128i halves = _mm_packs_epi32 (_mm256_castsi256_si128 (whole),
                                    _mm256_extracti128_si256 (whole, 1));

  _mm_storel_epi64 ((gpointer) q, _mm_packs_epi16 (halves, halves));
}
