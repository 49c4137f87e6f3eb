/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The step, fused: the chains over a<t-1> of a few units at a time, all gates
 * in registers, then the cell's equations on them. Included behind vector.h by
 * the file of each instruction set, after it has defined
 *
 *   ALONE_1 ALONE_3 ALONE_4      by G: chunks of a group, for one stream
 *   STREAMS_1 STREAMS_3 STREAMS_4   streams that share a load of weights
 *
 * A chunk is LANES units. For streams together a tile is 3 chunks (G = 1) or
 * one (G = 3, 4).
 */
#pragma once

#include "kernels/vector.h"

typedef enum { CELL_NONE, CELL_TANH, CELL_RELU, CELL_GRU, CELL_LSTM } Cell;

#define MAX_ALONE 8
#define MAX_STREAMS 8

/* A tile: n_chunks by n_gates by n_streams sums. */
typedef struct {
  const float *w; /* of its first chunk */
  gsize width;    /* floats of a column of the group */
  gsize n_cols;
  gsize n_units;
  gsize unit; /* of its first lane */
  const float *bias;
} Tile;

INLINE V
start_of (const Tile *tile, const Cell cell, const RnnStep *step, gsize gate,
          gsize unit)
{
  if (cell == CELL_GRU && gate == 2)
    return v_load (tile->bias + unit);
  return v_load (step->sums + gate * tile->n_units + unit);
}

/* The cell's equations on LANES units. */
INLINE void
finish (const Tile *tile, const Cell cell, const RnnStep *step, gsize unit,
        const V *sums)
{
  float *after = step->after + unit;

  if (cell == CELL_NONE) {
    v_store (after, sums[0]);
  } else if (cell == CELL_TANH) {
    v_store (after, v_flush (tanh_of (sums[0])));
  } else if (cell == CELL_RELU) {
    v_store (after, v_flush (v_max (v_set1 (0.0f), sums[0])));
  } else if (cell == CELL_GRU) {
    V input = v_load (step->sums + 2 * tile->n_units + unit);
    V r = sigmoid_of (sums[0]), z = sigmoid_of (sums[1]);
    V candidate = tanh_of (v_fma (r, sums[2], input));
    V a = v_load (step->before + unit);
    v_store (after, v_flush (v_fma (z, v_sub (a, candidate), candidate)));
  } else {
    V i = sigmoid_of (sums[0]), f = sigmoid_of (sums[1]);
    V g = tanh_of (sums[2]), o = sigmoid_of (sums[3]);
    V c = v_load (step->c_before + unit);
    c = v_flush (v_fma (f, c, v_mul (i, g)));
    v_store (step->c_after + unit, c);
    v_store (after, v_flush (v_mul (o, tanh_of (c))));
  }
}

/* One column for all sums of a tile: the weights stay in registers where more
 * than one stream wants them. */
INLINE void
add_column (const float *w, gsize k, const RnnStep *steps,
            V (*sums)[MAX_ALONE * 4], const gsize n_sums, const gsize n_streams)
{
  if (n_streams == 1) {
    V x = v_set1 (steps[0].before[k]);
    UNROLL for (gsize j = 0; j < n_sums; j++) sums[0][j] =
        v_fma (v_load (w + j * LANES), x, sums[0][j]);
  } else {
    V weights[4];
    UNROLL for (gsize j = 0; j < n_sums; j++) weights[j] =
        v_load (w + j * LANES);
    UNROLL for (gsize i = 0; i < n_streams; i++)
    {
      V x = v_set1 (steps[i].before[k]);
      UNROLL for (gsize j = 0; j < n_sums; j++) sums[i][j] =
          v_fma (weights[j], x, sums[i][j]);
    }
  }
}

/* All of a tile; cell and sizes are known to the compiler, so that the sums
 * stay in registers. */
INLINE void
run_tile (const Tile *tile, const RnnStep *steps, const Cell cell,
          const gsize n_gates, const gsize n_chunks, const gsize n_streams)
{
  const gsize n_sums = n_chunks * n_gates;
  const float *w = tile->w;
  V sums[MAX_STREAMS][MAX_ALONE * 4];

  UNROLL for (gsize i = 0; i < n_streams; i++)
      UNROLL for (gsize j = 0; j < n_sums; j++) sums[i][j] = start_of (
          tile, cell, &steps[i], j % n_gates, tile->unit + j / n_gates * LANES);
  for (gsize k = 0; k < tile->n_cols; k++, w += tile->width)
    add_column (w, k, steps, sums, n_sums, n_streams);
  UNROLL for (gsize i = 0; i < n_streams; i++)
      UNROLL for (gsize c = 0; c < n_chunks; c++) finish (
          tile, cell, &steps[i], tile->unit + c * LANES, &sums[i][c * n_gates]);
}

/* A whole group for one stream. */
INLINE void
run_alone (const Tile *tile, gsize n_chunks, const RnnStep *step,
           const Cell cell, const gsize n_gates, const gsize max_chunks)
{
#define ALONE(N)                                                               \
  case N:                                                                      \
    if (N <= max_chunks)                                                       \
      run_tile (tile, step, cell, n_gates, MIN (N, max_chunks), 1);            \
    break

  switch (n_chunks) {
    ALONE (1);
    ALONE (2);
    ALONE (3);
    ALONE (4);
    ALONE (5);
    ALONE (6);
    ALONE (7);
    ALONE (8);
  }
#undef ALONE
}

/* As many chunks as a tile takes, but never one where two and two will do. */
INLINE gsize
chunks_of_tile (gsize n_chunks, const gsize n_gates)
{
  if (n_gates > 1)
    return 1;
  return n_chunks == 4 ? 2 : MIN (n_chunks, 3);
}

/* A group for @n streams, which make whole tiles. */
INLINE void
run_together (Tile tile, gsize n_chunks, const RnnStep *steps, gsize n,
              const Cell cell, const gsize n_gates, const gsize n_streams)
{
  while (n_chunks > 0) {
    gsize part = chunks_of_tile (n_chunks, n_gates);
    for (gsize i = 0; i < n; i += n_streams)
      if (n_gates > 1 || part == 1)
        run_tile (&tile, steps + i, cell, n_gates, 1, n_streams);
      else if (part == 2)
        run_tile (&tile, steps + i, cell, 1, 2, n_streams);
      else
        run_tile (&tile, steps + i, cell, 1, 3, n_streams);
    n_chunks -= part;
    tile.w += part * n_gates * LANES;
    tile.unit += part * LANES;
  }
}

/* The groups in turn, from the first to the last or back. */
INLINE void
run_step (const RnnPacked *W, const float *bias, const RnnStep *steps, gsize n,
          gboolean is_backwards, const Cell cell, const gsize n_gates,
          const gsize max_chunks, const gsize n_streams)
{
  gsize together = n / n_streams * n_streams;
  gsize unit = is_backwards ? (W->n_units + LANES - 1) / LANES * LANES : 0;

  for (gsize g = 0; g < W->n_groups; g++) {
    gsize n_chunks = W->group_chunks[is_backwards ? W->n_groups - 1 - g : g];
    gsize first = is_backwards ? unit - n_chunks * LANES : unit;
    Tile tile = { W->weights + first * n_gates * W->n_cols,
                  n_chunks * n_gates * LANES,
                  W->n_cols,
                  W->n_units,
                  first,
                  bias };
    if (together > 0)
      run_together (tile, n_chunks, steps, together, cell, n_gates, n_streams);
    for (gsize i = together; i < n; i++)
      run_alone (&tile, n_chunks, &steps[i], cell, n_gates, max_chunks);
    unit = is_backwards ? first : first + n_chunks * LANES;
  }
}

#define DEFINE_STEP(NAME, CELL, G)                                             \
  static void NAME (const RnnPacked *W, const float *bias,                     \
                    const RnnStep *steps, gsize n, gboolean is_backwards)      \
  {                                                                            \
    run_step (W, bias, steps, n, is_backwards, CELL, G, ALONE_##G,             \
              STREAMS_##G);                                                    \
  }

DEFINE_STEP (product, CELL_NONE, 1)
DEFINE_STEP (elman_tanh, CELL_TANH, 1)
DEFINE_STEP (elman_relu, CELL_RELU, 1)
DEFINE_STEP (gru, CELL_GRU, 3)
DEFINE_STEP (lstm, CELL_LSTM, 4)

#define DEFINE_KERNELS(TABLE, NAME)                                            \
  const RnnKernels TABLE = {                                                   \
    NAME,    LANES,      { 0, ALONE_1, 0, ALONE_3, ALONE_4 },                  \
    product, elman_tanh, elman_relu,                                           \
    gru,     lstm,       dots,                                                 \
    add,     tanh_all,   relu,                                                 \
    sigmoid, exp_all                                                           \
  };
