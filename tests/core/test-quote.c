/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strangers' text in messages. */
#include "base/quote.h"

#include <string.h>

static void
what_a_terminal_obeys_is_escaped (void)
{
  const char with_nul[] = "a\0b";
  char out[RNN_QUOTE_SIZE (60)];

  g_assert_cmpstr (RNN_QUOTE (""), ==, "");
  g_assert_cmpstr (RNN_QUOTE ("Zoë 東京 👋 'x'"), ==, "Zoë 東京 👋 'x'");
  g_assert_cmpstr (RNN_QUOTE ("a\nb\tc\rd"), ==, "a\\nb\\tc\\rd");
  g_assert_cmpstr (RNN_QUOTE ("\033[31m\177"), ==, "\\x1b[31m\\x7f");
  g_assert_cmpstr (RNN_QUOTE ("\xc2\x9b"
                              "\u202e\u2028"),
                   ==, "\\x9b\\u{202e}\\u{2028}");
  g_assert_cmpstr (RNN_QUOTE ("\xff\xc3"), ==, "\\xff\\xc3");
  g_assert_cmpstr (_rnn_quote (with_nul, 3, out, sizeof out), ==, "a\\x00b");
}

static void
assert_cut (const char *piece, gsize n, gsize n_shown)
{
  GString *text = g_string_new (NULL);
  const char *shown;

  for (gsize i = 0; i < n; i++)
    g_string_append (text, piece);
  shown = RNN_QUOTE (text->str);
  g_assert_true (g_utf8_validate (shown, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (shown, -1), ==, (glong) n_shown);
  g_assert_true (g_str_has_suffix (shown, "…") == (n > n_shown));
  g_string_free (text, TRUE);
}

static void
no_more_than_sixty_columns_are_shown (void)
{
  assert_cut ("x", 60, 60);
  assert_cut ("x", 61, 60);
  assert_cut ("x", 5000, 60);
  assert_cut ("👋", 60, 60);
  assert_cut ("👋", 61, 60);
  /* No half of an escape. */
  assert_cut ("\033", 5000, 57);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quote/escaped", what_a_terminal_obeys_is_escaped);
  g_test_add_func ("/quote/cut", no_more_than_sixty_columns_are_shown);
  return g_test_run ();
}
