/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ONNX Runtime, through its C interface: one thread, memory of its inputs and
 * outputs given beforehand, the fastest of the ways of onnx-net.h.
 * RNN_BENCH_ONNXRUNTIME names the library; without it this rival is not here.
 */
#include "onnx-net.h"
#include "onnx.h"
#include "onnxruntime.h"

#include "rnntool/bench-clock.h"

#include <gmodule.h>

#define MAX_ENDS 3
#define TRIAL_NS 2e7

static const OrtApi *api;
static OrtEnv *env;
static OrtMemoryInfo *memory_info;

typedef struct {
  OrtSession *session;
  gsize n_calls;   /* of the session, a call of the rival */
  gsize n_ends;    /* x, a and, of an LSTM, c */
  gsize n_indices; /* of x */
  gint64 *x;
  float *yhat;
  float *memory[2][2]; /* a, c: before and after, in turns */
  OrtValue *x_value, *yhat_value;
  OrtValue *values[2][2];
  gboolean turn;
} Way;

static void
check (OrtStatus *status)
{
  if (status)
    g_error ("ONNX Runtime: %s", api->get_error_message (status));
}

static gboolean
load_library (void)
{
  const char *path = g_getenv ("RNN_BENCH_ONNXRUNTIME");
  const OrtApiBase *(*get_base) (void);
  GModule *module;

  if (api || !path)
    return api != NULL;
  module = g_module_open (path, G_MODULE_BIND_LOCAL);
  if (!module
      || !g_module_symbol (module, "OrtGetApiBase", (gpointer *) &get_base))
    g_error ("%s: %s", path, g_module_error ());
  api = get_base ()->get_api (ORT_VERSION);
  check (api->create_env (ORT_LOG_ERROR, "bench", &env));
  check (api->create_cpu_memory_info (ORT_ARENA, 0, &memory_info));
  return TRUE;
}

static OrtValue *
tensor (gpointer data, int type, const gint64 *shape, gsize n_dims)
{
  gsize n_bytes = type == ONNX_INT64 ? sizeof (gint64) : sizeof (float);
  OrtValue *value = NULL;

  for (gsize i = 0; i < n_dims; i++)
    n_bytes *= (gsize) shape[i];
  check (api->create_tensor (memory_info, data, n_bytes, shape, n_dims, type,
                             &value));
  return value;
}

static void
make_session (Way *way, GByteArray *bytes)
{
  OrtSessionOptions *options;

  check (api->create_session_options (&options));
  check (api->set_optimization (options, ORT_OPTIMIZE_ALL));
  check (api->set_threads (options, 1));
  check (api->create_session_from_array (env, bytes->data, bytes->len, options,
                                         &way->session));
  api->release_session_options (options);
}

static Way *
way_new (const BenchCase *bench, const RnnModel *model, OnnxNetWay kind)
{
  Way *way = g_new0 (Way, 1);
  gint64 n_tokens = kind == ONNX_NET_CELL ? (gint64) bench->n_tokens : 1;
  gint64 S = (gint64) bench->n_streams, n_a = (gint64) bench->n_hidden;
  GByteArray *bytes =
      onnx_net_new (model, kind, (gsize) n_tokens, bench->n_streams);

  make_session (way, bytes);
  g_byte_array_unref (bytes);
  way->n_calls = bench->n_tokens / (gsize) n_tokens;
  way->n_ends = bench->cell == RNN_CELL_LSTM ? 3 : 2;
  way->n_indices = (gsize) (n_tokens * S);
  way->x = g_new (gint64, way->n_indices);
  way->yhat = g_new (float, way->n_indices *BENCH_OUTPUTS);
  way->x_value =
      tensor (way->x, ONNX_INT64, (const gint64[]){ n_tokens, S }, 2);
  way->yhat_value = tensor (way->yhat, ONNX_FLOAT,
                            (const gint64[]){ n_tokens, S, BENCH_OUTPUTS }, 3);
  for (gsize i = 0; i < 4; i++) {
    float *memory = g_new0 (float, S *n_a);
    way->memory[i / 2][i % 2] = memory;
    way->values[i / 2][i % 2] =
        tensor (memory, ONNX_FLOAT, (const gint64[]){ S, n_a }, 2);
  }
  return way;
}

static void
way_free (Way *way)
{
  for (gsize i = 0; i < 4; i++) {
    api->release_value (way->values[i / 2][i % 2]);
    g_free (way->memory[i / 2][i % 2]);
  }
  api->release_value (way->x_value);
  api->release_value (way->yhat_value);
  api->release_session (way->session);
  g_free (way->x);
  g_free (way->yhat);
  g_free (way);
}

static void
way_call (Way *way, const gint32 *tokens, float *yhat)
{
  static const char *const inputs[] = { "x", "a", "c" };
  static const char *const outputs[] = { "yhat", "a_next", "c_next" };
  OrtValue **before = way->values[way->turn], **after = way->values[!way->turn];
  const OrtValue *in[MAX_ENDS] = { way->x_value, before[0], before[1] };
  OrtValue *out[MAX_ENDS] = { way->yhat_value, after[0], after[1] };

  for (gsize i = 0; i < way->n_indices; i++)
    way->x[i] = tokens[i];
  check (api->run (way->session, NULL, inputs, in, way->n_ends, outputs,
                   way->n_ends, out));
  way->turn = !way->turn;
  for (gsize i = 0; i < way->n_indices * BENCH_OUTPUTS; i++)
    yhat[i] = way->yhat[i];
}

/* The bench has either one token or one stream, so [S][T] is [T][S]. */
static void
run_way (gpointer rival, const gint32 *tokens, float *yhat)
{
  Way *way = rival;

  for (gsize i = 0; i < way->n_calls; i++)
    way_call (way, tokens + i * way->n_indices,
              yhat + i * way->n_indices * BENCH_OUTPUTS);
}

/* ns a call. */
static double
try_way (Way *way, gsize n_rows)
{
  gint32 *tokens = g_new0 (gint32, n_rows);
  float *yhat = g_new (float, n_rows *BENCH_OUTPUTS);
  double from, ns = 0;
  gsize n;

  run_way (way, tokens, yhat);
  from = bench_now (CLOCK_THREAD_CPUTIME_ID);
  for (n = 0; ns < TRIAL_NS; n++) {
    run_way (way, tokens, yhat);
    ns = bench_now (CLOCK_THREAD_CPUTIME_ID) - from;
  }
  g_free (tokens);
  g_free (yhat);
  return ns / (double) n;
}

static gpointer
open_best (const BenchCase *bench, RnnModel *model)
{
  double best_ns = G_MAXDOUBLE;
  OnnxNetWay best = 0;

  if (!load_library ())
    return NULL;
  for (OnnxNetWay kind = 0; kind < ONNX_NET_N_WAYS; kind++) {
    Way *way = way_new (bench, model, kind);
    double ns = try_way (way, bench->n_tokens * bench->n_streams);
    if (ns < best_ns) {
      best_ns = ns;
      best = kind;
    }
    way_free (way);
  }
  return way_new (bench, model, best);
}

static void
close_way (gpointer rival)
{
  way_free (rival);
}

const BenchRival bench_rival_onnxruntime = { "onnxruntime", open_best, run_way,
                                             close_way,     NULL,      1e-3f };
