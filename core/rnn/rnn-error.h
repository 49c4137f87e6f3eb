/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one error domain of the library. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define RNN_ERROR (rnn_error_quark ())

/**
 * RnnError:
 * @RNN_ERROR_NOT_FOUND: no such file
 * @RNN_ERROR_OPEN: the file is there but cannot be opened, or is no regular
 * file
 * @RNN_ERROR_READ: reading failed, or the file changed while it was read
 * @RNN_ERROR_WRITE: writing, syncing or renaming failed; the old file is intact
 * @RNN_ERROR_FORMAT: the bytes are not of the format they claim to be
 * @RNN_ERROR_MODEL: a well-formed file that describes no network we can run
 *   (missing, extra or wrong-shaped tensor, unknown metadata value, NaN weight)
 * @RNN_ERROR_LIMIT: a size above a documented limit
 * @RNN_ERROR_NO_MEMORY: a data-sized allocation failed
 * @RNN_ERROR_TOKEN: a token index outside the vocabulary, and no unknown word
 * @RNN_ERROR_NUMERIC: the result is not a finite number
 * @RNN_ERROR_ARGUMENT: an option or value from outside is not allowed
 * @RNN_ERROR_DATA: labelled data that cannot be used, with file and line
 * @RNN_ERROR_CANCELLED: the caller asked to stop
 *
 * Codes of %RNN_ERROR. The message always names the file or value, what was
 * expected and what came.
 */
typedef enum {
  RNN_ERROR_NOT_FOUND = 1,
  RNN_ERROR_OPEN,
  RNN_ERROR_READ,
  RNN_ERROR_WRITE,
  RNN_ERROR_FORMAT,
  RNN_ERROR_MODEL,
  RNN_ERROR_LIMIT,
  RNN_ERROR_NO_MEMORY,
  RNN_ERROR_TOKEN,
  RNN_ERROR_NUMERIC,
  RNN_ERROR_ARGUMENT,
  RNN_ERROR_DATA,
  RNN_ERROR_CANCELLED
} RnnError;

GQuark rnn_error_quark (void);

G_END_DECLS
