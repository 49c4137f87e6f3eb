/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/examples.h"

#include "base/quote.h"
#include "train/augment.h"
#include "train/loss.h"
#include "train/net.h"

#include <string.h>

/* Text is shuffled in pieces of so many sentences: long enough that a<t> meets
 * what it will meet in a stream, short enough that an epoch mixes. */
#define PIECE_SENTENCES 40

typedef struct {
  guint32 corpus;
  guint32 first_sentence;
} Piece;

/* The class of @tag. With one sigmoid a tag counts as 1 where it names the
 * entity; else each tag of any corpus is a class, in @names. */
static gint32
class_of (const char *tag, const char *entity, GPtrArray *names)
{
  guint at;

  if (strcmp (tag, RNN_TAG_UNKNOWN) == 0)
    return RNN_NO_CLASS;
  if (entity)
    return _rnn_tag_is_of (tag, entity);
  if (!g_ptr_array_find_with_equal_func (names, tag, g_str_equal, &at)) {
    at = names->len;
    g_ptr_array_add (names, g_strdup (tag));
  }
  return (gint32) at;
}

static void
choose_classes (RnnExamples *examples)
{
  const char *entity = examples->options->entity;
  const char *const *labels = examples->options->labels;
  GPtrArray *names = g_ptr_array_new ();

  for (gsize i = 0; labels && labels[i]; i++)
    g_ptr_array_add (names, g_strdup (labels[i]));
  examples->classes = g_new0 (gint32 *, examples->n_corpora);
  for (gsize c = 0; c < examples->n_corpora; c++) {
    char **tags = examples->corpora[c]->tag_names;
    examples->classes[c] = g_new0 (gint32, g_strv_length (tags));
    for (gsize t = 0; tags[t]; t++)
      examples->classes[c][t] = class_of (tags[t], entity, names);
  }
  examples->n_classes = entity ? 1 : names->len;
  g_ptr_array_add (names, NULL);
  examples->names = (char **) g_ptr_array_free (names, FALSE);
}

/* A softmax is over the tags of the text; that of '?' alone has none. */
static gboolean
check_tags (const RnnExamples *examples, GError **error)
{
  if (examples->n_classes > 0 || !examples->options->teachers)
    return TRUE;
  g_set_error (error, RNN_ERROR, RNN_ERROR_DATA,
               "labelled text: expected words with the tags that a net of all "
               "tags is to have, as '%s' is all that came",
               RNN_TAG_UNKNOWN);
  return FALSE;
}

static gboolean
take_teachers (RnnExamples *examples, GError **error)
{
  const RnnTrainOptions *options = examples->options;
  const char *const entity[] = { options->entity, NULL };

  for (gsize c = 0; !options->teachers && c < examples->n_corpora; c++)
    for (gsize t = 0; examples->corpora[c]->tag_names[t]; t++)
      if (examples->classes[c][t] == RNN_NO_CLASS) {
        g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
                     "labelled text: expected a teacher, as words are tagged "
                     "'%s'",
                     RNN_TAG_UNKNOWN);
        return FALSE;
      }
  return _rnn_teachers_init (
      &examples->teachers, options->teachers,
      options->entity ? entity : (const char *const *) examples->names,
      examples->n_classes,
      options->entity ? RNN_OUTPUT_SIGMOID : RNN_OUTPUT_SOFTMAX,
      options->consistent, error);
}

/* Whether the labels that the options name have all tags of the text. */
static gboolean
check_labels (const RnnExamples *examples, GError **error)
{
  const char *const *labels = examples->options->labels;
  gsize n = labels ? g_strv_length ((char **) labels) : 0;
  char *known;

  if (!labels || examples->n_classes == n)
    return TRUE;
  known = g_strjoinv (" ", (char **) labels);
  g_set_error (error, RNN_ERROR, RNN_ERROR_DATA,
               "labelled text: expected tags that the model has (%s), '%s' "
               "came",
               RNN_QUOTE_LIST (known), RNN_QUOTE (examples->names[n]));
  g_free (known);
  return FALSE;
}

/* Whether the text has more than one thing to tell apart. */
static gboolean
check_classes (const RnnExamples *examples, GError **error)
{
  const char *entity = examples->options->entity;
  gboolean is_there = !entity && examples->n_classes > 1;

  if (examples->options->teachers)
    return TRUE;
  for (gsize c = 0; entity && c < examples->n_corpora; c++)
    for (gsize t = 0; examples->corpora[c]->tag_names[t]; t++)
      is_there |= examples->classes[c][t] == 1;
  if (is_there)
    return TRUE;
  if (entity)
    g_set_error (error, RNN_ERROR, RNN_ERROR_DATA,
                 "labelled text: expected words tagged B-%s or I-%s, there are "
                 "none",
                 entity, entity);
  else
    g_set_error (error, RNN_ERROR, RNN_ERROR_DATA,
                 "labelled text: expected two different tags at least, "
                 "%" G_GSIZE_FORMAT " came",
                 examples->n_classes);
  return FALSE;
}

/* Read the corpora's words and classes; _rnn_examples_shuffle() then makes the
 * steps. */
gboolean
_rnn_examples_init (RnnExamples *examples, const RnnTrainOptions *options,
                    RnnCorpus *const *corpora, gsize n_corpora, GError **error)
{
  memset (examples, 0, sizeof *examples);
  examples->options = options;
  examples->corpora = corpora;
  examples->n_corpora = n_corpora;
  if (!_rnn_dictionary_init (&examples->dictionary, options, corpora, n_corpora,
                             error))
    return FALSE;
  _rnn_names_init (&examples->other_names, &examples->dictionary, corpora,
                   n_corpora);
  choose_classes (examples);
  examples->n_slots = rnn_lexicon_get_n_slots (examples->dictionary.lexicon);
  examples->tokens = g_array_new (FALSE, FALSE, sizeof (gint32));
  examples->spoken = g_array_new (FALSE, FALSE, sizeof (gint32));
  examples->marks = g_array_new (FALSE, FALSE, sizeof (guint8));
  examples->word_classes = g_array_new (FALSE, FALSE, sizeof (gint32));
  examples->word_trusts = g_array_new (FALSE, FALSE, sizeof (float));
  examples->beliefs = g_array_new (FALSE, FALSE, sizeof (float));
  examples->waiting = g_new (gint32, options->lookahead + 1);
  if (check_labels (examples, error) && check_tags (examples, error)
      && take_teachers (examples, error) && check_classes (examples, error))
    return TRUE;
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
  _rnn_names_clear (&examples->other_names);
  _rnn_dictionary_clear (&examples->dictionary);
  g_clear_pointer (&examples->tokens, g_array_unref);
  g_clear_pointer (&examples->spoken, g_array_unref);
  g_clear_pointer (&examples->marks, g_array_unref);
  g_clear_pointer (&examples->word_classes, g_array_unref);
  g_clear_pointer (&examples->word_trusts, g_array_unref);
  g_clear_pointer (&examples->beliefs, g_array_unref);
  g_clear_pointer (&examples->waiting, g_free);
  _rnn_teachers_clear (&examples->teachers);
}

/* Forget rare words now and then, so that the net learns what unknown words are
 * like, and names that the corpora do not have always: their context is what
 * there is to learn from them. */
static gboolean
is_forgotten (const RnnExamples *examples, gint32 row, RnnRandom *random)
{
  float alpha = examples->options->unknown_rate, count;

  if (alpha <= 0 || row < 0)
    return FALSE;
  count = (float) examples->dictionary.counts[row];
  return _rnn_random_float (random) < alpha / (alpha + count);
}

/* Add a step of @tokens, int32[F] (NULL: x<t> = 0), that speaks of @word. */
static void
add_step (RnnExamples *examples, const gint32 *tokens, gint32 word)
{
  const gint32 none = -1;

  if (tokens)
    g_array_append_vals (examples->tokens, tokens, (guint) examples->n_slots);
  for (gsize f = 0; !tokens && f < examples->n_slots; f++)
    g_array_append_val (examples->tokens, none);
  g_array_append_val (examples->spoken, word);
  g_array_append_val (examples->marks, examples->next_mark);
  examples->next_mark = 0;
  examples->n++;
}

/* The word that the step speaks of at which word @next comes in: with
 * look-ahead k, k words before. */
static gint32
pass (RnnExamples *examples, gint32 next)
{
  gsize k = examples->options->lookahead;
  gint32 spoken_of = -1;

  examples->waiting[examples->n_waiting++] = next;
  if (examples->n_waiting > k) {
    spoken_of = examples->waiting[0];
    memmove (examples->waiting, examples->waiting + 1, k * sizeof (gint32));
    examples->n_waiting--;
  }
  return spoken_of;
}

/* The end of an utterance is known: k steps look ahead into nothing, and the
 * state then goes on from before them. */
static void
add_end (RnnExamples *examples)
{
  gsize k = examples->options->lookahead, n = examples->n_waiting;

  if (n == 0)
    return;
  g_array_index (examples->marks, guint8, examples->n - 1) |= RNN_STEP_KEEP;
  for (gsize i = 0; i < k; i++)
    add_step (examples, NULL, i + n >= k ? examples->waiting[i + n - k] : -1);
  examples->n_waiting = 0;
  examples->next_mark = RNN_STEP_RETURN;
}

static void
add_word (RnnExamples *examples, const char *word, gint32 class, gint32 *tokens,
          RnnRandom *random)
{
  const RnnLexicon *lexicon = examples->dictionary.lexicon;
  gsize n = strlen (word);
  gint32 index = (gint32) examples->word_classes->len;
  gsize slot = rnn_lexicon_get_word_slot (lexicon);

  g_array_append_val (examples->word_classes, class);
  _rnn_lexicon_look_up (lexicon, word, n, FALSE, tokens);
  if (is_forgotten (examples, tokens[slot], random))
    _rnn_lexicon_look_up (lexicon, word, n, TRUE, tokens);
  add_step (examples, tokens, pass (examples, index));
}

static gboolean
ask_teachers (RnnExamples *examples, const RnnPassage *passage, GError **error)
{
  guint before = examples->beliefs->len;

  if (examples->teachers.models->len == 0)
    return TRUE;
  g_array_set_size (examples->beliefs,
                    before + passage->words->len * (guint) examples->n_classes);
  return _rnn_teachers_judge (
      &examples->teachers, passage->words, passage->ends,
      (float *) (gpointer) examples->beliefs->data + before, error);
}

static void
add_passage (RnnExamples *examples, const RnnPassage *passage, gsize corpus,
             gint32 *tokens, RnnRandom *random)
{
  const float *trusts = examples->options->trusts;
  float trust = trusts ? trusts[corpus] : RNN_USUAL_TRUST;
  gboolean knows_ends =
      _rnn_random_float (random) < examples->options->known_ends_share;

  for (guint i = 0; i < passage->words->len; i++) {
    guint16 tag = g_array_index (passage->tags, guint16, i);
    g_array_append_val (examples->word_trusts, trust);
    add_word (examples, passage->words->pdata[i],
              examples->classes[corpus][tag], tokens, random);
    if (knows_ends && g_array_index (passage->ends, gboolean, i))
      add_end (examples);
  }
}

static gsize
times_this_epoch (const RnnExamples *examples, gsize corpus, RnnRandom *random)
{
  const float *weights = examples->options->weights;
  float weight = weights ? weights[corpus] : 1;
  gsize whole = (gsize) weight;

  if (weight == (float) whole)
    return whole;
  return whole + (_rnn_random_float (random) < weight - (float) whole);
}

static GArray *
shuffled_pieces (const RnnExamples *examples, RnnRandom *random)
{
  GArray *pieces = g_array_new (FALSE, FALSE, sizeof (Piece));

  for (gsize c = 0; c < examples->n_corpora; c++)
    for (gsize s = 0; s < examples->corpora[c]->n_sentences;
         s += PIECE_SENTENCES) {
      Piece piece = { (guint32) c, (guint32) s };
      for (gsize n = times_this_epoch (examples, c, random); n > 0; n--)
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

gboolean
_rnn_examples_shuffle (RnnExamples *examples, RnnRandom *random, GError **error)
{
  GArray *pieces = shuffled_pieces (examples, random);
  gint32 *tokens = g_new (gint32, examples->n_slots);
  RnnPassage passage;
  gboolean ok = TRUE;

  examples->n = examples->n_waiting = 0;
  examples->next_mark = 0;
  g_array_set_size (examples->tokens, 0);
  g_array_set_size (examples->spoken, 0);
  g_array_set_size (examples->marks, 0);
  g_array_set_size (examples->word_classes, 0);
  g_array_set_size (examples->word_trusts, 0);
  g_array_set_size (examples->beliefs, 0);
  _rnn_passage_init (&passage);
  for (gsize p = 0; ok && p < pieces->len; p++) {
    Piece piece = g_array_index (pieces, Piece, p);
    const RnnCorpus *corpus = examples->corpora[piece.corpus];
    gsize end = MIN ((gsize) piece.first_sentence + PIECE_SENTENCES,
                     corpus->n_sentences);
    _rnn_passage_fill (&passage, examples->options, &examples->other_names,
                       corpus, piece.first_sentence, end, random);
    add_passage (examples, &passage, piece.corpus, tokens, random);
    ok = ask_teachers (examples, &passage, error);
  }
  add_end (examples);
  _rnn_passage_clear (&passage);
  g_free (tokens);
  g_array_free (pieces, TRUE);
  return ok;
}
