/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fail.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static struct {
  gsize calls, nth;
  int number;
} kinds[FAIL_N_KINDS];
static gsize most;

void
fail_nth (FailKind kind, gsize nth, int number)
{
  kinds[kind].calls = 0;
  kinds[kind].nth = nth;
  kinds[kind].number = number;
}

gboolean
fail_stop (FailKind kind)
{
  gboolean has_come =
      kinds[kind].nth > 0 && kinds[kind].calls >= kinds[kind].nth;

  kinds[kind].nth = 0;
  return has_come;
}

void
fail_short (gsize n_bytes)
{
  most = n_bytes;
}

static gboolean
fails (FailKind kind)
{
  /* Calls may come from two threads. */
  if (g_atomic_pointer_add (&kinds[kind].calls, 1) + 1
      != (gssize) kinds[kind].nth)
    return FALSE;
  errno = kinds[kind].number;
  return TRUE;
}

static gsize
at_most (gsize n)
{
  return most > 0 ? MIN (n, most) : n;
}

/* CALL is what the arguments are called in. */
#define WRAP(TYPE, NAME, PARAMETERS, CALL, KIND, FAILURE)                      \
  TYPE __real_##NAME PARAMETERS;                                               \
  TYPE __wrap_##NAME PARAMETERS;                                               \
  TYPE __wrap_##NAME PARAMETERS                                                \
  {                                                                            \
    return fails (KIND) ? (TYPE) FAILURE : __real_##NAME CALL;                 \
  }

WRAP (int, posix_memalign, (void **out, size_t alignment, size_t n),
      (out, alignment, n), FAIL_ALLOCATION, ENOMEM)
WRAP (gpointer, g_try_malloc, (gsize n), (n), FAIL_ALLOCATION, NULL)
WRAP (gpointer, g_try_malloc0, (gsize n), (n), FAIL_ALLOCATION, NULL)
WRAP (gpointer, g_try_malloc_n, (gsize n, gsize size), (n, size),
      FAIL_ALLOCATION, NULL)
WRAP (gpointer, g_try_malloc0_n, (gsize n, gsize size), (n, size),
      FAIL_ALLOCATION, NULL)
WRAP (gpointer, g_try_realloc, (gpointer old, gsize n), (old, n),
      FAIL_ALLOCATION, NULL)
WRAP (gpointer, g_try_realloc_n, (gpointer old, gsize n, gsize size),
      (old, n, size), FAIL_ALLOCATION, NULL)
WRAP (int, g_mkstemp_full, (char *name, int flags, int mode),
      (name, flags, mode), FAIL_OPEN, -1)
WRAP (ssize_t, read, (int fd, void *to, size_t n), (fd, to, at_most (n)),
      FAIL_READ, -1)
WRAP (ssize_t, write, (int fd, const void *from, size_t n),
      (fd, from, at_most (n)), FAIL_WRITE, -1)
WRAP (int, fsync, (int fd), (fd), FAIL_FSYNC, -1)
WRAP (int, rename, (const char *from, const char *to), (from, to), FAIL_RENAME,
      -1)

/* A close that fails has closed nevertheless. */
int __real_close (int fd);
int __wrap_close (int fd);

int
__wrap_close (int fd)
{
  int result = __real_close (fd);

  return fails (FAIL_CLOSE) ? -1 : result;
}
