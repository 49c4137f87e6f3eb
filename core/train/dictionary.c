/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/dictionary.h"

#include "base/checked.h"
#include "base/file.h"
#include "text/normalize.h"
#include "text/vocab.h"
#include "train/start.h"

#include <rnn/rnn-error.h>
#include <string.h>

#define MAX_LIST_FILE ((gsize) 1 << 28)

static void
count_word (RnnVocabBuilder *builder, const RnnNormalize *normalize,
            const char *word)
{
  char buffer[256], *owned = NULL;
  gsize n;
  const char *normal = _rnn_normalize_apply (normalize, word, strlen (word),
                                             buffer, sizeof buffer, &owned, &n);

  _rnn_vocab_builder_add (builder, normal, n);
  g_free (owned);
}

/* The n most frequent words of what will be read: the text as it is, and once
 * more as a recogniser writes it, if some of it will be so. */
static gboolean
count_vocab (RnnDictionary *dictionary, const RnnTrainOptions *options,
             RnnCorpus *const *corpora, gsize n_corpora, GError **error)
{
  RnnVocabBuilder *builder;
  RnnNormalize normalize;

  if (!_rnn_normalize_parse (options->normalize, &normalize, error))
    return FALSE;
  builder = _rnn_vocab_builder_new ();
  for (gsize c = 0; c < n_corpora; c++)
    for (gsize i = 0; i < corpora[c]->n_tokens; i++) {
      const char *word = corpora[c]->words[i];
      if (options->lowercase_share < 1)
        count_word (builder, &normalize, word);
      if (options->lowercase_share > 0 && !_rnn_word_is_punctuation (word)) {
        char *lower = g_utf8_strdown (word, -1);
        count_word (builder, &normalize, lower);
        g_free (lower);
      }
    }
  dictionary->vocab = _rnn_vocab_builder_build (builder, options->n_words, 1,
                                                &dictionary->n_vocab);
  _rnn_vocab_builder_free (builder);
  return TRUE;
}

/* <UNK> and the words that have vectors. */
static gboolean
take_vocab (RnnDictionary *dictionary, const RnnTrainOptions *options,
            GError **error)
{
  dictionary->vectors =
      _rnn_vectors_read (options->embeddings, options->n_words - 1, error);
  if (!dictionary->vectors)
    return FALSE;
  dictionary->vocab = g_strconcat ("<UNK>\n", dictionary->vectors->words, NULL);
  dictionary->n_vocab = strlen (dictionary->vocab);
  return TRUE;
}

static gboolean
refuse_lists (GError **error)
{
  g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
               "list: expected at most %d", RNN_MAX_LISTS);
  return FALSE;
}

/* A word a line, what follows a tab left out. */
static void
parse_list (RnnDictionaryList *list, char *name, const char *bytes, gsize n)
{
  char *to;

  list->name = name;
  list->starts = g_ptr_array_new ();
  list->words = to = g_malloc (n + 1);
  for (gsize i = 0; i < n; i++) {
    gsize end = i;
    while (end < n && bytes[end] != '\t' && bytes[end] != '\n')
      end++;
    if (end > i) {
      g_ptr_array_add (list->starts, to);
      memcpy (to, bytes + i, end - i);
      to += end - i;
      *to++ = '\n';
    }
    while (end < n && bytes[end] != '\n')
      end++;
    i = end;
  }
  list->n_bytes = (gsize) (to - list->words);
}

/* The words and lists of the model that the training goes on from. */
static gboolean
take_start (RnnDictionary *dictionary, const RnnStart *start, GError **error)
{
  const char *vocab =
      _rnn_start_find_text (start, "vocab", &dictionary->n_vocab);

  /* A word may hold a NUL. */
  dictionary->vocab = g_memdup2 (vocab, dictionary->n_vocab);
  for (gsize i = 0; i < start->table->n_tensors; i++) {
    const char *name = start->table->tensors[i].name, *words;
    gsize n;
    if (!g_str_has_prefix (name, "list.")
        || !(words = _rnn_start_find_text (start, name, &n)))
      continue;
    if (dictionary->n_lists == RNN_MAX_LISTS)
      return refuse_lists (error);
    parse_list (&dictionary->lists[dictionary->n_lists++],
                g_strdup (name + strlen ("list.")), words, n);
  }
  return TRUE;
}

/* `NAME=FILE`, as was checked. */
static gboolean
read_list (RnnDictionaryList *list, const char *argument, GError **error)
{
  const char *equals = strchr (argument, '=');
  guint8 *bytes;
  gsize n;

  if (!_rnn_file_read (equals + 1, MAX_LIST_FILE, &bytes, &n, error))
    return FALSE;
  parse_list (list, g_strndup (argument, (gsize) (equals - argument)),
              (const char *) bytes, n);
  _rnn_free (bytes);
  return TRUE;
}

static gboolean
make_lexicon (RnnDictionary *dictionary, const RnnTrainOptions *options,
              GError **error)
{
  RnnWordList lists[RNN_MAX_LISTS];
  RnnLexiconParts parts = { (const guint8 *) dictionary->vocab,
                            dictionary->n_vocab,
                            options->normalize,
                            options->features,
                            -1,
                            lists,
                            dictionary->n_lists,
                            NULL };
  char *vectors = NULL;

  /* Row 0 is no word of theirs. */
  if (options->embeddings)
    parts.vocab_file = vectors =
        g_strdup_printf ("%s: behind <UNK>, row 0", options->embeddings);
  for (gsize i = 0; i < dictionary->n_lists; i++)
    lists[i] = (RnnWordList){
      dictionary->lists[i].name, (const guint8 *) dictionary->lists[i].words,
      dictionary->lists[i].n_bytes,
      options->lists ? strchr (options->lists[i], '=') + 1 : NULL
    };
  dictionary->lexicon = _rnn_lexicon_new (&parts, error);
  g_free (vectors);
  return dictionary->lexicon != NULL;
}

static void
count_rows (RnnDictionary *dictionary, RnnCorpus *const *corpora,
            gsize n_corpora)
{
  gint32 *indices =
      g_new (gint32, rnn_lexicon_get_n_slots (dictionary->lexicon));
  gsize slot = rnn_lexicon_get_word_slot (dictionary->lexicon);

  dictionary->counts =
      g_new0 (guint32, _rnn_lexicon_get_n_words (dictionary->lexicon));
  for (gsize c = 0; c < n_corpora; c++)
    for (gsize i = 0; i < corpora[c]->n_tokens; i++) {
      const char *word = corpora[c]->words[i];
      _rnn_lexicon_look_up (dictionary->lexicon, word, strlen (word), FALSE,
                            indices);
      if (indices[slot] >= 0)
        dictionary->counts[indices[slot]]++;
    }
  g_free (indices);
}

/* Make the dictionary that @options ask for of @corpora. */
gboolean
_rnn_dictionary_init (RnnDictionary *dictionary, const RnnTrainOptions *options,
                      RnnCorpus *const *corpora, gsize n_corpora,
                      GError **error)
{
  gboolean ok;

  memset (dictionary, 0, sizeof *dictionary);
  ok = options->start ? take_start (dictionary, options->start, error)
       : options->embeddings
           ? take_vocab (dictionary, options, error)
           : count_vocab (dictionary, options, corpora, n_corpora, error);
  for (gsize i = 0; ok && options->lists && options->lists[i]; i++) {
    ok = read_list (&dictionary->lists[i], options->lists[i], error);
    dictionary->n_lists += ok;
  }
  if (ok && make_lexicon (dictionary, options, error)) {
    count_rows (dictionary, corpora, n_corpora);
    return TRUE;
  }
  _rnn_dictionary_clear (dictionary);
  return FALSE;
}

void
_rnn_dictionary_clear (RnnDictionary *dictionary)
{
  for (gsize i = 0; i < dictionary->n_lists; i++) {
    g_free (dictionary->lists[i].name);
    g_free (dictionary->lists[i].words);
    g_ptr_array_unref (dictionary->lists[i].starts);
  }
  dictionary->n_lists = 0;
  g_clear_pointer (&dictionary->vocab, g_free);
  g_clear_pointer (&dictionary->lexicon, _rnn_lexicon_free);
  g_clear_pointer (&dictionary->counts, g_free);
  g_clear_pointer (&dictionary->vectors, _rnn_vectors_free);
}

const RnnDictionaryList *
_rnn_dictionary_find_list (const RnnDictionary *dictionary, const char *name)
{
  for (gsize i = 0; i < dictionary->n_lists; i++)
    if (strcmp (dictionary->lists[i].name, name) == 0)
      return &dictionary->lists[i];
  return NULL;
}
