/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes to texts whose tokens are final.
 *
 * What has been pushed waits, clean UTF-8, until a frame ends in it: at a
 * newline, after white space (or after punctuation that Chinese and Japanese
 * use in its place), or at the push itself. No cut depends on where a push
 * ended, so neither do the tokens. White space alone waits for a word.
 */
#include "base/bytes.h"
#include "base/checked.h"
#include "text/lexicon.h"
#include "text/segment.h"
#include "text/utf8.h"

#include <rnn/rnn-error.h>
#include <rnn/rnn-text.h>
#include <string.h>
#include <unicode/uchar.h>

#define MAX_PUSH ((gsize) 256 << 20)
/* A chunk without white space is cut here, and so is white space without a
 * word: nobody waits for ever. */
#define MAX_CHUNK ((gsize) 64 << 10)

struct _RnnTokenizer {
  const RnnLexicon *lexicon;
  RnnFraming framing;
  RnnSegmenter *segmenter;
  RnnBytes pending; /* clean text; from head on, no frame has it yet */
  gsize head;       /* offsets below count from here */
  guint8 cut[4];    /* a character that goes on in the next push */
  gsize n_cut;
  gsize scanned;       /* bytes of pending known to hold no frame's end */
  gsize chunk_start;   /* of the chunk at scanned */
  gsize last_space;    /* after the last frame end seen (word framing) */
  gsize n_blank;       /* bytes up to a frame end known to hold no word */
  gboolean has_buffer; /* framing buffer: a push that waits for its pull */
  guint64 source_start;
};

void
rnn_text_free (RnnText *text)
{
  if (!text)
    return;
  g_free (text->text);
  g_free (text->tokens);
  g_free (text->indices);
  g_free (text);
}

RnnTokenizer *
rnn_tokenizer_new (const RnnLexicon *lexicon, RnnFraming framing)
{
  RnnTokenizer *tokenizer = g_new0 (RnnTokenizer, 1);

  tokenizer->lexicon = lexicon;
  tokenizer->framing = framing;
  tokenizer->segmenter = _rnn_segmenter_new ();
  return tokenizer;
}

void
rnn_tokenizer_set_lexicon (RnnTokenizer *tokenizer, const RnnLexicon *lexicon)
{
  g_return_if_fail (tokenizer != NULL);
  tokenizer->lexicon = lexicon;
}

RnnTokenizer *
rnn_tokenizer_copy (const RnnTokenizer *tokenizer)
{
  RnnTokenizer *copy = g_memdup2 (tokenizer, sizeof *tokenizer);

  copy->segmenter = _rnn_segmenter_copy (tokenizer->segmenter);
  copy->pending = (RnnBytes){ NULL, 0, 0, FALSE };
  _rnn_bytes_append (&copy->pending, tokenizer->pending.data,
                     tokenizer->pending.n);
  if (copy->pending.is_refused)
    g_clear_pointer (&copy, rnn_tokenizer_free);
  return copy;
}

void
rnn_tokenizer_free (RnnTokenizer *tokenizer)
{
  if (!tokenizer)
    return;
  _rnn_segmenter_free (tokenizer->segmenter);
  _rnn_bytes_clear (&tokenizer->pending);
  g_free (tokenizer);
}

void
rnn_tokenizer_reset (RnnTokenizer *tokenizer)
{
  g_return_if_fail (tokenizer != NULL);
  _rnn_bytes_erase (&tokenizer->pending, tokenizer->pending.n);
  tokenizer->head = 0;
  tokenizer->n_cut = tokenizer->scanned = 0;
  tokenizer->chunk_start = tokenizer->last_space = tokenizer->n_blank = 0;
  tokenizer->has_buffer = FALSE;
  tokenizer->source_start = 0;
}

static const char *
waiting (const RnnTokenizer *tokenizer, gsize *n)
{
  *n = tokenizer->pending.n - tokenizer->head;
  return *n > 0 ? tokenizer->pending.data + tokenizer->head : "";
}

guint64
rnn_tokenizer_get_n_bytes (const RnnTokenizer *tokenizer)
{
  gsize n;

  g_return_val_if_fail (tokenizer != NULL, 0);
  waiting (tokenizer, &n);
  return tokenizer->source_start + n;
}

const char *
rnn_tokenizer_peek (const RnnTokenizer *tokenizer, gsize *n_bytes,
                    gsize *n_blank)
{
  g_return_val_if_fail (tokenizer != NULL, NULL);
  *n_blank = tokenizer->n_blank;
  return waiting (tokenizer, n_bytes);
}

static void
append_replacement (RnnTokenizer *tokenizer)
{
  _rnn_bytes_append (&tokenizer->pending, "\xef\xbf\xbd", 3);
}

/* Append @bytes as clean UTF-8; a character cut at the end waits in cut. */
static void
append (RnnTokenizer *tokenizer, const guint8 *bytes, gsize n_bytes)
{
  gsize n_used, run = 0, at = 0;

  while (at < n_bytes) {
    gint32 c = _rnn_utf8_decode (bytes + at, n_bytes - at, &n_used);
    if (c >= 0) {
      at += n_used;
      continue;
    }
    _rnn_bytes_append (&tokenizer->pending, bytes + run, at - run);
    if (c == RNN_UTF8_CUT) {
      memcpy (tokenizer->cut, bytes + at, n_bytes - at);
      tokenizer->n_cut = n_bytes - at;
      return;
    }
    append_replacement (tokenizer);
    at += n_used;
    run = at;
  }
  _rnn_bytes_append (&tokenizer->pending, bytes + run, n_bytes - run);
}

/* Complete the character that the last push cut, byte by byte; returns how many
 * of @bytes that took. */
static gsize
append_cut (RnnTokenizer *tokenizer, const guint8 *bytes, gsize n_bytes)
{
  gsize taken = 0;

  while (tokenizer->n_cut > 0 && taken < n_bytes) {
    guint8 all[sizeof tokenizer->cut + 1];
    gsize n = tokenizer->n_cut, n_used;
    gint32 c;
    memcpy (all, tokenizer->cut, n);
    all[n] = bytes[taken];
    c = _rnn_utf8_decode (all, n + 1, &n_used);
    if (c == RNN_UTF8_CUT) {
      tokenizer->cut[tokenizer->n_cut++] = bytes[taken++];
      continue;
    }
    tokenizer->n_cut = 0;
    if (c >= 0) {
      _rnn_bytes_append (&tokenizer->pending, all, n_used);
      taken++;
    } else {
      /* The byte at hand is no part of it, and is read afresh. */
      append_replacement (tokenizer);
    }
  }
  return taken;
}

static void
no_memory (GError **error, gsize n)
{
  g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
               "text: no memory for %" G_GSIZE_FORMAT " bytes of it", n);
}

/* A character that is cut at the end of all text is none. */
static void
end_cut (RnnTokenizer *tokenizer)
{
  if (tokenizer->n_cut > 0)
    append_replacement (tokenizer);
  tokenizer->n_cut = 0;
}

/* Go back to @before, which differs in what was appended since. */
static void
undo (RnnTokenizer *tokenizer, const RnnTokenizer *before)
{
  memcpy (tokenizer->cut, before->cut, sizeof tokenizer->cut);
  tokenizer->n_cut = before->n_cut;
  tokenizer->pending.n = before->pending.n;
  tokenizer->pending.is_refused = FALSE;
}

gboolean
rnn_tokenizer_push (RnnTokenizer *tokenizer, const guint8 *bytes, gsize n_bytes,
                    GError **error)
{
  RnnTokenizer before;
  gsize taken;

  g_return_val_if_fail (tokenizer != NULL, FALSE);
  if (n_bytes > MAX_PUSH || tokenizer->pending.n > MAX_PUSH) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_LIMIT,
                 "text: expected its end after at most %" G_GSIZE_FORMAT
                 " bytes, %" G_GSIZE_FORMAT " wait and %" G_GSIZE_FORMAT
                 " came",
                 MAX_PUSH, tokenizer->pending.n, n_bytes);
    return FALSE;
  }
  before = *tokenizer;
  taken = append_cut (tokenizer, bytes, n_bytes);
  append (tokenizer, bytes + taken, n_bytes - taken);
  if (tokenizer->framing == RNN_FRAMING_BUFFER)
    end_cut (tokenizer);
  if (tokenizer->pending.is_refused) {
    undo (tokenizer, &before);
    no_memory (error, n_bytes);
    return FALSE;
  }
  tokenizer->has_buffer = tokenizer->framing == RNN_FRAMING_BUFFER;
  return TRUE;
}

/* Punctuation after which the scripts without spaces begin a new chunk. */
static gboolean
is_wide_punctuation (gunichar c)
{
  return (c >= 0x3001 && c <= 0x3003) || (c >= 0x3008 && c <= 0x3011)
         || c == 0xff01 || c == 0xff0c || c == 0xff1a || c == 0xff1b
         || c == 0xff1f || c == 0xff0e;
}

static gboolean
is_space (gunichar c)
{
  return u_isUWhiteSpace ((UChar32) c) || c == 0;
}

/* Does a chunk end before or after the character at @at? White space ends it
 * before itself, wide punctuation after. */
static gsize
chunk_end (const char *text, gsize start, gsize n)
{
  gsize at = start;

  while (at < n) {
    gunichar c = g_utf8_get_char (text + at);
    gsize after = (gsize) (g_utf8_next_char (text + at) - text);
    if (is_space (c))
      return at;
    if (is_wide_punctuation (c) || after - start >= MAX_CHUNK)
      return after;
    at = after;
  }
  return n;
}

static void
tokenize (RnnTokenizer *tokenizer, const char *text, gsize n, RnnBytes *tokens)
{
  for (gsize at = tokenizer->n_blank; at < n;) {
    gsize end = chunk_end (text, at, n);
    if (end == at) {
      at = (gsize) (g_utf8_next_char (text + at) - text);
      continue;
    }
    _rnn_segmenter_run (tokenizer->segmenter, text, at, end, tokens);
    at = end;
  }
}

static gboolean
look_up (const RnnLexicon *lexicon, RnnText *text, GError **error)
{
  gsize n;

  if (!lexicon)
    return TRUE;
  if (!_rnn_mul (text->n_tokens, rnn_lexicon_get_n_slots (lexicon), &n)
      || !(text->indices = g_try_new (gint32, MAX (n, 1)))) {
    no_memory (error, text->n_bytes);
    return FALSE;
  }
  return _rnn_lexicon_look_up_tokens (lexicon, text->text, text->tokens,
                                      text->n_tokens, text->indices, error);
}

/* Move past @n bytes; those taken are dropped once they are the larger half,
 * so that a push of many lines costs its length. */
static void
advance (RnnTokenizer *tokenizer, gsize n)
{
  tokenizer->head += n;
  tokenizer->source_start += n;
  tokenizer->scanned -= MIN (tokenizer->scanned, n);
  tokenizer->chunk_start -= MIN (tokenizer->chunk_start, n);
  tokenizer->last_space -= MIN (tokenizer->last_space, n);
  tokenizer->n_blank -= MIN (tokenizer->n_blank, n);
  if (tokenizer->head * 2 >= tokenizer->pending.n) {
    _rnn_bytes_erase (&tokenizer->pending, tokenizer->head);
    tokenizer->head = 0;
  }
}

/* Make the first @n bytes that wait a text; after an error they go on waiting,
 * and where there is no word in them and @wants_word. */
static RnnText *
take (RnnTokenizer *tokenizer, gsize n, gboolean wants_word, GError **error)
{
  gsize n_waiting;
  const char *from = waiting (tokenizer, &n_waiting);
  RnnBytes tokens = { NULL, 0, 0, FALSE };
  gboolean has_memory;
  RnnText *text;

  tokenize (tokenizer, from, n, &tokens);
  if (wants_word && tokens.n == 0 && !tokens.is_refused) {
    tokenizer->n_blank = n;
    return NULL;
  }
  text = g_new0 (RnnText, 1);
  text->tokens = (RnnToken *) (gpointer) tokens.data;
  text->n_tokens = tokens.n / sizeof *text->tokens;
  text->text = g_try_malloc (n + 1);
  if (text->text) {
    memcpy (text->text, from, n);
    text->text[n] = '\0';
  }
  text->n_bytes = n;
  has_memory = text->text && !tokens.is_refused;
  if (!has_memory)
    no_memory (error, n);
  if (!has_memory || !look_up (tokenizer->lexicon, text, error)) {
    rnn_text_free (text);
    return NULL;
  }
  text->source_start = tokenizer->source_start;
  tokenizer->has_buffer = FALSE;
  advance (tokenizer, n);
  return text;
}

/* Look on from where the last search stopped for the last place where words
 * are complete. */
static gsize
find_words_end (RnnTokenizer *tokenizer)
{
  gsize n, at = tokenizer->scanned;
  const char *text = waiting (tokenizer, &n);

  while (at < n) {
    gunichar c = g_utf8_get_char (text + at);
    gsize after = (gsize) (g_utf8_next_char (text + at) - text);
    gboolean space = is_space (c);
    if (space || is_wide_punctuation (c)
        || after - tokenizer->chunk_start >= MAX_CHUNK) {
      tokenizer->last_space = after;
      tokenizer->chunk_start = after;
    }
    at = after;
  }
  tokenizer->scanned = n;
  return tokenizer->last_space;
}

static gsize
find_line_end (RnnTokenizer *tokenizer)
{
  gsize n;
  const char *text = waiting (tokenizer, &n);
  const char *newline =
      memchr (text + tokenizer->scanned, '\n', n - tokenizer->scanned);

  tokenizer->scanned = newline ? 0 : n;
  return newline ? (gsize) (newline - text) + 1 : 0;
}

RnnText *
rnn_tokenizer_pull (RnnTokenizer *tokenizer, GError **error)
{
  gboolean wants_word = FALSE;
  gsize n = 0;

  g_return_val_if_fail (tokenizer != NULL, NULL);
  switch (tokenizer->framing) {
  case RNN_FRAMING_BUFFER:
    if (!tokenizer->has_buffer)
      return NULL;
    waiting (tokenizer, &n);
    return take (tokenizer, n, FALSE, error);
  case RNN_FRAMING_LINE:
    n = find_line_end (tokenizer);
    break;
  case RNN_FRAMING_WORD:
    n = find_words_end (tokenizer);
    wants_word = n < MAX_CHUNK;
    break;
  }
  return n > 0 ? take (tokenizer, n, wants_word, error) : NULL;
}

RnnText *
rnn_tokenizer_drain (RnnTokenizer *tokenizer, GError **error)
{
  RnnTokenizer before;
  gsize n;

  g_return_val_if_fail (tokenizer != NULL, NULL);
  before = *tokenizer;
  end_cut (tokenizer);
  if (tokenizer->pending.is_refused) {
    undo (tokenizer, &before);
    no_memory (error, sizeof tokenizer->cut);
    return NULL;
  }
  tokenizer->has_buffer = FALSE;
  waiting (tokenizer, &n);
  return n > 0 ? take (tokenizer, n, FALSE, error) : NULL;
}
