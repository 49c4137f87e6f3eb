/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AVX2 and FMA: 16 registers of eight floats. */
#include <immintrin.h>

#include "kernels/approximation.h"
#include "kernels/lanes-x86.h"

#define V __m256
#define LANES 8
#define v_load _mm256_loadu_ps
#define v_store _mm256_storeu_ps
#define v_set1 _mm256_set1_ps
#define v_load_4(p) _mm256_broadcast_ps ((const __m128 *) (p))
#define v_splat(a, i) _mm256_permute_ps (a, (i) * 0x55)
#define v_add _mm256_add_ps
#define v_sub _mm256_sub_ps
#define v_mul _mm256_mul_ps
#define v_div _mm256_div_ps
#define v_fma _mm256_fmadd_ps
#define v_min _mm256_min_ps
#define v_max _mm256_max_ps
#define ALONE_1 8
#define ALONE_3 4
#define ALONE_4 3
#define STREAMS_1 4
#define STREAMS_3 4
#define STREAMS_4 3

static inline V
v_flush (V a)
{
  V size = _mm256_andnot_ps (_mm256_set1_ps (-0.0f), a);

  return _mm256_and_ps (
      a, _mm256_cmp_ps (size, _mm256_set1_ps (RNN_TINY), _CMP_NLT_UQ));
}

static inline V
v_power_of_two (V n)
{
  __m256i exponent =
      _mm256_add_epi32 (_mm256_cvtps_epi32 (n), _mm256_set1_epi32 (127));

  return _mm256_castsi256_ps (_mm256_slli_epi32 (exponent, 23));
}

static inline float
v_sum (V a)
{
  return sum_8 (a);
}

static inline void
v_store_4_sums (float *y, const float *b, const V *a)
{
  _mm_storeu_ps (
      y, _mm_add_ps (_mm_loadu_ps (b), sum_4_of_8 (a[0], a[1], a[2], a[3])));
}

#include "kernels/step.h"

extern const RnnKernels _rnn_kernels_avx2;
DEFINE_KERNELS (_rnn_kernels_avx2, "avx2")
