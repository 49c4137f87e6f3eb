/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AVX-VNNI, for processors that have it without AVX-512: as bytes-avx512.c, in
 * registers of half the size. */
#include <glib.h>
#include <immintrin.h>
#include <string.h>

#define LANES 8
#define AHEAD 0
#define W_TYPE __m256i
#define Q_TYPE __m256i
#define SUM_TYPE __m256i
#define sum_start(q, n) _mm256_setzero_si256 ()

static inline __m256i
w_load (const void *p)
{
  return _mm256_loadu_si256 (p);
}

static inline __m256i
q_set (const void *p)
{
  unsigned four;

  memcpy (&four, p, sizeof four);
  return _mm256_set1_epi32 ((int) (four ^ 0x80808080u));
}

static inline __m256i
sum_add (__m256i sum, __m256i w, __m256i q)
{
  return _mm256_dpbusd_avx_epi32 (sum, q, w);
}

static inline void
sum_finish (__m256i sum, const int *offset, const float *of_row, float scale,
            float *sums)
{
  __m256i whole =
      _mm256_sub_epi32 (sum, _mm256_loadu_si256 ((gconstpointer) offset));
  __m256 factor =
      _mm256_mul_ps (_mm256_loadu_ps (of_row), _mm256_set1_ps (scale));

  _mm256_storeu_ps (sums, _mm256_fmadd_ps (_mm256_cvtepi32_ps (whole), factor,
                                           _mm256_loadu_ps (sums)));
}

#include "kernels/bytes-round-avx2.h"
#include "kernels/bytes-step.h"

extern const RnnByteKernels _rnn_byte_kernels_avxvnni;
const RnnByteKernels _rnn_byte_kernels_avxvnni = { "avxvnni", LANES,
                                                   round_values, product };
