/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <rnn/rnn-error.h>

/**
 * rnn_error_quark:
 *
 * Return the domain of all errors of the library. Any thread.
 */
G_DEFINE_QUARK (rnn-error-quark, rnn_error)
