/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A model file in fewer bits. */
#pragma once

#include "model/model.h"

/**
 * _rnn_model_quantize:
 * @from: a model file
 * @to: the file to write; may be @from
 * @dtype: RNN_DTYPE_I8, with one scale a row in `NAME.scale`, or RNN_DTYPE_BF16
 *
 * Write @from's matrices in @dtype; all else stays as it is: words, biases,
 * metadata. A value of I8 is off by half a scale at most, where a row's scale
 * is its largest size / 127; one of BF16 by 2^-8 of itself.
 *
 * Errors: those of rnn_model_load() for @from and for what would be written,
 * WRITE, NO_MEMORY; then there is no new file.
 */
gboolean _rnn_model_quantize (const char *from, const char *to, RnnDtype dtype,
                              GError **error);
