/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A model file with a dictionary of any size, for tests and benchmarks. */
#pragma once

#include <glib.h>

/* One Elman layer in the lectures' naming with one output; word i is "word<i>",
 * row 0 is <UNK>. */
typedef struct {
  gsize n_words;  /* n_x */
  gsize n_hidden; /* n_a */
} TestDictionary;

/* Write it to a new file of the folder for temporary files; returns the path,
 * to be unlinked and freed. Memory of the caller's process stays small. */
char *test_dictionary_write (const TestDictionary *dictionary);

/* W_ax of row @j and column @i in that file. */
float test_dictionary_weight (gsize j, gsize i);

/* Write word @i to @out, char[24]; returns its length. */
gsize test_dictionary_word (gsize i, char *out);
