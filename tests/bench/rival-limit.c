/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The least that a step can cost: its weights are read once for all streams,
 * and nothing is done with them. */
#include "rival.h"

#include "rnntool/bench-network.h"
#include "rnntool/bench-sweep.h"

typedef struct {
  BenchSweep *sweep;
  gsize n_tokens;
} Limit;

static gpointer
open_limit (const BenchCase *bench, RnnModel *model)
{
  Limit *limit = g_new (Limit, 1);

  limit->sweep = bench_sweep_new (bench_network_step_bytes (model));
  limit->n_tokens = bench->n_tokens;
  return limit;
}

static void
run_limit (gpointer rival, const gint32 *tokens, float *yhat)
{
  const Limit *limit = rival;

  for (gsize t = 0; t < limit->n_tokens; t++)
    bench_sweep_run (limit->sweep);
}

static void
close_limit (gpointer rival)
{
  Limit *limit = rival;

  bench_sweep_free (limit->sweep);
  g_free (limit);
}

const BenchRival bench_rival_limit = { "limit",     open_limit, run_limit,
                                       close_limit, NULL,       0 };
