/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/augment.h"

#include <string.h>

/* How a passage is written. */
typedef enum {
  STYLE_AS_IS,
  STYLE_RECOGNISER, /* lower-case, no punctuation */
  STYLE_CAPITALS,
  STYLE_LOWERCASE, /* with punctuation */
  STYLE_NO_PUNCTUATION
} Style;

typedef struct {
  const RnnTrainOptions *options;
  const RnnCorpus *corpus;
  const RnnNames *names;
  GHashTable *replaced; /* word -> word: names in this passage */
  Style style;
  RnnRandom *random;
} Writer;

void
_rnn_passage_init (RnnPassage *passage)
{
  passage->memory = g_string_chunk_new (1 << 16);
  passage->words = g_ptr_array_new ();
  passage->tags = g_array_new (FALSE, FALSE, sizeof (guint16));
  passage->ends = g_array_new (FALSE, FALSE, sizeof (gboolean));
}

void
_rnn_passage_clear (RnnPassage *passage)
{
  g_string_chunk_free (passage->memory);
  g_ptr_array_unref (passage->words);
  g_array_unref (passage->tags);
  g_array_unref (passage->ends);
}

static Style
choose_style (const RnnTrainOptions *options, RnnRandom *random)
{
  if (_rnn_random_float (random) < options->lowercase_share)
    return STYLE_RECOGNISER;
  if (_rnn_random_float (random) >= options->other_styles_share)
    return STYLE_AS_IS;
  return (Style) (STYLE_CAPITALS + _rnn_random_below (random, 3));
}

/* @name in the case of @like, which begins with a capital. */
static char *
match_case (char *name, const char *like)
{
  gunichar second = g_utf8_get_char (g_utf8_next_char (like));
  gunichar initial = g_unichar_toupper (g_utf8_get_char (name));
  char *rest = g_unichar_isupper (second)
                   ? g_utf8_strup (g_utf8_next_char (name), -1)
                   : g_strdup (g_utf8_next_char (name));
  char start[7] = { 0 };
  char *matched;

  g_unichar_to_utf8 (initial, start);
  matched = g_strconcat (start, rest, NULL);
  g_free (rest);
  g_free (name);
  return matched;
}

/* What is to stand for token @i's word in this passage: itself, or a name. */
static char *
choose_name (const Writer *writer, const char *word, gboolean is_given)
{
  char *name = NULL;

  if (_rnn_random_float (writer->random) < writer->options->substitute_share)
    name = _rnn_name_pool_draw (is_given ? &writer->names->first
                                         : &writer->names->last,
                                writer->random);
  return name ? match_case (name, word) : g_strdup (word);
}

/* Token @i's word, or another name in place of it: the same one wherever the
 * word comes in the passage. */
static const char *
substitute (const Writer *writer, gsize i, gsize end)
{
  const char *word = writer->corpus->words[i];
  gboolean is_first, is_last, is_given;
  char *name;

  if (writer->options->substitute_share <= 0
      || !_rnn_is_person (writer->corpus, i, end, &is_first, &is_last)
      || !_rnn_is_full_name (word))
    return word;
  name = g_hash_table_lookup (writer->replaced, word);
  if (name)
    return name;
  /* A name alone is a given or a family name. */
  is_given = is_first && is_last ? _rnn_random_float (writer->random) < 0.5f
                                 : !is_last;
  name = choose_name (writer, word, is_given);
  g_hash_table_insert (writer->replaced, (gpointer) word, name);
  return name;
}

/* As a recogniser may hear it: another word of the text, or nothing. */
static const char *
mishear (const Writer *writer, gsize i, const char *word)
{
  const char *tag = writer->corpus->tag_names[writer->corpus->tags[i]];

  if (writer->style != STYLE_RECOGNISER || writer->options->error_rate <= 0
      || strcmp (tag, "O") != 0
      || _rnn_random_float (writer->random) >= writer->options->error_rate)
    return word;
  if (_rnn_random_float (writer->random) < 0.4f)
    return NULL;
  return writer->corpus
      ->words[_rnn_random_below (writer->random, writer->corpus->n_tokens)];
}

/* @word in the passage's style, in @passage's memory; NULL: left out. */
static const char *
spell (const Writer *writer, RnnPassage *passage, const char *word)
{
  char *spelled = NULL;
  const char *kept;

  if ((writer->style == STYLE_RECOGNISER
       || writer->style == STYLE_NO_PUNCTUATION)
      && _rnn_word_is_punctuation (word))
    return NULL;
  if (writer->style == STYLE_CAPITALS)
    spelled = g_utf8_strup (word, -1);
  else if (writer->style == STYLE_RECOGNISER
           || writer->style == STYLE_LOWERCASE)
    spelled = g_utf8_strdown (word, -1);
  kept = g_string_chunk_insert (passage->memory, spelled ? spelled : word);
  g_free (spelled);
  return kept;
}

static void
add_sentence (const Writer *writer, RnnPassage *passage, gsize start, gsize end)
{
  guint before = passage->words->len;

  for (gsize i = start; i < end; i++) {
    const char *word = mishear (writer, i, substitute (writer, i, end));
    gboolean is_end = FALSE;
    word = word ? spell (writer, passage, word) : NULL;
    if (!word)
      continue;
    g_ptr_array_add (passage->words, (gpointer) word);
    g_array_append_val (passage->tags, writer->corpus->tags[i]);
    g_array_append_val (passage->ends, is_end);
  }
  if (passage->words->len > before)
    g_array_index (passage->ends, gboolean, passage->ends->len - 1) = TRUE;
}

/* Write sentences [@first_sentence, @end_sentence) of @corpus anew: other names
 * in place of some, one style for all of it. */
void
_rnn_passage_fill (RnnPassage *passage, const RnnTrainOptions *options,
                   const RnnNames *names, const RnnCorpus *corpus,
                   gsize first_sentence, gsize end_sentence, RnnRandom *random)
{
  Writer writer = { options,
                    corpus,
                    names,
                    g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                           g_free),
                    choose_style (options, random),
                    random };

  g_string_chunk_clear (passage->memory);
  g_ptr_array_set_size (passage->words, 0);
  g_array_set_size (passage->tags, 0);
  g_array_set_size (passage->ends, 0);
  for (gsize s = first_sentence; s < end_sentence; s++)
    add_sentence (&writer, passage, corpus->sentence_starts[s],
                  corpus->sentence_starts[s + 1]);
  g_hash_table_unref (writer.replaced);
}
