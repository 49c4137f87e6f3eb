/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/features.h"
#include "base/quote.h"
#include "text/utf8.h"

#include <rnn/rnn-error.h>
#include <string.h>
#include <unicode/uchar.h>

#define N_SHAPES 16
#define MAX_LETTERS 16
#define MAX_SLOTS 64
#define MAX_LIST_ROWS 34
#define MAX_ROWS ((gsize) 1 << 30)

static gboolean
take_number (const char **text, gsize max, gsize *out)
{
  char *end;
  if (!g_ascii_isdigit (**text))
    return FALSE;
  guint64 number = g_ascii_strtoull (*text, &end, 10);
  if (number < 1 || number > max)
    return FALSE;
  *text = end;
  *out = (gsize) number;
  return TRUE;
}

static gboolean
take_char (const char **text, char c)
{
  if (**text != c)
    return FALSE;
  ++*text;
  return TRUE;
}

/* `list.NAME:ROWS`, after `list`. */
static gboolean
take_list (const char **text, RnnFeature *item)
{
  gsize n = 0;
  if (!take_char (text, '.'))
    return FALSE;
  for (; g_ascii_isalnum ((*text)[n]) || (*text)[n] == '_'; n++)
    if (n + 1 == sizeof item->list)
      return FALSE;
  memcpy (item->list, *text, n);
  *text += n;
  return n > 0 && take_char (text, ':')
         && take_number (text, MAX_LIST_ROWS, &item->n_rows)
         && item->n_rows > 1;
}

/* `N:ROWS` of letters, `*SLOTS` behind it for n-grams. */
static gboolean
take_letters (const char **text, RnnFeature *item)
{
  return take_number (text, MAX_LETTERS, &item->n_letters)
         && take_char (text, ':') && take_number (text, MAX_ROWS, &item->n_rows)
         && (item->kind != RNN_FEATURE_NGRAM
             || (take_char (text, '*')
                 && take_number (text, MAX_SLOTS, &item->n_slots)));
}

static gboolean
parse_item (const char *text, RnnFeature *item)
{
  static const char *const names[] = { "word",   "shape", "suffix",
                                       "prefix", "ngram", "list" };
  *item = (RnnFeature){ .n_slots = 1 };
  item->is_of_unknown = take_char (&text, '?');
  gsize kind = 0;
  while (kind < G_N_ELEMENTS (names) && !g_str_has_prefix (text, names[kind]))
    kind++;
  if (kind == G_N_ELEMENTS (names))
    return FALSE;
  item->kind = (RnnFeatureKind) kind;
  text += strlen (names[kind]);
  switch (item->kind) {
  case RNN_FEATURE_WORD:
    return *text == '\0' && !item->is_of_unknown;
  case RNN_FEATURE_SHAPE:
    item->n_rows = N_SHAPES;
    return *text == '\0';
  case RNN_FEATURE_LIST:
    return take_list (&text, item) && *text == '\0';
  default:
    return take_letters (&text, item) && *text == '\0';
  }
}

/* Parse @text (NULL: `word`), items with spaces between, into @features; blocks
 * of rows start after @n_words. Error: MODEL. */
gboolean
_rnn_features_parse (const char *text, gsize n_words, RnnFeatures *features,
                     GError **error)
{
  RnnFeatures result = { .n_rows = n_words };
  char **items = g_strsplit (text != NULL ? text : "word", " ", -1);
  gsize n_word_items = 0;
  gboolean ok = TRUE;
  for (gsize i = 0; ok && items[i] != NULL; i++) {
    RnnFeature item;
    if (items[i][0] == '\0')
      continue;
    ok = result.n_items < RNN_FEATURES_MAX && parse_item (items[i], &item)
         && item.n_rows <= G_MAXINT32 - result.n_rows;
    if (!ok) {
      g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
                   "rnn.features: expected at most %d of word, shape, "
                   "suffixN:ROWS, prefixN:ROWS, ngramN:ROWS*SLOTS, "
                   "list.NAME:ROWS, got \"%s\"",
                   RNN_FEATURES_MAX, RNN_QUOTE (items[i]));
      break;
    }
    if (item.kind == RNN_FEATURE_WORD) {
      n_word_items++;
      result.word_slot = result.n_slots;
    }
    item.first_row = item.kind == RNN_FEATURE_WORD ? 0 : result.n_rows;
    result.n_rows += item.n_rows;
    result.n_slots += item.n_slots;
    result.items[result.n_items++] = item;
  }
  g_strfreev (items);
  if (ok && n_word_items != 1) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
                 "rnn.features: expected `word` once, got \"%s\"",
                 RNN_QUOTE (text));
    ok = FALSE;
  }
  if (ok)
    *features = result;
  return ok;
}

typedef struct {
  gsize lower, upper, digit, other_letter, punct, symbol, rest, total;
  gboolean first_upper, first_digit;
} Counts;

static void
count_letters (const char *word, gsize n_bytes, Counts *counts)
{
  gsize n_used;
  for (gsize i = 0; i < n_bytes; i += n_used) {
    gint32 c =
        _rnn_utf8_decode ((const guint8 *) word + i, n_bytes - i, &n_used);
    c = c < 0 ? 0xfffd : c;
    gboolean upper = u_isupper (c) || u_istitle (c), digit = u_isdigit (c);
    if (counts->total++ == 0) {
      counts->first_upper = upper;
      counts->first_digit = digit;
    }
    if (upper)
      counts->upper++;
    else if (u_islower (c))
      counts->lower++;
    else if (digit)
      counts->digit++;
    else if (u_isalpha (c) || (U_GET_GC_MASK (c) & U_GC_M_MASK))
      counts->other_letter++;
    else if (u_ispunct (c))
      counts->punct++;
    else if (U_GET_GC_MASK (c) & U_GC_S_MASK)
      counts->symbol++;
    else
      counts->rest++;
  }
}

/* The class of a word's looks; README.md has the list. */
static gint32
get_shape (const char *word, gsize n_bytes)
{
  Counts c = { 0 };
  count_letters (word, n_bytes, &c);
  gsize cased = c.lower + c.upper, letters = cased + c.other_letter;
  gsize marks = c.punct + c.symbol;
  if (c.total == 0 || c.rest > 0)
    return 0;
  if (letters == 0 && c.digit == 0)
    return c.symbol == 0 ? 12 : c.punct == 0 ? 14 : 15;
  if (letters == 0)
    return marks == 0 ? 6 : 7;
  if (c.digit > 0)
    return c.first_digit ? 9 : 8;
  if (marks > 0)
    return c.upper > 0 ? 11 : 10;
  if (c.other_letter > 0)
    return 13;
  if (c.upper == 0)
    return 1;
  if (c.lower == 0)
    return c.upper == 1 ? 3 : 2;
  return c.first_upper && c.upper == 1 ? 4 : 5;
}

static guint32
hash_letters (const char *text, gsize n_bytes)
{
  guint32 h = 2166136261u;
  for (gsize i = 0; i < n_bytes; i++)
    h = (h ^ (guint8) text[i]) * 16777619u;
  return h;
}

static gboolean
is_letter_start (char c)
{
  return ((guint8) c & 0xc0) != 0x80;
}

/* Where the first @n letters of @text end; 0 if it has fewer. */
static gsize
skip_letters (const char *text, gsize n_bytes, gsize n)
{
  gsize i = 0;
  for (; n > 0 && i < n_bytes; n--)
    for (i++; i < n_bytes && !is_letter_start (text[i]);)
      i++;
  return n == 0 ? i : 0;
}

static gint32
row_of (const RnnFeature *feature, const char *text, gsize n_bytes)
{
  return (gint32) (feature->first_row
                   + hash_letters (text, n_bytes) % feature->n_rows);
}

static void
look_up_ngrams (const RnnFeature *feature, const char *word, gsize n_bytes,
                gint32 *indices)
{
  /* Only as much as the slots can see, and its whole last letter. */
  gsize most = (feature->n_slots + feature->n_letters) * 4;
  gboolean whole = n_bytes <= most;
  gsize n = whole ? n_bytes : most;
  while (!whole && n > 0 && !is_letter_start (word[n]))
    n--;
  char padded[(MAX_SLOTS + MAX_LETTERS) * 4 + 2];
  gsize start = 0, n_padded = n + 1;
  padded[0] = '<';
  memcpy (padded + 1, word, n);
  if (whole)
    padded[n_padded++] = '>';
  for (gsize slot = 0; slot < feature->n_slots; slot++) {
    gsize n_gram =
        skip_letters (padded + start, n_padded - start, feature->n_letters);
    indices[slot] = n_gram > 0 ? row_of (feature, padded + start, n_gram) : -1;
    if (n_gram > 0)
      start += skip_letters (padded + start, n_padded - start, 1);
  }
}

gint32
_rnn_feature_row_of_rank (const RnnFeature *feature, gint32 rank)
{
  gsize row = rank < 0 ? 0 : g_bit_storage ((gulong) rank + 1);
  return (gint32) (feature->first_row + MIN (row, feature->n_rows - 1));
}

/* Write the rows of @feature (not `word` or `list`) to @indices,
 * int32[n_slots]: from
 * @original, as it stands in the text, and @word, normalised. */
void
_rnn_feature_look_up (const RnnFeature *feature, const char *original,
                      gsize n_original, const char *word, gsize n_bytes,
                      gint32 *indices)
{
  gsize start = 0, end = n_bytes;
  switch (feature->kind) {
  case RNN_FEATURE_SHAPE:
    *indices = (gint32) feature->first_row + get_shape (original, n_original);
    break;
  case RNN_FEATURE_PREFIX:
    end = skip_letters (word, n_bytes, feature->n_letters);
    *indices = row_of (feature, word, end > 0 ? end : n_bytes);
    break;
  case RNN_FEATURE_SUFFIX:
    start = n_bytes;
    for (gsize n = feature->n_letters; n > 0 && start > 0; n--)
      while (--start > 0 && !is_letter_start (word[start]))
        continue;
    *indices = row_of (feature, word + start, n_bytes - start);
    break;
  case RNN_FEATURE_NGRAM:
    look_up_ngrams (feature, word, n_bytes, indices);
    break;
  case RNN_FEATURE_WORD:
  case RNN_FEATURE_LIST:
  default:
    break;
  }
}
