/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From bytes to token indices: tokenizer and lexicon.
 *
 * Invariant: with framing `word` and `line`, any cut of one byte stream into
 * pushes (inside a word, inside a UTF-8 sequence) gives the same tokens.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What turns a word into its F token indices: vocabulary, normalisation,
 * features. Immutable; any thread. Owned by its model. */
typedef struct _RnnLexicon RnnLexicon;

/* n_x, and F indices a token. */
gsize rnn_lexicon_get_n_rows (const RnnLexicon *lexicon);
gsize rnn_lexicon_get_n_slots (const RnnLexicon *lexicon);
/* Which of the F is the word's own row; the others are those of its features.
 */
gsize rnn_lexicon_get_word_slot (const RnnLexicon *lexicon);

/**
 * rnn_lexicon_look_up:
 * @word: UTF-8, @n_bytes long, as it stands in the text
 * @indices: (out caller-allocates): int32[F]; a slot without a row is -1
 *
 * Normalise @word as the model asks and find its rows. An unknown word gets the
 * row of `<UNK>`. Where the model has none it is %RNN_ERROR_TOKEN, which names
 * the word, with @indices untouched; but with features (F > 1) it has their
 * rows, and -1 in the word slot.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean rnn_lexicon_look_up (const RnnLexicon *lexicon, const char *word,
                              gsize n_bytes, gint32 *indices, GError **error);

/* The word of a row, not NUL-terminated, @n_bytes long; %NULL if there is none
 * (a feature row, or out of range). */
const char *rnn_lexicon_get_word (const RnnLexicon *lexicon, gint32 row,
                                  gsize *n_bytes);

/* One token of a text: bytes [start, end) of it. */
typedef struct {
  guint32 start;
  guint32 end;
} RnnToken;

/* Whether a sentence ends with this token (valid UTF-8): nothing but full
 * stops, exclamation and question marks and ellipses, also wide ones. */
gboolean rnn_word_ends_sentence (const char *word, gsize n_bytes);

/**
 * RnnText:
 * @text: valid UTF-8, @n_bytes long (may hold NUL), NUL-terminated besides
 * @tokens: RnnToken[n_tokens], in order, not overlapping
 * @indices: int32[n_tokens][F], or %NULL when the tokenizer has no lexicon
 * @source_start: how many bytes of clean text came before it since the last
 *   reset (what is no UTF-8 counts as the U+FFFD that it becomes)
 *
 * A stretch of text whose tokens are final. Owned by the caller.
 */
typedef struct {
  char *text;
  gsize n_bytes;
  RnnToken *tokens;
  gsize n_tokens;
  gint32 *indices;
  guint64 source_start;
} RnnText;

void rnn_text_free (RnnText *text);

/**
 * RnnFraming:
 * @RNN_FRAMING_BUFFER: each push is whole: one text for one push
 * @RNN_FRAMING_LINE: one text a line, newline included; the rest is carried
 * @RNN_FRAMING_WORD: one text for what is complete at a word's end; the rest is
 *   carried, and so is white space alone, up to 64 KiB of it: it begins the
 * text of the next word
 */
typedef enum {
  RNN_FRAMING_BUFFER,
  RNN_FRAMING_LINE,
  RNN_FRAMING_WORD
} RnnFraming;

typedef struct _RnnTokenizer RnnTokenizer;

/* @lexicon: (nullable): must outlive the tokenizer; %NULL: spans only. */
RnnTokenizer *rnn_tokenizer_new (const RnnLexicon *lexicon, RnnFraming framing);
/* Look words up in another lexicon from now on, those that are carried too. */
void rnn_tokenizer_set_lexicon (RnnTokenizer *tokenizer,
                                const RnnLexicon *lexicon);
/* A snapshot, carry included; %NULL: no memory. */
RnnTokenizer *rnn_tokenizer_copy (const RnnTokenizer *tokenizer);
void rnn_tokenizer_free (RnnTokenizer *tokenizer);
/* Forget the carry and the byte count. */
void rnn_tokenizer_reset (RnnTokenizer *tokenizer);

/* Bytes of clean text pushed since the last reset: where, as RnnText's
 * source_start counts, the next push begins. */
guint64 rnn_tokenizer_get_n_bytes (const RnnTokenizer *tokenizer);

/* What is carried, @n_bytes long, after rnn_tokenizer_pull() has returned
 * %NULL; its first @n_blank bytes wait for a word behind them. (transfer none)
 */
const char *rnn_tokenizer_peek (const RnnTokenizer *tokenizer, gsize *n_bytes,
                                gsize *n_blank);

/**
 * rnn_tokenizer_push:
 * @bytes: (array length=n_bytes): any bytes; invalid UTF-8 becomes one U+FFFD
 *   per maximal subpart
 *
 * Take the next bytes of the stream; then call rnn_tokenizer_pull() until it
 * returns %NULL. Fails only with %RNN_ERROR_NO_MEMORY or %RNN_ERROR_LIMIT
 * (more than 256 MiB at once, or waiting for their line's end), nothing taken.
 */
gboolean rnn_tokenizer_push (RnnTokenizer *tokenizer, const guint8 *bytes,
                             gsize n_bytes, GError **error);
/* The next complete text, or %NULL: push more. With @error set it is
 * %RNN_ERROR_NO_MEMORY, or %RNN_ERROR_TOKEN (a word that the lexicon refuses),
 * and the text goes on waiting. (transfer full) */
RnnText *rnn_tokenizer_pull (RnnTokenizer *tokenizer, GError **error);
/* All that is carried, as the end of the stream makes it; %NULL: nothing, or as
 * in rnn_tokenizer_pull(). (transfer full) */
RnnText *rnn_tokenizer_drain (RnnTokenizer *tokenizer, GError **error);

/**
 * rnn_markup_to_text:
 *
 * Strip Pango markup leniently (unknown or unclosed tags go, unknown entities
 * stay as they are, and so do tags of more than 4096 bytes) and unescape it.
 *
 * Returns: (transfer full) (nullable): plain UTF-8 text, NUL-terminated; %NULL:
 *   no memory
 */
char *rnn_markup_to_text (const char *markup, gsize n_bytes, gsize *n_text);

/**
 * rnn_markup_part_to_text:
 * @n_used: (out): bytes of @markup that the text is of
 *
 * Strip markup that goes on, up to a tag or an entity that may be cut off at
 * its end: at most 4096 bytes, to be given again before the next part. However
 * markup is cut, its parts give the same text; the last one is for
 * rnn_markup_to_text().
 *
 * Returns: (transfer full) (nullable): as rnn_markup_to_text() does
 */
char *rnn_markup_part_to_text (const char *markup, gsize n_bytes, gsize *n_used,
                               gsize *n_text);

G_END_DECLS
