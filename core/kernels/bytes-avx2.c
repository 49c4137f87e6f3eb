/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AVX2: products of bytes in pairs of 16 bits. A pair fits: 2 * 127 * 128 <
 * 2^15. */
#include <glib.h>
#include <immintrin.h>
#include <string.h>

#define LANES 8
#define W_TYPE __m256i
#define Q_TYPE Vector
#define SUM_TYPE __m256i

static inline __m256i
w_load (const void *p)
{
  return _mm256_loadu_si256 (p);
}

/* The instruction wants one factor without a sign: where q has one, w becomes
 * ~w = -w - 1, and sum_start() has what that takes away. */
typedef struct {
  __m256i size, sign;
} Vector;

static inline Vector
q_set (const void *p)
{
  Vector q;
  __m256i four;
  int bytes;

  memcpy (&bytes, p, sizeof bytes);
  four = _mm256_set1_epi32 (bytes);
  q.size = _mm256_abs_epi8 (four);
  q.sign = _mm256_cmpgt_epi8 (_mm256_setzero_si256 (), four);
  return q;
}

/* The sizes of all q below 0. */
static inline __m256i
sum_start (const gint8 *q, gsize n)
{
  __m256i zero = _mm256_setzero_si256 (), sums = zero;
  long long parts[4];

  for (gsize k = 0; k < n; k += 32) {
    __m256i x = _mm256_loadu_si256 ((gconstpointer) (q + k));
    __m256i size = _mm256_max_epi8 (_mm256_sub_epi8 (zero, x), zero);
    sums = _mm256_add_epi64 (sums, _mm256_sad_epu8 (size, zero));
  }
  _mm256_storeu_si256 ((gpointer) parts, sums);
  return _mm256_set1_epi32 ((int) (parts[0] + parts[1] + parts[2] + parts[3]));
}

static inline __m256i
sum_add (__m256i sum, __m256i w, Vector q)
{
  __m256i pairs = _mm256_maddubs_epi16 (q.size, _mm256_xor_si256 (w, q.sign));

  return _mm256_add_epi32 (sum,
                           _mm256_madd_epi16 (pairs, _mm256_set1_epi16 (1)));
}

static inline void
sum_finish (__m256i sum, const int *offset, const float *of_row, float scale,
            float *sums)
{
  __m256 factor =
      _mm256_mul_ps (_mm256_loadu_ps (of_row), _mm256_set1_ps (scale));

  (void) offset;
  _mm256_storeu_ps (sums, _mm256_fmadd_ps (_mm256_cvtepi32_ps (sum), factor,
                                           _mm256_loadu_ps (sums)));
}

#include "kernels/bytes-round-avx2.h"
#include "kernels/bytes-step.h"

extern const RnnByteKernels _rnn_byte_kernels_avx2;
const RnnByteKernels _rnn_byte_kernels_avx2 = { "avx2", LANES, round_values,
                                                product };
