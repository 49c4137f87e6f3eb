/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nets that learn from what other nets say of a text. */
#include "folder.h"
#include "teddies.h"

static char *folder;

static RnnTrainOptions
ahead_options (void)
{
  RnnTrainOptions options = test_small_options ();

  options.lookahead = 1;
  options.n_epochs = 15;
  return options;
}

/* Train on @corpus, and make sure that teddies are told apart. */
static void
train_and_check (const RnnTrainOptions *options, RnnCorpus *corpus,
                 const char *path)
{
  RnnCorpus *labelled = test_teddies_new (TEST_LABELS_RIGHT);
  GError *error = NULL;

  _rnn_train (options, &corpus, 1, NULL, 0, path, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (test_score (path, labelled), >, 0.99);
  _rnn_corpus_free (labelled);
}

static char *
train_teacher (const char *name)
{
  RnnTrainOptions options = ahead_options ();
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
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
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_NONE);
  RnnTrainOptions options = ahead_options ();

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
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_WRONG);
  const float trust = 1;
  RnnTrainOptions options = ahead_options ();

  options.teachers = teachers;
  options.trusts = &trust;
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

  test_assert_refused (options, corpus, path, RNN_ERROR_ARGUMENT, word);
  g_free (path);
}

static void
unlabelled_text_without_a_teacher_is_refused (void)
{
  RnnTrainOptions options = ahead_options ();
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_NONE);

  assert_refused (&options, corpus, "expected a teacher");
  _rnn_corpus_free (corpus);
}

static void
a_teacher_of_other_labels_is_refused_by_name (void)
{
  char *teacher = train_teacher ("stranger");
  char *teachers[] = { teacher, NULL };
  RnnTrainOptions options = ahead_options ();
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);

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
  folder = test_folder_new ();
  g_test_add_func ("/teachers/unlabelled",
                   unlabelled_text_is_learned_from_teachers);
  g_test_add_func ("/teachers/trust",
                   whoever_trusts_the_teachers_alone_is_not_misled_by_labels);
  g_test_add_func ("/teachers/none",
                   unlabelled_text_without_a_teacher_is_refused);
  g_test_add_func ("/teachers/labels",
                   a_teacher_of_other_labels_is_refused_by_name);
  code = g_test_run ();
  return test_folder_end (folder, code);
}
