/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dictionary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

float
test_dictionary_weight (gsize j, gsize i)
{
  return (float) ((i * 31 + j * 7) % 1021) / 1021.0f - 0.5f;
}

gsize
test_dictionary_word (gsize i, char *out)
{
  if (i == 0)
    strcpy (out, "<UNK>");
  else
    g_snprintf (out, 24, "word%" G_GSIZE_FORMAT, i);
  return strlen (out);
}

static void
add_tensor (GString *header, const char *name, const char *dtype, gsize rows,
            gsize cols, gsize size, gsize *at)
{
  gsize end = *at + rows * MAX (cols, 1) * size;

  g_string_append_printf (header, ",\"%s\":{\"dtype\":\"%s\",\"shape\":[%zu",
                          name, dtype, rows);
  if (cols)
    g_string_append_printf (header, ",%zu", cols);
  g_string_append_printf (header, "],\"data_offsets\":[%zu,%zu]}", *at, end);
  *at = end;
}

static void
put (FILE *file, const void *bytes, gsize n)
{
  g_assert_cmpuint (fwrite (bytes, 1, n, file), ==, n);
}

static void
put_header (FILE *file, const TestDictionary *d, gsize n_vocab)
{
  GString *header = g_string_new ("{\"__metadata__\":{\"rnn.labels\":\"PER\"}");
  gsize at = 0, n_a = d->n_hidden;
  guint64 n;

  add_tensor (header, "Wax", "F32", n_a, d->n_words, 4, &at);
  add_tensor (header, "Waa", "F32", n_a, n_a, 4, &at);
  add_tensor (header, "Wya", "F32", 1, n_a, 4, &at);
  add_tensor (header, "ba", "F32", n_a, 0, 4, &at);
  add_tensor (header, "by", "F32", 1, 0, 4, &at);
  add_tensor (header, "vocab", "U8", n_vocab, 0, 1, &at);
  g_string_append_c (header, '}');
  n = GUINT64_TO_LE ((guint64) header->len);
  put (file, &n, sizeof n);
  put (file, header->str, header->len);
  g_string_free (header, TRUE);
}

static void
put_weights (FILE *file, gsize rows, gsize cols)
{
  float *row = g_new (float, cols);

  for (gsize j = 0; j < rows; j++) {
    for (gsize i = 0; i < cols; i++)
      row[i] = test_dictionary_weight (j, i);
    put (file, row, cols * sizeof *row);
  }
  g_free (row);
}

char *
test_dictionary_write (const TestDictionary *d)
{
  char *path = NULL, word[24];
  GError *error = NULL;
  int fd = g_file_open_tmp ("dictionary-XXXXXX.safetensors", &path, &error);
  gsize n_vocab = 0;
  FILE *file;

  g_assert_no_error (error);
  file = fdopen (fd, "wb");
  for (gsize i = 0; i < d->n_words; i++)
    n_vocab += test_dictionary_word (i, word) + 1;
  put_header (file, d, n_vocab);
  put_weights (file, d->n_hidden, d->n_words);
  put_weights (file, d->n_hidden, d->n_hidden);
  put_weights (file, 1, d->n_hidden);
  put_weights (file, 1, d->n_hidden);
  put_weights (file, 1, 1);
  for (gsize i = 0; i < d->n_words; i++) {
    gsize n = test_dictionary_word (i, word);
    word[n] = '\n';
    put (file, word, n + 1);
  }
  g_assert_cmpint (fclose (file), ==, 0);
  return path;
}
