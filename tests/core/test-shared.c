/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Models of one file, shared in a process. The linker puts the read() below
 * between the program and the C library, so that a load can be held up. */
#include "network.h"

#include <rnn/rnn.h>
#include <unistd.h>

#define N_THREADS 8

static RnnRandom weights;
static GMutex gate;
static GCond moved;
static gboolean is_open; /* reads of threads that wait may go on */
static gsize n_waiting;
static _Thread_local gboolean is_held; /* whether this thread's reads wait */

ssize_t __real_read (int fd, void *to, size_t n);
ssize_t __wrap_read (int fd, void *to, size_t n);

ssize_t
__wrap_read (int fd, void *to, size_t n)
{
  if (is_held) {
    g_mutex_lock (&gate);
    n_waiting++;
    g_cond_broadcast (&moved);
    while (!is_open)
      g_cond_wait (&moved, &gate);
    g_mutex_unlock (&gate);
  }
  return __real_read (fd, to, n);
}

static void
open_gate (void)
{
  g_mutex_lock (&gate);
  is_open = TRUE;
  g_cond_broadcast (&moved);
  g_mutex_unlock (&gate);
}

static void
await_a_held_read (void)
{
  g_mutex_lock (&gate);
  while (n_waiting == 0)
    g_cond_wait (&moved, &gate);
  g_mutex_unlock (&gate);
}

static char *
new_file (void)
{
  TestNetwork network = { .cell = RNN_CELL_GRU,
                          .output = RNN_OUTPUT_SOFTMAX,
                          .n_inputs = 5,
                          .n_hidden = 7,
                          .n_layers = 1,
                          .n_directions = 1,
                          .n_outputs = 2,
                          .gain = 1 };

  return test_network_write (&network, &weights);
}

static void
remove_file (char *path)
{
  unlink (path);
  g_free (path);
}

static RnnModel *
load (const char *path)
{
  GError *error = NULL;
  RnnModel *model = rnn_model_load_shared (path, &error);

  g_assert_no_error (error);
  return model;
}

static gpointer
load_in_thread (gpointer path)
{
  return load (path);
}

static gpointer
load_held_up (gpointer path)
{
  is_held = TRUE;
  return load (path);
}

static void
threads_that_ask_at_once_get_one_copy (void)
{
  char *path = new_file ();
  GThread *threads[N_THREADS];
  RnnModel *models[N_THREADS];

  for (gsize i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("load", load_in_thread, path);
  for (gsize i = 0; i < N_THREADS; i++)
    models[i] = g_thread_join (threads[i]);
  for (gsize i = 0; i < N_THREADS; i++) {
    g_assert_true (models[i] == models[0]);
    rnn_model_unref (models[i]);
  }
  remove_file (path);
}

/* All of it would wait for ever behind a lock that a load holds. */
static void
a_file_that_is_slow_to_read_holds_up_its_own_users_only (void)
{
  char *slow = new_file (), *other = new_file ();
  RnnModel *old = load (other), *model;
  GThread *first = g_thread_new ("held", load_held_up, slow), *second;

  await_a_held_read ();
  second = g_thread_new ("second", load_in_thread, slow);
  g_assert_true (load (other) == old);
  rnn_model_unref (old);
  rnn_model_unref (old);
  model = load (other);
  rnn_model_unref (model);
  open_gate ();
  model = g_thread_join (first);
  g_assert_true (g_thread_join (second) == model);
  rnn_model_unref (model);
  rnn_model_unref (model);
  remove_file (slow);
  remove_file (other);
}

static gpointer
load_and_drop (gpointer path)
{
  for (gsize i = 0; i < 200; i++) {
    RnnModel *model = load (path);
    g_assert_cmpuint (rnn_model_get_n_hidden (model), ==, 7);
    rnn_model_unref (rnn_model_ref (model));
    rnn_model_unref (model);
  }
  return NULL;
}

static void
threads_may_drop_the_last_reference_while_others_ask (void)
{
  char *path = new_file ();
  GThread *threads[N_THREADS];

  for (gsize i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("drop", load_and_drop, path);
  for (gsize i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  remove_file (path);
}

static void
a_file_that_fails_fails_for_each_who_asks (void)
{
  char *path = new_file ();

  g_assert_true (g_file_set_contents (path, "no model", -1, NULL));
  for (gsize i = 0; i < 2; i++) {
    GError *error = NULL;
    g_assert_null (rnn_model_load_shared (path, &error));
    g_assert_error (error, RNN_ERROR, RNN_ERROR_FORMAT);
    g_clear_error (&error);
  }
  remove_file (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  _rnn_random_seed (&weights, 1);
  g_test_add_func ("/shared/one-copy", threads_that_ask_at_once_get_one_copy);
  g_test_add_func ("/shared/slow-file",
                   a_file_that_is_slow_to_read_holds_up_its_own_users_only);
  g_test_add_func ("/shared/last-reference",
                   threads_may_drop_the_last_reference_while_others_ask);
  g_test_add_func ("/shared/failure",
                   a_file_that_fails_fails_for_each_who_asks);
  return g_test_run ();
}
