/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text of strangers in messages: one line, not long, nothing that a terminal
 * obeys. */
#pragma once

#include <glib.h>

/* Bytes that @n columns may take, and a "…" and a NUL behind them. */
#define RNN_QUOTE_SIZE(n) (4 * (n) + 4)

/* A name, word or value, of which 60 columns are shown; until the block ends.
 */
#define RNN_QUOTE(text)                                                        \
  _rnn_quote ((text), -1, (char[RNN_QUOTE_SIZE (60)]){ 0 }, RNN_QUOTE_SIZE (60))
/* Several of them, of which 200 columns are shown. */
#define RNN_QUOTE_LIST(text)                                                   \
  _rnn_quote ((text), -1, (char[RNN_QUOTE_SIZE (200)]){ 0 },                   \
              RNN_QUOTE_SIZE (200))

const char *_rnn_quote (const char *text, gssize n_bytes, char *out,
                        gsize size);
