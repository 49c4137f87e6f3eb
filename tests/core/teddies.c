/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "teddies.h"

#include "base/checked.h"
#include "train/metrics.h"

#include <glib/gstdio.h>
#include <string.h>

RnnCorpus *
test_corpus_new (const char *text)
{
  gsize n = strlen (text);
  char *bytes = _rnn_try_alloc (n + 1, 1);
  GError *error = NULL;
  RnnCorpus *corpus;

  memcpy (bytes, text, n);
  corpus = _rnn_corpus_parse (bytes, n, "corpus", &error);
  g_assert_no_error (error);
  return corpus;
}

RnnCorpus *
test_teddies_new (TestLabels labels)
{
  static const char *const names[] = { "Teddy\tB-PER\nRoosevelt\tI-PER\n",
                                       "Teddy\tO\nRoosevelt\tO\n",
                                       "Teddy\t?\nRoosevelt\t?\n" };
  static const char *const toys[] = { "Teddy\tO\nbears\tO\n",
                                      "Teddy\tB-PER\nbears\tI-PER\n",
                                      "Teddy\t?\nbears\t?\n" };
  static const char *const verbs[] = { "ran\tO\n\n", "ran\tO\n\n",
                                       "ran\t?\n\n" };
  GString *text = g_string_new (NULL);
  RnnCorpus *corpus;

  /* In an order that nothing can learn. */
  for (guint32 i = 0; i < 200; i++)
    g_string_append_printf (text, "%s%s",
                            (i * 2654435761u >> 13) % 3 == 0 ? names[labels]
                                                             : toys[labels],
                            verbs[labels]);
  corpus = test_corpus_new (text->str);
  g_string_free (text, TRUE);
  return corpus;
}

RnnTrainOptions
test_small_options (void)
{
  RnnTrainOptions options;

  _rnn_train_options_init (&options);
  options.hidden_size = 8;
  options.lowercase_share = 0;
  options.n_epochs = 25;
  options.patience = 0;
  options.n_streams = 4;
  options.n_steps = 8;
  options.learning_rate = 0.02f;
  options.dropout = 0;
  return options;
}

double
test_score (const char *path, const RnnCorpus *corpus)
{
  RnnEvalOptions options = { .ends_known = TRUE,
                             .entity = "PER",
                             .threshold = 0.5f };
  RnnScores scores = { 0 };
  GError *error = NULL;
  RnnModel *model = rnn_model_load (path, &error);

  g_assert_no_error (error);
  g_assert_true (_rnn_evaluate (model, corpus, &options, &scores, &error));
  rnn_model_unref (model);
  return _rnn_scores_mean (&scores);
}

void
test_assert_refused (const RnnTrainOptions *options, RnnCorpus *corpus,
                     const char *path, RnnError code, const char *word)
{
  GError *error = NULL;

  g_remove (path);
  g_assert_false (
      _rnn_train (options, &corpus, 1, NULL, 0, path, NULL, NULL, &error));
  g_assert_error (error, RNN_ERROR, (gint) code);
  if (!strstr (error->message, word))
    g_error ("expected \"%s\" in \"%s\"", word, error->message);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_error_free (error);
}
