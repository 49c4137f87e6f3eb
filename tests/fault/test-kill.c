/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A process that is killed while it writes a file: at each of its system calls,
 * before and after, as its parent sees them by ptrace. */
#include "../core/folder.h"
#include "base/file.h"
#include "traced.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define N_BYTES 3000

static char *path;
static char *old_text, *new_text;

static gboolean
write_text (const char *text)
{
  RnnChunk chunks[] = { { text, 1000 }, { text + 1000, N_BYTES - 1000 } };

  return _rnn_file_write_atomic (path, chunks, 2, NULL);
}

static void
be_killed (void)
{
  traced_begin ();
  raise (SIGSTOP);
  _exit (write_text (new_text) ? 0 : 1);
}

static void
assert_whole (gboolean is_done)
{
  char *text;
  gsize n;

  g_assert_true (g_file_get_contents (path, &text, &n, NULL));
  g_assert_cmpuint (n, ==, N_BYTES);
  g_assert_true (strcmp (text, new_text) == 0
                 || (!is_done && strcmp (text, old_text) == 0));
  g_free (text);
}

static void
fault_65_killed_at_any_system_call_a_file_is_old_or_new (void)
{
  gsize n_killed = 0, n_new = 0;
  int status = TRACED_KILLED;

  for (gsize n_stops = 1; status == TRACED_KILLED; n_stops++) {
    pid_t child;
    char *text;
    g_assert_true (write_text (old_text));
    child = fork ();
    g_assert_cmpint (child, >=, 0);
    if (child == 0)
      be_killed ();
    status = traced_kill_at (child, n_stops, NULL, NULL);
    if (status == TRACED_SKIP) {
      g_test_skip ("no ptrace here");
      return;
    }
    assert_whole (status == 0);
    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    n_new += strcmp (text, new_text) == 0;
    g_free (text);
    n_killed++;
  }
  g_assert_cmpint (status, ==, 0);
  /* Open, two writes, sync, close, rename and more: twice each. */
  g_assert_cmpuint (n_killed, >, 12);
  g_assert_cmpuint (n_new, >, 1);
  g_assert_cmpuint (n_new, <, n_killed);
}

int
main (int argc, char **argv)
{
  char *folder = test_folder_new ();
  int result;

  g_test_init (&argc, &argv, NULL);
  path = g_build_filename (folder, "model.safetensors", NULL);
  old_text = g_strnfill (N_BYTES, 'o');
  new_text = g_strnfill (N_BYTES, 'n');
  g_test_add_func ("/kill/65",
                   fault_65_killed_at_any_system_call_a_file_is_old_or_new);
  result = g_test_run ();
  g_free (old_text);
  g_free (new_text);
  g_free (path);
  return test_folder_end (folder, result);
}
