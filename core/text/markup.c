/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pango markup to text, leniently: subtitles are not always well formed. */
#include <rnn/rnn-text.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ENTITY 12

static const struct {
  const char *name;
  const char *text;
} entities[] = { { "amp", "&" },
                 { "lt", "<" },
                 { "gt", ">" },
                 { "quot", "\"" },
                 { "apos", "'" },
                 { "nbsp", "\xc2\xa0" } };

/* Bytes of the tag at the start of @markup; 0: a `<` that begins none. */
static gsize
tag_length (const char *markup, gsize n)
{
  const char *end;

  if (n < 3 || !(g_ascii_isalpha (markup[1]) || markup[1] == '/' ||
                 markup[1] == '!'))
    return 0;
  end = memchr (markup, '>', n);
  return end ? (gsize) (end - markup) + 1 : 0;
}

/* Append what `&#…;` stands for; FALSE: no character. */
static gboolean
append_number (GString *text, const char *digits, gsize n)
{
  gboolean is_hex = n > 0 && (digits[0] | 32) == 'x';
  char copy[MAX_ENTITY + 1] = { 0 }, *end;
  guint64 code;

  memcpy (copy, digits + is_hex, n - is_hex);
  code = g_ascii_strtoull (copy, &end, is_hex ? 16 : 10);
  if (end == copy || *end || code == 0 || code > 0x10ffff ||
      !g_unichar_validate ((gunichar) code))
    return FALSE;
  g_string_append_unichar (text, (gunichar) code);
  return TRUE;
}

/* Append what the entity at the start of @markup stands for; returns its
 * bytes, 0: it is none that is known. */
static gsize
append_entity (GString *text, const char *markup, gsize n)
{
  const char *end = memchr (markup, ';', MIN (n, MAX_ENTITY));
  gsize length = end ? (gsize) (end - markup) - 1 : 0;

  if (length == 0)
    return 0;
  if (markup[1] == '#')
    return append_number (text, markup + 2, length - 1) ? length + 2 : 0;
  for (gsize i = 0; i < G_N_ELEMENTS (entities); i++)
    if (strlen (entities[i].name) == length &&
        strncmp (entities[i].name, markup + 1, length) == 0) {
      g_string_append (text, entities[i].text);
      return length + 2;
    }
  return 0;
}

char *
rnn_markup_to_text (const char *markup, gsize n_bytes, gsize *n_text)
{
  GString *text = g_string_sized_new (n_bytes);

  for (gsize at = 0; at < n_bytes;) {
    gsize used = 0;
    if (markup[at] == '<')
      used = tag_length (markup + at, n_bytes - at);
    else if (markup[at] == '&')
      used = append_entity (text, markup + at, n_bytes - at);
    if (used == 0) {
      g_string_append_c (text, markup[at]);
      used = 1;
    }
    at += used;
  }
  *n_text = text->len;
  return g_string_free (text, FALSE);
}
