/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Labelled text: refused with the line that is wrong, or a corpus whose
 * sentences cover its tokens. */
#include "fuzz.h"

#include "base/checked.h"
#include "train/corpus.h"

#include <string.h>

static void
check_corpus (const RnnCorpus *corpus)
{
  gsize n_names = g_strv_length (corpus->tag_names);

  g_assert_cmpuint (corpus->sentence_starts[0], ==, 0);
  for (gsize s = 0; s < corpus->n_sentences; s++)
    g_assert_cmpuint (corpus->sentence_starts[s], <,
                      corpus->sentence_starts[s + 1]);
  g_assert_cmpuint (corpus->sentence_starts[corpus->n_sentences], ==,
                    corpus->n_tokens);
  for (gsize i = 0; i < corpus->n_tokens; i++) {
    g_assert_true (g_utf8_validate (corpus->words[i], -1, NULL));
    g_assert_cmpint (corpus->words[i][0], !=, '\0');
    g_assert_cmpuint (corpus->tags[i], <, n_names);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  char *bytes = _rnn_try_alloc (n_bytes + 1, 1);
  GError *error = NULL;
  RnnCorpus *corpus;

  if (n_bytes > 0)
    memcpy (bytes, data, n_bytes);
  corpus = _rnn_corpus_parse (bytes, n_bytes, "fuzz", &error);
  g_assert_true ((corpus == NULL) == (error != NULL));
  if (corpus)
    check_corpus (corpus);
  g_clear_error (&error);
  _rnn_corpus_free (corpus);
  return 0;
}
