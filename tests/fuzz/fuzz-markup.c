/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pango markup: text that is no longer than its markup, and UTF-8 if that is.
 */
#include "fuzz.h"

#include <rnn/rnn-text.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  gsize n_text;
  char *text = rnn_markup_to_text ((const char *) data, n_bytes, &n_text);

  g_assert_nonnull (text);
  g_assert_cmpuint (n_text, <=, n_bytes);
  g_assert_cmpint (text[n_text], ==, '\0');
  if (g_utf8_validate_len ((const char *) data, n_bytes, NULL))
    g_assert_true (g_utf8_validate_len (text, n_text, NULL));
  g_free (text);
  return 0;
}
