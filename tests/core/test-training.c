/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From labelled text to a model file: what the trainer reads, what it makes of
 * it, and that it learns. */
#include "folder.h"
#include "teddies.h"

#include "train/augment.h"
#include "train/examples.h"
#include "train/loss.h"
#include "train/net.h"
#include "train/vectors.h"

#include <rnn/rnn.h>
#include <stdio.h>
#include <string.h>

static char *folder;

static char *
write_file (const char *name, const void *bytes, gsize n)
{
  char *path = g_build_filename (folder, name, NULL);
  /* g_file_set_contents() waits for the disk. */
  FILE *file = fopen (path, "w");

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (bytes, 1, n, file), ==, n);
  g_assert_cmpint (fclose (file), ==, 0);
  return path;
}

static void
assert_vectors (const char *path)
{
  static const float wanted[] = { 1, -2, 0.5f, 4 };
  GError *error = NULL;
  RnnVectors *vectors = _rnn_vectors_read (path, 10, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (vectors->n_words, ==, 2);
  g_assert_cmpuint (vectors->size, ==, 2);
  g_assert_cmpstr (vectors->words, ==, "the\nharry\n");
  g_assert_cmpmem (vectors->values, sizeof wanted, wanted, sizeof wanted);
  _rnn_vectors_free (vectors);
}

static void
word_vectors_are_read_in_three_forms (void)
{
  static const char glove[] = "the 1 -2\nharry 0.5 4\n";
  static const char word2vec[] = "2 2\nthe 1 -2\nharry 0.5 4";
  static const gint8 bytes[] = { 2, -4, 1, 8 };
  static const float scale[] = { 0.5f, 0.5f };
  char *text = write_file ("glove.txt", glove, sizeof glove - 1);
  char *other = write_file ("word2vec.txt", word2vec, sizeof word2vec - 1);

  assert_vectors (text);
  assert_vectors (other);
  g_free (write_file ("words.txt", "the\nharry\n", 10));
  g_free (write_file ("vec.i8", bytes, sizeof bytes));
  g_free (write_file ("scale.f32", scale, sizeof scale));
  assert_vectors (folder);
  g_free (text);
  g_free (other);
}

static void
word_vectors_that_are_none_are_refused_by_line (void)
{
  static const struct {
    const char *text, *named;
  } cases[] = {
    { "the 1 2\nharry 3\n", ":2:" },
    { "the 1 x\n", ":1:" },
    { "the\n", ":1:" },
    { "the 1e9 2\n", ":1:" },
    { "", "none" },
    { "a 1\n\xff 1\n", ":2:" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    char *path = write_file ("bad.txt", cases[i].text, strlen (cases[i].text));
    GError *error = NULL;
    g_assert_null (_rnn_vectors_read (path, 10, &error));
    g_assert_error (error, RNN_ERROR, RNN_ERROR_DATA);
    g_assert_nonnull (strstr (error->message, cases[i].named));
    g_error_free (error);
    g_free (path);
  }
}

static const char speech[] =
    "Harry\tB-PER\nPotter\tI-PER\nmet\tO\nJ.\tB-PER\nWeasley\tI-PER\n.\tO\n\n"
    "Potter\tB-PER\nsmiled\tO\n.\tO\n";

/* The passage of all of `speech` as @options have it, words joined. */
static char *
write_passage (RnnTrainOptions *options, guint64 seed)
{
  char *first = write_file ("first.tsv", "mary\t9\njohn\t8\n", 14);
  char *last = write_file ("last.tsv", "smith\t1\n", 8);
  char *lists[] = { g_strconcat ("first=", first, NULL),
                    g_strconcat ("last=", last, NULL), NULL };
  RnnCorpus *corpus = test_corpus_new (speech);
  GString *text = g_string_new (NULL);
  RnnDictionary dictionary;
  RnnPassage passage;
  RnnNames names;
  RnnRandom random;
  GError *error = NULL;

  options->lists = lists;
  _rnn_random_seed (&random, seed);
  g_assert_true (
      _rnn_dictionary_init (&dictionary, options, &corpus, 1, &error));
  _rnn_names_init (&names, &dictionary, &corpus, 1);
  _rnn_passage_init (&passage);
  _rnn_passage_fill (&passage, options, &names, corpus, 0, 2, &random);
  for (guint i = 0; i < passage.words->len; i++)
    g_string_append_printf (
        text, "%s%s", (const char *) passage.words->pdata[i],
        g_array_index (passage.ends, gboolean, i) ? "|" : " ");
  _rnn_passage_clear (&passage);
  _rnn_names_clear (&names);
  _rnn_dictionary_clear (&dictionary);
  _rnn_corpus_free (corpus);
  g_free (lists[0]);
  g_free (lists[1]);
  g_free (first);
  g_free (last);
  return g_string_free (text, FALSE);
}

static void
assert_passage (RnnTrainOptions *options, const char *wanted)
{
  char *text = write_passage (options, 1);

  g_assert_cmpstr (text, ==, wanted);
  g_free (text);
}

static void
a_passage_is_written_as_a_recogniser_would (void)
{
  RnnTrainOptions options;

  _rnn_train_options_init (&options);
  options.lowercase_share = 0;
  assert_passage (&options, "Harry Potter met J. Weasley .|Potter smiled .|");
  options.lowercase_share = 1;
  assert_passage (&options, "harry potter met j. weasley|potter smiled|");
}

static void
a_name_becomes_the_same_other_name_in_all_a_passage (void)
{
  static const char *const wanted[] = {
    /* from the lists, and from the corpus itself */
    "Mary Smith met J. Smith .|Smith smiled .|",
    "John Potter met J. Smith .|Potter smiled .|",
    "Harry Smith met J. Potter .|Smith smiled .|",
  };
  gboolean was[G_N_ELEMENTS (wanted)] = { FALSE };
  RnnTrainOptions options;

  _rnn_train_options_init (&options);
  options.lowercase_share = 0;
  options.substitute_share = 1;
  for (guint64 seed = 1; seed <= 500; seed++) {
    char *text = write_passage (&options, seed);
    for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
      was[i] |= strcmp (text, wanted[i]) == 0;
    g_assert_nonnull (strstr (text, " met J. "));
    g_free (text);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    g_assert_true (was[i]);
}

/* Targets and marks of `a b | c |` with look-ahead 2. */
static void
known_ends_look_ahead_and_come_back (void)
{
  /* Of `c`, alone, the first step ahead speaks of nothing. */
  static const gint32 targets[] = { -1, -1, 1, 0, -1, -1, 1 };
  static const guint8 marks[] = {
    0, RNN_STEP_KEEP, 0, 0, RNN_STEP_KEEP | RNN_STEP_RETURN, 0, 0
  };
  RnnCorpus *corpus = test_corpus_new ("a\tB-PER\nb\tO\n\nc\tB-PER\n");
  RnnTrainOptions options;
  RnnExamples examples;
  RnnRandom random;
  GError *error = NULL;

  _rnn_train_options_init (&options);
  options.lookahead = 2;
  options.lowercase_share = 0;
  options.known_ends_share = 1;
  _rnn_random_seed (&random, 1);
  g_assert_true (_rnn_examples_init (&examples, &options, &corpus, 1, &error));
  g_assert_true (_rnn_examples_shuffle (&examples, &random, &error));
  g_assert_cmpuint (examples.n, ==, 7);
  for (gsize i = 0; i < G_N_ELEMENTS (targets); i++) {
    gint32 word = g_array_index (examples.spoken, gint32, i);
    g_assert_cmpint (word < 0
                         ? RNN_NO_TARGET
                         : g_array_index (examples.word_classes, gint32, word),
                     ==, targets[i]);
  }
  g_assert_cmpmem (examples.marks->data, sizeof marks, marks, sizeof marks);
  _rnn_examples_clear (&examples);
  _rnn_corpus_free (corpus);
}

static double
train_and_score (RnnTrainOptions *options, RnnCorpus *corpus, const char *path)
{
  GError *error = NULL;

  _rnn_train (options, &corpus, 1, &corpus, 1, path, NULL, NULL, &error);
  g_assert_no_error (error);
  return test_score (path, corpus);
}

static void
one_word_of_look_ahead_tells_teddies_apart (void)
{
  RnnTrainOptions options = test_small_options ();
  char *path = g_build_filename (folder, "m", NULL);
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);

  g_assert_cmpfloat (train_and_score (&options, corpus, path), <, 0.85);
  options.lookahead = 1;
  g_assert_cmpfloat (train_and_score (&options, corpus, path), >, 0.99);
  options.entity = NULL;
  options.average = 0.9f;
  options.features = "word shape ?ngram3:64*4";
  options.storage = RNN_STORE_INT8;
  options.embedding_size = 8;
  g_assert_cmpfloat (train_and_score (&options, corpus, path), >, 0.99);
  options.embed_all = TRUE;
  g_assert_cmpfloat (train_and_score (&options, corpus, path), >, 0.99);
  _rnn_corpus_free (corpus);
  g_free (path);
}

static void
the_same_seed_gives_the_same_file (void)
{
  RnnTrainOptions options = test_small_options ();
  char *bytes[3];
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  gsize n[3];

  options.n_epochs = 2;
  options.cell = RNN_CELL_LSTM;
  options.dropout = 0.2f;
  for (int i = 0; i < 3; i++) {
    char *path = g_build_filename (folder, "seeded", NULL);
    GError *error = NULL;
    options.seed = i < 2 ? 7 : 8;
    _rnn_train (&options, &corpus, 1, NULL, 0, path, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_true (g_file_get_contents (path, &bytes[i], &n[i], NULL));
    g_free (path);
  }
  g_assert_cmpmem (bytes[0], n[0], bytes[1], n[1]);
  g_assert_true (n[2] != n[0] || memcmp (bytes[0], bytes[2], n[0]) != 0);
  for (int i = 0; i < 3; i++)
    g_free (bytes[i]);
  _rnn_corpus_free (corpus);
}

/* Stop in the middle of an epoch, after so many windows. */
static gboolean
stop_after (const RnnTrainProgress *progress, gpointer data)
{
  return progress->is_epoch_end || --*(int *) data > 0;
}

static void
a_training_goes_on_from_a_checkpoint_to_the_same_file (void)
{
  RnnTrainOptions options = test_small_options ();
  char *bytes[2];
  char *path = g_build_filename (folder, "resumed", NULL);
  char *checkpoint = g_build_filename (folder, "checkpoint", NULL);
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  GError *error = NULL;
  gsize n[2];

  options.n_epochs = 4;
  options.cell = RNN_CELL_GRU;
  options.lookahead = 1;
  options.average = 0.9f;
  options.dropout = 0.2f;
  _rnn_train (&options, &corpus, 1, NULL, 0, path, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &bytes[0], &n[0], NULL));
  options.checkpoint = checkpoint;
  options.resume = TRUE;
  for (int windows = 7; windows < 100; windows += 31) {
    int left = windows;
    _rnn_train (&options, &corpus, 1, NULL, 0, path, stop_after, &left, &error);
    g_assert_no_error (error);
  }
  _rnn_train (&options, &corpus, 1, NULL, 0, path, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &bytes[1], &n[1], NULL));
  g_assert_cmpmem (bytes[0], n[0], bytes[1], n[1]);

  options.learning_rate = 0.5f;
  g_assert_false (
      _rnn_train (&options, &corpus, 1, NULL, 0, path, NULL, NULL, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "learning rate: expected 0.01999"));
  g_clear_error (&error);
  for (int i = 0; i < 2; i++)
    g_free (bytes[i]);
  _rnn_corpus_free (corpus);
  g_free (checkpoint);
  g_free (path);
}

static void
too_little_text_is_an_error_before_the_first_epoch (void)
{
  RnnTrainOptions options = test_small_options ();
  RnnCorpus *corpus = test_corpus_new ("a\tB-PER\n");
  char *path = g_build_filename (folder, "none", NULL);
  GError *error = NULL;

  g_assert_false (
      _rnn_train (&options, &corpus, 1, NULL, 0, path, NULL, NULL, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_DATA);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_error_free (error);
  _rnn_corpus_free (corpus);
  g_free (path);
}

static void
word_vectors_stay_what_they_were_unless_tuned (void)
{
  static const char vectors[] = "ran 1 -0.5\nbears -1 0.25\nteddy 0.5 1\n";
  static const char tail[] = "ran\nbears\nteddy\n";
  RnnTrainOptions options = test_small_options ();
  char *path = g_build_filename (folder, "vectors", NULL);
  char *source = write_file ("v.txt", vectors, sizeof vectors - 1);
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  GError *error = NULL;

  options.n_epochs = 1;
  options.embeddings = source;
  options.normalize = "lowercase";
  for (gsize from = 0; from < 2; from++) {
    static const float bears[] = { -1, 0.25f };
    char *bytes, *row;
    gsize n;
    options.tune_from = from;
    _rnn_train (&options, &corpus, 1, NULL, 0, path, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
    row = memmem (bytes, n, bears, sizeof bears);
    g_assert_true ((row != NULL) == (from == 0));
    g_assert_nonnull (memmem (bytes, n, tail, sizeof tail - 1));
    g_free (bytes);
  }
  _rnn_corpus_free (corpus);
  g_free (source);
  g_free (path);
}

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  folder = test_folder_new ();
  g_test_add_func ("/training/vectors", word_vectors_are_read_in_three_forms);
  g_test_add_func ("/training/vectors/refused",
                   word_vectors_that_are_none_are_refused_by_line);
  g_test_add_func ("/training/style",
                   a_passage_is_written_as_a_recogniser_would);
  g_test_add_func ("/training/names",
                   a_name_becomes_the_same_other_name_in_all_a_passage);
  g_test_add_func ("/training/ends", known_ends_look_ahead_and_come_back);
  g_test_add_func ("/training/teddy",
                   one_word_of_look_ahead_tells_teddies_apart);
  g_test_add_func ("/training/seed", the_same_seed_gives_the_same_file);
  g_test_add_func ("/training/frozen",
                   word_vectors_stay_what_they_were_unless_tuned);
  g_test_add_func ("/training/resume",
                   a_training_goes_on_from_a_checkpoint_to_the_same_file);
  g_test_add_func ("/training/too-little",
                   too_little_text_is_an_error_before_the_first_epoch);
  code = g_test_run ();
  return test_folder_end (folder, code);
}
