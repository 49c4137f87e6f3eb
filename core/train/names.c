/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/names.h"

#include <string.h>

/* Lists know one country's names best; corpora have those of many. */
#define SHARE_SEEN 0.5f

/* How token @i's tag says that it is of a PER: B, I, E, S; 0: it is of none. */
static char
part_of_person (const RnnCorpus *corpus, gsize i)
{
  const char *tag = corpus->tag_names[corpus->tags[i]];

  return _rnn_tag_is_of (tag, "PER") ? tag[0] : 0;
}

gboolean
_rnn_is_person (const RnnCorpus *corpus, gsize i, gsize end, gboolean *is_first,
                gboolean *is_last)
{
  char part = part_of_person (corpus, i);
  char next = i + 1 < end ? part_of_person (corpus, i + 1) : 0;

  *is_first = part == 'B' || part == 'S';
  *is_last = part == 'E' || part == 'S' || (next != 'I' && next != 'E');
  return part != 0;
}

gboolean
_rnn_is_full_name (const char *word)
{
  return g_utf8_strlen (word, -1) > 2
         && g_unichar_isupper (g_utf8_get_char (word)) && !strchr (word, '.');
}

static void
add_seen (RnnNames *names, const RnnCorpus *corpus, gsize i, gsize end)
{
  const char *word = corpus->words[i];
  gboolean is_first, is_last;

  /* A name alone may be either. */
  if (!_rnn_is_person (corpus, i, end, &is_first, &is_last)
      || is_first == is_last || !_rnn_is_full_name (word)
      || g_unichar_isupper (g_utf8_get_char (g_utf8_next_char (word))))
    return;
  g_ptr_array_add (is_first ? names->first.seen : names->last.seen,
                   (gpointer) word);
}

/* Gather the lists `first` and `last` of @dictionary and the names of two words
 * and more in @corpora; both must outlive @names. */
void
_rnn_names_init (RnnNames *names, const RnnDictionary *dictionary,
                 RnnCorpus *const *corpora, gsize n_corpora)
{
  names->first.list = _rnn_dictionary_find_list (dictionary, "first");
  names->last.list = _rnn_dictionary_find_list (dictionary, "last");
  names->first.seen = g_ptr_array_new ();
  names->last.seen = g_ptr_array_new ();
  for (gsize c = 0; c < n_corpora; c++)
    for (gsize s = 0; s < corpora[c]->n_sentences; s++)
      for (gsize i = corpora[c]->sentence_starts[s];
           i < corpora[c]->sentence_starts[s + 1]; i++)
        add_seen (names, corpora[c], i, corpora[c]->sentence_starts[s + 1]);
}

void
_rnn_names_clear (RnnNames *names)
{
  g_clear_pointer (&names->first.seen, g_ptr_array_unref);
  g_clear_pointer (&names->last.seen, g_ptr_array_unref);
}

char *
_rnn_name_pool_draw (const RnnNamePool *pool, RnnRandom *random)
{
  gsize n = pool->list ? pool->list->starts->len : 0;
  gboolean is_seen = _rnn_random_float (random) < SHARE_SEEN || n == 0;
  /* u² makes well-known ones more frequent. */
  float u = _rnn_random_float (random);
  const char *word;

  if (is_seen && pool->seen->len > 0)
    return g_strdup (
        pool->seen->pdata[_rnn_random_below (random, pool->seen->len)]);
  if (n == 0)
    return NULL;
  word = pool->list->starts->pdata[MIN ((gsize) ((float) n * u * u), n - 1)];
  return g_strndup (word, (gsize) (strchr (word, '\n') - word));
}
