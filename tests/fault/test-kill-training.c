/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `rnntool train` that is killed as it enters a system call, at each one in
 * turn that can change a file, from the first file that it writes on. Whatever
 * is left of its two files is whole, and going on makes the same model as an
 * unbroken training. Run with the path of rnntool. */
#include "../core/folder.h"
#include "traced.h"

#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_SENTENCES 8

static char *rnntool, *folder;

/* The two files of a training. */
typedef enum { FILE_MODEL, FILE_CHECKPOINT, N_FILES } File;
static const char *const names[N_FILES] = { "model", "checkpoint" };

/* What an unbroken training leaves of each file, at any moment. */
static GHashTable *whole[N_FILES]; /* SHA-256 in hexadecimal digits */

static char *
path_of (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

/* SHA-256 of the file, or NULL. (transfer full) */
static char *
get_sum (File file)
{
  char *path = path_of (names[file]), *bytes, *sum = NULL;
  gsize n;

  if (g_file_get_contents (path, &bytes, &n, NULL)) {
    sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256,
                                       (const guint8 *) bytes, n);
    g_free (bytes);
  }
  g_free (path);
  return sum;
}

static void
remove_files (void)
{
  GDir *entries = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (entries))) {
    char *path = path_of (name);
    if (strcmp (name, "text") != 0)
      g_assert_cmpint (unlink (path), ==, 0);
    g_free (path);
  }
  g_dir_close (entries);
}

static void
write_text (void)
{
  char *path = path_of ("text");
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < N_SENTENCES; i++)
    g_string_append_printf (text, "%s\tB-PER\nsleeps\tO\n.\tO\n\n",
                            i % 3 ? "Teddy" : "Mary");
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
  g_string_free (text, TRUE);
  g_free (path);
}

/* Become a training; traced, where @is_traced. */
static void
train (gboolean is_traced)
{
  char *text = path_of ("text"), *model = path_of (names[FILE_MODEL]);
  char *checkpoint = path_of (names[FILE_CHECKPOINT]);

  /* One thread; and a leak checker must not be traced. */
  g_setenv ("OPENBLAS_NUM_THREADS", "1", TRUE);
  g_setenv ("ASAN_OPTIONS", "detect_leaks=0", TRUE);
  dup2 (STDERR_FILENO, STDOUT_FILENO);
  if (is_traced)
    traced_begin ();
  execl (rnntool, "rnntool", "train", "--train", text, "--dev", text, "--out",
         model, "--checkpoint", checkpoint, "--resume", "--hidden=4",
         "--epochs=2", "--streams=2", "--steps=8", "--average=0.9", NULL);
  _exit (1);
}

static pid_t
start (gboolean is_traced)
{
  pid_t child = fork ();

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    train (is_traced);
  return child;
}

static gboolean
can_change_files (glong call)
{
  static const glong calls[] = {
#ifdef SYS_open
    SYS_open,
#endif
#ifdef SYS_rename
    SYS_rename,
#endif
#ifdef SYS_unlink
    SYS_unlink,
#endif
    SYS_openat, SYS_write,    SYS_writev,    SYS_pwrite64, SYS_fchmod,
    SYS_fsync,  SYS_renameat, SYS_renameat2, SYS_unlinkat
  };

  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    if (calls[i] == call)
      return TRUE;
  return FALSE;
}

/* A file beside the text is there: the first one is being written. */
static gboolean
has_begun (void)
{
  return test_folder_count (folder) > 1;
}

static gboolean
counts (glong call, gpointer data)
{
  return can_change_files (call) && has_begun ();
}

/* Note what is there; the training is never to stop. */
static gboolean
note_files (glong call, gpointer data)
{
  for (File file = 0; file < N_FILES; file++) {
    char *sum = call == -1 ? NULL : get_sum (file);
    if (sum)
      g_hash_table_add (whole[file], sum);
  }
  return FALSE;
}

static void
assert_whole (void)
{
  for (File file = 0; file < N_FILES; file++) {
    char *sum = get_sum (file);
    g_assert_true (!sum || g_hash_table_contains (whole[file], sum));
    g_free (sum);
  }
}

static void
go_on (void)
{
  pid_t child = start (FALSE);
  int status;

  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
}

static void
fault_65_a_training_killed_at_any_system_call_goes_on_to_the_same_model (void)
{
  int status;
  char *wanted;
  gsize n = 0;

  g_assert_nonnull (rnntool);
  status = traced_kill_at (start (TRUE), 1, note_files, NULL);
  if (status == TRACED_SKIP) {
    g_test_skip ("no ptrace here");
    return;
  }
  g_assert_cmpint (status, ==, 0);
  wanted = get_sum (FILE_MODEL);
  /* Both epochs wrote a checkpoint. */
  g_assert_cmpuint (g_hash_table_size (whole[FILE_CHECKPOINT]), ==, 2);
  do {
    char *came;
    remove_files ();
    status = traced_kill_at (start (TRUE), ++n, counts, NULL);
    assert_whole ();
    if (status == TRACED_KILLED)
      go_on ();
    came = get_sum (FILE_MODEL);
    g_assert_cmpstr (came, ==, wanted);
    g_free (came);
  } while (status == TRACED_KILLED);
  g_assert_cmpint (status, ==, 0);
  /* A model and two checkpoints: each opened, written to, synced and renamed,
   * and its folder opened and synced. */
  g_assert_cmpuint (n, >, 3 * 6);
  g_test_message ("killed %" G_GSIZE_FORMAT " times", n - 1);
  g_free (wanted);
}

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  rnntool = argc > 1 ? argv[1] : NULL;
  folder = test_folder_new ();
  for (File file = 0; file < N_FILES; file++)
    whole[file] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  write_text ();
  g_test_add_func (
      "/kill-training/65",
      fault_65_a_training_killed_at_any_system_call_goes_on_to_the_same_model);
  code = g_test_run ();
  for (File file = 0; file < N_FILES; file++)
    g_hash_table_unref (whole[file]);
  return test_folder_end (folder, code);
}
