/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AVX2 and FMA: two registers hold a panel. */
#include <immintrin.h>

#include "kernels/approximation.h"

typedef struct {
  __m256 low;
  __m256 high;
} V;

#define TILE_1 6
#define TILE_2 3
#define TILE_4 1
#define TILE_8 1

#define DEFINE_BINARY(NAME, INTRINSIC)                                        \
  static inline V NAME (V a, V b)                                             \
  {                                                                           \
    return (V) { INTRINSIC (a.low, b.low), INTRINSIC (a.high, b.high) };      \
  }

DEFINE_BINARY (v_add, _mm256_add_ps)
DEFINE_BINARY (v_sub, _mm256_sub_ps)
DEFINE_BINARY (v_mul, _mm256_mul_ps)
DEFINE_BINARY (v_div, _mm256_div_ps)
DEFINE_BINARY (v_min, _mm256_min_ps)
DEFINE_BINARY (v_max, _mm256_max_ps)

static inline V
v_load (const float *a)
{
  return (V) { _mm256_loadu_ps (a), _mm256_loadu_ps (a + 8) };
}

static inline void
v_store (float *a, V x)
{
  _mm256_storeu_ps (a, x.low);
  _mm256_storeu_ps (a + 8, x.high);
}

static inline V
v_set1 (float a)
{
  return (V) { _mm256_set1_ps (a), _mm256_set1_ps (a) };
}

static inline V
v_fma (V a, V b, V c)
{
  return (V) { _mm256_fmadd_ps (a.low, b.low, c.low),
               _mm256_fmadd_ps (a.high, b.high, c.high) };
}

static inline __m256
flush_eight (__m256 a)
{
  __m256 size = _mm256_andnot_ps (_mm256_set1_ps (-0.0f), a);

  return _mm256_and_ps (
      a, _mm256_cmp_ps (size, _mm256_set1_ps (RNN_TINY), _CMP_NLT_UQ));
}

static inline V
v_flush (V a)
{
  return (V) { flush_eight (a.low), flush_eight (a.high) };
}

static inline __m256
power_of_eight (__m256 n)
{
  __m256i exponent =
      _mm256_add_epi32 (_mm256_cvtps_epi32 (n), _mm256_set1_epi32 (127));

  return _mm256_castsi256_ps (_mm256_slli_epi32 (exponent, 23));
}

static inline V
v_power_of_two (V n)
{
  return (V) { power_of_eight (n.low), power_of_eight (n.high) };
}

static inline float
v_sum (V a)
{
  __m256 eight = _mm256_add_ps (a.low, a.high);
  __m128 four = _mm_add_ps (_mm256_castps256_ps128 (eight),
                            _mm256_extractf128_ps (eight, 1));
  __m128 two = _mm_add_ps (four, _mm_movehl_ps (four, four));

  return _mm_cvtss_f32 (_mm_add_ss (two, _mm_movehdup_ps (two)));
}

#include "kernels/vector.h"

extern const RnnKernels _rnn_kernels_avx2;
DEFINE_KERNELS (_rnn_kernels_avx2, "avx2")
