/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that fail on purpose. The linker puts fail.c between the program and
 * the C library (--wrap, see meson.build): it counts calls, and lets one of
 * them fail. */
#pragma once

#include <glib.h>

typedef enum {
  FAIL_ALLOCATION, /* of memory that may be refused: g_try_…, posix_memalign */
  FAIL_OPEN,       /* of a temporary file */
  FAIL_READ,
  FAIL_WRITE,
  FAIL_FSYNC,
  FAIL_CLOSE,
  FAIL_RENAME,
  FAIL_N_KINDS
} FailKind;

/* Let the @nth call from now on fail with @number (an errno), once; 0: none. */
void fail_nth (FailKind kind, gsize nth, int number);
/* Whether that call has come. Then no more fail. */
gboolean fail_stop (FailKind kind);
/* How many bytes a read or a write moves at most; 0: all. */
void fail_short (gsize n_bytes);
