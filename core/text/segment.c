/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words as the English Universal Dependencies write them: punctuation and
 * clitics apart, hyphens too, abbreviations and initials with their period.
 * Where one word ends and the next begins without any of that (Chinese,
 * Japanese, Thai) is ICU's to say. */
#include "text/segment.h"
#include "text/address.h"

#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

struct _RnnSegmenter {
  UBreakIterator *words; /* NULL: ICU has no rules; letters stand alone then */
  UText *utext;
  gboolean is_set; /* words looks at the chunk at hand */
};

typedef struct {
  const char *text;
  gsize start, end;
} Chunk;

/* Those that are no words of their own: "no." ends sentences. */
static const char *const abbreviations[] = {
  "mr",  "mrs",  "ms",     "dr",  "prof", "st",   "sr",   "jr",   "gen",
  "col", "capt", "lt",     "sgt", "maj",  "cmdr", "gov",  "sen",  "rep",
  "rev", "hon",  "vs",     "etc", "inc",  "ltd",  "corp", "dept", "vol",
  "ave", "blvd", "jan",    "feb", "apr",  "aug",  "sept", "oct",  "nov",
  "dec", "pp",   "messrs", "ft",  "co"
};

/* What a hyphen does not part from the word after it. */
static const char *const prefixes[] = { "e",    "co",  "non",  "re",   "pre",
                                        "post", "pro", "anti", "semi", "mini" };

/* What follows a word as a token of its own, after an apostrophe. */
static const char *const clitics[] = { "s", "ll", "re", "ve", "d", "m" };

/* Make a segmenter; free it with _rnn_segmenter_free(). Never fails: without
 * ICU's rules each letter of another script is a token. */
RnnSegmenter *
_rnn_segmenter_new (void)
{
  RnnSegmenter *segmenter = g_new0 (RnnSegmenter, 1);
  UErrorCode status = U_ZERO_ERROR;
  segmenter->words = ubrk_open (UBRK_WORD, "en", NULL, 0, &status);
  if (U_FAILURE (status))
    segmenter->words = NULL;
  return segmenter;
}

/* Make a segmenter like @segmenter; much cheaper than to read ICU's rules
 * again. */
RnnSegmenter *
_rnn_segmenter_copy (const RnnSegmenter *segmenter)
{
  RnnSegmenter *copy = g_new0 (RnnSegmenter, 1);
  UErrorCode status = U_ZERO_ERROR;
  if (segmenter->words)
    copy->words = ubrk_clone (segmenter->words, &status);
  if (U_FAILURE (status))
    copy->words = NULL;
  return copy;
}

/* Free @segmenter; NULL is fine. */
void
_rnn_segmenter_free (RnnSegmenter *segmenter)
{
  if (!segmenter)
    return;
  if (segmenter->words)
    ubrk_close (segmenter->words);
  if (segmenter->utext)
    utext_close (segmenter->utext);
  g_free (segmenter);
}

static void
add (RnnBytes *tokens, gsize start, gsize end)
{
  RnnToken token = { (guint32) start, (guint32) end };

  if (start < end)
    _rnn_bytes_append (tokens, &token, sizeof token);
}

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
is_apostrophe (gunichar c)
{
  return c == '\'' || c == 0x2019;
}

static gboolean
is_in (const char *const *list, gsize n, const char *text, gsize n_bytes)
{
  for (gsize i = 0; i < n; i++)
    if (strlen (list[i]) == n_bytes
        && g_ascii_strncasecmp (list[i], text, n_bytes) == 0)
      return TRUE;
  return FALSE;
}

/* Where the last apostrophe of a word is; @end: none. */
static gsize
find_apostrophe (const char *text, gsize start, gsize end)
{
  gsize found = end;

  for (gsize at = start; at < end; at = next (text, at))
    if (is_apostrophe (char_at (text, at)))
      found = at;
  return found;
}

/* A word with clitics: `John's` is John 's, `can't` is ca n't. */
static void
add_word (const char *text, gsize start, gsize end, RnnBytes *tokens)
{
  gsize at = find_apostrophe (text, start, end), after;

  if (at == end || at == start) {
    add (tokens, start, end);
    return;
  }
  after = next (text, at);
  if (end - after == 1 && (text[after] | 32) == 't'
      && (text[at - 1] | 32) == 'n' && at - 1 > start) {
    add (tokens, start, at - 1);
    add (tokens, at - 1, end);
  } else if (is_in (clitics, G_N_ELEMENTS (clitics), text + after,
                    end - after)) {
    add (tokens, start, at);
    add (tokens, at, end);
  } else {
    add (tokens, start, end);
  }
}

/* Does the word [start, end) keep the period after it? Initials (J., U.S.) and
 * abbreviations do; "I." is more often the end of a sentence. */
static gboolean
keeps_period (const char *text, gsize start, gsize end)
{
  gsize last = end;

  for (gsize at = start; at < end; at = next (text, at))
    if (text[at] == '.')
      last = at;
  if (last != end)
    return next (text, last + 1) == end
           && u_isalpha ((UChar32) char_at (text, last + 1));
  if (next (text, start) == end)
    return text[start] != 'I' && u_isupper ((UChar32) char_at (text, start));
  return is_in (abbreviations, G_N_ELEMENTS (abbreviations), text + start,
                end - start);
}

/* Characters that a word or a number holds; the rest are punctuation. */
static gboolean
is_wordlike (const char *text, gsize at)
{
  return text[at] == '_' || u_isalnum ((UChar32) char_at (text, at));
}

/* Bytes of the clitic at @at, after an apostrophe; 0: none, or the word goes
 * on. */
static gsize
clitic_length (const char *text, gsize at, gsize end)
{
  gsize n = 0;
  while (n < 3 && at + n < end && g_ascii_isalpha (text[at + n]))
    n++;
  if (!is_in (clitics, G_N_ELEMENTS (clitics), text + at, n))
    return 0;
  return at + n < end && is_wordlike (text, at + n) ? 0 : n;
}

/* What no reader sees: byte order mark, direction marks, soft hyphen. */
static gboolean
is_invisible (const char *text, gsize start, gsize end)
{
  int8_t type = u_charType ((UChar32) char_at (text, start));
  return next (text, start) == end
         && (type == U_FORMAT_CHAR || type == U_CONTROL_CHAR);
}

/* Ask ICU for the end of what begins at @at. */
static gsize
ask_end (RnnSegmenter *segmenter, const Chunk *chunk, gsize at)
{
  UErrorCode status = U_ZERO_ERROR;
  gsize start = chunk->start;
  if (segmenter->words == NULL)
    return next (chunk->text, at);
  if (!segmenter->is_set) {
    segmenter->utext = utext_openUTF8 (segmenter->utext, chunk->text + start,
                                       (int64_t) (chunk->end - start), &status);
    ubrk_setUText (segmenter->words, segmenter->utext, &status);
    segmenter->is_set = U_SUCCESS (status);
  }
  int32_t stop = segmenter->is_set
                     ? ubrk_following (segmenter->words, (int32_t) (at - start))
                     : UBRK_DONE;
  return stop == UBRK_DONE ? chunk->end : start + (gsize) stop;
}

/* The end of the word that begins at @at. ICU's rules for ASCII are short
 * enough to do most words without it. */
static gsize
word_end (RnnSegmenter *segmenter, const Chunk *chunk, gsize at)
{
  const char *text = chunk->text;
  gsize stop = at;
  while (stop < chunk->end
         && (g_ascii_isalnum (text[stop]) || text[stop] == '_'))
    stop++;
  if (stop > at && stop == chunk->end)
    return stop;
  if (stop > at && (text[stop] & 0x80) == 0) {
    if (strchr (".,;:'", text[stop]) == NULL || stop + 1 == chunk->end)
      return stop;
    if ((text[stop + 1] & 0x80) == 0 && !g_ascii_isalnum (text[stop + 1]))
      return stop;
  }
  return ask_end (segmenter, chunk, at);
}

/* Punctuation: a run of one and the same is one token, and so is an apostrophe
 * with the clitic after it. An emoji of several characters counts as one. */
static gsize
add_punctuation (RnnSegmenter *segmenter, const Chunk *chunk, gsize start,
                 RnnBytes *tokens)
{
  const char *text = chunk->text;
  gboolean is_ascii = (text[start] & 0x80) == 0;
  gsize stop = is_ascii ? start + 1 : ask_end (segmenter, chunk, start);
  gsize n = stop - start;
  if (is_apostrophe (char_at (text, start))) {
    gsize n_clitic = clitic_length (text, stop, chunk->end);
    if (n_clitic > 0) {
      add (tokens, start, stop + n_clitic);
      return stop + n_clitic;
    }
  }
  while (chunk->end - stop >= n && memcmp (text + start, text + stop, n) == 0)
    stop += n;
  if (is_ascii || !is_invisible (text, start, start + n))
    add (tokens, start, stop);
  return stop;
}

/* Does a token go on over the character at @at? Times and fractions (5:30,
 * 1/2), names with & (AT&T), and words with a prefix (e-mail) do. */
static gboolean
goes_on (const char *text, gsize start, gsize at, gsize end)
{
  if (at + 1 >= end || at == start)
    return FALSE;
  char before = text[at - 1], after = text[at + 1];
  if (text[at] == ':' || text[at] == '/')
    return g_ascii_isdigit (before) && g_ascii_isdigit (after);
  if (text[at] == '&')
    return g_ascii_isupper (before) && g_ascii_isupper (after);
  return text[at] == '-' && g_ascii_isalpha (after)
         && is_in (prefixes, G_N_ELEMENTS (prefixes), text + start, at - start);
}

static gsize
add_next_word (RnnSegmenter *segmenter, const Chunk *chunk, gsize at,
               RnnBytes *tokens)
{
  const char *text = chunk->text;
  gsize end = chunk->end, stop = word_end (segmenter, chunk, at);
  while (goes_on (text, at, stop, end))
    stop = word_end (segmenter, chunk, stop + 1);
  if (stop < end && text[stop] == '.'
      && (stop + 1 == end || text[stop + 1] != '.')
      && keeps_period (text, at, stop)) {
    add (tokens, at, stop + 1);
    return stop + 1;
  }
  add_word (text, at, stop, tokens);
  return stop;
}

/* Append the tokens of the chunk [@start, @end) of @text, valid UTF-8 without
 * white space, to @tokens, RnnToken by RnnToken. Time grows with the chunk's
 * length. */
void
_rnn_segmenter_run (RnnSegmenter *segmenter, const char *text, gsize start,
                    gsize end, RnnBytes *tokens)
{
  Chunk chunk = { text, start, end };
  gsize n_plain = 0;
  segmenter->is_set = FALSE;
  for (gsize at = start; at < end;) {
    gsize stop = _rnn_address_end (text, start, at, end, &n_plain);
    if (stop > at)
      add (tokens, at, stop);
    else if (is_wordlike (text, at))
      stop = add_next_word (segmenter, &chunk, at, tokens);
    else
      stop = add_punctuation (segmenter, &chunk, at, tokens);
    at = stop;
  }
}
