/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What of a strange model file a training goes on from. */
#include "folder.h"
#include "model/write.h"
#include "teddies.h"
#include "train/start.h"

#include <glib/gstdio.h>
#include <string.h>

#define N_A 5
#define N_E 3

static char *folder;
static char *path; /* of the model to go on from */

/* An Elman net with an embedding of @n_embedded rows, of @n_x. */
static void
write_model (gsize n_x, gsize n_embedded, const char *vocab, gsize n_vocab,
             const char *features)
{
  const char *metadata[] = { "rnn.labels", "PER", "rnn.features", features,
                             NULL };
  gsize n_in = N_E + n_x - n_embedded;
  float *zeros = g_new0 (float, N_A *(n_x + N_E + N_A));
  const RnnTensorOut tensors[] = {
    { "embedding.weight", RNN_DTYPE_F32, 2, { n_embedded, N_E }, zeros },
    { "rnn.weight_ih_l0", RNN_DTYPE_F32, 2, { N_A, n_in }, zeros },
    { "rnn.weight_hh_l0", RNN_DTYPE_F32, 2, { N_A, N_A }, zeros },
    { "rnn.bias_ih_l0", RNN_DTYPE_F32, 1, { N_A, 0 }, zeros },
    { "rnn.bias_hh_l0", RNN_DTYPE_F32, 1, { N_A, 0 }, zeros },
    { "output.weight", RNN_DTYPE_F32, 2, { 1, N_A }, zeros },
    { "output.bias", RNN_DTYPE_F32, 1, { 1, 0 }, zeros },
    { "vocab", RNN_DTYPE_U8, 1, { n_vocab, 0 }, vocab },
  };
  GError *error = NULL;

  if (!features)
    metadata[2] = NULL;
  _rnn_safetensors_write (path, tensors, G_N_ELEMENTS (tensors), metadata,
                          &error);
  g_assert_no_error (error);
  g_free (zeros);
}

static RnnTrainOptions
options_from_it (void)
{
  RnnTrainOptions options = test_small_options ();

  options.from = path;
  options.n_epochs = 1;
  return options;
}

static void
train (RnnCorpus *corpus, const char *out)
{
  RnnTrainOptions options = options_from_it ();
  GError *error = NULL;

  _rnn_train (&options, &corpus, 1, NULL, 0, out, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
an_embedding_of_neither_the_words_nor_all_rows_is_refused (void)
{
  static const char words[] = "<UNK>\nTeddy\nbears\nran";
  const gsize n_x = 4 + 16;
  char *out = g_build_filename (folder, "out", NULL);
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  RnnTrainOptions options = options_from_it ();

  for (gsize n = 4; n <= n_x; n += 8) {
    write_model (n_x, n, words, strlen (words), "word shape");
    if (n == 4 || n == n_x)
      train (corpus, out);
    else
      test_assert_refused (&options, corpus, out, RNN_ERROR_MODEL,
                           "embedding.weight: to go on from it, expected 4 "
                           "rows (vocab) or 20 (n_x), 12 came");
  }
  _rnn_corpus_free (corpus);
  g_free (out);
}

static void
a_word_with_a_nul_is_kept (void)
{
  GString *words = g_string_new (NULL);
  char *out = g_build_filename (folder, "out", NULL);
  RnnCorpus *corpus = test_teddies_new (TEST_LABELS_RIGHT);
  GError *error = NULL;
  const gsize n_x = 200;
  char *bytes;
  gsize n;

  g_string_append_len (words, "<UNK>\nx\0y", 9);
  for (gsize i = 2; i < n_x; i++)
    g_string_append_printf (words, "\nw%zu", i);
  write_model (n_x, n_x, words->str, words->len, NULL);
  train (corpus, out);
  g_assert_true (g_file_get_contents (out, &bytes, &n, &error));
  g_assert_no_error (error);
  g_assert_nonnull (memmem (bytes, n, words->str, words->len));
  g_free (bytes);
  _rnn_corpus_free (corpus);
  g_string_free (words, TRUE);
  g_free (out);
}

/* Whatever it is that made the net another one. */
static void
a_net_of_another_shape_is_not_filled (void)
{
  static const char words[] = "<UNK>\nTeddy\nbears\nran";
  GError *error = NULL;
  RnnRandom random;
  RnnStart *start;

  write_model (4, 4, words, strlen (words), NULL);
  start = _rnn_start_read (path, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < 7; i++) {
    RnnConfig config = start->model->config;
    gsize *sizes[] = { &config.n_inputs, &config.n_words,  &config.n_embedding,
                       &config.n_hidden, &config.n_layers, &config.n_outputs };
    RnnNet *net;
    if (i < G_N_ELEMENTS (sizes))
      *sizes[i] += i == 1 ? (gsize) -1 : 1;
    _rnn_random_seed (&random, 1);
    net = _rnn_net_new (&config, TRUE, 0, 0, &random);
    g_assert_true (_rnn_start_fill_net (start, net, &error) == (i == 6));
    if (i < 6) {
      g_assert_error (error, RNN_ERROR, RNN_ERROR_MODEL);
      g_assert_nonnull (strstr (error->message, path));
      g_clear_error (&error);
    }
    _rnn_net_free (net);
  }
  _rnn_start_free (start);
}

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  folder = test_folder_new ();
  path = g_build_filename (folder, "model", NULL);
  g_test_add_func ("/start/embedding",
                   an_embedding_of_neither_the_words_nor_all_rows_is_refused);
  g_test_add_func ("/start/nul", a_word_with_a_nul_is_kept);
  g_test_add_func ("/start/shape", a_net_of_another_shape_is_not_filled);
  code = g_test_run ();
  g_free (path);
  return test_folder_end (folder, code);
}
