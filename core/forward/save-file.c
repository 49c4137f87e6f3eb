/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A state as a file: old or new, never half. */
#include "base/checked.h"
#include "base/file.h"

#include <rnn/rnn-error.h>
#include <rnn/rnn-state.h>

gboolean
rnn_state_save_file (const RnnState *state, const char *path, GError **error)
{
  GBytes *bytes;
  RnnChunk chunk;
  gboolean ok;

  g_return_val_if_fail (state != NULL && path != NULL, FALSE);
  bytes = rnn_state_save (state);
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
  GBytes *own, *saved;
  gsize n, n_own;

  g_return_val_if_fail (state != NULL && path != NULL, FALSE);
  /* No file of ours is longer than what this state would be. */
  own = rnn_state_save (state);
  n_own = g_bytes_get_size (own);
  g_bytes_unref (own);
  if (!_rnn_file_read (path, n_own, &bytes, &n, error))
    return FALSE;
  saved = g_bytes_new_with_free_func (bytes, n, _rnn_free, bytes);
  if (!rnn_state_load (state, saved, &inner))
    g_propagate_prefixed_error (error, inner, "%s: ", path);
  g_bytes_unref (saved);
  return inner == NULL;
}
