/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes, cut anywhere: the same tokens as in one piece, each inside its
 * text, and no byte of text lost. */
#include "fuzz.h"

#include "base/random.h"

#include <rnn/rnn-text.h>
#include <string.h>

typedef struct {
  GString *text;
  GArray *tokens; /* guint64 start and end, in all of the text */
} Result;

static void
append_text (Result *result, RnnText *text)
{
  gsize last = 0;

  g_assert_cmpuint (text->source_start, ==, result->text->len);
  for (gsize i = 0; i < text->n_tokens; i++) {
    guint64 span[2] = { text->source_start + text->tokens[i].start,
                        text->source_start + text->tokens[i].end };
    g_assert_cmpuint (text->tokens[i].start, >=, last);
    g_assert_cmpuint (text->tokens[i].end, >, text->tokens[i].start);
    last = text->tokens[i].end;
    g_array_append_vals (result->tokens, span, 2);
  }
  g_assert_cmpuint (last, <=, text->n_bytes);
  g_string_append_len (result->text, text->text, (gssize) text->n_bytes);
  rnn_text_free (text);
}

static void
pull (RnnTokenizer *tokenizer, Result *result)
{
  RnnText *text;

  while ((text = rnn_tokenizer_pull (tokenizer, NULL)))
    append_text (result, text);
}

/* GLib takes NUL for no character; a text may hold it. */
static void
check_utf8 (const GString *text)
{
  for (gsize at = 0; at < text->len; at += strlen (text->str + at) + 1)
    g_assert_true (g_utf8_validate (text->str + at, -1, NULL));
}

/* @random: NULL: one push. */
static Result
tokenize (RnnFraming framing, const guint8 *data, gsize n_bytes,
          RnnRandom *random)
{
  Result result = { g_string_new (NULL),
                    g_array_new (FALSE, FALSE, sizeof (guint64)) };
  RnnTokenizer *tokenizer = rnn_tokenizer_new (NULL, framing);
  RnnText *text;

  while (n_bytes > 0) {
    gsize want = random ? 1 + (gsize) _rnn_random_below (random, 9) : n_bytes;
    gsize n;
    const guint8 *part = fuzz_take (&data, &n_bytes, want, &n);
    g_assert_true (rnn_tokenizer_push (tokenizer, part, n, NULL));
    pull (tokenizer, &result);
  }
  if ((text = rnn_tokenizer_drain (tokenizer, NULL)))
    append_text (&result, text);
  check_utf8 (result.text);
  rnn_tokenizer_free (tokenizer);
  return result;
}

static void
clear (Result *result)
{
  g_string_free (result->text, TRUE);
  g_array_free (result->tokens, TRUE);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  RnnFraming framing = (RnnFraming) (fuzz_take_byte (&data, &n_bytes) % 3);
  Result whole = tokenize (framing, data, n_bytes, NULL);
  RnnRandom random;

  _rnn_random_seed (&random, n_bytes);
  if (framing != RNN_FRAMING_BUFFER) {
    Result parts = tokenize (framing, data, n_bytes, &random);
    g_assert_cmpmem (parts.text->str, parts.text->len, whole.text->str,
                     whole.text->len);
    g_assert_cmpmem (parts.tokens->data, parts.tokens->len * sizeof (guint64),
                     whole.tokens->data, whole.tokens->len * sizeof (guint64));
    clear (&parts);
  }
  clear (&whole);
  return 0;
}
