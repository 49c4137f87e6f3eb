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

#include "kernels/output.h"
#include "kernels/sweep.h"

typedef enum { CELL_NONE, CELL_TANH, CELL_RELU, CELL_GRU, CELL_LSTM } Cell;

/* Chunks of all gates, for one stream or a few. */
typedef struct {
  const RnnPacked *W;
  const float *bias;
  Panels panels;
  gsize unit; /* of its first lane */
} Tile;

/* What is added to the chain of @gate. */
INLINE V
rest_of (const Tile *tile, const Cell cell, const RnnStep *step, gsize gate,
         gsize unit)
{
  if (cell == CELL_GRU && gate == 2)
    return v_load (tile->bias + unit);
  return v_load (step->sums + gate * tile->W->n_units + unit);
}

/* The cell's equations on LANES units. */
INLINE void
finish (const Tile *tile, const Cell cell, const gsize n_gates,
        const RnnStep *step, gsize unit, const float *chains)
{
  float *after = step->after + unit;
  V sums[4];

  for (gsize g = 0; g < n_gates; g++)
    sums[g] = v_add (v_load (chains + g * LANES),
                     rest_of (tile, cell, step, g, unit));
  if (cell == CELL_NONE) {
    v_store (after, sums[0]);
  } else if (cell == CELL_TANH) {
    v_store (after, v_flush (tanh_of (sums[0])));
  } else if (cell == CELL_RELU) {
    v_store (after, v_flush (v_max (v_set1 (0.0f), sums[0])));
  } else if (cell == CELL_GRU) {
    V input = v_load (step->sums + 2 * tile->W->n_units + unit);
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

/* Ask for what finish() will add: rows of tables far larger than the caches. */
INLINE void
fetch_rest (const Tile *tile, const RnnStep *step, gsize n_chunks,
            const gsize n_gates)
{
  for (gsize g = 0; g < n_gates; g++)
    for (gsize u = 0; u < n_chunks * LANES;
         u += MAX (LANES, 64 / sizeof (float)))
      __builtin_prefetch (step->sums + g * tile->W->n_units + tile->unit + u);
}

/* All of a tile: the chains go through memory on their way to the cell. */
INLINE void
run_tile (const Tile *tile, const RnnStep *steps, Sweep sweep_tile,
          gsize n_chunks, const Cell cell, const gsize n_gates,
          const gsize n_streams)
{
  float chains[MAX_TILE * LANES] __attribute__ ((aligned (64)));
  const float *place = chains;

  for (gsize i = 0; cell != CELL_NONE && i < n_streams; i++)
    fetch_rest (tile, &steps[i], n_chunks, n_gates);
  sweep_tile (&tile->panels, steps, chains);
  for (gsize i = 0; i < n_streams; i++)
    for (gsize c = 0; c < n_chunks; c++, place += n_gates * LANES)
      finish (tile, cell, n_gates, &steps[i], tile->unit + c * LANES, place);
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
run_together (Tile tile, gsize n_whole, const RnnStep *steps, gsize n,
              const Cell cell, const gsize n_gates, const gsize n_streams)
{
  while (n_whole > 0) {
    gsize part = chunks_of_tile (n_whole, n_gates);
    for (gsize i = 0; i < n; i += n_streams)
      run_tile (&tile, steps + i, together[part * n_gates], part, cell, n_gates,
                n_streams);
    n_whole -= part;
    tile.panels.w += n_gates > 1 ? tile.panels.to_next : part * LANES;
    tile.unit += part * LANES;
  }
}

/* The narrow chunk of a group, the same way. */
INLINE void
run_narrow_together (Tile tile, gsize n_whole, const RnnStep *steps, gsize n,
                     const Cell cell, const gsize n_gates,
                     const gsize n_streams)
{
  Sweep sweep_tile = narrow_together (tile.W->narrow, n_gates);

  tile.panels.w = tile.panels.narrow;
  tile.panels.width = n_gates * tile.W->narrow;
  tile.unit += n_whole * LANES;
  for (gsize i = 0; i < n; i += n_streams)
    run_tile (&tile, steps + i, sweep_tile, 1, cell, n_gates, n_streams);
}

INLINE void
run_group (const RnnPacked *W, gsize group, gsize first, const float *bias,
           const RnnStep *steps, gsize n, const Cell cell, const gsize n_gates,
           const gsize n_streams)
{
  gsize n_chunks = W->group_chunks[group], whole = n / n_streams * n_streams;
  gsize n_whole = _rnn_whole_chunks (W, group);
  gsize width = _rnn_panel_chunks (n_gates, n_whole) * n_gates * LANES;
  const float *w = W->weights + first * n_gates * W->n_cols;
  Panels panels = { w, width, width * W->n_cols, W->n_cols,
                    w + n_whole * n_gates * LANES * W->n_cols };
  Tile tile = { W, bias, panels, first };
  Sweep sweep_one = n_whole < n_chunks
                        ? narrow_alone (W->narrow, n_gates, n_whole)
                        : alone[n_gates][n_whole];

  if (whole > 0)
    run_together (tile, n_whole, steps, whole, cell, n_gates, n_streams);
  if (whole > 0 && n_whole < n_chunks)
    run_narrow_together (tile, n_whole, steps, whole, cell, n_gates, n_streams);
  for (gsize i = whole; i < n; i++)
    run_tile (&tile, &steps[i], sweep_one, n_chunks, cell, n_gates, 1);
}

/* The groups in turn, from the first to the last or back. */
INLINE void
run_step (const RnnPacked *W, const float *bias, const RnnStep *steps, gsize n,
          gboolean is_backwards, const Cell cell, const gsize n_gates,
          const gsize n_streams)
{
  gsize unit = is_backwards ? (W->n_units + LANES - 1) / LANES * LANES : 0;

  for (gsize i = 0; i < W->n_groups; i++) {
    gsize group = is_backwards ? W->n_groups - 1 - i : i;
    gsize n_units = W->group_chunks[group] * LANES;
    unit -= is_backwards ? n_units : 0;
    run_group (W, group, unit, bias, steps, n, cell, n_gates, n_streams);
    unit += is_backwards ? 0 : n_units;
  }
}

#define DEFINE_STEP(NAME, CELL, G)                                             \
  static void NAME (const RnnPacked *W, const float *bias,                     \
                    const RnnStep *steps, gsize n, gboolean is_backwards)      \
  {                                                                            \
    run_step (W, bias, steps, n, is_backwards, CELL, G, STREAMS_##G);          \
  }

DEFINE_STEP (product, CELL_NONE, 1)
DEFINE_STEP (elman_tanh, CELL_TANH, 1)
DEFINE_STEP (elman_relu, CELL_RELU, 1)
DEFINE_STEP (gru, CELL_GRU, 3)
DEFINE_STEP (lstm, CELL_LSTM, 4)

#define DEFINE_KERNELS(TABLE, NAME)                                            \
  const RnnKernels TABLE = {                                                   \
    NAME,        LANES,   { 0, ALONE_1, 0, ALONE_3, ALONE_4 },                 \
    { NARROWS }, product, elman_tanh,                                          \
    elman_relu,  gru,     lstm,                                                \
    dots,        add,     tanh_all,                                            \
    relu,        sigmoid, exp_all,                                             \
    softmax                                                                    \
  };
