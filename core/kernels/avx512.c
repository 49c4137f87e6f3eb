/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AVX-512 F: 32 registers of sixteen floats. */
#include <immintrin.h>

#define V __m512
#define LANES 16
#define v_load _mm512_loadu_ps
#define v_store _mm512_storeu_ps
#define v_set1 _mm512_set1_ps
#define v_load_4(p) _mm512_broadcast_f32x4 (_mm_loadu_ps (p))
#define v_splat(a, i) _mm512_permute_ps (a, (i) *0x55)
#define v_add _mm512_add_ps
#define v_sub _mm512_sub_ps
#define v_mul _mm512_mul_ps
#define v_div _mm512_div_ps
#define v_fma _mm512_fmadd_ps
#define v_min _mm512_min_ps
#define v_max _mm512_max_ps
#define ALONE_1 8
#define ALONE_3 3
#define ALONE_4 3
#define STREAMS_1 8
#define STREAMS_3 8
#define STREAMS_4 6
#define HAS_NARROW
#define v_load_first(p, n)                                                     \
  ((n) == 8 ? _mm512_zextps256_ps512 (_mm256_loadu_ps (p))                     \
            : _mm512_zextps128_ps512 (_mm_loadu_ps (p)))

#include "kernels/approximation.h"
#include "kernels/lanes-x86.h"

static inline V
v_flush (V a)
{
  V tiny = _mm512_set1_ps (RNN_TINY);
  __mmask16 keep = _mm512_cmp_ps_mask (_mm512_abs_ps (a), tiny, _CMP_NLT_UQ);

  return _mm512_maskz_mov_ps (keep, a);
}

static inline V
v_power_of_two (V n)
{
  __m512i exponent =
      _mm512_add_epi32 (_mm512_cvtps_epi32 (n), _mm512_set1_epi32 (127));

  return _mm512_castsi512_ps (_mm512_slli_epi32 (exponent, 23));
}

/* Lane l with l + 8. */
static inline __m256
add_halves_of_16 (V a)
{
  __m256 high =
      _mm256_castpd_ps (_mm512_extractf64x4_pd (_mm512_castps_pd (a), 1));

  return _mm256_add_ps (_mm512_castps512_ps256 (a), high);
}

static inline float
v_sum (V a)
{
  return sum_8 (add_halves_of_16 (a));
}

static inline void
v_store_4_sums (float *y, const float *b, const V *a)
{
  __m128 sums = sum_4_of_8 (add_halves_of_16 (a[0]), add_halves_of_16 (a[1]),
                            add_halves_of_16 (a[2]), add_halves_of_16 (a[3]));

  _mm_storeu_ps (y, _mm_add_ps (_mm_loadu_ps (b), sums));
}

#include "kernels/step.h"

extern const RnnKernels _rnn_kernels_avx512;
DEFINE_KERNELS (_rnn_kernels_avx512, "avx512")
