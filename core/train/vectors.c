/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/vectors.h"

#include "base/checked.h"
#include "base/file.h"
#include "train/lines.h"

#include <rnn/rnn-error.h>
#include <string.h>

#define MAX_FILE ((gsize) 1 << 36)
#define MAX_SIZE 4096

typedef struct {
  const char *path;
  gsize line;
  RnnVectors *vectors;
  GString *words;
  GArray *values;
} Reader;

static gboolean
refuse (const Reader *reader, const char *what, GError **error)
{
  return _rnn_line_refuse (reader->path, reader->line, what, error);
}

/* `word x1 x2 …`: the numbers of one line behind the word. */
static gboolean
read_numbers (Reader *reader, char *at, GError **error)
{
  gsize n = 0;
  char *end;

  for (;; at = end, n++) {
    double x = g_ascii_strtod (at, &end);
    float value = (float) x;
    if (end == at)
      break;
    if (!(x >= -1e6 && x <= 1e6))
      return refuse (reader, "expected numbers of up to a million", error);
    g_array_append_val (reader->values, value);
  }
  while (*at == ' ')
    at++;
  if (*at != '\0')
    return refuse (reader, "expected a word and numbers", error);
  if (reader->vectors->size == 0)
    reader->vectors->size = n;
  if (n == 0 || n != reader->vectors->size || n > MAX_SIZE)
    return refuse (reader, "expected as many numbers as in the lines before",
                   error);
  return TRUE;
}

static gboolean
is_number (const char *text)
{
  return *text != '\0' && strspn (text, "0123456789") == strlen (text);
}

static gboolean
read_line (Reader *reader, char *line, GError **error)
{
  char *space = strchr (line, ' ');

  if (!space || space == line)
    return refuse (reader, "expected a word and numbers", error);
  *space = '\0';
  if (!g_utf8_validate (line, -1, NULL))
    return refuse (reader, "expected UTF-8", error);
  /* word2vec's text form begins with the number of words and their size. */
  if (reader->line == 1 && is_number (line) && is_number (space + 1))
    return TRUE;
  if (!read_numbers (reader, space + 1, error))
    return FALSE;
  g_string_append (reader->words, line);
  g_string_append_c (reader->words, '\n');
  reader->vectors->n_words++;
  return TRUE;
}

static gboolean
read_text (Reader *reader, gsize n_words, GError **error)
{
  RnnVectors *vectors = reader->vectors;
  gboolean ok = TRUE;
  guint8 *bytes;
  gsize n;

  if (!_rnn_file_read (reader->path, MAX_FILE, &bytes, &n, error))
    return FALSE;
  for (char *at = (char *) bytes, *end = at + n;
       ok && at < end && vectors->n_words < n_words;) {
    char *newline = memchr (at, '\n', (gsize) (end - at));
    char *stop = newline ? newline : end;
    *stop = '\0';
    reader->line++;
    ok = *g_strchomp (at) == '\0' || read_line (reader, at, error);
    at = stop + 1;
  }
  _rnn_free (bytes);
  return ok;
}

/* One file of a folder of vectors. */
static gboolean
read_part (const char *folder, const char *name, guint8 **bytes, gsize *n,
           GError **error)
{
  char *path = g_build_filename (folder, name, NULL);
  gboolean ok = _rnn_file_read (path, MAX_FILE, bytes, n, error);

  g_free (path);
  return ok;
}

static void
append_scaled (Reader *reader, const gint8 *vectors, const guint8 *scales)
{
  gsize size = reader->vectors->size;

  for (gsize row = 0; row < reader->vectors->n_words; row++) {
    guint32 bits;
    float scale;
    memcpy (&bits, scales + row * sizeof bits, sizeof bits);
    bits = GUINT32_FROM_LE (bits);
    memcpy (&scale, &bits, sizeof scale);
    for (gsize i = 0; i < size; i++) {
      float value = scale * (float) vectors[row * size + i];
      g_array_append_val (reader->values, value);
    }
  }
}

/* words.txt, a line each; vec.i8, signed bytes row by row; scale.f32, one a
 * row: a value is its byte times the row's scale. */
static gboolean
read_folder (Reader *reader, gsize n_words, GError **error)
{
  RnnVectors *vectors = reader->vectors;
  guint8 *words = NULL, *bytes = NULL, *scales = NULL;
  gsize n_text, n, n_scales, n_rows, used = 0;
  gboolean ok =
      read_part (reader->path, "words.txt", &words, &n_text, error)
      && read_part (reader->path, "vec.i8", &bytes, &n, error)
      && read_part (reader->path, "scale.f32", &scales, &n_scales, error);

  if (ok) {
    n_rows = n_scales / sizeof (float);
    vectors->size = n_rows ? n / n_rows : 0;
    while (vectors->n_words < MIN (n_words, n_rows) && used < n_text) {
      guint8 *newline = memchr (words + used, '\n', n_text - used);
      used = newline ? (gsize) (newline - words) + 1 : n_text;
      vectors->n_words++;
    }
    ok = vectors->size > 0 && vectors->size * n_rows == n
         && g_utf8_validate_len ((char *) words, used, NULL);
    if (ok) {
      g_string_append_len (reader->words, (char *) words, (gssize) used);
      append_scaled (reader, (const gint8 *) bytes, scales);
    } else
      g_set_error (error, RNN_ERROR, RNN_ERROR_DATA,
                   "%s: expected words.txt, vec.i8 and scale.f32 of as many "
                   "rows",
                   reader->path);
  }
  _rnn_free (words);
  _rnn_free (bytes);
  _rnn_free (scales);
  return ok;
}

/* Read up to @n_words vectors from @path: text of GloVe's or word2vec's form,
 * or a folder with words.txt, vec.i8 and scale.f32. Returns: vectors, free with
 * _rnn_vectors_free(); NULL with @error: as for files, or DATA with the line.
 */
RnnVectors *
_rnn_vectors_read (const char *path, gsize n_words, GError **error)
{
  RnnVectors *vectors = g_new0 (RnnVectors, 1);
  Reader reader = { path, 0, vectors, g_string_new (NULL),
                    g_array_new (FALSE, FALSE, sizeof (float)) };
  gboolean ok = g_file_test (path, G_FILE_TEST_IS_DIR)
                    ? read_folder (&reader, n_words, error)
                    : read_text (&reader, n_words, error);

  vectors->n_bytes = reader.words->len;
  vectors->words = g_string_free (reader.words, FALSE);
  vectors->values = (float *) (gpointer) g_array_free (reader.values, FALSE);
  if (ok && vectors->n_words == 0) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_DATA,
                 "%s: expected word vectors, there are none", path);
    ok = FALSE;
  }
  if (!ok)
    g_clear_pointer (&vectors, _rnn_vectors_free);
  return vectors;
}

/* Free @vectors; NULL is fine. */
void
_rnn_vectors_free (RnnVectors *vectors)
{
  if (!vectors)
    return;
  g_free (vectors->words);
  g_free (vectors->values);
  g_free (vectors);
}
