/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a training reads beside labelled text: word vectors, lists of words,
 * teachers; how it ends, and goes on with them. */
#include "folder.h"
#include "teddies.h"
#include "train/names.h"
#include "train/examples.h"

#include <glib/gstdio.h>
#include <rnn/rnn.h>
#include <string.h>

static char *folder;
static char *path;

static char *
write_file (const char *name, const char *bytes, gssize n)
{
  char *file = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (file, bytes, n, NULL));
  return file;
}

static void
assert_refused (const RnnTrainOptions *options, RnnError code, const char *word)
{
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);

  test_assert_refused (options, corpus, path, code, word);
  _rnn_corpus_free (corpus);
}

static void
options_that_exclude_each_other_are_refused (void)
{
  RnnTrainOptions options = test_small_options ();

  options.embeddings = "vectors.txt";
  options.embedding_size = 4;
  assert_refused (&options, RNN_ERROR_ARGUMENT, "embeddings: expected without");
  options.embedding_size = 0;
  options.embed_all = TRUE;
  assert_refused (&options, RNN_ERROR_ARGUMENT, "embeddings: expected without");
  options = test_small_options ();
  options.resume = TRUE;
  assert_refused (&options, RNN_ERROR_ARGUMENT, "resume: expected the name");
  options = test_small_options ();
  options.normalize = "upper";
  assert_refused (&options, RNN_ERROR_MODEL, "upper");
  options = test_small_options ();
  options.features = "word colour";
  assert_refused (&options, RNN_ERROR_MODEL, "colour");
}

static void
lists_that_cannot_be_read_are_refused (void)
{
  static const struct {
    const char *lists[10];
    RnnError code;
    const char *named;
  } rows[] = {
    { { "names" }, RNN_ERROR_ARGUMENT, "expected NAME=FILE, 'names' came" },
    { { "=names" }, RNN_ERROR_ARGUMENT, "expected NAME=FILE, '=names' came" },
    { { "names=/nowhere/names" }, RNN_ERROR_NOT_FOUND, "/nowhere/names" },
    { { "a=LIST", "b=LIST", "c=LIST", "d=LIST", "e=LIST", "f=LIST", "g=LIST",
        "h=LIST", "i=LIST" },
      RNN_ERROR_ARGUMENT,
      "list: expected at most 8" },
  };
  char *list = write_file ("list", "harry\n", -1);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    RnnTrainOptions options = test_small_options ();
    GPtrArray *lists = g_ptr_array_new_with_free_func (g_free);
    for (gsize j = 0; rows[i].lists[j]; j++) {
      char **parts = g_strsplit (rows[i].lists[j], "LIST", 2);
      g_ptr_array_add (lists, g_strjoinv (list, parts));
      g_strfreev (parts);
    }
    g_ptr_array_add (lists, NULL);
    options.lists = (char **) lists->pdata;
    assert_refused (&options, rows[i].code, rows[i].named);
    g_ptr_array_unref (lists);
  }
  g_free (list);
}

static void
a_list_that_a_feature_names_goes_into_the_file (void)
{
  char *file = write_file ("names", "teddy\t12\tboy\n\nroosevelt\nx", -1);
  char *lists[] = { g_strconcat ("names=", file, NULL), NULL };
  RnnTrainOptions options = test_small_options ();
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  GError *error = NULL;
  RnnModel *model;
  char *bytes;
  gsize n;

  options.n_epochs = 1;
  options.lists = lists;
  options.features = "word list.names:4";
  _rnn_train (&options, &corpus, 1, NULL, 0, path, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  g_assert_nonnull (memmem (bytes, n, "teddy\nroosevelt\nx", 17));
  model = rnn_model_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rnn_model_get_n_slots (model), ==, 2);
  rnn_model_unref (model);
  _rnn_corpus_free (corpus);
  g_free (bytes);
  g_free (lists[0]);
  g_free (file);
}

/* The steps of an epoch whose words have @features, of which some are
 * forgotten.
 */
static void
make_steps (RnnExamples *examples, RnnTrainOptions *options,
            RnnCorpus *const *corpus, const char *features)
{
  GError *error = NULL;
  RnnRandom random;

  options->features = features;
  options->unknown_rate = 100;
  _rnn_random_seed (&random, 5);
  g_assert_true (_rnn_examples_init (examples, options, corpus, 1, &error));
  g_assert_true (_rnn_examples_shuffle (examples, &random, &error));
  g_assert_no_error (error);
}

static void
a_word_is_counted_and_forgotten_wherever_its_row_stands (void)
{
  RnnTrainOptions options[2] = { test_small_options (), test_small_options () };
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  RnnExamples first, last;
  gsize n_words, n_unknown = 0;

  make_steps (&first, &options[0], &corpus, "word shape");
  make_steps (&last, &options[1], &corpus, "shape word");
  n_words = _rnn_lexicon_get_n_words (first.dictionary.lexicon);
  g_assert_cmpmem (first.dictionary.counts, n_words * sizeof (guint32),
                   last.dictionary.counts, n_words * sizeof (guint32));
  g_assert_cmpuint (first.n, ==, last.n);
  for (gsize i = 0; i < first.n; i++) {
    gint32 word = g_array_index (first.tokens, gint32, 2 * i);
    g_assert_cmpint (word, ==, g_array_index (last.tokens, gint32, 2 * i + 1));
    g_assert_cmpint (g_array_index (first.tokens, gint32, 2 * i + 1), ==,
                     g_array_index (last.tokens, gint32, 2 * i));
    n_unknown += word == 0;
  }
  g_assert_cmpuint (n_unknown, >, 0);
  g_assert_cmpuint (n_unknown, <, first.n);
  _rnn_examples_clear (&first);
  _rnn_examples_clear (&last);
  _rnn_corpus_free (corpus);
}

/* A folder of vectors of size 2, of two words; @broken is the file that is
 * other, NULL: none. */
static char *
write_vectors (const char *broken, const char *bytes, gssize n)
{
  static const float scales[] = { 0.5f, 0.5f };
  char *name = g_build_filename (folder, "vectors", NULL);

  g_mkdir (name, 0700);
  g_free (write_file ("vectors/words.txt", "ran\nbears\n", -1));
  g_free (write_file ("vectors/vec.i8", "abcd", 4));
  g_free (write_file ("vectors/scale.f32", (const char *) scales, 8));
  if (broken)
    g_free (write_file (broken, bytes, n));
  return name;
}

static void
folders_of_word_vectors_that_do_not_fit_are_refused (void)
{
  static const struct {
    const char *file, *bytes;
    gssize n;
  } rows[] = {
    { "vectors/words.txt", "ran\n\xff\n", -1 },
    { "vectors/vec.i8", "abc", 3 },
    { "vectors/vec.i8", "", 0 },
    { "vectors/scale.f32", "", 0 },
  };
  RnnTrainOptions options = test_small_options ();
  char *name, *part;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    name = write_vectors (rows[i].file, rows[i].bytes, rows[i].n);
    options.embeddings = name;
    assert_refused (&options, RNN_ERROR_DATA, name);
    g_free (name);
  }
  name = write_vectors (NULL, NULL, 0);
  part = g_build_filename (name, "vec.i8", NULL);
  g_remove (part);
  options.embeddings = name;
  assert_refused (&options, RNN_ERROR_NOT_FOUND, part);
  g_free (part);
  g_free (name);
}

static gboolean
stop_after (const RnnTrainProgress *progress, gpointer n_left)
{
  return --*(gsize *) n_left > 0;
}

static void
train_to (RnnTrainOptions *options, RnnCorpus *corpus, gsize n_windows,
          char **bytes, gsize *n)
{
  GError *error = NULL;

  _rnn_train (options, &corpus, 1, NULL, 0, path, stop_after, &n_windows,
              &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, bytes, n, NULL));
}

/* @options broken off in the middle of their epochs, and gone on with. */
static void
assert_goes_on_the_same (RnnTrainOptions *options)
{
  char *checkpoint = g_build_filename (folder, "checkpoint", NULL);
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  char *bytes[3];
  gsize n[3];

  g_remove (checkpoint);
  options->n_epochs = 3;
  train_to (options, corpus, G_MAXSIZE, &bytes[0], &n[0]);
  options->checkpoint = checkpoint;
  options->resume = TRUE;
  for (gsize i = 0; i < 4; i++) {
    train_to (options, corpus, 12, &bytes[1], &n[1]);
    g_free (bytes[1]);
  }
  train_to (options, corpus, G_MAXSIZE, &bytes[2], &n[2]);
  g_assert_cmpmem (bytes[0], n[0], bytes[2], n[2]);
  g_free (bytes[0]);
  g_free (bytes[2]);
  g_free (checkpoint);
  _rnn_corpus_free (corpus);
}

static void
a_training_goes_on_with_its_word_vectors_and_lists (void)
{
  char *vectors = write_vectors (NULL, NULL, 0);
  char *file = write_file ("names", "teddy\n", -1);
  char *lists[] = { g_strconcat ("names=", file, NULL), NULL };
  RnnTrainOptions options = test_small_options ();

  options.embeddings = vectors;
  options.lists = lists;
  options.features = "word list.names:4";
  options.tune_from = 2;
  assert_goes_on_the_same (&options);
  options.tune_from = 1;
  options.checkpoint = NULL;
  options.resume = FALSE;
  assert_goes_on_the_same (&options);
  g_free (lists[0]);
  g_free (file);
  g_free (vectors);
}

static void
a_training_goes_on_with_its_teachers (void)
{
  char *one = g_build_filename (folder, "one.safetensors", NULL);
  char *two = g_build_filename (folder, "two.safetensors", NULL);
  char *teachers[] = { one, two, NULL };
  RnnTrainOptions options = test_small_options ();
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);

  options.n_epochs = 1;
  for (gsize i = 0; i < 2; i++) {
    GError *error = NULL;
    options.seed = i;
    _rnn_train (&options, &corpus, 1, NULL, 0, teachers[i], NULL, NULL, &error);
    g_assert_no_error (error);
  }
  options.teachers = teachers;
  assert_goes_on_the_same (&options);
  _rnn_corpus_free (corpus);
  g_free (one);
  g_free (two);
}

static void
names_are_read_in_both_forms (void)
{
  static const struct {
    const char *text;
    const char *wanted[6]; /* first, last, both, inside, none */
  } rows[] = {
    { "Mary\tB-PER\nAnn\tI-PER\nFox\tI-PER\nmet\tO\nJo\tB-PER\nKim\tB-PER\n",
      { "first", "inside", "last", "none", "both", "both" } },
    { "Mary\tB-PER\nAnn\tI-PER\nFox\tE-PER\nmet\tO\nJo\tS-PER\nKim\tS-PER\n",
      { "first", "inside", "last", "none", "both", "both" } },
    { "Mary\tB-PER\nFox\tE-PER\nRome\tS-LOC\nmet\tE-LOC\nJo\tB-PER\nKim\tE-"
      "PER\n",
      { "first", "last", "none", "none", "first", "last" } },
  };

  for (gsize r = 0; r < G_N_ELEMENTS (rows); r++) {
    RnnCorpus *corpus = test_corpus_new (rows[r].text);
    for (gsize i = 0; i < 6; i++) {
      gboolean first, last;
      gboolean is = _rnn_is_person (corpus, i, 6, &first, &last);
      const char *tag = corpus->tag_names[corpus->tags[i]];
      g_assert_cmpstr (!is             ? "none"
                       : first && last ? "both"
                       : first         ? "first"
                       : last          ? "last"
                                       : "inside",
                       ==, rows[r].wanted[i]);
      g_assert_true (_rnn_tag_is_of (tag, "PER") == is);
    }
    _rnn_corpus_free (corpus);
  }
}

#define ADD(function) g_test_add_func ("/training-inputs/" #function, function)

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  folder = test_folder_new ();
  path = g_build_filename (folder, "model.safetensors", NULL);
  ADD (options_that_exclude_each_other_are_refused);
  ADD (lists_that_cannot_be_read_are_refused);
  ADD (a_list_that_a_feature_names_goes_into_the_file);
  ADD (a_word_is_counted_and_forgotten_wherever_its_row_stands);
  ADD (folders_of_word_vectors_that_do_not_fit_are_refused);
  ADD (a_training_goes_on_with_its_word_vectors_and_lists);
  ADD (a_training_goes_on_with_its_teachers);
  ADD (names_are_read_in_both_forms);
  code = g_test_run ();
  g_free (path);
  return test_folder_end (folder, code);
}
