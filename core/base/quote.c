/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/quote.h"

#include <string.h>

/* Whether a terminal or a reader shows @c where it stands: no control, no line
 * end, nothing that turns the direction of what follows. */
static gboolean
is_plain (gunichar c)
{
  switch (g_unichar_type (c)) {
  case G_UNICODE_CONTROL:
  case G_UNICODE_FORMAT:
  case G_UNICODE_LINE_SEPARATOR:
  case G_UNICODE_PARAGRAPH_SEPARATOR:
  case G_UNICODE_SURROGATE:
    return FALSE;
  default:
    return TRUE;
  }
}

/* Write the first character of @text, uint8[@n_bytes], or an escape that stands
 * for it, to @shown, char[16]; returns the bytes that it takes. */
static gsize
show_first (const char *text, gsize n_bytes, char *shown)
{
  gunichar c = g_utf8_get_char_validated (text, (gssize) n_bytes);
  gsize n_used = 1;

  if (*text == '\0' || c == (gunichar) -1 || c == (gunichar) -2) {
    g_snprintf (shown, 16, "\\x%02x", (guint8) *text);
    return 1;
  }
  n_used = (gsize) (g_utf8_next_char (text) - text);
  if (c == '\n' || c == '\t' || c == '\r')
    g_snprintf (shown, 16, "\\%c", c == '\n' ? 'n' : c == '\t' ? 't' : 'r');
  else if (!is_plain (c))
    g_snprintf (shown, 16, c < 0x100 ? "\\x%02x" : "\\u{%x}", c);
  else
    g_snprintf (shown, 16, "%.*s", (int) n_used, text);
  return n_used;
}

/* Write @text, @n_bytes long (-1: up to its NUL), to @out, char[@size], for a
 * message: on one line, controls and what is no UTF-8 escaped, and no more than
 * @size has room for, RNN_QUOTE_SIZE(): "…" stands for the rest. Returns @out.
 */
const char *
_rnn_quote (const char *text, gssize n_bytes, char *out, gsize size)
{
  gsize n = n_bytes < 0 ? strlen (text) : (gsize) n_bytes;
  gsize room = size / 4 - 1, used = 0, n_out = 0, n_cut = 0;
  char shown[16];

  for (gsize i = 0; i < n;) {
    gsize columns;
    i += show_first (text + i, n - i, shown);
    columns = (gsize) g_utf8_strlen (shown, -1);
    if (used + columns > room) {
      strcpy (out + n_cut, "…");
      return out;
    }
    strcpy (out + n_out, shown);
    n_out += strlen (shown);
    used += columns;
    if (used < room)
      n_cut = n_out;
  }
  out[n_out] = '\0';
  return out;
}
