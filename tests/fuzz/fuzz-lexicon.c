/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A vocabulary: normalisation, features, words, a list of words for features,
 * and a word to look up, with a form feed between. */
#include "fuzz.h"

#include "text/lexicon.h"

#include <string.h>

#define MAX_SLOTS (16 * 64)

static void
check_look_up (const RnnLexicon *lexicon, const char *word, gsize n_bytes)
{
  gsize n_slots = rnn_lexicon_get_n_slots (lexicon);
  gint32 indices[MAX_SLOTS];

  g_assert_cmpuint (n_slots, <=, MAX_SLOTS);
  if (!rnn_lexicon_look_up (lexicon, word, n_bytes, indices, NULL)) {
    g_assert_cmpint (_rnn_lexicon_get_unk (lexicon), ==, -1);
    return;
  }
  for (gsize i = 0; i < n_slots; i++) {
    g_assert_cmpint (indices[i], >=, -1);
    g_assert_cmpint (indices[i], <, (gint64) rnn_lexicon_get_n_rows (lexicon));
  }
}

/* A word that needs no normalisation is found where it was put. */
static void
check_rows (const RnnLexicon *lexicon, gboolean is_normalized)
{
  gsize n_words = _rnn_lexicon_get_n_words (lexicon);
  gint32 indices[MAX_SLOTS];

  for (gsize row = 0; row < n_words; row++) {
    gsize n_bytes;
    const char *word = rnn_lexicon_get_word (lexicon, (gint32) row, &n_bytes);
    g_assert_nonnull (word);
    check_look_up (lexicon, word, n_bytes);
    if (is_normalized || n_bytes == 0)
      continue;
    g_assert_true (rnn_lexicon_look_up (lexicon, word, n_bytes, indices, NULL));
    if (rnn_lexicon_get_n_slots (lexicon) == 1)
      g_assert_cmpint (indices[0], ==, (gint32) row);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  /* Of nothing there need not be a place. */
  char *text = g_strndup (n_bytes > 0 ? (const char *) data : "", n_bytes);
  char **parts = g_strsplit (text, "\f", 5);
  GError *error = NULL;
  RnnLexicon *lexicon;

  if (g_strv_length (parts) == 5) {
    RnnWordList list = { "a", (const guint8 *) parts[3], strlen (parts[3]) };
    RnnLexiconParts wanted = { (const guint8 *) parts[2],
                               strlen (parts[2]),
                               parts[0],
                               parts[1],
                               -1,
                               &list,
                               1 };
    lexicon = _rnn_lexicon_new (&wanted, &error);
    g_assert_true ((lexicon == NULL) == (error != NULL));
    g_clear_error (&error);
    if (lexicon) {
      check_rows (lexicon, parts[0][0] != '\0');
      check_look_up (lexicon, parts[4], strlen (parts[4]));
    }
    _rnn_lexicon_free (lexicon);
  }
  g_strfreev (parts);
  g_free (text);
  return 0;
}
