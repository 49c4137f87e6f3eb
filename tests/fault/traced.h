/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A child that is killed at a system call which its parent chooses, by ptrace.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

/* The exit status of a child that may not be traced. */
#define TRACED_SKIP 77
/* Instead of an exit status: it was killed. */
#define TRACED_KILLED -1

/* In the child: be traced, and stop at the next exec or signal. */
void traced_begin (void);

/* Whether a stop of @child counts, as it enters system call number @call, or
 * leaves one, when @call is -1. */
typedef gboolean (*TracedCounts) (glong call, gpointer data);

/* Let @child go on to its @n'th stop that counts and kill it there.
 * @counts: NULL: each stop does. Returns its exit status, or TRACED_KILLED. */
int traced_kill_at (pid_t child, gsize n, TracedCounts counts, gpointer data);
