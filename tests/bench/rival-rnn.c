/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The library itself, through its public interface. */
#include "rival.h"

#include <rnn/rnn-state.h>

typedef struct {
  gsize n_streams;
  gsize n_tokens;
  RnnState **states;
} Rnn;

static gpointer
open_rnn (const BenchCase *bench, RnnModel *model)
{
  Rnn *rnn = g_new (Rnn, 1);

  *rnn = (Rnn){ bench->n_streams, bench->n_tokens,
                g_new (RnnState *, bench->n_streams) };
  for (gsize s = 0; s < rnn->n_streams; s++)
    rnn->states[s] = rnn_state_new (model);
  return rnn;
}

static void
run_rnn (gpointer rival, const gint32 *tokens, float *yhat)
{
  const Rnn *rnn = rival;
  gboolean ok = rnn_states_run (rnn->states, rnn->n_streams, tokens,
                                rnn->n_tokens, yhat, NULL);

  g_assert_true (ok);
}

static void
close_rnn (gpointer rival)
{
  Rnn *rnn = rival;

  for (gsize s = 0; s < rnn->n_streams; s++)
    rnn_state_free (rnn->states[s]);
  g_free (rnn->states);
  g_free (rnn);
}

const BenchRival bench_rival_rnn = { "rnn", open_rnn, run_rnn, close_rnn,
                                     NULL };
