/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nets that learn from what other nets say of a text. */
#include "folder.h"
#include "network.h"
#include "teddies.h"

#include <glib/gstdio.h>

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

/* A net of all tags, of labels 0, 1 and 2, and a teacher of the same. */
static void
a_teacher_of_another_output_is_refused_by_name (void)
{
  static const char *const kinds[] = { "sigmoid", "softmax", "linear" };
  RnnTrainOptions options = ahead_options ();
  RnnCorpus *corpus = test_corpus_new ("a\t0\nb\t1\nc\t2\nd\t0\n");
  TestNetwork net = { .n_inputs = 2,
                      .n_hidden = 3,
                      .n_layers = 1,
                      .n_directions = 1,
                      .n_outputs = 3,
                      .gain = 1,
                      .vocab = "<UNK>\na" };
  RnnRandom random;

  _rnn_random_seed (&random, 1);
  options.entity = NULL;
  for (guint output = RNN_OUTPUT_SIGMOID; output <= RNN_OUTPUT_LINEAR;
       output += RNN_OUTPUT_LINEAR - RNN_OUTPUT_SIGMOID) {
    char *teachers[] = { NULL, NULL }, *message;
    net.output = (RnnOutputKind) output;
    teachers[0] = test_network_write (&net, &random);
    options.teachers = teachers;
    message = g_strconcat (
        teachers[0],
        ": expected a teacher whose output is softmax, as that of the net that "
        "learns, ",
        kinds[output], " came", NULL);
    assert_refused (&options, corpus, message);
    g_unlink (teachers[0]);
    g_free (message);
    g_free (teachers[0]);
  }
  _rnn_corpus_free (corpus);
}

static void
a_net_of_all_tags_wants_tags_beside_a_teacher (void)
{
  char *teacher = train_teacher ("alone");
  char *teachers[] = { teacher, NULL };
  RnnTrainOptions options = ahead_options ();
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_NONE);
  char *path = g_build_filename (folder, "refused", NULL);

  options.teachers = teachers;
  options.entity = NULL;
  test_assert_refused (&options, corpus, path, RNN_ERROR_DATA,
                       "as '?' is all that came");
  _rnn_corpus_free (corpus);
  g_free (path);
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
  g_test_add_func ("/teachers/output",
                   a_teacher_of_another_output_is_refused_by_name);
  g_test_add_func ("/teachers/tags",
                   a_net_of_all_tags_wants_tags_beside_a_teacher);
  code = g_test_run ();
  return test_folder_end (folder, code);
}
