/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AArch64 NEON: products of bytes as 16 bits, added in pairs. */
#include <arm_neon.h>
#include <string.h>

#define LANES 4
#define W_TYPE int8x16_t
#define Q_TYPE int8x16_t
#define SUM_TYPE int32x4_t
#define w_load vld1q_s8
#define sum_start(q, n) vdupq_n_s32 (0)

static inline int8x16_t
q_set (const void *p)
{
  int four;

  memcpy (&four, p, sizeof four);
  return vreinterpretq_s8_s32 (vdupq_n_s32 (four));
}

static inline int32x4_t
sum_add (int32x4_t sum, int8x16_t w, int8x16_t q)
{
  int32x4_t low = vpaddlq_s16 (vmull_s8 (vget_low_s8 (w), vget_low_s8 (q)));
  int32x4_t high = vpaddlq_s16 (vmull_s8 (vget_high_s8 (w), vget_high_s8 (q)));

  return vaddq_s32 (sum, vpaddq_s32 (low, high));
}

static inline void
sum_finish (int32x4_t sum, const int *offset, const float *of_row, float scale,
            float *sums)
{
  float32x4_t factor = vmulq_f32 (vld1q_f32 (of_row), vdupq_n_f32 (scale));

  (void) offset;
  vst1q_f32 (sums, vfmaq_f32 (vld1q_f32 (sums), vcvtq_f32_s32 (sum), factor));
}

#define ROUND_AS_REFERENCE
#include "kernels/bytes-step.h"

extern const RnnByteKernels _rnn_byte_kernels_neon;
const RnnByteKernels _rnn_byte_kernels_neon = { "neon", LANES, _rnn_bytes_round,
                                                product };
