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

/* Text on its way out: never longer than its markup. */
typedef struct {
  char *text;
  gsize n;
  gboolean no_more_tags; /* no `>` is left, so none need be looked for again */
} Stripped;

static void
append (Stripped *out, const char *bytes, gsize n)
{
  memcpy (out->text + out->n, bytes, n);
  out->n += n;
}

/* Bytes of the tag at the start of @markup; 0: a `<` that begins none. */
static gsize
tag_length (Stripped *out, const char *markup, gsize n)
{
  const char *end;

  if (out->no_more_tags || n < 3 || !(g_ascii_isalpha (markup[1]) || markup[1] == '/' ||
                 markup[1] == '!'))
    return 0;
  end = memchr (markup, '>', n);
  out->no_more_tags = end == NULL;
  return end ? (gsize) (end - markup) + 1 : 0;
}

/* Append what `&#…;` stands for; FALSE: no character. */
static gboolean
append_number (Stripped *out, const char *digits, gsize n)
{
  gboolean is_hex = n > 0 && (digits[0] | 32) == 'x';
  char copy[MAX_ENTITY + 1] = { 0 }, *end;
  char utf8[6];
  guint64 code;

  memcpy (copy, digits + is_hex, n - is_hex);
  code = g_ascii_strtoull (copy, &end, is_hex ? 16 : 10);
  if (end == copy || *end || code == 0 || code > 0x10ffff ||
      !g_unichar_validate ((gunichar) code))
    return FALSE;
  append (out, utf8, (gsize) g_unichar_to_utf8 ((gunichar) code, utf8));
  return TRUE;
}

/* Append what the entity at the start of @markup stands for; returns its
 * bytes, 0: it is none that is known. */
static gsize
append_entity (Stripped *out, const char *markup, gsize n)
{
  const char *end = memchr (markup, ';', MIN (n, MAX_ENTITY));
  gsize length = end ? (gsize) (end - markup) - 1 : 0;

  if (length == 0)
    return 0;
  if (markup[1] == '#')
    return append_number (out, markup + 2, length - 1) ? length + 2 : 0;
  for (gsize i = 0; i < G_N_ELEMENTS (entities); i++)
    if (strlen (entities[i].name) == length &&
        strncmp (entities[i].name, markup + 1, length) == 0) {
      append (out, entities[i].text, strlen (entities[i].text));
      return length + 2;
    }
  return 0;
}

char *
rnn_markup_to_text (const char *markup, gsize n_bytes, gsize *n_text)
{
  Stripped out = { g_try_malloc (n_bytes + 1), 0, FALSE };

  for (gsize at = 0; out.text && at < n_bytes;) {
    gsize used = 0;
    if (markup[at] == '<')
      used = tag_length (&out, markup + at, n_bytes - at);
    else if (markup[at] == '&')
      used = append_entity (&out, markup + at, n_bytes - at);
    if (used == 0) {
      append (&out, markup + at, 1);
      used = 1;
    }
    at += used;
  }
  if (!out.text)
    return NULL;
  out.text[out.n] = '\0';
  *n_text = out.n;
  return out.text;
}
