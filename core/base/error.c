/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <rnn/rnn-error.h>

/* Return the domain of all errors of this library. */
GQuark
rnn_error_quark (void)
{
  return g_quark_from_static_string ("rnn-error-quark");
}
