/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/vocab.h"
#include "base/checked.h"
#include "base/quote.h"

#include <rnn/rnn-error.h>
#include <string.h>

/* One place of the table, all that a look-up needs but the letters: they end at
 * a newline, or where the blob does. */
typedef struct {
  guint32 tag;
  guint32 offset;
  gint32 row; /* -1: free */
} Slot;

struct _RnnVocab {
  char *blob;
  gsize n_blob; /* bytes */
  guint32
      *offsets; /* [n_words + 1]: word i is [offsets[i], offsets[i+1] - 1) */
  gsize n_words;
  Slot *slots; /* [mask + 1], linear probing */
  gsize mask;
  guint64 seed; /* so that no file can choose its collisions */
};

__extension__ typedef unsigned __int128 Product;

static inline guint64
mix (guint64 a, guint64 b)
{
  Product product = (Product) a * b;
  return (guint64) product ^ (guint64) (product >> 64);
}

static guint64
hash_word (guint64 seed, const char *word, gsize n_bytes)
{
  const guint64 k = G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  guint64 h = seed ^ (n_bytes * k), part;
  for (; n_bytes >= 8; word += 8, n_bytes -= 8) {
    memcpy (&part, word, 8);
    h = mix (h ^ part, k);
  }
  part = 0;
  for (gsize i = 0; i < n_bytes; i++)
    part = part << 8 | (guint8) word[i];
  h = mix (h ^ part, k);
  return h ^ (h >> 29);
}

static gboolean
refuse (GError **error, RnnError code, const char *what, gsize number)
{
  g_set_error (error, RNN_ERROR, code, "vocab: %s (%" G_GSIZE_FORMAT ")", what,
               number);
  return FALSE;
}

static gboolean
split (RnnVocab *vocab, gsize n_bytes, GError **error)
{
  /* A newline at the very end ends the last word; it starts none. */
  if (n_bytes > 0 && vocab->blob[n_bytes - 1] == '\n')
    n_bytes--;
  gsize n = 1;
  for (gsize i = 0; i < n_bytes; i++)
    n += vocab->blob[i] == '\n';
  if (n_bytes == 0)
    n = 0;
  vocab->n_words = n;
  vocab->offsets = _rnn_try_alloc (n + 1, sizeof *vocab->offsets);
  if (vocab->offsets == NULL)
    return refuse (error, RNN_ERROR_NO_MEMORY, "no memory for words", n);
  gsize row = 1;
  for (gsize i = 0; i < n_bytes; i++)
    if (vocab->blob[i] == '\n')
      vocab->offsets[row++] = (guint32) i + 1;
  vocab->offsets[n] = n > 0 ? (guint32) n_bytes + 1 : 0;
  return TRUE;
}

static inline gboolean
holds (const RnnVocab *vocab, const Slot *slot, guint64 hash, const char *word,
       gsize n_bytes)
{
  gsize end = slot->offset + n_bytes;

  return slot->tag == (guint32) (hash >> 32) && end <= vocab->n_blob
         && memcmp (vocab->blob + slot->offset, word, n_bytes) == 0
         && (end == vocab->n_blob || vocab->blob[end] == '\n');
}

/* Put word @row in; the row that has it already, or -1. */
static gint32
insert (RnnVocab *vocab, gsize row, guint64 hash)
{
  guint32 offset = vocab->offsets[row];
  guint32 n_bytes = vocab->offsets[row + 1] - 1 - offset;
  for (gsize i = hash & vocab->mask;; i = (i + 1) & vocab->mask) {
    Slot *slot = &vocab->slots[i];
    if (slot->row < 0) {
      *slot = (Slot){ (guint32) (hash >> 32), offset, (gint32) row };
      return -1;
    }
    if (holds (vocab, slot, hash, vocab->blob + offset, n_bytes))
      return slot->row;
  }
}

static gboolean
refuse_twice (const RnnVocab *vocab, gint32 other, gsize row, GError **error)
{
  char shown[RNN_QUOTE_SIZE (60)];
  gsize n;
  const char *word = _rnn_vocab_get_word (vocab, row, &n);

  g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
               "vocab: expected different words, but rows %d and "
               "%" G_GSIZE_FORMAT " are the same, “%s”",
               other, row, _rnn_quote (word, (gssize) n, shown, sizeof shown));
  return FALSE;
}

static gboolean
fill (RnnVocab *vocab, GError **error)
{
  guint64 hashes[RNN_VOCAB_BATCH];
  for (gsize first = 0; first < vocab->n_words; first += RNN_VOCAB_BATCH) {
    gsize n = MIN (RNN_VOCAB_BATCH, vocab->n_words - first);
    /* Ask memory for all places of a batch before the first is needed. */
    for (gsize i = 0; i < n; i++) {
      guint32 offset = vocab->offsets[first + i];
      hashes[i] = hash_word (vocab->seed, vocab->blob + offset,
                             vocab->offsets[first + i + 1] - 1 - offset);
      __builtin_prefetch (&vocab->slots[hashes[i] & vocab->mask], 1);
    }
    for (gsize i = 0; i < n; i++) {
      gsize row = first + i;
      /* An empty line holds a row that no word has. */
      if (vocab->offsets[row + 1] - 1 == vocab->offsets[row])
        continue;
      gint32 other = insert (vocab, row, hashes[i]);
      if (other >= 0) {
        return refuse_twice (vocab, other, row, error);
      }
    }
  }
  return TRUE;
}

static gboolean
build_table (RnnVocab *vocab, GError **error)
{
  gsize n_slots = 16;
  while (n_slots < vocab->n_words + vocab->n_words / 2)
    n_slots *= 2;
  vocab->mask = n_slots - 1;
  vocab->seed = (guint64) g_random_int () << 32 | g_random_int ();
  vocab->slots = _rnn_try_alloc (n_slots, sizeof *vocab->slots);
  if (vocab->slots == NULL)
    return refuse (error, RNN_ERROR_NO_MEMORY, "no memory for words",
                   vocab->n_words);
  for (gsize i = 0; i < n_slots; i++)
    vocab->slots[i].row = -1;
  return fill (vocab, error);
}

/* Make a vocabulary of @blob (copied): words with newlines between, row by row.
 * Errors: FORMAT (no UTF-8), MODEL (the same word twice), LIMIT, NO_MEMORY. */
RnnVocab *
_rnn_vocab_new (const guint8 *blob, gsize n_bytes, GError **error)
{
  const char *end;
  if (n_bytes > G_MAXINT32) {
    refuse (error, RNN_ERROR_LIMIT, "expected less than 2 GiB", n_bytes);
    return NULL;
  }
  /* g_utf8_validate_len() takes no NUL, but a word may hold one. */
  for (gsize i = 0; i < n_bytes; i = (gsize) (end - (const char *) blob) + 1)
    if (!g_utf8_validate_len ((const char *) blob + i, n_bytes - i, &end)
        && *end != '\0') {
      refuse (error, RNN_ERROR_FORMAT, "expected UTF-8, got other bytes at",
              (gsize) (end - (const char *) blob));
      return NULL;
    }
  RnnVocab *vocab = g_new0 (RnnVocab, 1);
  vocab->blob = _rnn_try_alloc (n_bytes + 1, 1);
  if (vocab->blob == NULL) {
    refuse (error, RNN_ERROR_NO_MEMORY, "no memory for bytes", n_bytes);
    _rnn_vocab_free (vocab);
    return NULL;
  }
  if (n_bytes > 0)
    memcpy (vocab->blob, blob, n_bytes);
  vocab->blob[n_bytes] = '\0';
  vocab->n_blob = n_bytes;
  if (!split (vocab, n_bytes, error) || !build_table (vocab, error)) {
    _rnn_vocab_free (vocab);
    return NULL;
  }
  return vocab;
}

/* Free @vocab; NULL is fine. */
void
_rnn_vocab_free (RnnVocab *vocab)
{
  if (vocab == NULL)
    return;
  _rnn_free (vocab->blob);
  _rnn_free (vocab->offsets);
  _rnn_free (vocab->slots);
  g_free (vocab);
}

/* Return how many rows have words. */
gsize
_rnn_vocab_get_n_words (const RnnVocab *vocab)
{
  return vocab->n_words;
}

/* Return word @row, *@n_bytes long, owned by @vocab; NULL beyond the words. */
const char *
_rnn_vocab_get_word (const RnnVocab *vocab, gsize row, gsize *n_bytes)
{
  if (row >= vocab->n_words)
    return NULL;
  *n_bytes = vocab->offsets[row + 1] - 1 - vocab->offsets[row];
  return vocab->blob + vocab->offsets[row];
}

static gint32
find (const RnnVocab *vocab, guint64 hash, const char *word, gsize n_bytes)
{
  for (gsize i = hash & vocab->mask;; i = (i + 1) & vocab->mask) {
    const Slot *slot = &vocab->slots[i];
    if (slot->row < 0)
      return -1;
    if (holds (vocab, slot, hash, word, n_bytes))
      return slot->row;
  }
}

/* Return the row of @word, or -1. */
gint32
_rnn_vocab_find (const RnnVocab *vocab, const char *word, gsize n_bytes)
{
  return find (vocab, hash_word (vocab->seed, word, n_bytes), word, n_bytes);
}

/* Find the rows of up to RNN_VOCAB_BATCH @words: -1 where there is none. What a
 * word needs of memory is on its way while the others are looked at. */
void
_rnn_vocab_find_batch (const RnnVocab *vocab, const RnnWord *words, gsize n,
                       gint32 *rows)
{
  guint64 hashes[RNN_VOCAB_BATCH];

  for (gsize i = 0; i < n; i++) {
    hashes[i] = hash_word (vocab->seed, words[i].bytes, words[i].n_bytes);
    __builtin_prefetch (&vocab->slots[hashes[i] & vocab->mask]);
  }
  for (gsize i = 0; i < n; i++)
    __builtin_prefetch (vocab->blob
                        + vocab->slots[hashes[i] & vocab->mask].offset);
  for (gsize i = 0; i < n; i++)
    rows[i] = find (vocab, hashes[i], words[i].bytes, words[i].n_bytes);
}
