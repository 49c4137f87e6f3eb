/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AVX-512 VNNI: four products of bytes a lane and their sum at once. It wants q
 * without a sign: 128 more, and the row's bytes times 128 less. */
#include <glib.h>
#include <immintrin.h>
#include <string.h>

#define LANES 16
#define AHEAD 0
#define W_TYPE __m512i
#define Q_TYPE __m512i
#define SUM_TYPE __m512i
#define sum_start(q, n) _mm512_setzero_si512 ()
#define w_load _mm512_loadu_si512

static inline __m512i
q_set (const void *p)
{
  unsigned four;

  memcpy (&four, p, sizeof four);
  return _mm512_set1_epi32 ((int) (four ^ 0x80808080u));
}

static inline __m512i
sum_add (__m512i sum, __m512i w, __m512i q)
{
  return _mm512_dpbusd_epi32 (sum, q, w);
}

static inline void
sum_finish (__m512i sum, const int *offset, const float *of_row, float scale,
            float *sums)
{
  __m512i whole = _mm512_sub_epi32 (sum, _mm512_loadu_si512 (offset));
  __m512 factor =
      _mm512_mul_ps (_mm512_loadu_ps (of_row), _mm512_set1_ps (scale));

  _mm512_storeu_ps (sums, _mm512_fmadd_ps (_mm512_cvtepi32_ps (whole), factor,
                                           _mm512_loadu_ps (sums)));
}

static float
find_largest (const float *a, gsize n, float *nothing)
{
  __m512 size = _mm512_setzero_ps (), zero = size;

  for (gsize k = 0; k < n; k += 16) {
    __mmask16 there = n - k >= 16 ? 0xffff : (__mmask16) ((1u << (n - k)) - 1);
    __m512 x = _mm512_maskz_loadu_ps (there, a + k);
    size = _mm512_max_ps (_mm512_abs_ps (x), size);
    zero = _mm512_fmadd_ps (x, _mm512_setzero_ps (), zero);
  }
  *nothing = _mm512_reduce_add_ps (zero);
  return _mm512_reduce_max_ps (size);
}

static inline void
round_lanes (const float *a, float inverse, gint8 *q)
{
  __m512i whole = _mm512_cvtps_epi32 (
      _mm512_mul_ps (_mm512_loadu_ps (a), _mm512_set1_ps (inverse)));

  _mm_storeu_si128 ((gpointer) q, _mm512_cvtsepi32_epi8 (whole));
}

#include "kernels/bytes-step.h"

extern const RnnByteKernels _rnn_byte_kernels_avx512;
const RnnByteKernels _rnn_byte_kernels_avx512 = { "avx512", LANES, round_values,
                                                  product };
