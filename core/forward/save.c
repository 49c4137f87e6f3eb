/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A state as bytes: magic, version, the model's hash, a<t> (and c<t>) without
 * pads as little-endian floats, and SHA-256 of all that. */
#include "forward/state.h"

#include <math.h>
#include <string.h>

#define MAGIC "RNNSTATE"
#define VERSION 1
#define N_HASH 64
#define HEADER_BYTES (sizeof MAGIC - 1 + sizeof (guint32) + N_HASH)
#define CHECKSUM_BYTES 32

static gsize
n_saved_floats (const RnnModel *model)
{
  return (model->config.cell == RNN_CELL_LSTM ? 2 : 1) * model->config.n_layers
         * model->config.n_hidden;
}

gsize
_rnn_state_saved_bytes (const RnnState *state)
{
  return HEADER_BYTES + n_saved_floats (state->model) * sizeof (float)
         + CHECKSUM_BYTES;
}

static void
checksum (const guint8 *bytes, gsize n, guint8 *out)
{
  GChecksum *sha = g_checksum_new (G_CHECKSUM_SHA256);
  gsize n_out = CHECKSUM_BYTES;

  g_checksum_update (sha, bytes, (gssize) n);
  g_checksum_get_digest (sha, out, &n_out);
  g_checksum_free (sha);
}

static void
write_header (guint8 *bytes, const RnnModel *model)
{
  guint32 version = GUINT32_TO_LE (VERSION);

  memcpy (bytes, MAGIC, sizeof MAGIC - 1);
  memcpy (bytes + sizeof MAGIC - 1, &version, sizeof version);
  memcpy (bytes + sizeof MAGIC - 1 + sizeof version,
          rnn_model_get_file_hash (model), N_HASH);
}

GBytes *
rnn_state_save (const RnnState *state)
{
  gsize n_a, n_floats, n_bytes;
  guint8 *bytes, *out;

  g_return_val_if_fail (state != NULL, NULL);
  n_a = state->model->config.n_hidden;
  n_floats = n_saved_floats (state->model);
  n_bytes = _rnn_state_saved_bytes (state);
  bytes = g_try_malloc (n_bytes);
  if (!bytes)
    return NULL;
  write_header (bytes, state->model);
  out = bytes + HEADER_BYTES;
  for (gsize i = 0; i < n_floats; i++, out += sizeof (guint32)) {
    guint32 bits;
    memcpy (&bits, state->carried + i / n_a * _rnn_pad (n_a) + i % n_a,
            sizeof bits);
    bits = GUINT32_TO_LE (bits);
    memcpy (out, &bits, sizeof bits);
  }
  checksum (bytes, (gsize) (out - bytes), out);
  return g_bytes_new_take (bytes, n_bytes);
}

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error (error, RNN_ERROR, RNN_ERROR_FORMAT, "saved state: %s", what);
  return FALSE;
}

static gboolean
check (const RnnState *state, const guint8 *bytes, gsize n_bytes,
       GError **error)
{
  gsize expected = _rnn_state_saved_bytes (state);
  guint8 header[HEADER_BYTES], sum[CHECKSUM_BYTES];

  if (n_bytes < HEADER_BYTES || memcmp (bytes, MAGIC, sizeof MAGIC - 1) != 0)
    return refuse (error, "expected it to begin with " MAGIC);
  write_header (header, state->model);
  if (memcmp (bytes, header, HEADER_BYTES - N_HASH) != 0)
    return refuse (error, "expected version 1, another came");
  if (memcmp (bytes, header, HEADER_BYTES) != 0)
    return refuse (error, "it belongs to another model file");
  if (n_bytes != expected) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_FORMAT,
                 "saved state: expected %" G_GSIZE_FORMAT
                 " bytes, %" G_GSIZE_FORMAT " came",
                 expected, n_bytes);
    return FALSE;
  }
  checksum (bytes, n_bytes - CHECKSUM_BYTES, sum);
  if (memcmp (bytes + n_bytes - CHECKSUM_BYTES, sum, sizeof sum) != 0)
    return refuse (error, "its checksum does not fit; it is damaged");
  return TRUE;
}

static float
float_at (const guint8 *bytes, gsize i)
{
  guint32 bits;
  float value;

  memcpy (&bits, bytes + HEADER_BYTES + i * sizeof bits, sizeof bits);
  bits = GUINT32_FROM_LE (bits);
  memcpy (&value, &bits, sizeof value);
  return value;
}

gboolean
rnn_state_load (RnnState *state, GBytes *saved, GError **error)
{
  gsize n_bytes, n_a, n_floats;
  const guint8 *bytes;

  g_return_val_if_fail (state != NULL && saved != NULL, FALSE);
  bytes = g_bytes_get_data (saved, &n_bytes);
  if (!check (state, bytes, n_bytes, error))
    return FALSE;
  n_a = state->model->config.n_hidden;
  n_floats = n_saved_floats (state->model);
  for (gsize i = 0; i < n_floats; i++)
    if (!isfinite (float_at (bytes, i)))
      return refuse (error, "it holds a number that is not finite");
  for (gsize i = 0; i < n_floats; i++)
    state->carried[i / n_a * _rnn_pad (n_a) + i % n_a] = float_at (bytes, i);
  return TRUE;
}
