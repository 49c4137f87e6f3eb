/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A model file: refused with an error, or a model that runs. */
#include "fuzz.h"

#include "model/model.h"

#include <rnn/rnn-state.h>
#include <string.h>

#define N_TOKENS 5

/* The header's length is where its first bracket closes. */
void
fuzz_repair (guint8 *data, gsize n_bytes)
{
  gsize depth = 0;
  guint64 n;

  for (gsize i = 8; i < n_bytes; i++) {
    depth += data[i] == '{';
    if (data[i] != '}' || depth == 0 || --depth > 0)
      continue;
    n = GUINT64_TO_LE (i + 1 - 8);
    memcpy (data, &n, sizeof n);
    return;
  }
}

static void
run (RnnModel *model)
{
  gsize n_slots = rnn_model_get_n_slots (model);
  gint32 *tokens = g_new (gint32, N_TOKENS * n_slots);
  float *yhat = g_new (float, N_TOKENS *rnn_model_get_n_outputs (model));
  RnnState *state = rnn_state_new (model);
  GError *error = NULL;

  g_assert_nonnull (state);
  for (gsize i = 0; i < N_TOKENS * n_slots; i++)
    tokens[i] = (gint32) i - 1;
  if (!rnn_state_run (state, tokens, N_TOKENS, yhat, &error)) {
    g_assert_true (g_error_matches (error, RNN_ERROR, RNN_ERROR_TOKEN)
                   || g_error_matches (error, RNN_ERROR, RNN_ERROR_NUMERIC));
    g_error_free (error);
  }
  rnn_state_free (state);
  g_free (tokens);
  g_free (yhat);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  GError *error = NULL;
  RnnModel *model = _rnn_model_parse (data, n_bytes, "fuzz", &error);

  g_assert_true ((model == NULL) == (error != NULL));
  g_clear_error (&error);
  if (model) {
    run (model);
    rnn_model_unref (model);
  }
  return 0;
}
