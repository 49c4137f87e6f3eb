/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "refuse.h"

#include "fail.h"

#include <errno.h>
#include <rnn/rnn-error.h>

gsize
refuse_each_allocation (RefuseWork work, gpointer data)
{
  gsize n = 0;

  for (gboolean has_come = TRUE; has_come; n++) {
    GError *error = NULL;
    gboolean ok;
    fail_nth (FAIL_ALLOCATION, n + 1, ENOMEM);
    ok = work (data, &error);
    has_come = fail_stop (FAIL_ALLOCATION);
    g_assert_true (ok || has_come);
    if (error)
      g_assert_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY);
    g_assert_true (!ok || !error);
    g_clear_error (&error);
  }
  return n - 1;
}
