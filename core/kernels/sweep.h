/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Chains over the columns of a packed matrix, as many at a time as there are
 * registers for. Included by step.h. */
#pragma once

#include "kernels/vector.h"

/* Sums of a stream, and of all streams of a sweep. */
#define MAX_SUMS 16
#define MAX_TILE 32

/* Panels of weights, each [n_cols][width], of which a sweep takes the first few
 * floats of a column. */
typedef struct {
  const float *w;
  gsize width;
  gsize to_next; /* floats from one panel to the next */
  gsize n_cols;
} Panels;

/* A column at @w, times @x in all lanes, for the sums of one stream. */
INLINE void
add_column (const Panels *panels, const float *w, V x, V *sums,
            const gsize n_panels, const gsize of_panel)
{
  UNROLL for (gsize p = 0; p < n_panels; p++)
      UNROLL for (gsize j = 0; j < of_panel; j++) sums[p * of_panel + j] =
          v_fma (v_load (w + p * panels->to_next + j * LANES), x,
                 sums[p * of_panel + j]);
}

/* Of four columns, x comes in one load: with one each, loads would be what the
 * chains wait for. */
INLINE void
add_columns (const Panels *panels, const float *x, V *sums,
             const gsize n_panels, const gsize of_panel)
{
  const float *w = panels->w;
  const gsize width = of_panel * LANES;
  gsize k = 0;

  for (; k + 4 <= panels->n_cols; k += 4, w += 4 * width) {
    V four = v_load_4 (x + k);
    add_column (panels, w, v_splat (four, 0), sums, n_panels, of_panel);
    add_column (panels, w + width, v_splat (four, 1), sums, n_panels, of_panel);
    add_column (panels, w + 2 * width, v_splat (four, 2), sums, n_panels,
                of_panel);
    add_column (panels, w + 3 * width, v_splat (four, 3), sums, n_panels,
                of_panel);
  }
  for (; k < panels->n_cols; k++, w += width)
    add_column (panels, w, v_set1 (x[k]), sums, n_panels, of_panel);
}

/* A column for the sums of a few streams, which share each load. */
INLINE void
add_column_together (const float *w, gsize k, const RnnStep *steps, V *sums,
                     const gsize of_panel, const gsize n_streams)
{
  V weights[4];

  UNROLL for (gsize j = 0; j < of_panel; j++) weights[j] =
      v_load (w + j * LANES);
  UNROLL for (gsize i = 0; i < n_streams; i++)
  {
    V x = v_set1 (steps[i].before[k]);
    UNROLL for (gsize j = 0; j < of_panel; j++) sums[i * of_panel + j] =
        v_fma (weights[j], x, sums[i * of_panel + j]);
  }
}

/* @out: the chains, [n_streams][n_panels][of_panel][LANES]. */
INLINE void
sweep (const Panels *panels, const RnnStep *steps, float *out,
       const gsize n_panels, const gsize of_panel, const gsize n_streams)
{
  const gsize n_sums = n_streams * n_panels * of_panel;
  const float *w = panels->w;
  V sums[MAX_TILE];

  UNROLL for (gsize j = 0; j < n_sums; j++) sums[j] = v_set1 (0.0f);
  if (n_streams == 1)
    add_columns (panels, steps[0].before, sums, n_panels, of_panel);
  else
    for (gsize k = 0; k < panels->n_cols; k++, w += panels->width)
      add_column_together (w, k, steps, sums, of_panel, n_streams);
  UNROLL for (gsize j = 0; j < n_sums; j++) v_store (out + j * LANES, sums[j]);
}

typedef void (*Sweep) (const Panels *panels, const RnnStep *steps, float *out);

/* Functions of their own, with sizes that are known to the compiler, so that
 * all registers are there for the sums: next to a cell's equations it keeps
 * some for their constants. */
#define DEFINE_SWEEP(N_PANELS, OF_PANEL, N_STREAMS, NAME)                      \
  static __attribute__ ((noinline)) void NAME (                                \
      const Panels *panels, const RnnStep *steps, float *out)                  \
  {                                                                            \
    sweep (panels, steps, out, N_PANELS, OF_PANEL, N_STREAMS);                 \
  }
#define DEFINE_ONE_PANEL(N) DEFINE_SWEEP (1, N, 1, one_panel_##N)
#define DEFINE_PANELS(N)                                                       \
  DEFINE_SWEEP (N, 3, 1, panels_##N##_of_3)                                    \
  DEFINE_SWEEP (N, 4, 1, panels_##N##_of_4)
#define DEFINE_TOGETHER(N, N_STREAMS)                                          \
  DEFINE_SWEEP (1, N, N_STREAMS, together_##N)

DEFINE_ONE_PANEL (1)
DEFINE_ONE_PANEL (2)
DEFINE_ONE_PANEL (3)
DEFINE_ONE_PANEL (4)
DEFINE_ONE_PANEL (5)
DEFINE_ONE_PANEL (6)
DEFINE_ONE_PANEL (7)
DEFINE_ONE_PANEL (8)
DEFINE_ONE_PANEL (9)
DEFINE_ONE_PANEL (10)
DEFINE_ONE_PANEL (11)
DEFINE_ONE_PANEL (12)
DEFINE_ONE_PANEL (13)
DEFINE_ONE_PANEL (14)
DEFINE_PANELS (1)
DEFINE_PANELS (2)
DEFINE_PANELS (3)
DEFINE_PANELS (4)
DEFINE_TOGETHER (1, STREAMS_1)
DEFINE_TOGETHER (2, STREAMS_1)
DEFINE_TOGETHER (3, STREAMS_3)
DEFINE_TOGETHER (4, STREAMS_4)

/* By chunks of a group, for one stream. */
static const Sweep alone_1[] = { NULL,         one_panel_1,  one_panel_2,
                                 one_panel_3,  one_panel_4,  one_panel_5,
                                 one_panel_6,  one_panel_7,  one_panel_8,
                                 one_panel_9,  one_panel_10, one_panel_11,
                                 one_panel_12, one_panel_13, one_panel_14 };
static const Sweep alone_3[] = { NULL, panels_1_of_3, panels_2_of_3,
                                 panels_3_of_3, panels_4_of_3 };
static const Sweep alone_4[] = { NULL, panels_1_of_4, panels_2_of_4,
                                 panels_3_of_4, panels_4_of_4 };
/* By sums of a stream. */
static const Sweep together[] = { NULL, together_1, together_2, together_3,
                                  together_4 };
