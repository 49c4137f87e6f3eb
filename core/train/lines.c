/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/lines.h"

#include <rnn/rnn-error.h>

gboolean
_rnn_line_refuse (const char *path, gsize line, const char *what,
                  GError **error)
{
  g_set_error (error, RNN_ERROR, RNN_ERROR_DATA, "%s:%" G_GSIZE_FORMAT ": %s",
               path, line, what);
  return FALSE;
}
