/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fault 72: a training finds no memory. */
#include "../core/folder.h"
#include "../core/teddies.h"
#include "refuse.h"

#include <glib/gstdio.h>
#include <string.h>

static char *folder;
static char *path;

/* A sentence for each of the streams, and little more. */
static const char text[] = "Teddy\tB-PER\nRoosevelt\tI-PER\nran\tO\n\n"
                           "Teddy\tO\nbears\tO\nran\tO\n\n"
                           "Teddy\tO\nbears\tO\n";

typedef struct {
  RnnTrainOptions options;
  RnnCorpus *corpus;
} Training;

static RnnTrainOptions
tiny_options (void)
{
  RnnTrainOptions options = test_small_options ();

  options.hidden_size = 2;
  options.lookahead = 1;
  options.n_epochs = 1;
  options.n_steps = 4;
  options.n_streams = 2;
  options.average = 0.9f;
  return options;
}

/* Without memory there is no model, or the one of before. */
static gboolean
train (gpointer data, GError **error)
{
  Training *training = data;
  gboolean ok;

  g_remove (path);
  ok = _rnn_train (&training->options, &training->corpus, 1, &training->corpus,
                   1, path, NULL, NULL, error);
  g_assert_true (ok || (error && *error));
  g_assert_true (!ok || g_file_test (path, G_FILE_TEST_EXISTS));
  return ok;
}

static void
assert_refused (RnnTrainOptions *options, gsize at_least)
{
  Training training = { .options = *options, .corpus = test_corpus_new (text) };

  g_assert_cmpuint (refuse_each_allocation (train, &training), >, at_least);
  _rnn_corpus_free (training.corpus);
}

static void
a_training_that_finds_no_memory_is_an_error (void)
{
  RnnTrainOptions options = tiny_options ();

  assert_refused (&options, 30);
  options.cell = RNN_CELL_LSTM;
  options.n_layers = 2;
  options.embedding_size = 2;
  options.features = "word suffix2:8";
  options.entity = NULL;
  assert_refused (&options, 60);
}

static void
word_vectors_that_find_no_memory_are_an_error (void)
{
  char *vectors = g_build_filename (folder, "vectors.txt", NULL);
  RnnTrainOptions options = tiny_options ();

  g_assert_true (
      g_file_set_contents (vectors, "ran 1 -1\nbears 0 2\n", -1, NULL));
  options.embeddings = vectors;
  options.tune_from = 1;
  assert_refused (&options, 30);
  options.n_epochs = 2;
  options.tune_from = 2;
  assert_refused (&options, 30);
  g_free (vectors);
}

static void
teachers_that_find_no_memory_are_an_error (void)
{
  char *teacher = g_build_filename (folder, "teacher.safetensors", NULL);
  char *teachers[] = { teacher, NULL };
  RnnTrainOptions options = tiny_options ();
  RnnCorpus *corpus = test_corpus_new (text);
  GError *error = NULL;

  _rnn_train (&options, &corpus, 1, NULL, 0, teacher, NULL, NULL, &error);
  g_assert_no_error (error);
  options.teachers = teachers;
  assert_refused (&options, 40);
  _rnn_corpus_free (corpus);
  g_free (teacher);
}

static void
going_on_from_a_model_without_memory_is_an_error (void)
{
  char *begun = g_build_filename (folder, "begun.safetensors", NULL);
  char *teachers[] = { begun, begun, NULL };
  RnnTrainOptions options = tiny_options ();
  RnnCorpus *corpus = test_corpus_new (text);
  GError *error = NULL;

  options.embedding_size = 2;
  options.bidirectional = TRUE;
  options.entity = NULL;
  _rnn_train (&options, &corpus, 1, NULL, 0, begun, NULL, NULL, &error);
  g_assert_no_error (error);
  options = tiny_options ();
  options.from = begun;
  options.keep = 0.5f;
  options.teachers = teachers;
  options.consistent = TRUE;
  assert_refused (&options, 40);
  options.tune_from = 1;
  assert_refused (&options, 40);
  _rnn_corpus_free (corpus);
  g_free (begun);
}

static void
a_checkpoint_that_finds_no_memory_is_an_error (void)
{
  char *checkpoint = g_build_filename (folder, "checkpoint", NULL);
  RnnTrainOptions options = tiny_options ();

  options.checkpoint = checkpoint;
  assert_refused (&options, 30);
  g_free (checkpoint);
}

#define ADD(function)                                                          \
  g_test_add_func ("/allocations-training/" #function, function)

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  folder = test_folder_new ();
  path = g_build_filename (folder, "model.safetensors", NULL);
  ADD (a_training_that_finds_no_memory_is_an_error);
  ADD (word_vectors_that_find_no_memory_are_an_error);
  ADD (teachers_that_find_no_memory_are_an_error);
  ADD (going_on_from_a_model_without_memory_is_an_error);
  ADD (a_checkpoint_that_finds_no_memory_is_an_error);
  code = g_test_run ();
  g_free (path);
  return test_folder_end (folder, code);
}
