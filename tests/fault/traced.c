/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "traced.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/* Also declares struct ptrace_syscall_info on C libraries that do not. */
#include <linux/ptrace.h>

void
traced_begin (void)
{
  if (ptrace (PTRACE_TRACEME, 0, NULL, NULL) != 0)
    _exit (TRACED_SKIP);
}

/* The number of the call that @child enters, or -1. */
static glong
get_call (pid_t child)
{
  struct ptrace_syscall_info info = { 0 };

  if (ptrace (PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info) <= 0
      || info.op != PTRACE_SYSCALL_INFO_ENTRY)
    return -1;
  return (glong) info.entry.nr;
}

int
traced_kill_at (pid_t child, gsize n, TracedCounts counts, gpointer data)
{
  gsize n_stops = 0;
  int status;

  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  /* Else which call it is would not be told. */
  if (WIFSTOPPED (status))
    g_assert_cmpint (ptrace (PTRACE_SETOPTIONS, child, NULL,
                             PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL),
                     ==, 0);
  while (WIFSTOPPED (status) && n_stops < n) {
    g_assert_cmpint (ptrace (PTRACE_SYSCALL, child, NULL, NULL), ==, 0);
    g_assert_cmpint (waitpid (child, &status, 0), ==, child);
    if (WIFSTOPPED (status))
      n_stops += !counts || counts (get_call (child), data);
  }
  if (WIFEXITED (status))
    return WEXITSTATUS (status);
  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));
  return TRACED_KILLED;
}
