/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/lexicon.h"
#include "base/quote.h"
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
      if (*list == NULL && parts->lists[i].file != NULL)
        g_prefix_error (error, "%s: ", parts->lists[i].file);
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
  if (lexicon->vocab == NULL && parts->vocab_file != NULL)
    g_prefix_error (error, "%s: ", parts->vocab_file);
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

/* Return which of the F indices is the row of the word itself. */
gsize
rnn_lexicon_get_word_slot (const RnnLexicon *lexicon)
{
  g_return_val_if_fail (lexicon != NULL, 0);
  return lexicon->features.word_slot;
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

/* A word as it stands in the text, as the model asks for it, and its row. */
typedef struct {
  RnnWord original, normal;
  char buffer[256], *owned;
  gint32 row;
} Form;

static void
form_init (Form *form, const RnnLexicon *lexicon, const char *word,
           gsize n_bytes)
{
  form->original = (RnnWord){ word, n_bytes };
  form->normal.bytes = _rnn_normalize_apply (
      &lexicon->normalize, word, n_bytes, form->buffer, sizeof form->buffer,
      &form->owned, &form->normal.n_bytes);
}

static void
write_rows (const RnnLexicon *lexicon, const Form *form, gint32 *indices)
{
  for (gsize i = 0; i < lexicon->features.n_items; i++) {
    const RnnFeature *feature = &lexicon->features.items[i];
    if (feature->kind == RNN_FEATURE_WORD)
      *indices = form->row >= 0 ? form->row : lexicon->unk;
    else if (feature->is_of_unknown && form->row >= 0)
      for (gsize slot = 0; slot < feature->n_slots; slot++)
        indices[slot] = -1;
    else
      look_up_feature (lexicon, i, form->original.bytes, form->original.n_bytes,
                       form->normal.bytes, form->normal.n_bytes, indices);
    indices += feature->n_slots;
  }
}

/* Write the rows of @word to @indices, int32[F], -1 in the word slot where it
 * has none. With @is_unknown as if it had no row of its own. */
void
_rnn_lexicon_look_up (const RnnLexicon *lexicon, const char *word,
                      gsize n_bytes, gboolean is_unknown, gint32 *indices)
{
  Form form;

  form_init (&form, lexicon, word, n_bytes);
  form.row = is_unknown ? -1
                        : _rnn_vocab_find (lexicon->vocab, form.normal.bytes,
                                           form.normal.n_bytes);
  write_rows (lexicon, &form, indices);
  g_free (form.owned);
}

/* Whether a word without a row would leave no trace: there is no unknown word,
 * and no feature speaks of it. */
static gboolean
needs_rows (const RnnLexicon *lexicon)
{
  return lexicon->unk < 0 && lexicon->features.n_items == 1;
}

static gboolean
refuse_word (const RnnLexicon *lexicon, const char *word, gsize n_bytes,
             GError **error)
{
  char shown[RNN_QUOTE_SIZE (60)];

  g_set_error (error, RNN_ERROR, RNN_ERROR_TOKEN,
               "vocab: expected one of its %" G_GSIZE_FORMAT
               " words, as the model has no <UNK>, got “%s”",
               _rnn_vocab_get_n_words (lexicon->vocab),
               _rnn_quote (word, (gssize) n_bytes, shown, sizeof shown));
  return FALSE;
}

gboolean
rnn_lexicon_look_up (const RnnLexicon *lexicon, const char *word, gsize n_bytes,
                     gint32 *indices, GError **error)
{
  Form form;

  g_return_val_if_fail (lexicon != NULL && word != NULL && indices != NULL,
                        FALSE);
  form_init (&form, lexicon, word, n_bytes);
  form.row =
      _rnn_vocab_find (lexicon->vocab, form.normal.bytes, form.normal.n_bytes);
  if (form.row >= 0 || !needs_rows (lexicon))
    write_rows (lexicon, &form, indices);
  g_free (form.owned);
  return form.row >= 0 || !needs_rows (lexicon)
         || refuse_word (lexicon, word, n_bytes, error);
}

/* Look up tokens [0, @n), at most a batch; the first of them that has to have a
 * row and has none, or @n. */
static gsize
look_up_batch (const RnnLexicon *lexicon, const char *text,
               const RnnToken *tokens, gsize n, gint32 *indices)
{
  gsize n_slots = lexicon->features.n_slots, refused = n;
  Form forms[RNN_VOCAB_BATCH];
  RnnWord words[RNN_VOCAB_BATCH];
  gint32 rows[RNN_VOCAB_BATCH];

  for (gsize i = 0; i < n; i++) {
    form_init (&forms[i], lexicon, text + tokens[i].start,
               tokens[i].end - tokens[i].start);
    words[i] = forms[i].normal;
  }
  _rnn_vocab_find_batch (lexicon->vocab, words, n, rows);
  for (gsize i = 0; i < n; i++) {
    forms[i].row = rows[i];
    write_rows (lexicon, &forms[i], indices + i * n_slots);
    if (rows[i] < 0 && refused == n && needs_rows (lexicon))
      refused = i;
    g_free (forms[i].owned);
  }
  return refused;
}

/* Do what rnn_lexicon_look_up() does for each token of @text, several at a
 * time, so that they wait for memory together. @indices: int32[n_tokens][F],
 * undefined after an error. */
gboolean
_rnn_lexicon_look_up_tokens (const RnnLexicon *lexicon, const char *text,
                             const RnnToken *tokens, gsize n_tokens,
                             gint32 *indices, GError **error)
{
  for (gsize first = 0; first < n_tokens; first += RNN_VOCAB_BATCH) {
    gsize n = MIN (RNN_VOCAB_BATCH, n_tokens - first);
    gsize refused = look_up_batch (lexicon, text, tokens + first, n,
                                   indices + first * lexicon->features.n_slots);
    if (refused < n) {
      const RnnToken *token = &tokens[first + refused];
      return refuse_word (lexicon, text + token->start,
                          token->end - token->start, error);
    }
  }
  return TRUE;
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
