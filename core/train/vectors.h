/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Word vectors that somebody else has trained. */
#pragma once

#include <glib.h>

/* In order of the file, most frequent word first. */
typedef struct {
  char *words;   /* newline after each, UTF-8 */
  gsize n_bytes; /* of words */
  gsize n_words;
  gsize size;    /* of a vector */
  float *values; /* [n_words][size] */
} RnnVectors;

RnnVectors *_rnn_vectors_read (const char *path, gsize n_words, GError **error);
void _rnn_vectors_free (RnnVectors *vectors);
