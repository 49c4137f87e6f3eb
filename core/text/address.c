/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/address.h"

#include <string.h>
#include <unicode/uchar.h>

static gunichar
char_at (const char *text, gsize at)
{
  return g_utf8_get_char (text + at);
}

static gsize
next (const char *text, gsize at)
{
  return (gsize) (g_utf8_next_char (text + at) - text);
}

static gboolean
is_name (gunichar c)
{
  return c == '_' || u_isalnum ((UChar32) c);
}

static gboolean
begins_with (const char *text, gsize at, gsize end, const char *prefix)
{
  gsize n = strlen (prefix);
  return end - at > n && g_ascii_strncasecmp (text + at, prefix, n) == 0;
}

/* Quotation marks, brackets, and the punctuation of Chinese and Japanese. */
static gboolean
ends_link (gunichar c)
{
  return c == '<' || c == '>' || c == '"' || (c >= 0x2018 && c <= 0x201f)
         || (c >= 0x3000 && c <= 0x303f) || (c >= 0xff00 && c <= 0xff65);
}

/* Closing punctuation is the sentence's, not the link's. */
static gsize
link_end (const char *text, gsize at, gsize end)
{
  gsize stop = at;
  while (stop < end && !ends_link (char_at (text, stop)))
    stop = next (text, stop);
  while (stop > at + 1 && strchr (".,;:!?)]'", text[stop - 1]) != NULL)
    stop--;
  return stop;
}

static gboolean
is_mailbox (gunichar c)
{
  return is_name (c) || c == '.' || c == '+' || c == '-' || c == '%';
}

/* Where the domain that starts at @at ends; @at: it is none. */
static gsize
domain_end (const char *text, gsize at, gsize end)
{
  gsize stop = at, last = at;
  gboolean has_dot = FALSE;
  for (; stop < end; stop = next (text, stop)) {
    gunichar c = char_at (text, stop);
    if (u_isalnum ((UChar32) c)) {
      has_dot = has_dot || (last > at && text[last] == '.');
      last = next (text, stop);
    } else if (c != '.' && c != '-') {
      break;
    }
  }
  return has_dot ? last : at;
}

/* @n_plain: bytes of the chunk that are known to hold no mail address, so that
 * a long chunk is not searched again from each of its words. */
static gsize
mail_end (const char *text, gsize at, gsize end, gsize *n_plain)
{
  gsize stop = at, last;
  if (at < *n_plain || !is_name (char_at (text, at)))
    return at;
  while (stop < end && is_mailbox (char_at (text, stop)))
    stop = next (text, stop);
  *n_plain = MAX (stop, at + 1);
  if (stop == end || text[stop] != '@')
    return at;
  last = domain_end (text, stop + 1, end);
  return last > stop + 1 ? last : at;
}

/* `@name`, and `#tag` that is no number. */
static gsize
handle_end (const char *text, gsize chunk, gsize at, gsize end)
{
  gsize stop = at + 1;
  /* Not in the middle of a word. */
  if (stop == end || (text[at] != '@' && text[at] != '#')
      || (at > chunk
          && is_name (
              char_at (text, (gsize) (g_utf8_prev_char (text + at) - text)))))
    return at;
  if (text[at] == '#' && !u_isalpha ((UChar32) char_at (text, stop)))
    return at;
  while (stop < end && is_name (char_at (text, stop)))
    stop = next (text, stop);
  return stop > at + 1 ? stop : at;
}

/* Return where the address, handle or tag that starts at @at ends, in the chunk
 * [@chunk, @end) of @text, valid UTF-8; @at: there is none. *@n_plain is 0 at
 * first and the caller's to keep from call to call. */
gsize
_rnn_address_end (const char *text, gsize chunk, gsize at, gsize end,
                  gsize *n_plain)
{
  gsize stop;
  if (begins_with (text, at, end, "http://")
      || begins_with (text, at, end, "https://")
      || begins_with (text, at, end, "www."))
    return link_end (text, at, end);
  stop = handle_end (text, chunk, at, end);
  return stop > at ? stop : mail_end (text, at, end, n_plain);
}
