/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bytes of a saved state: refused, with the state as it was, or loaded, and
 * then saved as the same bytes. */
#include "fuzz.h"

#include "../core/network.h"

#include <rnn/rnn-state.h>
#include <string.h>

#define N_CHECKSUM 32
#define N_HEADER (8 + 4 + 64)

static RnnState *
fresh_state (void)
{
  static const TestNetwork net = {
    RNN_CELL_LSTM, RNN_ACTIVATION_TANH, RNN_OUTPUT_SOFTMAX, 5, 3, 4, 1, 1, 2, 0,
    1.0f
  };
  static RnnModel *model;
  RnnRandom random;

  _rnn_random_seed (&random, 1);
  if (!model)
    model = test_network_new (&net, &random);
  return rnn_state_new (model);
}

/* Name the right model, and let the checksum fit. */
void
fuzz_repair (guint8 *data, gsize n_bytes)
{
  GChecksum *sha = g_checksum_new (G_CHECKSUM_SHA256);
  RnnState *state = fresh_state ();
  GBytes *saved = rnn_state_save (state);
  gsize n = N_CHECKSUM;

  if (n_bytes >= N_HEADER + N_CHECKSUM) {
    memcpy (data, g_bytes_get_data (saved, NULL), N_HEADER);
    g_checksum_update (sha, data, (gssize) (n_bytes - N_CHECKSUM));
    g_checksum_get_digest (sha, data + n_bytes - N_CHECKSUM, &n);
  }
  g_checksum_free (sha);
  g_bytes_unref (saved);
  rnn_state_free (state);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  RnnState *state = fresh_state ();
  GBytes *before = rnn_state_save (state), *after;
  GBytes *bytes = g_bytes_new_static (data, n_bytes);
  GError *error = NULL;
  gboolean ok = rnn_state_load (state, bytes, &error);

  g_assert_true (ok == (error == NULL));
  g_clear_error (&error);
  after = rnn_state_save (state);
  g_assert_true (g_bytes_equal (after, ok ? bytes : before));
  g_bytes_unref (after);
  g_bytes_unref (before);
  g_bytes_unref (bytes);
  rnn_state_free (state);
  return 0;
}
