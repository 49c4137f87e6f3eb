/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/examples.h"

#include "text/features.h"
#include "text/normalize.h"
#include "text/vocab.h"

#include <rnn/rnn-error.h>
#include <string.h>

/* Text is shuffled in pieces of so many sentences: long enough that a<t> meets
 * what it will meet in a stream, short enough that an epoch mixes. */
#define PIECE_SENTENCES 40

typedef struct {
  guint32 corpus;
  guint32 first_sentence;
} Piece;

/* @word as it is counted: normalised, and NUL-terminated in @buffer or new. */
static void
count_word (RnnVocabBuilder *builder, const RnnNormalize *normalize,
            const char *word)
{
  char buffer[256], *owned = NULL;
  gsize n;
  const char *normal =
      _rnn_normalize_apply (normalize, word, strlen (word), buffer,
                            sizeof buffer, &owned, &n);

  _rnn_vocab_builder_add (builder, normal, n);
  g_free (owned);
}

/* The dictionary of the n most frequent words of what will be read: the text as
 * it is, and once more as a recogniser writes it, if some of it will be so. */
static gboolean
build_vocab (RnnExamples *examples, GError **error)
{
  const RnnTrainOptions *options = examples->options;
  RnnVocabBuilder *builder;
  RnnNormalize normalize;

  if (!_rnn_normalize_parse (options->normalize, &normalize, error))
    return FALSE;
  builder = _rnn_vocab_builder_new ();
  for (gsize c = 0; c < examples->n_corpora; c++)
    for (gsize i = 0; i < examples->corpora[c]->n_tokens; i++) {
      const char *word = examples->corpora[c]->words[i];
      if (options->lowercase_share < 1)
        count_word (builder, &normalize, word);
      if (options->lowercase_share > 0 && !_rnn_word_is_punctuation (word)) {
        char *lower = g_utf8_strdown (word, -1);
        count_word (builder, &normalize, lower);
        g_free (lower);
      }
    }
  examples->vocab = _rnn_vocab_builder_build (builder, options->n_words, 1,
                                              &examples->n_vocab);
  _rnn_vocab_builder_free (builder);
  examples->lexicon = _rnn_lexicon_new (
      (const guint8 *) examples->vocab, examples->n_vocab, options->normalize,
      options->features, -1, error);
  return examples->lexicon != NULL;
}

static void
count_rows (RnnExamples *examples)
{
  gint32 *indices;

  examples->n_slots = rnn_lexicon_get_n_slots (examples->lexicon);
  examples->counts =
      g_new0 (guint32, _rnn_lexicon_get_n_words (examples->lexicon));
  indices = g_new (gint32, examples->n_slots);
  for (gsize c = 0; c < examples->n_corpora; c++)
    for (gsize i = 0; i < examples->corpora[c]->n_tokens; i++) {
      const char *word = examples->corpora[c]->words[i];
      rnn_lexicon_look_up (examples->lexicon, word, strlen (word), indices);
      if (indices[0] >= 0)
        examples->counts[indices[0]]++;
    }
  g_free (indices);
}

/* With one sigmoid a tag counts as 1 where it names the entity; else each tag
 * of any corpus is a class. */
static void
choose_classes (RnnExamples *examples)
{
  const char *entity = examples->options->entity;
  GPtrArray *names = g_ptr_array_new ();

  examples->classes = g_new0 (gint32 *, examples->n_corpora);
  for (gsize c = 0; c < examples->n_corpora; c++) {
    char **tags = examples->corpora[c]->tag_names;
    examples->classes[c] = g_new0 (gint32, g_strv_length (tags));
    for (gsize t = 0; tags[t]; t++) {
      guint at;
      if (entity) {
        examples->classes[c][t] =
            (tags[t][0] == 'B' || tags[t][0] == 'I') && tags[t][1] == '-' &&
            strcmp (tags[t] + 2, entity) == 0;
        continue;
      }
      if (!g_ptr_array_find_with_equal_func (names, tags[t], g_str_equal, &at)) {
        at = names->len;
        g_ptr_array_add (names, g_strdup (tags[t]));
      }
      examples->classes[c][t] = (gint32) at;
    }
  }
  examples->n_classes = entity ? 1 : names->len;
  g_ptr_array_add (names, NULL);
  examples->names = (char **) g_ptr_array_free (names, FALSE);
}

gboolean
_rnn_examples_init (RnnExamples *examples, const RnnTrainOptions *options,
                    RnnCorpus *const *corpora, gsize n_corpora, GError **error)
{
  gsize n_tokens = 0;

  memset (examples, 0, sizeof *examples);
  examples->options = options;
  examples->corpora = corpora;
  examples->n_corpora = n_corpora;
  if (!build_vocab (examples, error)) {
    _rnn_examples_clear (examples);
    return FALSE;
  }
  count_rows (examples);
  choose_classes (examples);
  for (gsize c = 0; c < n_corpora; c++)
    n_tokens += corpora[c]->n_tokens;
  examples->tokens = g_try_new (gint32, n_tokens * examples->n_slots);
  examples->targets = g_try_new (gint32, n_tokens);
  if (examples->tokens && examples->targets)
    return TRUE;
  g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
               "no memory for %" G_GSIZE_FORMAT " labelled tokens", n_tokens);
  _rnn_examples_clear (examples);
  return FALSE;
}

void
_rnn_examples_clear (RnnExamples *examples)
{
  for (gsize c = 0; examples->classes && c < examples->n_corpora; c++)
    g_free (examples->classes[c]);
  g_free (examples->classes);
  g_strfreev (examples->names);
  g_free (examples->vocab);
  g_clear_pointer (&examples->lexicon, _rnn_lexicon_free);
  g_free (examples->counts);
  g_free (examples->tokens);
  g_free (examples->targets);
}

/* Forget rare words now and then, so that the row of <UNK> learns what unknown
 * words are like. */
static void
forget (const RnnExamples *examples, gint32 *index, RnnRandom *random)
{
  float alpha = examples->options->unknown_rate;
  gint32 unk = _rnn_lexicon_get_unk (examples->lexicon);
  float count;

  if (alpha <= 0 || *index < 0 || *index == unk)
    return;
  count = (float) examples->counts[*index];
  if (_rnn_random_float (random) < alpha / (alpha + count))
    *index = unk;
}

static void
add_example (RnnExamples *examples, gsize c, gsize i, gboolean lowercase,
             RnnRandom *random)
{
  const RnnCorpus *corpus = examples->corpora[c];
  gint32 *tokens = examples->tokens + examples->n * examples->n_slots;
  const char *word = corpus->words[i];
  char *lower = NULL;

  if (lowercase) {
    if (_rnn_word_is_punctuation (word))
      return;
    word = lower = g_utf8_strdown (word, -1);
  }
  rnn_lexicon_look_up (examples->lexicon, word, strlen (word), tokens);
  forget (examples, tokens, random);
  examples->targets[examples->n++] = examples->classes[c][corpus->tags[i]];
  g_free (lower);
}

static GArray *
shuffled_pieces (const RnnExamples *examples, RnnRandom *random)
{
  GArray *pieces = g_array_new (FALSE, FALSE, sizeof (Piece));

  for (gsize c = 0; c < examples->n_corpora; c++)
    for (gsize s = 0; s < examples->corpora[c]->n_sentences;
         s += PIECE_SENTENCES) {
      Piece piece = { (guint32) c, (guint32) s };
      g_array_append_val (pieces, piece);
    }
  for (gsize i = pieces->len; i > 1; i--) {
    gsize j = (gsize) _rnn_random_below (random, i);
    Piece swap = g_array_index (pieces, Piece, i - 1);
    g_array_index (pieces, Piece, i - 1) = g_array_index (pieces, Piece, j);
    g_array_index (pieces, Piece, j) = swap;
  }
  return pieces;
}

/* Make the examples of a new epoch: pieces of text in random order, a random
 * share of them as a recogniser writes. */
void
_rnn_examples_shuffle (RnnExamples *examples, RnnRandom *random)
{
  GArray *pieces = shuffled_pieces (examples, random);

  examples->n = 0;
  for (gsize p = 0; p < pieces->len; p++) {
    Piece piece = g_array_index (pieces, Piece, p);
    const RnnCorpus *corpus = examples->corpora[piece.corpus];
    gsize end = MIN ((gsize) piece.first_sentence + PIECE_SENTENCES,
                     corpus->n_sentences);
    gboolean lowercase =
        _rnn_random_float (random) < examples->options->lowercase_share;
    for (gsize i = corpus->sentence_starts[piece.first_sentence];
         i < corpus->sentence_starts[end]; i++)
      add_example (examples, piece.corpus, i, lowercase, random);
  }
  g_array_free (pieces, TRUE);
}
