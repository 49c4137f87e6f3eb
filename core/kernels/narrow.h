/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sweeps over a group whose last chunk has 4 or 8 lanes: a unit more than a
 * multiple of LANES would else cost as much as LANES of them, and its weights
 * push others out of the cache. Included by sweep.h for a table that says
 * HAS_NARROW and has defined
 *
 *   v_load_first (p, n)  n floats, 4 or 8, and 0 in the lanes behind
 */
#pragma once

/* N whole chunks and a narrow one. */
#define DEFINE_NARROW(N, NARROW)                                               \
  DEFINE_ALONE (narrow_##N##_##NARROW, 1, N, 1, NARROW)
#define DEFINE_NARROW_GATES(N, NARROW)                                         \
  DEFINE_ALONE (narrow_##N##_of_3_##NARROW, N, 3, 3, NARROW)                   \
  DEFINE_ALONE (narrow_##N##_of_4_##NARROW, N, 4, 4, NARROW)
#define DEFINE_NARROWS(NARROW)                                                 \
  DEFINE_NARROW (0, NARROW)                                                    \
  DEFINE_NARROW (1, NARROW)                                                    \
  DEFINE_NARROW (2, NARROW)                                                    \
  DEFINE_NARROW (3, NARROW)                                                    \
  DEFINE_NARROW (4, NARROW)                                                    \
  DEFINE_NARROW (5, NARROW)                                                    \
  DEFINE_NARROW (6, NARROW)                                                    \
  DEFINE_NARROW (7, NARROW)                                                    \
  DEFINE_NARROW_GATES (0, NARROW)                                              \
  DEFINE_NARROW_GATES (1, NARROW)                                              \
  DEFINE_NARROW_GATES (2, NARROW)                                              \
  DEFINE_NARROW_GATES (3, NARROW)                                              \
  DEFINE_TOGETHER (narrow_together_1_##NARROW, 1, NARROW, STREAMS_1)           \
  DEFINE_TOGETHER (narrow_together_3_##NARROW, 3, NARROW, STREAMS_3)           \
  DEFINE_TOGETHER (narrow_together_4_##NARROW, 4, NARROW, STREAMS_4)

DEFINE_NARROWS (4)
DEFINE_NARROWS (8)

/* By G, whole chunks. */
#define NARROW_ALONE(NARROW)                                                   \
  {                                                                            \
    [1] = { narrow_0_##NARROW, narrow_1_##NARROW, narrow_2_##NARROW,           \
            narrow_3_##NARROW, narrow_4_##NARROW, narrow_5_##NARROW,           \
            narrow_6_##NARROW, narrow_7_##NARROW },                            \
    [3] = { narrow_0_of_3_##NARROW, narrow_1_of_3_##NARROW,                    \
            narrow_2_of_3_##NARROW, narrow_3_of_3_##NARROW },                  \
    [4] = { narrow_0_of_4_##NARROW, narrow_1_of_4_##NARROW,                    \
            narrow_2_of_4_##NARROW, narrow_3_of_4_##NARROW },                  \
  }
#define NARROW_TOGETHER(NARROW)                                                \
  {                                                                            \
    [1] = narrow_together_1_##NARROW, [3] = narrow_together_3_##NARROW,        \
    [4] = narrow_together_4_##NARROW                                           \
  }

static Sweep
narrow_alone (gsize lanes, gsize n_gates, gsize n_whole)
{
  static const Sweep sweeps[2][5][8] = { NARROW_ALONE (4), NARROW_ALONE (8) };

  return sweeps[lanes == 8][n_gates][n_whole];
}

static Sweep
narrow_together (gsize lanes, gsize n_gates)
{
  static const Sweep sweeps[2][5] = { NARROW_TOGETHER (4),
                                      NARROW_TOGETHER (8) };

  return sweeps[lanes == 8][n_gates];
}
