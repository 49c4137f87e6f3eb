/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How fast a dictionary of 1,000,000 words (or the argument's) opens and looks
 * words up, with n_a = 100. Run by hand. */
#include "base/random.h"
#include "core/dictionary.h"
#include "core/memory.h"
#include "text/lexicon.h"

#include <math.h>
#include <rnn/rnn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 5
#define WORDS_A_TEXT (1 << 20)

/* Of this process alone, whatever else the machine does. */
static double
cpu_seconds (void)
{
  return (double) clock () / CLOCKS_PER_SEC;
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
median (double *values)
{
  qsort (values, ROUNDS, sizeof *values, compare);
  return values[ROUNDS / 2];
}

/* A text and where its words are. */
typedef struct {
  char *text;
  RnnToken *tokens; /* [WORDS_A_TEXT] */
  gint32 *indices;  /* [WORDS_A_TEXT] */
} Text;

/* Seconds to look up the words of a text, so many at a time. */
static double
look_up (const RnnLexicon *lexicon, Text *text, gsize n_together)
{
  double start = cpu_seconds (), end;
  GError *error = NULL;

  for (gsize i = 0; i < WORDS_A_TEXT; i += n_together)
    _rnn_lexicon_look_up_tokens (lexicon, text->text, text->tokens + i,
                                 n_together, text->indices + i, &error);
  end = cpu_seconds ();
  g_assert_no_error (error);
  return end - start;
}

/* Word i as often as words fall in text, 1 / i (Zipf 1935), or all alike: the
 * worst case for caches. */
static gsize
draw_word (RnnRandom *random, gsize n_words, gboolean is_even)
{
  if (is_even)
    return (gsize) _rnn_random_below (random, n_words);
  return (gsize) pow ((double) n_words, (double) _rnn_random_float (random))
         - 1;
}

static Text
draw_text (gsize n_words, gboolean is_even)
{
  GString *string = g_string_new (NULL);
  Text text = { NULL, g_new (RnnToken, WORDS_A_TEXT),
                g_new (gint32, WORDS_A_TEXT) };
  RnnRandom random;
  char word[24];

  _rnn_random_seed (&random, 1);
  for (gsize i = 0; i < WORDS_A_TEXT; i++) {
    test_dictionary_word (draw_word (&random, n_words, is_even), word);
    text.tokens[i].start = (guint32) string->len;
    g_string_append (string, word);
    text.tokens[i].end = (guint32) string->len;
    g_string_append_c (string, ' ');
  }
  text.text = g_string_free (string, FALSE);
  return text;
}

static void
report_opening (const TestDictionary *dictionary, const char *path)
{
  double opened[ROUNDS], size = (double) dictionary->n_words * 100 * 4 / 1e6;
  gsize before = test_memory ("VmRSS");
  GError *error = NULL;

  for (int i = 0; i < ROUNDS; i++) {
    double start = cpu_seconds ();
    RnnModel *model = rnn_model_load (path, &error);
    g_assert_no_error (error);
    opened[i] = cpu_seconds () - start;
    if (i == 0)
      printf ("resident  %.0f MB for %.0f MB of weights, at most %.0f MB\n",
              (double) (test_memory ("VmRSS") - before) / 1e6, size,
              (double) (test_memory ("VmHWM") - before) / 1e6);
    rnn_model_unref (model);
  }
  printf ("open      %.3f s\n", median (opened));
}

static void
report_looking_up (const TestDictionary *dictionary, const char *path,
                   gboolean is_even)
{
  static const gsize together[] = { 1, 8, 64 };
  Text text = draw_text (dictionary->n_words, is_even);
  RnnModel *model = rnn_model_load (path, NULL);
  double seconds[G_N_ELEMENTS (together)][ROUNDS];

  for (int i = 0; i < ROUNDS; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (together); j++)
      seconds[j][i] =
          look_up (rnn_model_get_lexicon (model), &text, together[j]);
  for (gsize j = 0; j < G_N_ELEMENTS (together); j++)
    printf ("look-up   %4.1f million words/s, %2" G_GSIZE_FORMAT
            " words a text, %s\n",
            WORDS_A_TEXT / median (seconds[j]) / 1e6, together[j],
            is_even ? "all words alike" : "words as in text");
  rnn_model_unref (model);
  g_free (text.text);
  g_free (text.tokens);
  g_free (text.indices);
}

int
main (int argc, char **argv)
{
  TestDictionary dictionary = { argc > 1 ? strtoul (argv[1], NULL, 10)
                                         : 1000000,
                                100 };
  char *path = test_dictionary_write (&dictionary);

  report_opening (&dictionary, path);
  report_looking_up (&dictionary, path, FALSE);
  report_looking_up (&dictionary, path, TRUE);
  unlink (path);
  g_free (path);
  return 0;
}
