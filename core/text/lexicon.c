/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/lexicon.h"
#include "text/features.h"
#include "text/normalize.h"
#include "text/vocab.h"

#include <rnn/rnn-error.h>

struct _RnnLexicon {
  RnnVocab *vocab;
  RnnNormalize normalize;
  RnnFeatures features;
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

/* Make a lexicon of @vocab (copied), uint8[@n_bytes]: words with newlines
 * between. @normalize and @features are the metadata of those names, or NULL;
 * @unk is the row of the unknown word, -1: that of `<UNK>`. Free with
 * _rnn_lexicon_free(). Errors: FORMAT, MODEL, LIMIT, NO_MEMORY. */
RnnLexicon *
_rnn_lexicon_new (const guint8 *vocab, gsize n_bytes, const char *normalize,
                  const char *features, gint32 unk, GError **error)
{
  RnnLexicon *lexicon = g_new0 (RnnLexicon, 1);
  lexicon->vocab = _rnn_vocab_new (vocab, n_bytes, error);
  if (lexicon->vocab != NULL
      && _rnn_normalize_parse (normalize, &lexicon->normalize, error)
      && _rnn_features_parse (features,
                              _rnn_vocab_get_n_words (lexicon->vocab),
                              &lexicon->features, error)
      && find_unk (lexicon, unk, error))
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

/* Write the rows of @word to @indices, int32[F]; see rnn-text.h. */
void
rnn_lexicon_look_up (const RnnLexicon *lexicon, const char *word, gsize n_bytes,
                     gint32 *indices)
{
  char buffer[256], *owned;
  gsize n_normal;
  g_return_if_fail (lexicon != NULL && word != NULL && indices != NULL);
  const char *normal
      = _rnn_normalize_apply (&lexicon->normalize, word, n_bytes, buffer,
                              sizeof buffer, &owned, &n_normal);
  for (gsize i = 0; i < lexicon->features.n_items; i++) {
    const RnnFeature *feature = &lexicon->features.items[i];
    if (feature->kind == RNN_FEATURE_WORD) {
      gint32 row = _rnn_vocab_find (lexicon->vocab, normal, n_normal);
      *indices = row >= 0 ? row : lexicon->unk;
    } else {
      _rnn_feature_look_up (feature, word, n_bytes, normal, n_normal, indices);
    }
    indices += feature->n_slots;
  }
  g_free (owned);
}

/* Return the word of @row; see rnn-text.h. */
const char *
rnn_lexicon_get_word (const RnnLexicon *lexicon, gint32 row, gsize *n_bytes)
{
  g_return_val_if_fail (lexicon != NULL && n_bytes != NULL, NULL);
  return row < 0 ? NULL
                 : _rnn_vocab_get_word (lexicon->vocab, (gsize) row, n_bytes);
}
