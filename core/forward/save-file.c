/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A state as a file: old or new, never half. */
#include "base/checked.h"
#include "base/file.h"
#include "forward/state.h"

#include <rnn/rnn-error.h>

gboolean
rnn_state_save_file (const RnnState *state, const char *path, GError **error)
{
  GBytes *bytes;
  RnnChunk chunk;
  gboolean ok;

  g_return_val_if_fail (state != NULL && path != NULL, FALSE);
  bytes = rnn_state_save (state);
  if (!bytes) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                 "%s: no memory to save the state", path);
    return FALSE;
  }
  chunk.data = g_bytes_get_data (bytes, &chunk.n_bytes);
  ok = _rnn_file_write_atomic (path, &chunk, 1, error);
  g_bytes_unref (bytes);
  return ok;
}

gboolean
rnn_state_load_file (RnnState *state, const char *path, GError **error)
{
  GError *inner = NULL;
  guint8 *bytes;
  GBytes *saved;
  gsize n;

  g_return_val_if_fail (state != NULL && path != NULL, FALSE);
  /* No file of ours is longer than what this state would be. */
  if (!_rnn_file_read (path, _rnn_state_saved_bytes (state), &bytes, &n, error))
    return FALSE;
  saved = g_bytes_new_with_free_func (bytes, n, _rnn_free, bytes);
  if (!rnn_state_load (state, saved, &inner))
    g_propagate_prefixed_error (error, inner, "%s: ", path);
  g_bytes_unref (saved);
  return inner == NULL;
}
