/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* In place of chart-cairo.c where there is no Cairo. */
#include "rnntool/chart.h"

#include <rnn/rnn-error.h>

gboolean
chart_write (Chart *const *charts, gsize n, const char *path, GError **error)
{
  g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
               "%s: expected a build with Cairo to draw pictures, this one is "
               "without; install libcairo2-dev and build again",
               path);
  return FALSE;
}
