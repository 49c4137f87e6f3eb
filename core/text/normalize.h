/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `rnn.normalize` asks for. */
#pragma once

#include <glib.h>

#define RNN_NORMALIZE_MAX 8

typedef enum {
  RNN_NORMALIZE_NFC,
  RNN_NORMALIZE_LOWERCASE,
  RNN_NORMALIZE_DIGITS
} RnnNormalizeOp;

/* Steps in order; {0}: none. */
typedef struct {
  RnnNormalizeOp ops[RNN_NORMALIZE_MAX];
  gsize n_ops;
} RnnNormalize;

gboolean _rnn_normalize_parse (const char *text, RnnNormalize *normalize,
                               GError **error);
const char *_rnn_normalize_apply (const RnnNormalize *normalize,
                                  const char *word, gsize n_bytes, char *buffer,
                                  gsize n_buffer, char **owned, gsize *n_out);
