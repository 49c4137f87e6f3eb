/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fault 72: a model, a run, text and a corpus find no memory. */
#include "refuse.h"

#include "../core/network.h"
#include "text/lexicon.h"
#include "train/corpus.h"

#include <glib/gstdio.h>
#include <rnn/rnn.h>
#include <string.h>

#define N_TOKENS 100

static gboolean
parse (gpointer bytes, GError **error)
{
  RnnModel *model = _rnn_model_parse (g_bytes_get_data (bytes, NULL),
                                      g_bytes_get_size (bytes), "seed", error);

  if (!model)
    g_assert_true (error && *error);
  else
    rnn_model_unref (model);
  return model != NULL;
}

static gboolean
new_state (gpointer bytes, GError **error)
{
  RnnModel *model = _rnn_model_parse (g_bytes_get_data (bytes, NULL),
                                      g_bytes_get_size (bytes), "seed", error);
  RnnState *state = model ? rnn_state_new (model) : NULL;
  RnnState *copy = state ? rnn_state_copy (state) : NULL;
  gboolean ok = copy != NULL;

  rnn_state_free (state);
  rnn_state_free (copy);
  if (model)
    rnn_model_unref (model);
  return ok;
}

static gboolean
load (gpointer path, GError **error)
{
  RnnModel *model = rnn_model_load (path, error);

  if (model)
    rnn_model_unref (model);
  return model != NULL;
}

static void
fault_72_a_model_that_finds_no_memory_is_an_error (void)
{
  GDir *entries = g_dir_open (SEEDS, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (entries))) {
    char *path = g_build_filename (SEEDS, name, NULL), *data;
    GBytes *bytes;
    gsize n;
    g_assert_true (g_file_get_contents (path, &data, &n, NULL));
    bytes = g_bytes_new_take (data, n);
    g_assert_cmpuint (refuse_each_allocation (parse, bytes), >, 5);
    g_assert_cmpuint (refuse_each_allocation (load, path), >, 6);
    g_assert_cmpuint (refuse_each_allocation (new_state, bytes), >, 10);
    g_bytes_unref (bytes);
    g_free (path);
  }
  g_dir_close (entries);
}

typedef struct {
  RnnState *state;
  float wanted[N_TOKENS * 3];
  const char *file; /* of that state */
} Stream;

/* Run long enough to want a workspace and room for yhat; a run that fails, or
 * makes do with less, leaves the same as one that has all. */
static gboolean
run (gpointer data, GError **error)
{
  Stream *stream = data;
  RnnState *state = rnn_state_new (rnn_state_get_model (stream->state));
  gint32 tokens[N_TOKENS] = { 1, 2, 3, 2 };
  float yhat[N_TOKENS * 3];
  gboolean ok;

  if (!state)
    return FALSE;
  memset (yhat, 0, sizeof yhat);
  ok = rnn_state_run (state, tokens, N_TOKENS, yhat, error);
  if (!ok)
    for (gsize i = 0; i < N_TOKENS * 3; i++)
      g_assert_cmpfloat (yhat[i], ==, 0);
  if (!ok)
    g_assert_true (rnn_state_run (state, tokens, N_TOKENS, yhat, NULL));
  g_assert_cmpmem (yhat, sizeof yhat, stream->wanted, sizeof yhat);
  rnn_state_free (state);
  return ok;
}

static gboolean
save (gpointer data, GError **error)
{
  GBytes *bytes = rnn_state_save (((Stream *) data)->state);

  if (bytes)
    g_bytes_unref (bytes);
  return bytes != NULL;
}

static gboolean
save_file (gpointer data, GError **error)
{
  const Stream *stream = data;

  return rnn_state_save_file (stream->state, stream->file, error);
}

/* From a file that is as it was, whatever became of the writing. */
static gboolean
load_file (gpointer data, GError **error)
{
  const Stream *stream = data;

  return rnn_state_load_file (stream->state, stream->file, error);
}

static void
fault_72_a_state_file_that_finds_no_memory_is_as_it_was (void)
{
  TestNetwork net = { RNN_CELL_LSTM,
                      RNN_ACTIVATION_TANH,
                      RNN_OUTPUT_SOFTMAX,
                      9,
                      5,
                      20,
                      2,
                      1,
                      3,
                      0,
                      1.0f };
  char *folder = g_dir_make_tmp ("rnn-XXXXXX", NULL);
  char *file = g_build_filename (folder, "state", NULL);
  RnnRandom random;
  RnnModel *model;
  Stream stream = { .file = file };

  _rnn_random_seed (&random, 1);
  model = test_network_new (&net, &random);
  stream.state = rnn_state_new (model);
  g_assert_true (rnn_state_save_file (stream.state, file, NULL));
  g_assert_cmpuint (refuse_each_allocation (save_file, &stream), >, 0);
  g_assert_cmpuint (refuse_each_allocation (load_file, &stream), >, 0);
  rnn_state_free (stream.state);
  rnn_model_unref (model);
  g_unlink (file);
  g_rmdir (folder);
  g_free (file);
  g_free (folder);
}

static void
fault_72_a_run_that_finds_no_memory_leaves_all_as_it_was (void)
{
  TestNetwork net = {
    RNN_CELL_GRU, RNN_ACTIVATION_TANH, RNN_OUTPUT_SOFTMAX, 9, 5, 20, 2, 1, 3, 0,
    1.0f
  };
  gint32 tokens[N_TOKENS] = { 1, 2, 3, 2 };
  RnnRandom random;
  RnnModel *model;
  Stream stream;

  for (net.n_directions = 1; net.n_directions <= 2; net.n_directions++) {
    /* What is wanted is asked of a twin: it has memory that can be used again.
     */
    _rnn_random_seed (&random, 1);
    model = test_network_new (&net, &random);
    stream.state = rnn_state_new (model);
    g_assert_true (
        rnn_state_run (stream.state, tokens, N_TOKENS, stream.wanted, NULL));
    rnn_state_free (stream.state);
    rnn_model_unref (model);
    _rnn_random_seed (&random, 1);
    model = test_network_new (&net, &random);
    stream.state = rnn_state_new (model);
    /* a<t> twice, and rows for the run. */
    g_assert_cmpuint (refuse_each_allocation (run, &stream), >=, 3);
    g_assert_cmpuint (refuse_each_allocation (save, &stream), >, 0);
    rnn_state_free (stream.state);
    rnn_model_unref (model);
  }
}

typedef struct {
  RnnLexicon *lexicon;
  RnnFraming framing;
} Words;

/* What is refused can be asked for again, and comes whole. */
static RnnText *
pull_again (RnnTokenizer *tokenizer, gboolean at_end, GError **why)
{
  RnnText *text = at_end ? rnn_tokenizer_drain (tokenizer, why)
                         : rnn_tokenizer_pull (tokenizer, why);

  if (text || !*why)
    return text;
  return at_end ? rnn_tokenizer_drain (tokenizer, NULL)
                : rnn_tokenizer_pull (tokenizer, NULL);
}

static gboolean
tokenize (gpointer data, GError **error)
{
  static const guint8 bytes[] = "Harry and Hermione\nsaid \xc3\xb6\n\xc3";
  const Words *words = data;
  RnnTokenizer *tokenizer = rnn_tokenizer_new (words->lexicon, words->framing);
  GError *why = NULL;
  gsize n_bytes = 0, n_tokens = 0;

  if (!rnn_tokenizer_push (tokenizer, bytes, sizeof bytes - 1, &why)) {
    g_assert_cmpuint (rnn_tokenizer_get_n_bytes (tokenizer), ==, 0);
    g_assert_true (
        rnn_tokenizer_push (tokenizer, bytes, sizeof bytes - 1, NULL));
  }
  for (gsize at_end = 0; at_end < 2; at_end++) {
    RnnText *text;
    while ((text = pull_again (tokenizer, at_end == 1, &why))) {
      n_bytes += text->n_bytes;
      n_tokens += text->n_tokens;
      rnn_text_free (text);
    }
  }
  g_assert_cmpuint (n_bytes, ==, sizeof bytes - 2 + 3);
  g_assert_cmpuint (n_tokens, ==, 6);
  rnn_tokenizer_free (tokenizer);
  if (why)
    g_propagate_error (error, why);
  return why == NULL;
}

static gboolean
copy_tokenizer (gpointer tokenizer, GError **error)
{
  RnnTokenizer *copy = rnn_tokenizer_copy (tokenizer);

  rnn_tokenizer_free (copy);
  return copy != NULL;
}

static gboolean
strip (gpointer markup, GError **error)
{
  gsize n;
  char *text = rnn_markup_to_text (markup, strlen (markup), &n);

  g_free (text);
  return text != NULL;
}

static void
fault_72_text_that_finds_no_memory_waits (void)
{
  RnnLexiconParts parts = { (const guint8 *) "<UNK>\nharry",
                            11,
                            "lowercase",
                            "word shape suffix3:50",
                            -1,
                            NULL,
                            0 };
  Words words = { _rnn_lexicon_new (&parts, NULL), RNN_FRAMING_BUFFER };
  RnnTokenizer *tokenizer = rnn_tokenizer_new (NULL, RNN_FRAMING_WORD);

  for (; words.framing <= RNN_FRAMING_WORD; words.framing++)
    g_assert_cmpuint (refuse_each_allocation (tokenize, &words), >, 3);
  g_assert_true (
      rnn_tokenizer_push (tokenizer, (const guint8 *) "wait", 4, NULL));
  g_assert_cmpuint (refuse_each_allocation (copy_tokenizer, tokenizer), >, 0);
  g_assert_cmpuint (refuse_each_allocation (strip, (gpointer) "<b>x</b>"), >,
                    0);
  rnn_tokenizer_free (tokenizer);
  _rnn_lexicon_free (words.lexicon);
}

static gboolean
read_corpus (gpointer path, GError **error)
{
  RnnCorpus *corpus = _rnn_corpus_read (path, error);

  _rnn_corpus_free (corpus);
  return corpus != NULL;
}

static void
fault_72_a_corpus_that_finds_no_memory_is_an_error (void)
{
  char *path = g_build_filename (SEEDS, "../corpus/two", NULL);

  g_assert_cmpuint (refuse_each_allocation (read_corpus, path), >, 0);
  g_free (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/allocations/72/model",
                   fault_72_a_model_that_finds_no_memory_is_an_error);
  g_test_add_func ("/allocations/72/run",
                   fault_72_a_run_that_finds_no_memory_leaves_all_as_it_was);
  g_test_add_func ("/allocations/72/state-file",
                   fault_72_a_state_file_that_finds_no_memory_is_as_it_was);
  g_test_add_func ("/allocations/72/text",
                   fault_72_text_that_finds_no_memory_waits);
  g_test_add_func ("/allocations/72/corpus",
                   fault_72_a_corpus_that_finds_no_memory_is_an_error);
  return g_test_run ();
}
