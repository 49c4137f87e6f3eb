/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The library itself, through its public interface. */
#include "net-file.h"

#include "model/quantize.h"

#include <rnn/rnn-state.h>
#include <unistd.h>

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

static gpointer
open_int8 (const BenchCase *bench, RnnModel *model)
{
  GError *error = NULL;
  char *path;
  RnnModel *small;
  gpointer rnn;

  close (g_file_open_tmp ("bench-XXXXXX.safetensors", &path, &error));
  g_assert_no_error (error);
  bench_write_net (model, path);
  _rnn_model_quantize (path, path, RNN_DTYPE_I8, &error);
  g_assert_no_error (error);
  small = rnn_model_load (path, &error);
  g_assert_no_error (error);
  rnn = open_rnn (bench, small);
  rnn_model_unref (small);
  unlink (path);
  g_free (path);
  return rnn;
}

const BenchRival bench_rival_rnn = { "rnn",     open_rnn, run_rnn,
                                     close_rnn, NULL,     0 };
const BenchRival bench_rival_int8 = { "rnn int8", open_int8, run_rnn,
                                      close_rnn,  NULL,      0.1f };
