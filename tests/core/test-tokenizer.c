/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/random.h"
#include "rnn/rnn-text.h"

#include <string.h>

/* The tokens of all texts, with | between, / after each text. */
static char *
show (RnnTokenizer *tokenizer, GString *shown)
{
  RnnText *text;

  while ((text = rnn_tokenizer_pull (tokenizer, NULL))) {
    for (gsize i = 0; i < text->n_tokens; i++)
      g_string_append_printf (
          shown, "%s%.*s", i ? "|" : "",
          (int) (text->tokens[i].end - text->tokens[i].start),
          text->text + text->tokens[i].start);
    g_string_append_c (shown, '/');
    rnn_text_free (text);
  }
  return shown->str;
}

static void
assert_tokens (const char *input, const char *wanted)
{
  RnnTokenizer *tokenizer = rnn_tokenizer_new (NULL, RNN_FRAMING_BUFFER);
  GString *shown = g_string_new (NULL);

  g_assert_true (rnn_tokenizer_push (tokenizer, (const guint8 *) input,
                                     strlen (input), NULL));
  g_assert_cmpstr (show (tokenizer, shown), ==, wanted);
  g_string_free (shown, TRUE);
  rnn_tokenizer_free (tokenizer);
}

static void
words_punctuation_and_clitics_are_apart (void)
{
  assert_tokens ("Harry Potter and Hermione Granger invented a new spell.",
                 "Harry|Potter|and|Hermione|Granger|invented|a|new|spell|./");
  assert_tokens ("John's dog can't bark, said O'Brien.",
                 "John|'s|dog|ca|n't|bark|,|said|O'Brien|./");
  assert_tokens ("it\xe2\x80\x99s \"they're\" I'll",
                 "it|\xe2\x80\x99s|\"|they|'re|\"|I|'ll/");
  assert_tokens ("Jean-Luc (no...) wow!!! --",
                 "Jean|-|Luc|(|no|...|)|wow|!!!|--/");
}

static void
abbreviations_and_initials_keep_their_period (void)
{
  assert_tokens ("Mr. J. R. Smith of the U.S. left.",
                 "Mr.|J.|R.|Smith|of|the|U.S.|left|./");
  assert_tokens ("It cost 3.14 or 10,000 dollars.",
                 "It|cost|3.14|or|10,000|dollars|./");
  assert_tokens ("See https://example.org/a?b=c, or a@b.org.",
                 "See|https://example.org/a?b=c|,|or|a@b.org|./");
}

static void
clitics_are_found_before_punctuation (void)
{
  assert_tokens ("(Potter's), \"can't\"! the 1990's.",
                 "(|Potter|'s|)|,|\"|ca|n't|\"|!|the|1990|'s|./");
  assert_tokens ("he 's Ron\xe2\x80\x99s 'tis",
                 "he|'s|Ron|\xe2\x80\x99s|'|tis/");
  assert_tokens ("So did I. J.K. Rowling, Inc., etc...",
                 "So|did|I|.|J.K.|Rowling|,|Inc.|,|etc|.../");
}

static void
signs_inside_numbers_and_names_stay (void)
{
  assert_tokens ("at 5:30, on 9/11: AT&T's e-mail and/or well-known",
                 "at|5:30|,|on|9/11|:|AT&T|'s|e-mail|and|/|or|"
                 "well|-|known/");
  assert_tokens ("5% of $1,000,000.50", "5|%|of|$|1,000,000.50/");
}

static void
addresses_handles_and_tags_are_whole (void)
{
  assert_tokens ("(see www.a.org/x_(y).) \"http://b.org/?q=1,2\"",
                 "(|see|www.a.org/x_(y|)|.|)|\"|http://b.org/?q=1,2|\"/");
  assert_tokens ("a.b-c+d@e-f.co.uk, @JKRowling: #Potter! #1 a@b C#",
                 "a.b-c+d@e-f.co.uk|,|@JKRowling|:|#Potter|!|#|1|a|@|b|C|#/");
}

static void
an_emoji_is_one_token_and_marks_unseen_are_none (void)
{
  static const char witch[] = "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xac";
  static const char flags[] = "\xf0\x9f\x87\xac\xf0\x9f\x87\xa7"
                              "\xf0\x9f\x87\xab\xf0\x9f\x87\xb7";
  char *wanted = g_strconcat (witch, "/", NULL);
  assert_tokens (witch, wanted);
  g_free (wanted);
  wanted = g_strdup_printf ("%.8s|%s|Hi/", flags, flags + 8);
  char *input = g_strconcat ("\xef\xbb\xbf", flags,
                             " \xe2\x80\x8e"
                             "Hi",
                             NULL);
  assert_tokens (input, wanted);
  g_free (input);
  g_free (wanted);
}

static void
text_without_spaces_is_cut_into_words (void)
{
  assert_tokens ("\xe5\xb0\x8f\xe6\x98\x8e\xe5\x96\x9c\xe6\xac\xa2"
                 "\xe5\x8c\x97\xe4\xba\xac\xe3\x80\x82",
                 "\xe5\xb0\x8f\xe6\x98\x8e|\xe5\x96\x9c\xe6\xac\xa2|"
                 "\xe5\x8c\x97\xe4\xba\xac|\xe3\x80\x82/");
}

static void
nothing_and_spaces_have_no_tokens (void)
{
  assert_tokens ("", "/");
  assert_tokens (" \n\t ", "/");
}

static void
bytes_that_are_no_text_become_replacement_characters (void)
{
  assert_tokens ("a \xff\xfe b \xe2\x82", "a|\xef\xbf\xbd\xef\xbf\xbd|b|"
                                          "\xef\xbf\xbd/");
}

static const char mixed[] =
    "Mr. Harry Potter's owl can't fly.\nStra\xc3\x9f"
    "e, na\xc3\xafve caf\xc3\xa9 \xf0\x9f\xa6\x89\xf0\x9f\x91\xa9\xe2\x80\x8d"
    "\xf0\x9f\x94\xac\n"
    "\xe5\xb0\x8f\xe6\x98\x8e\xe5\x96\x9c\xe6\xac\xa2\xe5\x8c\x97\xe4\xba\xac"
    "\xe3\x80\x82\xe6\x9d\xb1\xe4\xba\xac\xe3\x82\xbf\xe3\x83\xaf\xe3\x83\xbc"
    "\xe3\x81\xb8\xe8\xa1\x8c\xe3\x81\x8f\xe3\x80\x82 bad \xff\xe2\x28\xf0\x9f"
    " bytes\r\n\nU.S. 3.14 a@b.org it\xe2\x80\x99s ... end";

/* All tokens with where they are in the stream; how texts are cut may differ.
 */
static char *
tokens_of_cuts (RnnFraming framing, RnnRandom *random)
{
  RnnTokenizer *tokenizer = rnn_tokenizer_new (NULL, framing);
  const guint8 *bytes = (const guint8 *) mixed;
  gsize n = sizeof mixed - 1;
  GString *shown = g_string_new (NULL);
  gboolean at_end = FALSE;

  for (gsize at = 0; !at_end;) {
    gsize wish = random ? 1 + (gsize) _rnn_random_below (random, 9) : n;
    gsize part = MIN (wish, n - at);
    RnnText *text;
    at_end = at == n;
    if (!at_end)
      g_assert_true (rnn_tokenizer_push (tokenizer, bytes + at, part, NULL));
    at += part;
    while ((text = at_end ? rnn_tokenizer_drain (tokenizer, NULL)
                          : rnn_tokenizer_pull (tokenizer, NULL))) {
      for (gsize i = 0; i < text->n_tokens; i++)
        g_string_append_printf (
            shown, "%d:%.*s|",
            (int) (text->source_start + text->tokens[i].start),
            (int) (text->tokens[i].end - text->tokens[i].start),
            text->text + text->tokens[i].start);
      if (framing == RNN_FRAMING_LINE)
        g_string_append_c (shown, '/');
      rnn_text_free (text);
    }
  }
  rnn_tokenizer_free (tokenizer);
  return g_string_free (shown, FALSE);
}

static void
any_cut_gives_the_same_tokens (void)
{
  RnnRandom random;

  _rnn_random_seed (&random, 2);
  for (int framing = RNN_FRAMING_LINE; framing <= RNN_FRAMING_WORD; framing++) {
    char *wanted = tokens_of_cuts ((RnnFraming) framing, NULL);
    g_assert_nonnull (strstr (wanted, ":Potter|"));
    for (gsize i = 0; i < 300; i++) {
      char *came = tokens_of_cuts ((RnnFraming) framing, &random);
      g_assert_cmpstr (came, ==, wanted);
      g_free (came);
    }
    g_free (wanted);
  }
}

static void
a_copy_goes_on_by_itself (void)
{
  RnnTokenizer *one = rnn_tokenizer_new (NULL, RNN_FRAMING_WORD), *two;
  GString *shown = g_string_new (NULL);
  RnnText *text;

  rnn_tokenizer_push (one, (const guint8 *) "Hello Har", 9, NULL);
  g_assert_cmpstr (show (one, shown), ==, "Hello/");
  two = rnn_tokenizer_copy (one);
  text = rnn_tokenizer_drain (two, NULL);
  g_assert_cmpstr (text->text, ==, "Har");
  rnn_text_free (text);
  rnn_tokenizer_push (one, (const guint8 *) "ry ", 3, NULL);
  g_assert_cmpstr (show (one, shown), ==, "Hello/Harry/");
  rnn_tokenizer_free (one);
  rnn_tokenizer_free (two);
  g_string_free (shown, TRUE);
}

static void
white_space_waits_for_the_word_behind_it (void)
{
  static const char *const pieces[] = { "one ", "\r", "\n ", "tw", "o  " };
  RnnTokenizer *tokenizer = rnn_tokenizer_new (NULL, RNN_FRAMING_WORD);
  GString *all = g_string_new (NULL);
  gsize n, n_blank;
  RnnText *text;

  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++) {
    rnn_tokenizer_push (tokenizer, (const guint8 *) pieces[i],
                        strlen (pieces[i]), NULL);
    while ((text = rnn_tokenizer_pull (tokenizer, NULL))) {
      g_assert_cmpuint (text->n_tokens, ==, 1);
      g_string_append (all, text->text);
      g_string_append_c (all, '/');
      rnn_text_free (text);
    }
    if (i == 3) {
      const char *carried = rnn_tokenizer_peek (tokenizer, &n, &n_blank);
      g_assert_cmpmem (carried, n, "\r\n tw", 5);
      g_assert_cmpuint (n_blank, ==, 3);
    }
  }
  g_assert_cmpstr (all->str, ==, "one /\r\n two  /");
  g_assert_null (rnn_tokenizer_drain (tokenizer, NULL));
  rnn_tokenizer_push (tokenizer, (const guint8 *) "\n", 1, NULL);
  g_assert_null (rnn_tokenizer_pull (tokenizer, NULL));
  text = rnn_tokenizer_drain (tokenizer, NULL);
  g_assert_cmpuint (text->n_tokens, ==, 0);
  g_assert_cmpstr (text->text, ==, "\n");
  rnn_text_free (text);
  g_string_free (all, TRUE);
  rnn_tokenizer_free (tokenizer);
}

static void
a_chunk_without_spaces_does_not_wait_for_ever (void)
{
  RnnTokenizer *tokenizer = rnn_tokenizer_new (NULL, RNN_FRAMING_WORD);
  gsize n = 0;
  RnnText *text;

  for (gsize i = 0; i < 200000; i++)
    g_assert_true (
        rnn_tokenizer_push (tokenizer, (const guint8 *) "x", 1, NULL));
  while ((text = rnn_tokenizer_pull (tokenizer, NULL))) {
    n += text->n_bytes;
    rnn_text_free (text);
  }
  g_assert_cmpuint (n, ==, 3 * 65536);
  rnn_tokenizer_free (tokenizer);
}

static void
markup_is_stripped_leniently (void)
{
  static const char *const pairs[][2] = {
    { "<b>Harry</b> &amp; Ron", "Harry & Ron" },
    { "<span foreground=\"red\">1 &lt; 2</span>", "1 < 2" },
    { "a < b & c &unknown; &#233; &#x41; <i>open",
      "a < b & c &unknown; \xc3\xa9 A open" },
    { "&#0; &#xd800; <", "&#0; &#xd800; <" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++) {
    gsize n;
    char *text = rnn_markup_to_text (pairs[i][0], strlen (pairs[i][0]), &n);
    g_assert_cmpstr (text, ==, pairs[i][1]);
    g_assert_cmpuint (n, ==, strlen (text));
    g_free (text);
  }
}

/* In three parts, at all places; what is left over goes before the next. */
static void
markup_that_is_cut_anywhere_gives_the_same_text (void)
{
  static const char markup[] =
      "<b>A &amp; B</b>< 3 <i>&#x41;&unknown; & &; &am p; a<b &#65 &# 66; <";
  const gsize n = sizeof markup - 1;
  gsize n_whole;
  char *whole = rnn_markup_to_text (markup, n, &n_whole);

  for (gsize i = 0; i <= n; i++)
    for (gsize j = i; j <= n; j++) {
      const gsize ends[] = { i, j };
      GString *text = g_string_new (NULL);
      gsize at = 0, n_used, n_part;
      char *part;

      for (gsize k = 0; k < G_N_ELEMENTS (ends); k++) {
        part = rnn_markup_part_to_text (markup + at, ends[k] - at, &n_used,
                                        &n_part);
        g_string_append_len (text, part, (gssize) n_part);
        g_free (part);
        at += n_used;
        g_assert_cmpuint (at, <=, ends[k]);
      }
      part = rnn_markup_to_text (markup + at, n - at, &n_part);
      g_string_append_len (text, part, (gssize) n_part);
      g_free (part);
      g_assert_cmpstr (text->str, ==, whole);
      g_string_free (text, TRUE);
    }
  g_free (whole);
}

/* Else one `<` would keep a live stream waiting for ever. */
static void
a_tag_that_never_ends_is_text (void)
{
  gsize n_used, n_text;
  char *markup = g_strnfill (5000, 'x'), *text;

  markup[0] = '<';
  text = rnn_markup_part_to_text (markup, 4095, &n_used, &n_text);
  g_assert_cmpuint (n_used, ==, 0);
  g_assert_cmpuint (n_text, ==, 0);
  g_free (text);
  text = rnn_markup_part_to_text (markup, 4096, &n_used, &n_text);
  g_assert_cmpuint (n_used, ==, 4096);
  g_assert_cmpuint (n_text, ==, 4096);
  g_free (text);
  markup[4999] = '>';
  text = rnn_markup_to_text (markup, 5000, &n_text);
  g_assert_cmpstr (text, ==, markup);
  g_free (text);
  g_free (markup);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tokenizer/english",
                   words_punctuation_and_clitics_are_apart);
  g_test_add_func ("/tokenizer/periods",
                   abbreviations_and_initials_keep_their_period);
  g_test_add_func ("/tokenizer/clitics", clitics_are_found_before_punctuation);
  g_test_add_func ("/tokenizer/signs", signs_inside_numbers_and_names_stay);
  g_test_add_func ("/tokenizer/addresses",
                   addresses_handles_and_tags_are_whole);
  g_test_add_func ("/tokenizer/emoji",
                   an_emoji_is_one_token_and_marks_unseen_are_none);
  g_test_add_func ("/tokenizer/chinese", text_without_spaces_is_cut_into_words);
  g_test_add_func ("/tokenizer/empty", nothing_and_spaces_have_no_tokens);
  g_test_add_func ("/tokenizer/invalid",
                   bytes_that_are_no_text_become_replacement_characters);
  g_test_add_func ("/tokenizer/cuts", any_cut_gives_the_same_tokens);
  g_test_add_func ("/tokenizer/copy", a_copy_goes_on_by_itself);
  g_test_add_func ("/tokenizer/blank",
                   white_space_waits_for_the_word_behind_it);
  g_test_add_func ("/tokenizer/endless",
                   a_chunk_without_spaces_does_not_wait_for_ever);
  g_test_add_func ("/markup", markup_is_stripped_leniently);
  g_test_add_func ("/markup/cuts",
                   markup_that_is_cut_anywhere_gives_the_same_text);
  g_test_add_func ("/markup/endless", a_tag_that_never_ends_is_text);
  return g_test_run ();
}
