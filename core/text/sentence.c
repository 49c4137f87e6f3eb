/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <rnn/rnn-text.h>

static gboolean
is_mark (gunichar c)
{
  switch (c) {
  case '.':
  case '!':
  case '?':
  case 0x2026: /* horizontal ellipsis */
  case 0x203c: /* double marks */
  case 0x2047:
  case 0x2048:
  case 0x2049:
  case 0x3002: /* ideographic full stop */
  case 0xff01: /* wide ! . ? */
  case 0xff0e:
  case 0xff1f:
  case 0xff61: /* narrow ideographic full stop */
    return TRUE;
  default:
    return FALSE;
  }
}

gboolean
rnn_word_ends_sentence (const char *word, gsize n_bytes)
{
  const char *end = word + n_bytes;

  for (const char *at = word; at < end; at = g_utf8_next_char (at))
    if (!is_mark (g_utf8_get_char (at)))
      return FALSE;
  return n_bytes > 0;
}
