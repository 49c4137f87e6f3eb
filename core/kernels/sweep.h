/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Chains over the columns of a packed matrix, as many at a time as there are
 * registers for. Included by step.h. */
#pragma once

#include "kernels/vector.h"

/* Sums of a stream, and of all streams of a sweep. */
#define MAX_SUMS 16
#define MAX_TILE 32

/* Panels of weights, each [n_cols][width], of which a sweep takes the first few
 * floats of a column, and a narrow chunk of [n_cols][n_gates][its lanes]. */
typedef struct {
  const float *w;
  gsize width;
  gsize to_next; /* floats from one panel to the next */
  gsize n_cols;
  const float *narrow;
} Panels;

/* The sums of a stream in a sweep. Known to the compiler wherever it is used.
 */
typedef struct {
  gsize n_panels;
  gsize of_panel;
  gsize n_narrow; /* sums of the narrow chunk: G, or 0 */
  gsize narrow;   /* its lanes */
} Shape;

#ifdef HAS_NARROW
#define NARROWS 4, 8
#else
#define NARROWS 0
#define v_load_first(p, n) v_load (p)
#endif

/* Column @k, times @x in all lanes, for the sums of one stream. */
INLINE void
add_column (const Panels *panels, gsize k, V x, V *sums, const Shape shape)
{
  const gsize n_whole = shape.n_panels * shape.of_panel;
  const float *w = panels->w + k * shape.of_panel * LANES;
  const float *narrow = panels->narrow + k * shape.n_narrow * shape.narrow;

  UNROLL for (gsize p = 0; p < shape.n_panels; p++)
      UNROLL for (gsize j = 0; j < shape.of_panel; j++)
          sums[p * shape.of_panel + j] =
              v_fma (v_load (w + p * panels->to_next + j * LANES), x,
                     sums[p * shape.of_panel + j]);
  UNROLL for (gsize j = 0; j < shape.n_narrow; j++) sums[n_whole + j] =
      v_fma (v_load_first (narrow + j * shape.narrow, shape.narrow), x,
             sums[n_whole + j]);
}

/* Of four columns, x comes in one load: with one each, loads would be what the
 * chains wait for. */
INLINE void
add_columns (const Panels *panels, const float *x, V *sums, const Shape shape)
{
  gsize k = 0;

  for (; k + 4 <= panels->n_cols; k += 4) {
    V four = v_load_4 (x + k);
    add_column (panels, k, v_splat (four, 0), sums, shape);
    add_column (panels, k + 1, v_splat (four, 1), sums, shape);
    add_column (panels, k + 2, v_splat (four, 2), sums, shape);
    add_column (panels, k + 3, v_splat (four, 3), sums, shape);
  }
  for (; k < panels->n_cols; k++)
    add_column (panels, k, v_set1 (x[k]), sums, shape);
}

/* A column for the sums of a few streams, which share each load. */
INLINE void
add_column_together (const float *w, gsize k, const RnnStep *steps, V *sums,
                     const gsize of_panel, const gsize lanes,
                     const gsize n_streams)
{
  V weights[4];

  UNROLL for (gsize j = 0; j < of_panel; j++) weights[j] =
      lanes == LANES ? v_load (w + j * LANES)
                     : v_load_first (w + j * lanes, lanes);
  UNROLL for (gsize i = 0; i < n_streams; i++)
  {
    V x = v_set1 (steps[i].before[k]);
    UNROLL for (gsize j = 0; j < of_panel; j++) sums[i * of_panel + j] =
        v_fma (weights[j], x, sums[i * of_panel + j]);
  }
}

/* @out: the chains, [n_sums][LANES]. */
INLINE void
sweep_alone (const Panels *panels, const RnnStep *step, float *out,
             const Shape shape)
{
  const gsize n_sums = shape.n_panels * shape.of_panel + shape.n_narrow;
  V sums[MAX_SUMS];

  UNROLL for (gsize j = 0; j < n_sums; j++) sums[j] = v_set1 (0.0f);
  add_columns (panels, step->before, sums, shape);
  UNROLL for (gsize j = 0; j < n_sums; j++) v_store (out + j * LANES, sums[j]);
}

/* @out: [n_streams][of_panel][LANES]. */
INLINE void
sweep_together (const Panels *panels, const RnnStep *steps, float *out,
                const gsize of_panel, const gsize lanes, const gsize n_streams)
{
  const gsize n_sums = n_streams * of_panel;
  const float *w = panels->w;
  V sums[MAX_TILE];

  UNROLL for (gsize j = 0; j < n_sums; j++) sums[j] = v_set1 (0.0f);
  for (gsize k = 0; k < panels->n_cols; k++, w += panels->width)
    add_column_together (w, k, steps, sums, of_panel, lanes, n_streams);
  UNROLL for (gsize j = 0; j < n_sums; j++) v_store (out + j * LANES, sums[j]);
}

typedef void (*Sweep) (const Panels *panels, const RnnStep *steps, float *out);

/* Functions of their own, with sizes that are known to the compiler, so that
 * all registers are there for the sums: next to a cell's equations it keeps
 * some for their constants. */
#define DEFINE_ALONE(NAME, N_PANELS, OF_PANEL, N_NARROW, NARROW)               \
  static __attribute__ ((noinline)) void NAME (                                \
      const Panels *panels, const RnnStep *steps, float *out)                  \
  {                                                                            \
    const Shape shape = { N_PANELS, OF_PANEL, N_NARROW, NARROW };              \
    sweep_alone (panels, steps, out, shape);                                   \
  }
#define DEFINE_TOGETHER(NAME, N, LANES_OF, N_STREAMS)                          \
  static __attribute__ ((noinline)) void NAME (                                \
      const Panels *panels, const RnnStep *steps, float *out)                  \
  {                                                                            \
    sweep_together (panels, steps, out, N, LANES_OF, N_STREAMS);               \
  }
#define DEFINE_ONE_PANEL(N) DEFINE_ALONE (one_panel_##N, 1, N, 0, 0)
#define DEFINE_PANELS(N)                                                       \
  DEFINE_ALONE (panels_##N##_of_3, N, 3, 0, 0)                                 \
  DEFINE_ALONE (panels_##N##_of_4, N, 4, 0, 0)

DEFINE_ONE_PANEL (1)
DEFINE_ONE_PANEL (2)
DEFINE_ONE_PANEL (3)
DEFINE_ONE_PANEL (4)
DEFINE_ONE_PANEL (5)
DEFINE_ONE_PANEL (6)
DEFINE_ONE_PANEL (7)
DEFINE_ONE_PANEL (8)
DEFINE_PANELS (1)
DEFINE_PANELS (2)
DEFINE_PANELS (3)
DEFINE_PANELS (4)
DEFINE_TOGETHER (together_1, 1, LANES, STREAMS_1)
DEFINE_TOGETHER (together_2, 2, LANES, STREAMS_1)
DEFINE_TOGETHER (together_3, 3, LANES, STREAMS_3)
DEFINE_TOGETHER (together_4, 4, LANES, STREAMS_4)

/* By G, whole chunks of a group, for one stream. */
static const Sweep alone[5][9] = {
  [1] = { NULL, one_panel_1, one_panel_2, one_panel_3, one_panel_4, one_panel_5,
          one_panel_6, one_panel_7, one_panel_8 },
  [3] = { NULL, panels_1_of_3, panels_2_of_3, panels_3_of_3, panels_4_of_3 },
  [4] = { NULL, panels_1_of_4, panels_2_of_4, panels_3_of_4, panels_4_of_4 }
};
/* By sums of a stream. */
static const Sweep together[] = { NULL, together_1, together_2, together_3,
                                  together_4 };

/* For a group whose last chunk is narrow, of so many @lanes. */
#ifdef HAS_NARROW
#include "kernels/narrow.h"
#else
static Sweep
narrow_alone (gsize lanes, gsize n_gates, gsize n_whole)
{
  (void) lanes, (void) n_gates, (void) n_whole;
  return NULL;
}

static Sweep
narrow_together (gsize lanes, gsize n_gates)
{
  (void) lanes, (void) n_gates;
  return NULL;
}
#endif
