/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/lexicon.h"
#include "text/utf8.h"
#include "text/vocab.h"

#include <rnn/rnn-error.h>

#include <string.h>

#define WORDS "<UNK>\nharry\npotter\n00\ncaf\xc3\xa9"

static RnnLexicon *
make (const char *words, const char *normalize, const char *features,
      gint32 unk)
{
  static const char first[] = "mary\njohn\nharry\n";
  const RnnWordList list = { "first", (const guint8 *) first,
                             sizeof first - 1 };
  const RnnLexiconParts parts = {
    (const guint8 *) words, strlen (words), normalize, features, unk, &list, 1
  };
  GError *error = NULL;
  RnnLexicon *lexicon = _rnn_lexicon_new (&parts, &error);
  g_assert_no_error (error);
  return lexicon;
}

static void
assert_refused (const char *words, const char *normalize, const char *features,
                const char *named)
{
  const RnnLexiconParts parts = {
    (const guint8 *) words, strlen (words), normalize, features, -1, NULL, 0
  };
  GError *error = NULL;

  g_assert_null (_rnn_lexicon_new (&parts, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_MODEL);
  g_assert_nonnull (strstr (error->message, named));
  g_error_free (error);
}

static gint32
row_of (const RnnLexicon *lexicon, const char *word)
{
  gint32 row = -7;

  rnn_lexicon_look_up (lexicon, word, strlen (word), &row, NULL);
  return row;
}

static void
a_word_has_the_row_where_it_stands (void)
{
  RnnLexicon *lexicon = make (WORDS, NULL, NULL, -1);
  gsize n;

  g_assert_cmpuint (rnn_lexicon_get_n_rows (lexicon), ==, 5);
  g_assert_cmpuint (rnn_lexicon_get_n_slots (lexicon), ==, 1);
  g_assert_cmpint (row_of (lexicon, "harry"), ==, 1);
  g_assert_cmpint (row_of (lexicon, "potter"), ==, 2);
  g_assert_cmpmem (rnn_lexicon_get_word (lexicon, 2, &n), n, "potter", 6);
  g_assert_null (rnn_lexicon_get_word (lexicon, 5, &n));
  g_assert_null (rnn_lexicon_get_word (lexicon, -1, &n));
  _rnn_lexicon_free (lexicon);
}

static void
an_unknown_word_has_the_row_of_unk (void)
{
  RnnLexicon *named = make (WORDS, NULL, NULL, -1);
  RnnLexicon *given = make ("a\nb\nc", NULL, NULL, 2);

  g_assert_cmpint (row_of (named, "Harry"), ==, 0);
  g_assert_cmpint (row_of (given, "z"), ==, 2);
  _rnn_lexicon_free (named);
  _rnn_lexicon_free (given);
}

static void
assert_names (GError *error, const char *word)
{
  g_assert_error (error, RNN_ERROR, RNN_ERROR_TOKEN);
  g_assert_nonnull (strstr (error->message, word));
  g_error_free (error);
}

static void
without_unk_an_unknown_word_is_an_error_that_names_it (void)
{
  static const char text[] = "a b zebra a yak";
  const RnnToken tokens[] = {
    { 0, 1 }, { 2, 3 }, { 4, 9 }, { 10, 11 }, { 12, 15 }
  };
  RnnLexicon *lexicon = make ("a\nb", NULL, NULL, -1);
  GError *error = NULL;
  gint32 rows[5] = { -7 };

  g_assert_false (rnn_lexicon_look_up (lexicon, "zebra", 5, rows, &error));
  g_assert_cmpint (rows[0], ==, -7);
  assert_names (g_steal_pointer (&error), "“zebra”");
  g_assert_false (
      _rnn_lexicon_look_up_tokens (lexicon, text, tokens, 5, rows, &error));
  assert_names (g_steal_pointer (&error), "“zebra”");
  g_assert_true (
      _rnn_lexicon_look_up_tokens (lexicon, text, tokens, 2, rows, &error));
  g_assert_cmpint (rows[1], ==, 1);
  _rnn_lexicon_free (lexicon);
}

static void
without_unk_the_features_of_an_unknown_word_are_enough (void)
{
  RnnLexicon *lexicon = make ("a\nb", NULL, "word shape", -1);
  gint32 rows[2];

  g_assert_true (rnn_lexicon_look_up (lexicon, "zebra", 5, rows, NULL));
  g_assert_cmpint (rows[0], ==, -1);
  g_assert_cmpint (rows[1], >=, 2);
  _rnn_lexicon_free (lexicon);
}

static void
words_have_the_same_rows_one_by_one_and_together (void)
{
  RnnLexicon *lexicon =
      make (WORDS, "lowercase digits", "word ?suffix2:5 list.first:3", -1);
  static const char *const words[] = { "Harry", "zebra", "42",  "POTTER",
                                       "john",  "7",     "café" };
  GString *text = g_string_new (NULL);
  gint32 together[40][3], one[3];
  RnnToken tokens[40];

  for (guint32 i = 0; i < 40; i++) {
    tokens[i].start = (guint32) text->len;
    g_string_append (text, words[i % G_N_ELEMENTS (words)]);
    tokens[i].end = (guint32) text->len;
  }
  g_assert_true (_rnn_lexicon_look_up_tokens (lexicon, text->str, tokens, 40,
                                              together[0], NULL));
  for (guint32 i = 0; i < 40; i++) {
    const char *word = words[i % G_N_ELEMENTS (words)];
    rnn_lexicon_look_up (lexicon, word, strlen (word), one, NULL);
    g_assert_cmpmem (together[i], sizeof one, one, sizeof one);
  }
  g_string_free (text, TRUE);
  _rnn_lexicon_free (lexicon);
}

static void
words_are_normalised_in_order (void)
{
  RnnLexicon *lexicon = make (WORDS, "nfc lowercase digits", NULL, -1);

  g_assert_cmpint (row_of (lexicon, "HARRY"), ==, 1);
  g_assert_cmpint (row_of (lexicon, "42"), ==, 3);
  g_assert_cmpint (row_of (lexicon, "CAFE\xcc\x81"), ==, 4);
  _rnn_lexicon_free (lexicon);
}

static void
bad_vocabularies_are_refused_by_name (void)
{
  assert_refused ("a\nb\na", NULL, NULL, "a");
  assert_refused ("a\nb", "nfc uppercase", NULL, "uppercase");
  assert_refused ("a\nb", NULL, "word colour", "colour");
  assert_refused ("a\nb", NULL, "word list.last:4", "list.last");
  assert_refused ("a\nb", NULL, "word list.:4", "list.:4");
  assert_refused ("a\nb", NULL, "?word", "?word");
}

static void
features_have_rows_after_the_words (void)
{
  RnnLexicon *lexicon =
      make (WORDS, "lowercase", "word shape suffix3:8 ngram3:32*4", -1);
  gint32 rows[7], again[7];

  g_assert_cmpuint (rnn_lexicon_get_n_slots (lexicon), ==, 7);
  g_assert_cmpuint (rnn_lexicon_get_n_rows (lexicon), ==, 5 + 16 + 8 + 32);
  rnn_lexicon_look_up (lexicon, "Harry", 5, rows, NULL);
  g_assert_cmpint (rows[0], ==, 1);
  g_assert_true (rows[1] >= 5 && rows[1] < 21);
  g_assert_true (rows[2] >= 21 && rows[2] < 29);
  for (int i = 3; i < 7; i++)
    g_assert_true (rows[i] == -1 || (rows[i] >= 29 && rows[i] < 61));

  /* Case makes another shape, and nothing else. */
  rnn_lexicon_look_up (lexicon, "harry", 5, again, NULL);
  g_assert_cmpint (rows[1], !=, again[1]);
  g_assert_cmpint (rows[2], ==, again[2]);
  g_assert_cmpmem (rows + 3, 16, again + 3, 16);
  _rnn_lexicon_free (lexicon);
}

static void
a_list_tells_how_well_known_a_word_is (void)
{
  RnnLexicon *lexicon = make (WORDS, "lowercase", "word list.first:3", -1);
  static const struct {
    const char *word;
    gint32 row;
  } cases[] = {
    { "Potter", 5 + 0 }, /* not in it */
    { "Mary", 5 + 1 },   /* first */
    { "john", 5 + 2 },   /* second and third */
    { "harry", 5 + 2 },
  };
  gint32 rows[2];

  g_assert_cmpuint (rnn_lexicon_get_n_rows (lexicon), ==, 5 + 3);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    rnn_lexicon_look_up (lexicon, cases[i].word, strlen (cases[i].word), rows,
                         NULL);
    g_assert_cmpint (rows[1], ==, cases[i].row);
  }
  _rnn_lexicon_free (lexicon);
}

static void
letters_can_speak_for_unknown_words_alone (void)
{
  RnnLexicon *lexicon = make (WORDS, NULL, "word ?ngram3:32*2 ?suffix2:8", -1);
  gint32 known[4], unknown[4];

  rnn_lexicon_look_up (lexicon, "harry", 5, known, NULL);
  rnn_lexicon_look_up (lexicon, "larry", 5, unknown, NULL);
  g_assert_cmpint (known[0], ==, 1);
  g_assert_cmpint (unknown[0], ==, 0);
  for (gsize i = 1; i < 4; i++) {
    g_assert_cmpint (known[i], ==, -1);
    g_assert_cmpint (unknown[i], >=, 5);
  }
  _rnn_lexicon_free (lexicon);
}

static void
ill_formed_utf8_becomes_one_mark_per_maximal_subpart (void)
{
  static const struct {
    const char *in, *out;
  } cases[] = {
    { "plain", "plain" },
    { "\xff", "\xef\xbf\xbd" },
    { "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },
    { "\xe1\x80\xe2", "\xef\xbf\xbd\xef\xbf\xbd" },
    { "\xf1\x80\x80"
      "a",
      "\xef\xbf\xbd"
      "a" },
    { "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
    { "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    gsize n;
    char *clean = _rnn_utf8_clean ((const guint8 *) cases[i].in,
                                   strlen (cases[i].in), &n);
    g_assert_cmpmem (clean, n, cases[i].out, strlen (cases[i].out));
    g_free (clean);
  }
}

static void
the_builder_keeps_the_most_frequent_words (void)
{
  RnnVocabBuilder *builder = _rnn_vocab_builder_new ();
  const char *corpus[] = { "b", "a", "c", "c", "b", "c", "d" };
  gsize n;

  for (gsize i = 0; i < G_N_ELEMENTS (corpus); i++)
    _rnn_vocab_builder_add (builder, corpus[i], 1);
  char *blob = _rnn_vocab_builder_build (builder, 4, 1, &n);
  RnnLexicon *lexicon = make (blob, NULL, NULL, -1);
  g_assert_cmpuint (rnn_lexicon_get_n_rows (lexicon), ==, 4);
  g_assert_cmpint (row_of (lexicon, "<UNK>"), ==, 0);
  g_assert_cmpint (row_of (lexicon, "c"), ==, 1);
  g_assert_cmpint (row_of (lexicon, "b"), ==, 2);
  g_assert_cmpint (row_of (lexicon, "a"), ==, 3);
  g_assert_cmpint (row_of (lexicon, "d"), ==, 0);
  _rnn_lexicon_free (lexicon);
  g_free (blob);
  _rnn_vocab_builder_free (builder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lexicon/rows", a_word_has_the_row_where_it_stands);
  g_test_add_func ("/lexicon/unknown", an_unknown_word_has_the_row_of_unk);
  g_test_add_func ("/lexicon/unknown-without-unk",
                   without_unk_an_unknown_word_is_an_error_that_names_it);
  g_test_add_func ("/lexicon/unknown-with-features",
                   without_unk_the_features_of_an_unknown_word_are_enough);
  g_test_add_func ("/lexicon/together",
                   words_have_the_same_rows_one_by_one_and_together);
  g_test_add_func ("/lexicon/normalise", words_are_normalised_in_order);
  g_test_add_func ("/lexicon/refused", bad_vocabularies_are_refused_by_name);
  g_test_add_func ("/lexicon/features", features_have_rows_after_the_words);
  g_test_add_func ("/lexicon/list", a_list_tells_how_well_known_a_word_is);
  g_test_add_func ("/lexicon/unknown-letters",
                   letters_can_speak_for_unknown_words_alone);
  g_test_add_func ("/lexicon/utf8",
                   ill_formed_utf8_becomes_one_mark_per_maximal_subpart);
  g_test_add_func ("/lexicon/builder",
                   the_builder_keeps_the_most_frequent_words);
  return g_test_run ();
}
