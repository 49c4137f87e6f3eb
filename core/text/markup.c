/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pango markup to text, leniently: subtitles are not always well formed. */
#include <rnn/rnn-text.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of what is looked at as a whole: longer ones are text. */
#define MAX_ENTITY 12
#define MAX_TAG 4096

static const struct {
  const char *name;
  const char *text;
} entities[] = { { "amp", "&" },   { "lt", "<" },   { "gt", ">" },
                 { "quot", "\"" }, { "apos", "'" }, { "nbsp", "\xc2\xa0" } };

/* Text on its way out: never longer than its markup. */
typedef struct {
  char *text;
  gsize n;
  const char *closing; /* the next `>`, or where none was found up to */
} Stripped;

static void
append (Stripped *out, const char *bytes, gsize n)
{
  memcpy (out->text + out->n, bytes, n);
  out->n += n;
}

static gboolean
may_be_tag (const char *markup, gsize n)
{
  return n < 2 || g_ascii_isalpha (markup[1]) || markup[1] == '/'
         || markup[1] == '!';
}

/* Bytes up to the next `>`, it included; 0: there is none. */
static gsize
find_closing (Stripped *out, const char *markup, gsize n)
{
  const char *end = markup + n;

  if (!out->closing || out->closing < markup) {
    out->closing = memchr (markup, '>', n);
    if (!out->closing)
      out->closing = end;
  }
  return out->closing < end ? (gsize) (out->closing - markup) + 1 : 0;
}

/* Bytes of the tag at the start of @markup; 0: a `<` that begins none.
 * *@is_cut: more markup may make it one. */
static gsize
tag_length (Stripped *out, const char *markup, gsize n, gboolean *is_cut)
{
  gsize length;

  if (!may_be_tag (markup, n))
    return 0;
  length = find_closing (out, markup, n);
  *is_cut = length == 0 && n < MAX_TAG;
  return n >= 3 && length <= MAX_TAG ? length : 0;
}

/* Append what `&#…;` stands for; FALSE: no character. */
static gboolean
append_number (Stripped *out, const char *digits, gsize n)
{
  gboolean is_hex = n > 0 && (digits[0] | 32) == 'x';
  char copy[MAX_ENTITY + 1] = { 0 }, *end;
  char utf8[6];
  guint64 code;

  if (!g_ascii_isxdigit (digits[is_hex]))
    return FALSE;
  memcpy (copy, digits + is_hex, n - is_hex);
  code = g_ascii_strtoull (copy, &end, is_hex ? 16 : 10);
  if (end == copy || *end || code == 0 || code > 0x10ffff
      || !g_unichar_validate ((gunichar) code))
    return FALSE;
  append (out, utf8, (gsize) g_unichar_to_utf8 ((gunichar) code, utf8));
  return TRUE;
}

/* Whether the `&` at the start of @markup, with no `;` so far, may still begin
 * an entity. */
static gboolean
may_be_entity (const char *markup, gsize n)
{
  for (gsize i = 1; i < n; i++)
    if (!g_ascii_isalnum (markup[i]) && !(i == 1 && markup[i] == '#'))
      return FALSE;
  return n < MAX_ENTITY;
}

/* Append what the entity at the start of @markup stands for; returns its
 * bytes, 0: it is none that is known. *@is_cut: more markup may make it one. */
static gsize
append_entity (Stripped *out, const char *markup, gsize n, gboolean *is_cut)
{
  const char *end = memchr (markup, ';', MIN (n, MAX_ENTITY));
  gsize length = end ? (gsize) (end - markup) - 1 : 0;

  *is_cut = !end && may_be_entity (markup, n);
  if (length == 0)
    return 0;
  if (markup[1] == '#')
    return append_number (out, markup + 2, length - 1) ? length + 2 : 0;
  for (gsize i = 0; i < G_N_ELEMENTS (entities); i++)
    if (strlen (entities[i].name) == length
        && strncmp (entities[i].name, markup + 1, length) == 0) {
      append (out, entities[i].text, strlen (entities[i].text));
      return length + 2;
    }
  return 0;
}

/* @n_used (nullable): where to stop before what is cut off. */
static char *
strip (const char *markup, gsize n_bytes, gsize *n_used, gsize *n_text)
{
  Stripped out = { g_try_malloc (n_bytes + 1), 0, NULL };
  gsize at = 0;

  if (!out.text)
    return NULL;
  while (at < n_bytes) {
    gboolean is_cut = FALSE;
    gsize used = 0;
    if (markup[at] == '<')
      used = tag_length (&out, markup + at, n_bytes - at, &is_cut);
    else if (markup[at] == '&')
      used = append_entity (&out, markup + at, n_bytes - at, &is_cut);
    if (is_cut && n_used)
      break;
    if (used == 0) {
      append (&out, markup + at, 1);
      used = 1;
    }
    at += used;
  }
  if (n_used)
    *n_used = at;
  out.text[out.n] = '\0';
  *n_text = out.n;
  return out.text;
}

char *
rnn_markup_to_text (const char *markup, gsize n_bytes, gsize *n_text)
{
  return strip (markup, n_bytes, NULL, n_text);
}

char *
rnn_markup_part_to_text (const char *markup, gsize n_bytes, gsize *n_used,
                         gsize *n_text)
{
  return strip (markup, n_bytes, n_used, n_text);
}
