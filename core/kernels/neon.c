/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AArch64 NEON: 32 registers of four floats. */
#include <arm_neon.h>

#include "kernels/approximation.h"

#define V float32x4_t
#define LANES 4
#define v_load vld1q_f32
#define v_store vst1q_f32
#define v_set1 vdupq_n_f32
#define v_load_4 vld1q_f32
#define v_splat vdupq_laneq_f32
#define v_add vaddq_f32
#define v_sub vsubq_f32
#define v_mul vmulq_f32
#define v_div vdivq_f32
#define v_fma(a, b, c) vfmaq_f32 (c, a, b)
/* Not vminq and vmaxq: those differ in what they do with NaN. */
#define v_min(a, b) vbslq_f32 (vcltq_f32 (a, b), a, b)
#define v_max(a, b) vbslq_f32 (vcgtq_f32 (a, b), a, b)
#define ALONE_1 8
#define ALONE_3 4
#define ALONE_4 4
#define STREAMS_1 6
#define STREAMS_3 6
#define STREAMS_4 6

static inline V
v_flush (V a)
{
  uint32x4_t small = vcltq_f32 (vabsq_f32 (a), vdupq_n_f32 (RNN_TINY));

  return vreinterpretq_f32_u32 (vbicq_u32 (vreinterpretq_u32_f32 (a), small));
}

static inline V
v_power_of_two (V n)
{
  int32x4_t exponent = vaddq_s32 (vcvtq_s32_f32 (n), vdupq_n_s32 (127));

  return vreinterpretq_f32_s32 (vshlq_n_s32 (exponent, 23));
}

static inline float
v_sum (V a)
{
  float32x2_t two = vadd_f32 (vget_low_f32 (a), vget_high_f32 (a));

  return vget_lane_f32 (two, 0) + vget_lane_f32 (two, 1);
}

/* Of two registers lane l with l + 2, side by side. */
static inline V
add_halves (V a, V b)
{
  float64x2_t from = vreinterpretq_f64_f32 (a), to = vreinterpretq_f64_f32 (b);

  return vaddq_f32 (vreinterpretq_f32_f64 (vzip1q_f64 (from, to)),
                    vreinterpretq_f32_f64 (vzip2q_f64 (from, to)));
}

static inline void
v_store_4_sums (float *y, const float *b, const V *a)
{
  V sums = vpaddq_f32 (add_halves (a[0], a[1]), add_halves (a[2], a[3]));

  vst1q_f32 (y, vaddq_f32 (vld1q_f32 (b), sums));
}

#include "kernels/step.h"

extern const RnnKernels _rnn_kernels_neon;
DEFINE_KERNELS (_rnn_kernels_neon, "neon")
