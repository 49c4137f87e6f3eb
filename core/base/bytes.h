/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes that grow for as long as there is memory. */
#pragma once

#include <glib.h>

/* All zero: empty. */
typedef struct {
  char *data; /* g_free() it, or _rnn_bytes_clear() all */
  gsize n;
  gsize room;
  gboolean is_refused; /* there was no memory for something: it is missing */
} RnnBytes;

void _rnn_bytes_append (RnnBytes *bytes, const void *more, gsize n);
void _rnn_bytes_erase (RnnBytes *bytes, gsize n);
void _rnn_bytes_clear (RnnBytes *bytes);
