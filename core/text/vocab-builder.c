/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/vocab.h"

#include <string.h>

struct _RnnVocabBuilder {
  GHashTable *counts; /* GBytes -> guint64 */
};

typedef struct {
  GBytes *word;
  guint64 count;
} Entry;

/* Make an empty count. */
RnnVocabBuilder *
_rnn_vocab_builder_new (void)
{
  RnnVocabBuilder *builder = g_new0 (RnnVocabBuilder, 1);
  builder->counts = g_hash_table_new_full (
      g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, g_free);
  return builder;
}

/* Free @builder; NULL is fine. */
void
_rnn_vocab_builder_free (RnnVocabBuilder *builder)
{
  if (builder == NULL)
    return;
  g_hash_table_unref (builder->counts);
  g_free (builder);
}

/* Count @word, normalised already, once more; the empty word, one with a
 * newline and `<UNK>` do not count. */
void
_rnn_vocab_builder_add (RnnVocabBuilder *builder, const char *word,
                        gsize n_bytes)
{
  if (n_bytes == 0 || memchr (word, '\n', n_bytes) != NULL
      || (n_bytes == 5 && memcmp (word, "<UNK>", 5) == 0))
    return;
  GBytes *key = g_bytes_new_static (word, n_bytes);
  guint64 *count = g_hash_table_lookup (builder->counts, key);
  if (count == NULL) {
    count = g_new0 (guint64, 1);
    g_hash_table_insert (builder->counts, g_bytes_new (word, n_bytes), count);
  }
  g_bytes_unref (key);
  ++*count;
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *x = a, *y = b;
  if (x->count != y->count)
    return x->count > y->count ? -1 : 1;
  return g_bytes_compare (x->word, y->word);
}

/* Choose `<UNK>` for row 0 and then the most frequent words, those of equal
 * count in byte order: @n_rows at most (0: all), counted at least @min_count
 * times. Returns the words with newlines between, *@n_bytes, caller frees. */
char *
_rnn_vocab_builder_build (const RnnVocabBuilder *builder, gsize n_rows,
                          guint64 min_count, gsize *n_bytes)
{
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  GString *blob = g_string_new ("<UNK>");
  GHashTableIter iter;
  gpointer word, count;
  g_hash_table_iter_init (&iter, builder->counts);
  while (g_hash_table_iter_next (&iter, &word, &count))
    if (*(guint64 *) count >= min_count) {
      Entry entry = { word, *(guint64 *) count };
      g_array_append_val (entries, entry);
    }
  g_array_sort (entries, compare_entries);
  for (gsize i = 0; i < entries->len && (n_rows == 0 || i + 1 < n_rows); i++) {
    gsize n;
    const char *data =
        g_bytes_get_data (g_array_index (entries, Entry, i).word, &n);
    g_string_append_c (blob, '\n');
    g_string_append_len (blob, data, (gssize) n);
  }
  g_array_unref (entries);
  *n_bytes = blob->len;
  return g_string_free (blob, FALSE);
}
