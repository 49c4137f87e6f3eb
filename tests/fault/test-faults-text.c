/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text from strangers: faults 57 to 63. */
#include "comma.h"

#include "text/lexicon.h"

#include <jansson.h>
#include <locale.h>
#include <rnn/rnn-tags.h>
#include <rnn/rnn-text.h>
#include <string.h>
#include <sys/resource.h>

#define LONG ((gsize) 32 << 20)
#define PIECE ((gsize) 64 << 10)

static void
append_tokens (GString *shown, RnnText *text)
{
  for (gsize i = 0; i < text->n_tokens; i++) {
    const RnnToken *token = &text->tokens[i];
    g_string_append_len (shown, text->text + token->start,
                         (gssize) (token->end - token->start));
    g_string_append_c (shown, '|');
  }
  rnn_text_free (text);
}

/* Tokens of @bytes with a bar after each, cut at @cut. */
static char *
tokens_of (RnnFraming framing, const char *bytes, gsize n, gsize cut)
{
  RnnTokenizer *tokenizer = rnn_tokenizer_new (NULL, framing);
  GString *shown = g_string_new (NULL);
  RnnText *text;

  g_assert_true (
      rnn_tokenizer_push (tokenizer, (const guint8 *) bytes, cut, NULL));
  while ((text = rnn_tokenizer_pull (tokenizer, NULL)))
    append_tokens (shown, text);
  g_assert_true (rnn_tokenizer_push (tokenizer, (const guint8 *) bytes + cut,
                                     n - cut, NULL));
  while ((text = rnn_tokenizer_pull (tokenizer, NULL)))
    append_tokens (shown, text);
  if ((text = rnn_tokenizer_drain (tokenizer, NULL)))
    append_tokens (shown, text);
  rnn_tokenizer_free (tokenizer);
  return g_string_free (shown, FALSE);
}

static void
assert_tokens (const char *bytes, gsize n, const char *wanted)
{
  char *came = tokens_of (RNN_FRAMING_WORD, bytes, n, n);

  g_assert_cmpstr (came, ==, wanted);
  g_free (came);
}

static void
fault_57_a_cut_at_any_byte_gives_the_same_tokens (void)
{
  static const char text[] =
      "Zoë Müller’s naïve – 東京、大阪 👨‍👩‍👧 "
      "e\xcc\x81\xff x\n";

  for (int framing = RNN_FRAMING_LINE; framing <= RNN_FRAMING_WORD; framing++) {
    char *wanted = tokens_of ((RnnFraming) framing, text, sizeof text - 1, 0);
    for (gsize cut = 1; cut < sizeof text; cut++) {
      char *came = tokens_of ((RnnFraming) framing, text, sizeof text - 1, cut);
      g_assert_cmpstr (came, ==, wanted);
      g_free (came);
    }
    g_free (wanted);
  }
}

#define BAD "\xef\xbf\xbd"

/* Unicode 15, section 3.9, tables 3-8 to 3-11. */
static void
fault_58_each_maximal_subpart_is_one_replacement_character (void)
{
  static const struct {
    const char *bytes, *text;
  } rows[] = {
    { "\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41",
      BAD BAD BAD BAD BAD BAD BAD BAD "A" },
    { "\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41",
      BAD BAD BAD BAD BAD BAD BAD BAD "A" },
    { "\xf4\x91\x92\x93\xff\x41\x80\xbf\x42",
      BAD BAD BAD BAD BAD "A" BAD BAD "B" },
    { "\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", BAD BAD BAD BAD "A" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    RnnTokenizer *tokenizer = rnn_tokenizer_new (NULL, RNN_FRAMING_BUFFER);
    RnnText *text;
    g_assert_true (rnn_tokenizer_push (tokenizer,
                                       (const guint8 *) rows[i].bytes,
                                       strlen (rows[i].bytes), NULL));
    text = rnn_tokenizer_pull (tokenizer, NULL);
    g_assert_cmpstr (text->text, ==, rows[i].text);
    rnn_text_free (text);
    rnn_tokenizer_free (tokenizer);
  }
}

static void
fault_59_nul_is_a_byte_like_others (void)
{
  static const char text[] = "before\0after";
  RnnTokenizer *tokenizer = rnn_tokenizer_new (NULL, RNN_FRAMING_BUFFER);
  RnnText *came;

  assert_tokens (text, sizeof text - 1, "before|after|");
  g_assert_true (rnn_tokenizer_push (tokenizer, (const guint8 *) text,
                                     sizeof text - 1, NULL));
  came = rnn_tokenizer_pull (tokenizer, NULL);
  g_assert_cmpmem (came->text, came->n_bytes, text, sizeof text - 1);
  rnn_text_free (came);
  rnn_tokenizer_free (tokenizer);
}

static gsize
peak_bytes (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (gsize) usage.ru_maxrss * 1024;
}

static void
fault_60_a_word_without_end_takes_little_memory (void)
{
  RnnTokenizer *tokenizer = rnn_tokenizer_new (NULL, RNN_FRAMING_WORD);
  char *piece = g_strnfill (PIECE, 'x');
  gsize n = 0, before = peak_bytes ();
  RnnText *text;

  for (gsize i = 0; i < LONG / PIECE; i++) {
    g_assert_true (
        rnn_tokenizer_push (tokenizer, (const guint8 *) piece, PIECE, NULL));
    while ((text = rnn_tokenizer_pull (tokenizer, NULL))) {
      g_assert_cmpuint (text->n_bytes, <=, 2 * PIECE);
      n += text->n_bytes;
      rnn_text_free (text);
    }
  }
  if ((text = rnn_tokenizer_drain (tokenizer, NULL)))
    n += text->n_bytes;
  if (text)
    rnn_text_free (text);
  g_assert_cmpuint (n, ==, LONG);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what is freed */
  g_assert_cmpuint (peak_bytes () - before, <, 8 << 20);
#endif
  rnn_tokenizer_free (tokenizer);
  g_free (piece);
}

static void
fault_61_marks_and_line_ends_are_no_tokens (void)
{
  static const char *const rows[][2] = {
    { "\xef\xbb\xbfHarry said", "Harry|said|" }, /* byte order mark */
    { "Harry\r\nRon\r\n", "Harry|Ron|" },
    { " \t\r\n \xe2\x80\xa8\xc2\xa0\n", "" },
    { "no newline", "no|newline|" },
    { "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    gsize n = strlen (rows[i][0]);
    for (gsize cut = 0; cut <= n; cut++) {
      char *came = tokens_of (RNN_FRAMING_LINE, rows[i][0], n, cut);
      g_assert_cmpstr (came, ==, rows[i][1]);
      g_free (came);
    }
  }
}

/* @text as JSON, with one token over all of it. */
static char *
json_of (const char *text, float score)
{
  RnnToken token = { 0, (guint32) strlen (text) };
  RnnTag tag = { "PER", 'B', score };
  RnnEntity entity = { "PER", 0, 1, score };
  RnnTaggedText tagged = { .text = text,
                           .n_bytes = strlen (text),
                           .tokens = &token,
                           .tags = &tag,
                           .n_tokens = 1,
                           .entities = &entity,
                           .n_entities = 1,
                           .pts = G_MAXUINT64,
                           .duration = G_MAXUINT64 };

  return g_string_free (rnn_tagged_text_to_json (&tagged), FALSE);
}

static void
assert_json_holds (const char *json, const char *text)
{
  json_t *root = json_loads (json, 0, NULL);

  g_assert_nonnull (root);
  g_assert_cmpstr (json_string_value (json_object_get (root, "text")), ==,
                   text);
  json_decref (root);
}

static void
fault_62_what_turns_text_around_is_escaped (void)
{
  static const char text[] = "a\xe2\x80\xae"
                             "b\xe2\x81\xa6"
                             "c\xe2\x80\xa8"
                             "d\x01\"\\</span>";
  char *json = json_of (text, 0.5f);
  GString *flood = g_string_new ("e");
  char *flooded;

  g_assert_nonnull (strstr (json, "\\u202e"));
  g_assert_nonnull (strstr (json, "\\u2066"));
  g_assert_nonnull (strstr (json, "\\u2028"));
  g_assert_null (strstr (json, "\xe2\x80\xae"));
  assert_json_holds (json, text);
  /* One letter under 100,000 accents: cut, and not one of them lost. */
  for (gsize i = 0; i < 100000; i++)
    g_string_append (flood, "\xcc\x81");
  flooded = json_of (flood->str, 0.5f);
  assert_json_holds (flooded, flood->str);
  g_free (tokens_of (RNN_FRAMING_WORD, flood->str, flood->len, 7));
  g_string_free (flood, TRUE);
  g_free (flooded);
  g_free (json);
}

static void
fault_63_numbers_have_a_point_in_every_locale (void)
{
  RnnLexiconParts parts = {
    (const guint8 *) "a\nb", 3, NULL, "word suffix3:1000", -1, NULL, 0
  };
  RnnLexicon *lexicon;
  char *json;

  if (!test_set_comma_locale ()) {
    g_test_skip ("no locale with a decimal comma");
    return;
  }
  g_assert_cmpstr (localeconv ()->decimal_point, ==, ",");
  json = json_of ("Harry", 0.75f);
  g_assert_nonnull (strstr (json, "\"score\":0.75"));
  lexicon = _rnn_lexicon_new (&parts, NULL);
  g_assert_cmpuint (rnn_lexicon_get_n_rows (lexicon), ==, 1002);
  _rnn_lexicon_free (lexicon);
  g_free (json);
  setlocale (LC_ALL, "C");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/57",
                   fault_57_a_cut_at_any_byte_gives_the_same_tokens);
  g_test_add_func ("/text/58",
                   fault_58_each_maximal_subpart_is_one_replacement_character);
  g_test_add_func ("/text/59", fault_59_nul_is_a_byte_like_others);
  g_test_add_func ("/text/60", fault_60_a_word_without_end_takes_little_memory);
  g_test_add_func ("/text/61", fault_61_marks_and_line_ends_are_no_tokens);
  g_test_add_func ("/text/62", fault_62_what_turns_text_around_is_escaped);
  g_test_add_func ("/text/63", fault_63_numbers_have_a_point_in_every_locale);
  return g_test_run ();
}
