/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AArch64 NEON: four registers hold a panel. */
#include <arm_neon.h>

#include "kernels/approximation.h"

typedef struct {
  float32x4_t quarter[4];
} V;

#define TILE_1 4
#define TILE_2 3
#define TILE_4 1
#define TILE_8 1

#define DEFINE_BINARY(NAME, EXPRESSION)                                       \
  static inline V NAME (V a, V b)                                             \
  {                                                                           \
    for (int q = 0; q < 4; q++) {                                             \
      float32x4_t x = a.quarter[q], y = b.quarter[q];                         \
      a.quarter[q] = EXPRESSION;                                              \
    }                                                                         \
    return a;                                                                 \
  }

DEFINE_BINARY (v_add, vaddq_f32 (x, y))
DEFINE_BINARY (v_sub, vsubq_f32 (x, y))
DEFINE_BINARY (v_mul, vmulq_f32 (x, y))
DEFINE_BINARY (v_div, vdivq_f32 (x, y))
/* Not vminq and vmaxq: those differ in what they do with NaN. */
DEFINE_BINARY (v_min, vbslq_f32 (vcltq_f32 (x, y), x, y))
DEFINE_BINARY (v_max, vbslq_f32 (vcgtq_f32 (x, y), x, y))

static inline V
v_load (const float *a)
{
  return (V) { { vld1q_f32 (a), vld1q_f32 (a + 4), vld1q_f32 (a + 8),
                 vld1q_f32 (a + 12) } };
}

static inline void
v_store (float *a, V x)
{
  for (int q = 0; q < 4; q++)
    vst1q_f32 (a + 4 * q, x.quarter[q]);
}

static inline V
v_set1 (float a)
{
  float32x4_t x = vdupq_n_f32 (a);

  return (V) { { x, x, x, x } };
}

static inline V
v_fma (V a, V b, V c)
{
  for (int q = 0; q < 4; q++)
    c.quarter[q] = vfmaq_f32 (c.quarter[q], a.quarter[q], b.quarter[q]);
  return c;
}

static inline V
v_flush (V a)
{
  for (int q = 0; q < 4; q++) {
    float32x4_t x = a.quarter[q];
    uint32x4_t small = vcltq_f32 (vabsq_f32 (x), vdupq_n_f32 (RNN_TINY));
    a.quarter[q] = vreinterpretq_f32_u32 (
        vbicq_u32 (vreinterpretq_u32_f32 (x), small));
  }
  return a;
}

static inline V
v_power_of_two (V n)
{
  for (int q = 0; q < 4; q++) {
    int32x4_t exponent =
        vaddq_s32 (vcvtq_s32_f32 (n.quarter[q]), vdupq_n_s32 (127));
    n.quarter[q] = vreinterpretq_f32_s32 (vshlq_n_s32 (exponent, 23));
  }
  return n;
}

static inline float
v_sum (V a)
{
  float32x4_t four = vaddq_f32 (vaddq_f32 (a.quarter[0], a.quarter[2]),
                                vaddq_f32 (a.quarter[1], a.quarter[3]));
  float32x2_t two = vadd_f32 (vget_low_f32 (four), vget_high_f32 (four));

  return vget_lane_f32 (two, 0) + vget_lane_f32 (two, 1);
}

#include "kernels/vector.h"

extern const RnnKernels _rnn_kernels_neon;
DEFINE_KERNELS (_rnn_kernels_neon, "neon")
