/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/utf8.h"

#include <string.h>

/* How many bytes follow lead byte @lead, and what the first of them may be
 * (Unicode, table 3-7); -1: no lead byte. */
static int
get_lead (guint8 lead, guint8 *low, guint8 *high)
{
  *low = 0x80;
  *high = 0xbf;
  if (lead < 0x80)
    return 0;
  if (lead >= 0xc2 && lead <= 0xdf)
    return 1;
  if (lead >= 0xe0 && lead <= 0xef) {
    if (lead == 0xe0)
      *low = 0xa0;
    if (lead == 0xed)
      *high = 0x9f;
    return 2;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    if (lead == 0xf0)
      *low = 0x90;
    if (lead == 0xf4)
      *high = 0x8f;
    return 3;
  }
  return -1;
}

/* Decode the character at the start of @bytes, @n_bytes > 0, which takes
 * *@n_used bytes. RNN_UTF8_INVALID: they are a maximal subpart that is none.
 * RNN_UTF8_CUT: all bytes are the start of a character that goes on. */
gint32
_rnn_utf8_decode (const guint8 *bytes, gsize n_bytes, gsize *n_used)
{
  guint8 low, high;
  int n_more = get_lead (bytes[0], &low, &high);
  *n_used = 1;
  if (n_more < 0)
    return RNN_UTF8_INVALID;
  if (n_more == 0)
    return bytes[0];
  gint32 c = bytes[0] & (0x3f >> n_more);
  for (gsize i = 1; i <= (gsize) n_more; i++) {
    *n_used = i;
    if (i == n_bytes)
      return RNN_UTF8_CUT;
    if (bytes[i] < low || bytes[i] > high)
      return RNN_UTF8_INVALID;
    c = c << 6 | (bytes[i] & 0x3f);
    low = 0x80;
    high = 0xbf;
  }
  *n_used = (gsize) n_more + 1;
  return c;
}

/* Copy @bytes with U+FFFD for each maximal subpart that is no character; NUL is
 * a byte like others. Returns new text, *@n_clean bytes and a NUL; NULL: no
 * memory. */
char *
_rnn_utf8_clean (const guint8 *bytes, gsize n_bytes, gsize *n_clean)
{
  gsize n = 0, n_used;
  for (gsize i = 0; i < n_bytes; i += n_used)
    n += _rnn_utf8_decode (bytes + i, n_bytes - i, &n_used) < 0 ? 3 : n_used;
  char *text = g_try_malloc (n + 1);
  if (text == NULL)
    return NULL;
  char *out = text;
  for (gsize i = 0; i < n_bytes; i += n_used) {
    if (_rnn_utf8_decode (bytes + i, n_bytes - i, &n_used) < 0) {
      memcpy (out, "\xef\xbf\xbd", 3);
      out += 3;
    } else {
      memcpy (out, bytes + i, n_used);
      out += n_used;
    }
  }
  *out = '\0';
  *n_clean = n;
  return text;
}
