/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/lexicon.h"
#include "text/features.h"
#include "text/normalize.h"
#include "text/vocab.h"

#include <rnn/rnn-error.h>
#include <string.h>

struct _RnnLexicon {
  RnnVocab *vocab;
  RnnNormalize normalize;
  RnnFeatures features;
  RnnVocab *lists[RNN_FEATURES_MAX]; /* by feature, or NULL */
  gint32 unk;
};

static gboolean
find_unk (RnnLexicon *lexicon, gint32 unk, GError **error)
{
  gsize n_words = _rnn_vocab_get_n_words (lexicon->vocab);
  lexicon->unk = unk == -1 ? _rnn_vocab_find (lexicon->vocab, "<UNK>", 5) : unk;
  if (unk == -1 || (unk >= 0 && (gsize) unk < n_words))
    return TRUE;
  g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
               "rnn.unk: expected a row below %" G_GSIZE_FORMAT ", got %d",
               n_words, unk);
  return FALSE;
}

static gboolean
read_list (RnnVocab **list, const RnnFeature *feature,
           const RnnLexiconParts *parts, GError **error)
{
  for (gsize i = 0; i < parts->n_lists; i++)
    if (strcmp (parts->lists[i].name, feature->list) == 0) {
      *list = _rnn_vocab_new (parts->lists[i].bytes, parts->lists[i].n_bytes,
                              error);
      if (*list == NULL)
        g_prefix_error (error, "list.%s: ", feature->list);
      return *list != NULL;
    }
  g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
               "rnn.features: expected a list of words list.%s, there is none",
               feature->list);
  return FALSE;
}

static gboolean
read_lists (RnnLexicon *lexicon, const RnnLexiconParts *parts, GError **error)
{
  for (gsize i = 0; i < lexicon->features.n_items; i++)
    if (lexicon->features.items[i].kind == RNN_FEATURE_LIST
        && !read_list (&lexicon->lists[i], &lexicon->features.items[i], parts,
                       error))
      return FALSE;
  return TRUE;
}

/* Make a lexicon of @parts. Free with _rnn_lexicon_free(). Errors: FORMAT,
 * MODEL, LIMIT, NO_MEMORY. */
RnnLexicon *
_rnn_lexicon_new (const RnnLexiconParts *parts, GError **error)
{
  RnnLexicon *lexicon = g_new0 (RnnLexicon, 1);
  lexicon->vocab = _rnn_vocab_new (parts->vocab, parts->n_vocab, error);
  if (lexicon->vocab != NULL
      && _rnn_normalize_parse (parts->normalize, &lexicon->normalize, error)
      && _rnn_features_parse (parts->features,
                              _rnn_vocab_get_n_words (lexicon->vocab),
                              &lexicon->features, error)
      && read_lists (lexicon, parts, error)
      && find_unk (lexicon, parts->unk, error))
    return lexicon;
  _rnn_lexicon_free (lexicon);
  return NULL;
}

/* Free @lexicon; NULL is fine. */
void
_rnn_lexicon_free (RnnLexicon *lexicon)
{
  if (lexicon == NULL)
    return;
  _rnn_vocab_free (lexicon->vocab);
  for (gsize i = 0; i < RNN_FEATURES_MAX; i++)
    _rnn_vocab_free (lexicon->lists[i]);
  g_free (lexicon);
}

/* Return the row of the unknown word, or -1. */
gint32
_rnn_lexicon_get_unk (const RnnLexicon *lexicon)
{
  return lexicon->unk;
}

/* Return how many rows, the first ones, are words. */
gsize
_rnn_lexicon_get_n_words (const RnnLexicon *lexicon)
{
  return _rnn_vocab_get_n_words (lexicon->vocab);
}

/* Return n_x: the rows of words and features. */
gsize
rnn_lexicon_get_n_rows (const RnnLexicon *lexicon)
{
  g_return_val_if_fail (lexicon != NULL, 0);
  return lexicon->features.n_rows;
}

/* Return F, the indices a token has. */
gsize
rnn_lexicon_get_n_slots (const RnnLexicon *lexicon)
{
  g_return_val_if_fail (lexicon != NULL, 0);
  return lexicon->features.n_slots;
}

/* Write the rows of feature @i for a word to @indices. */
static void
look_up_feature (const RnnLexicon *lexicon, gsize i, const char *original,
                 gsize n_original, const char *word, gsize n_bytes,
                 gint32 *indices)
{
  const RnnFeature *feature = &lexicon->features.items[i];
  if (feature->kind == RNN_FEATURE_LIST)
    *indices = _rnn_feature_row_of_rank (
        feature, _rnn_vocab_find (lexicon->lists[i], word, n_bytes));
  else
    _rnn_feature_look_up (feature, original, n_original, word, n_bytes,
                          indices);
}

/* Write the rows of @word to @indices, int32[F]; see rnn-text.h. With
 * @is_unknown as if it had no row of its own. */
void
_rnn_lexicon_look_up (const RnnLexicon *lexicon, const char *word,
                      gsize n_bytes, gboolean is_unknown, gint32 *indices)
{
  char buffer[256], *owned;
  gsize n_normal;
  const char *normal
      = _rnn_normalize_apply (&lexicon->normalize, word, n_bytes, buffer,
                              sizeof buffer, &owned, &n_normal);
  gint32 row = is_unknown ? -1
                          : _rnn_vocab_find (lexicon->vocab, normal, n_normal);
  for (gsize i = 0; i < lexicon->features.n_items; i++) {
    const RnnFeature *feature = &lexicon->features.items[i];
    if (feature->kind == RNN_FEATURE_WORD)
      *indices = row >= 0 ? row : lexicon->unk;
    else if (feature->is_of_unknown && row >= 0)
      for (gsize slot = 0; slot < feature->n_slots; slot++)
        indices[slot] = -1;
    else
      look_up_feature (lexicon, i, word, n_bytes, normal, n_normal, indices);
    indices += feature->n_slots;
  }
  g_free (owned);
}

void
rnn_lexicon_look_up (const RnnLexicon *lexicon, const char *word, gsize n_bytes,
                     gint32 *indices)
{
  g_return_if_fail (lexicon != NULL && word != NULL && indices != NULL);
  _rnn_lexicon_look_up (lexicon, word, n_bytes, FALSE, indices);
}

/* Return the word of @row; see rnn-text.h. */
const char *
rnn_lexicon_get_word (const RnnLexicon *lexicon, gint32 row, gsize *n_bytes)
{
  g_return_val_if_fail (lexicon != NULL && n_bytes != NULL, NULL);
  return row < 0 ? NULL
                 : _rnn_vocab_get_word (lexicon->vocab, (gsize) row, n_bytes);
}

gboolean
_rnn_lexicon_has_list (const RnnLexicon *lexicon, const char *name)
{
  for (gsize i = 0; i < lexicon->features.n_items; i++)
    if (lexicon->features.items[i].kind == RNN_FEATURE_LIST
        && strcmp (lexicon->features.items[i].list, name) == 0)
      return TRUE;
  return FALSE;
}
