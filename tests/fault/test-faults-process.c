/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What one process does with a library that others use too: faults 73 to 77. */
#include "../core/network.h"
#include "base/file.h"
#include "kernels/kernels.h"

#include <cblas.h>
#include <glib/gstdio.h>
#include <rnn/rnn-state.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_THREADS 8
#define N_TOKENS 40

static char *path;
static char *program;
static gsize n_blas;

/* As no other file calls them by these names, a linker that optimizes would
 * leave them out. */
__attribute__ ((used)) void __wrap_cblas_sgemm (void);
__attribute__ ((used)) void __wrap_cblas_sgemv (void);

void
__wrap_cblas_sgemm (void)
{
  n_blas++;
}

void
__wrap_cblas_sgemv (void)
{
  n_blas++;
}

static void
write_model (void)
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
  RnnRandom random;
  RnnChunk chunk;
  GBytes *bytes;

  _rnn_random_seed (&random, 1);
  bytes = test_network_bytes (&net, &random);
  chunk =
      (RnnChunk){ g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes) };
  g_assert_true (_rnn_file_write_atomic (path, &chunk, 1, NULL));
  g_bytes_unref (bytes);
}

/* yhat of fixed tokens, float[N_TOKENS][3]. */
static void
run_model (RnnModel *model, float *yhat)
{
  RnnState *state = rnn_state_new (model);
  gint32 tokens[N_TOKENS];

  for (gint32 i = 0; i < N_TOKENS; i++)
    tokens[i] = i % 9;
  g_assert_true (rnn_state_run (state, tokens, N_TOKENS, yhat, NULL));
  rnn_state_free (state);
}

static gpointer
load_run_and_free (gpointer wanted)
{
  for (gsize i = 0; i < 20; i++) {
    RnnModel *model = i % 4 ? rnn_model_load_shared (path, NULL)
                            : rnn_model_load (path, NULL);
    float yhat[N_TOKENS * 3];
    run_model (model, yhat);
    g_assert_cmpmem (yhat, sizeof yhat, wanted, sizeof yhat);
    rnn_model_unref (model);
  }
  return NULL;
}

static void
fault_76_eight_threads_load_and_free_one_model (void)
{
  RnnModel *model = rnn_model_load (path, NULL);
  GThread *threads[N_THREADS];
  float wanted[N_TOKENS * 3];

  run_model (model, wanted);
  rnn_model_unref (model);
  for (gsize i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("loader", load_run_and_free, wanted);
  for (gsize i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
}

static void
fault_76_a_fork_goes_on_with_the_model (void)
{
  RnnModel *model = rnn_model_load_shared (path, NULL);
  float wanted[N_TOKENS * 3], yhat[N_TOKENS * 3];
  int status;
  pid_t child;

  run_model (model, wanted);
  child = fork ();
  if (child == 0) {
    RnnModel *again = rnn_model_load_shared (path, NULL);
    run_model (model, yhat);
    _exit (again == model && memcmp (yhat, wanted, sizeof yhat) == 0 ? 0 : 1);
  }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  rnn_model_unref (model);
}

/* This program once more, as `--bits`, under a mask: what it prints. */
static char *
bits_under (const char *mask, char **warnings)
{
  char *command[] = { program, (char *) "--bits", path, NULL };
  char **environment =
      g_environ_setenv (g_get_environ (), "RNN_CPU_MASK", mask, TRUE);
  char *out;
  int status;

  g_assert_true (g_spawn_sync (NULL, command, environment, 0, NULL, NULL, &out,
                               warnings, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  g_strfreev (environment);
  return out;
}

static int
print_bits (void)
{
  RnnModel *model = rnn_model_load (path, NULL);
  guint32 bits[N_TOKENS * 3];

  run_model (model, (float *) bits);
  for (gsize i = 0; i < G_N_ELEMENTS (bits); i++)
    g_print ("%08x", bits[i]);
  rnn_model_unref (model);
  return 0;
}

static void
fault_73_a_processor_without_avx_gives_the_same_bits (void)
{
  char *quiet, *other, *fast = bits_under ("c,avx2,avx512,neon", &quiet);
  char *plain = bits_under ("c", &other);

  g_assert_cmpuint (strlen (plain), ==, N_TOKENS * 3 * 8);
  g_assert_cmpstr (plain, ==, fast);
  g_assert_cmpstr (other, ==, "");
  g_free (quiet);
  g_free (other);
  g_free (fast);
  g_free (plain);
}

static void
fault_74_a_mask_that_names_nothing_is_ignored_with_a_warning (void)
{
  char *quiet, *warnings, *plain = bits_under ("c", &quiet);
  char *came = bits_under ("sse9", &warnings);

  g_assert_cmpstr (came, ==, plain);
  g_assert_nonnull (strstr (warnings, "RNN_CPU_MASK=sse9"));
  g_free (quiet);
  g_free (warnings);
  g_free (plain);
  g_free (came);
}

/* A state that fades by half at each step: after 1,000 of them it would be far
 * below the smallest normal number. */
static void
fault_75_a_fading_state_never_is_subnormal (void)
{
  TestNetwork net = { RNN_CELL_ELMAN,
                      RNN_ACTIVATION_RELU,
                      RNN_OUTPUT_LINEAR,
                      3,
                      0,
                      16,
                      1,
                      1,
                      1,
                      0,
                      0.3f };
  RnnRandom random;
  RnnModel *model;
  RnnState *state;

  _rnn_random_seed (&random, 3);
  model = test_network_new (&net, &random);
  state = rnn_state_new (model);
  for (gsize i = 0; i < 2000; i++) {
    gint32 token = i == 0 ? 1 : -1;
    GBytes *saved;
    float yhat, carried;
    g_assert_true (rnn_state_run (state, &token, 1, &yhat, NULL));
    saved = rnn_state_save (state);
    for (gsize j = 0; j < 16; j++) {
      memcpy (&carried,
              (const guint8 *) g_bytes_get_data (saved, NULL) + 76 + 4 * j, 4);
      g_assert_true (carried == 0 || __builtin_isnormal (carried));
    }
    g_bytes_unref (saved);
  }
  rnn_state_free (state);
  rnn_model_unref (model);
}

static void
fault_77_streaming_calls_no_blas (void)
{
  RnnModel *model = rnn_model_load (path, NULL);
  float yhat[N_TOKENS * 3];

  n_blas = 0;
  run_model (model, yhat);
  rnn_model_unref (model);
  g_assert_cmpuint (n_blas, ==, 0);
  cblas_sgemv (CblasRowMajor, CblasNoTrans, 0, 0, 0, NULL, 1, NULL, 1, 0, NULL,
               1);
  g_assert_cmpuint (n_blas, ==, 1);
}

int
main (int argc, char **argv)
{
  char *folder;
  int result;

  program = argv[0];
  if (argc == 3 && strcmp (argv[1], "--bits") == 0) {
    path = argv[2];
    return print_bits ();
  }
  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("rnn-threads-XXXXXX", NULL);
  path = g_build_filename (folder, "model.safetensors", NULL);
  write_model ();
  g_test_add_func ("/process/73",
                   fault_73_a_processor_without_avx_gives_the_same_bits);
  g_test_add_func (
      "/process/74",
      fault_74_a_mask_that_names_nothing_is_ignored_with_a_warning);
  g_test_add_func ("/process/75", fault_75_a_fading_state_never_is_subnormal);
  g_test_add_func ("/process/76/threads",
                   fault_76_eight_threads_load_and_free_one_model);
  g_test_add_func ("/process/76/fork", fault_76_a_fork_goes_on_with_the_model);
  g_test_add_func ("/process/77", fault_77_streaming_calls_no_blas);
  result = g_test_run ();
  g_remove (path);
  g_rmdir (folder);
  g_free (path);
  g_free (folder);
  return result;
}
