/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nets that learn from what other nets say of a text. */
#include "train/metrics.h"
#include "train/trainer.h"

#include <glib/gstdio.h>
#include <rnn/rnn-error.h>
#include <string.h>

static char *folder;

typedef enum { RIGHT, WRONG, NONE } Labels;

/* In an order that nothing can learn; the next word tells a name. */
static RnnCorpus *
write_teddies (Labels labels)
{
  static const char *const names[] = { "Teddy\tB-PER\nRoosevelt\tI-PER\n\n",
                                       "Teddy\tO\nRoosevelt\tO\n\n",
                                       "Teddy\t?\nRoosevelt\t?\n\n" };
  static const char *const toys[] = { "Teddy\tO\nbears\tO\n\n",
                                      "Teddy\tB-PER\nbears\tI-PER\n\n",
                                      "Teddy\t?\nbears\t?\n\n" };
  GString *text = g_string_new (NULL);
  GError *error = NULL;
  RnnCorpus *corpus;
  gsize n;

  for (guint32 i = 0; i < 200; i++)
    g_string_append (text, (i * 2654435761u >> 13) % 3 == 0 ? names[labels]
                                                            : toys[labels]);
  n = text->len;
  corpus =
      _rnn_corpus_parse (g_string_free (text, FALSE), n, "teddies", &error);
  g_assert_no_error (error);
  return corpus;
}

static RnnTrainOptions
small_options (void)
{
  RnnTrainOptions options;

  _rnn_train_options_init (&options);
  options.hidden_size = 8;
  options.lookahead = 1;
  options.lowercase_share = 0;
  options.n_epochs = 15;
  options.patience = 0;
  options.n_streams = 4;
  options.n_steps = 8;
  options.learning_rate = 0.02f;
  options.dropout = 0;
  return options;
}

/* Train on @corpus, and make sure that teddies are told apart. */
static void
train_and_check (const RnnTrainOptions *options, RnnCorpus *corpus,
                 const char *path)
{
  RnnCorpus *labelled = write_teddies (RIGHT);
  RnnEvalOptions eval = { .ends_known = TRUE,
                          .entity = "PER",
                          .threshold = 0.5f };
  RnnScores scores = { 0 };
  GError *error = NULL;
  RnnModel *model;

  _rnn_train (options, &corpus, 1, NULL, 0, path, NULL, NULL, &error);
  g_assert_no_error (error);
  model = rnn_model_load (path, &error);
  g_assert_no_error (error);
  g_assert_true (_rnn_evaluate (model, labelled, &eval, &scores, &error));
  g_assert_cmpfloat (_rnn_scores_mean (&scores), >, 0.99);
  rnn_model_unref (model);
  _rnn_corpus_free (labelled);
}

static char *
train_teacher (const char *name)
{
  RnnTrainOptions options = small_options ();
  RnnCorpus *corpus = write_teddies (RIGHT);
  char *path = g_build_filename (folder, name, NULL);

  train_and_check (&options, corpus, path);
  _rnn_corpus_free (corpus);
  return path;
}

static void
unlabelled_text_is_learned_from_teachers (void)
{
  char *first = train_teacher ("first"), *second = train_teacher ("second");
  char *teachers[] = { first, second, NULL };
  char *path = g_build_filename (folder, "pupil", NULL);
  RnnCorpus *corpus = write_teddies (NONE);
  RnnTrainOptions options = small_options ();

  options.cell = RNN_CELL_GRU;
  options.teachers = teachers;
  train_and_check (&options, corpus, path);
  _rnn_corpus_free (corpus);
  g_free (path);
  g_free (second);
  g_free (first);
}

static void
whoever_trusts_the_teachers_alone_is_not_misled_by_labels (void)
{
  char *teacher = train_teacher ("teacher");
  char *teachers[] = { teacher, NULL };
  char *path = g_build_filename (folder, "trusting", NULL);
  RnnCorpus *corpus = write_teddies (WRONG);
  RnnTrainOptions options = small_options ();

  options.teachers = teachers;
  options.trust = 1;
  train_and_check (&options, corpus, path);
  _rnn_corpus_free (corpus);
  g_free (path);
  g_free (teacher);
}

static void
assert_refused (const RnnTrainOptions *options, RnnCorpus *corpus,
                const char *word)
{
  char *path = g_build_filename (folder, "refused", NULL);
  GError *error = NULL;

  g_assert_false (
      _rnn_train (options, &corpus, 1, NULL, 0, path, NULL, NULL, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT);
  g_assert_nonnull (strstr (error->message, word));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_error_free (error);
  g_free (path);
}

static void
unlabelled_text_without_a_teacher_is_refused (void)
{
  RnnTrainOptions options = small_options ();
  RnnCorpus *corpus = write_teddies (NONE);

  assert_refused (&options, corpus, "expected a teacher");
  _rnn_corpus_free (corpus);
}

static void
a_teacher_of_other_labels_is_refused_by_name (void)
{
  char *teacher = train_teacher ("stranger");
  char *teachers[] = { teacher, NULL };
  RnnTrainOptions options = small_options ();
  RnnCorpus *corpus = write_teddies (RIGHT);

  options.teachers = teachers;
  options.entity = NULL;
  assert_refused (&options, corpus, "stranger");
  _rnn_corpus_free (corpus);
  g_free (teacher);
}

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("rnn-teachers-XXXXXX", NULL);
  g_test_add_func ("/teachers/unlabelled",
                   unlabelled_text_is_learned_from_teachers);
  g_test_add_func ("/teachers/trust",
                   whoever_trusts_the_teachers_alone_is_not_misled_by_labels);
  g_test_add_func ("/teachers/none",
                   unlabelled_text_without_a_teacher_is_refused);
  g_test_add_func ("/teachers/labels",
                   a_teacher_of_other_labels_is_refused_by_name);
  code = g_test_run ();
  if (code == 0) {
    char *command = g_strdup_printf ("rm -r '%s'", folder);
    code = system (command);
    g_free (command);
  }
  g_free (folder);
  return code;
}
