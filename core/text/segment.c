/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words as the English Universal Dependencies write them: punctuation and
 * clitics apart, hyphens too, abbreviations and initials with their period.
 * Where one word ends and the next begins without any of that (Chinese,
 * Japanese, Thai) is ICU's to say. */
#include "text/segment.h"

#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

struct _RnnSegmenter {
  UBreakIterator *words; /* NULL: ICU has no rules; a chunk is then a word */
};

/* Those that are no words of their own: "no." ends sentences. */
static const char *const abbreviations[] = {
  "mr",   "mrs",  "ms",   "dr",   "prof", "st",  "sr",   "jr",  "gen", "col",
  "capt", "lt",   "sgt",  "maj",  "cmdr", "gov", "sen",  "rep", "rev", "hon",
  "vs",   "etc",  "inc",  "ltd",  "corp", "dept", "vol", "ave", "blvd", "jan",
  "feb",  "apr",  "aug",  "sept", "oct",  "nov", "dec",  "pp",  "messrs"
};

/* What follows a word as a token of its own, after an apostrophe. */
static const char *const clitics[] = { "s", "ll", "re", "ve", "d", "m" };

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

void
_rnn_segmenter_free (RnnSegmenter *segmenter)
{
  if (!segmenter)
    return;
  if (segmenter->words)
    ubrk_close (segmenter->words);
  g_free (segmenter);
}

static void
add (GArray *tokens, gsize start, gsize end)
{
  RnnToken token = { (guint32) start, (guint32) end };

  if (start < end)
    g_array_append_val (tokens, token);
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
    if (strlen (list[i]) == n_bytes &&
        g_ascii_strncasecmp (list[i], text, n_bytes) == 0)
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
add_word (const char *text, gsize start, gsize end, GArray *tokens)
{
  gsize at = find_apostrophe (text, start, end), after;

  if (at == end || at == start) {
    add (tokens, start, end);
    return;
  }
  after = next (text, at);
  if (end - after == 1 && (text[after] | 32) == 't' &&
      (text[at - 1] | 32) == 'n' && at - 1 > start) {
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
 * abbreviations do. */
static gboolean
keeps_period (const char *text, gsize start, gsize end)
{
  gsize last = end;

  for (gsize at = start; at < end; at = next (text, at))
    if (text[at] == '.')
      last = at;
  if (last != end)
    return next (text, last + 1) == end && u_isalpha ((UChar32) char_at (text, last + 1));
  if (next (text, start) == end)
    return u_isupper ((UChar32) char_at (text, start));
  return is_in (abbreviations, G_N_ELEMENTS (abbreviations), text + start,
                end - start);
}

static gboolean
is_wordlike (const char *text, gsize at)
{
  return u_isalnum ((UChar32) char_at (text, at)) || text[at] == '_';
}

/* Punctuation: a run of one and the same character is one token, and an
 * apostrophe with a clitic that a recogniser wrote apart (`'s`) is one. */
static gsize
add_punctuation (const char *text, gsize start, gsize end, GArray *tokens)
{
  gunichar c = char_at (text, start);
  gsize at = next (text, start);

  while (at < end && char_at (text, at) == c)
    at = next (text, at);
  if (is_apostrophe (c) && at == next (text, start) &&
      is_in (clitics, G_N_ELEMENTS (clitics), text + at, end - at))
    at = end;
  add (tokens, start, at);
  return at;
}

/* @end of the word that begins at @start, by the breaks of ICU. */
static gsize
word_end (RnnSegmenter *segmenter, gsize chunk, gsize start, gsize end)
{
  int32_t stop;

  if (!segmenter->words)
    return end;
  stop = ubrk_following (segmenter->words, (int32_t) (start - chunk));
  return stop == UBRK_DONE ? end : MIN (end, chunk + (gsize) stop);
}

static gboolean
is_address (const char *text, gsize start, gsize end)
{
  gsize n = end - start;

  return (n > 8 && (strncmp (text + start, "http://", 7) == 0 ||
                    strncmp (text + start, "https://", 8) == 0)) ||
         (n > 4 && strncmp (text + start, "www.", 4) == 0) ||
         (n > 4 && u_isalnum ((UChar32) char_at (text, start)) &&
          memchr (text + start, '@', n) != NULL);
}

/* Where an address ends: closing punctuation belongs to the sentence. */
static gsize
address_end (const char *text, gsize start, gsize end)
{
  while (end > start + 1 && strchr (".,;:!?)]>\"'", text[end - 1]))
    end--;
  return end;
}

static void
segment_words (RnnSegmenter *segmenter, const char *text, gsize chunk,
               gsize end, GArray *tokens)
{
  for (gsize at = chunk; at < end;) {
    gsize stop;
    if (!is_wordlike (text, at)) {
      at = add_punctuation (text, at, end, tokens);
      continue;
    }
    stop = word_end (segmenter, chunk, at, end);
    if (stop < end && text[stop] == '.' &&
        (stop + 1 == end || text[stop + 1] != '.') &&
        keeps_period (text, at, stop)) {
      add (tokens, at, stop + 1);
      at = stop + 1;
      continue;
    }
    add_word (text, at, stop, tokens);
    at = stop;
  }
}

/* Append the tokens of the chunk [@start, @end) of @text, valid UTF-8 without
 * white space, to @tokens, an array of RnnToken. */
void
_rnn_segmenter_run (RnnSegmenter *segmenter, const char *text, gsize start,
                    gsize end, GArray *tokens)
{
  UErrorCode status = U_ZERO_ERROR;
  UText *chunk;

  if (is_address (text, start, end)) {
    gsize stop = address_end (text, start, end);
    add (tokens, start, stop);
    start = stop;
    if (start == end)
      return;
  }
  chunk = utext_openUTF8 (NULL, text + start, (int64_t) (end - start), &status);
  if (segmenter->words && U_SUCCESS (status))
    ubrk_setUText (segmenter->words, chunk, &status);
  segment_words (segmenter, text, start, end, tokens);
  if (chunk)
    utext_close (chunk);
}
