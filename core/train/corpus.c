/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/corpus.h"

#include "base/checked.h"
#include "base/file.h"
#include "train/lines.h"

#include <rnn/rnn-error.h>
#include <string.h>

#define MAX_FILE ((gsize) 1 << 32)
#define MAX_TAGS 4096
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

typedef struct {
  const char *path;
  gsize line;
  RnnCorpus *corpus;
  GPtrArray *words;
  GArray *lines;
  GArray *tags;
  GArray *starts;
  GPtrArray *names;
  GHashTable *indices; /* tag name -> index + 1 */
} Reader;

static gboolean
refuse (const Reader *reader, const char *what, GError **error)
{
  return _rnn_line_refuse (reader->path, reader->line, what, error);
}

static gboolean
index_of_tag (Reader *reader, const char *tag, guint16 *index, GError **error)
{
  gsize known = GPOINTER_TO_SIZE (g_hash_table_lookup (reader->indices, tag));

  if (known == 0) {
    if (reader->names->len >= MAX_TAGS)
      return refuse (reader, "expected at most 4096 different tags", error);
    g_ptr_array_add (reader->names, g_strdup (tag));
    known = reader->names->len;
    g_hash_table_insert (reader->indices, reader->names->pdata[known - 1],
                         GSIZE_TO_POINTER (known));
  }
  *index = (guint16) (known - 1);
  return TRUE;
}

static gboolean
read_token (Reader *reader, char *line, GError **error)
{
  char *tab = strchr (line, '\t'), *end;
  guint32 number = (guint32) reader->line;
  guint16 tag;

  if (!tab || tab == line || *g_strchomp (tab + 1) == '\0')
    return refuse (reader, "expected token<TAB>tag", error);
  if (!g_utf8_validate (line, -1, NULL))
    return refuse (reader, "expected UTF-8", error);
  *tab = '\0';
  end = strchr (tab + 1, '\t');
  if (end)
    return refuse (reader, "expected two columns, more came", error);
  if (!index_of_tag (reader, tab + 1, &tag, error))
    return FALSE;
  g_ptr_array_add (reader->words, line);
  g_array_append_val (reader->lines, number);
  g_array_append_val (reader->tags, tag);
  return TRUE;
}

/* A sentence ends where tokens came since the last one did. */
static void
end_sentence (Reader *reader)
{
  gsize n = reader->words->len;

  if (g_array_index (reader->starts, gsize, reader->starts->len - 1) < n)
    g_array_append_val (reader->starts, n);
}

static gboolean
read_lines (Reader *reader, char *bytes, gsize n, GError **error)
{
  gsize n_mark = n >= 3 && memcmp (bytes, BYTE_ORDER_MARK, 3) == 0 ? 3 : 0;

  for (char *at = bytes + n_mark, *end = bytes + n; at < end;) {
    char *newline = memchr (at, '\n', (gsize) (end - at));
    char *stop = newline ? newline : end;
    gsize length = (gsize) (stop - at);
    reader->line++;
    if (memchr (at, '\0', length))
      return refuse (reader, "expected text, a NUL byte came", error);
    *stop = '\0';
    if (length > 0 && at[length - 1] == '\r')
      at[--length] = '\0';
    if (length == 0)
      end_sentence (reader);
    else if (!read_token (reader, at, error))
      return FALSE;
    at = stop + 1;
  }
  end_sentence (reader);
  if (reader->words->len == 0)
    return refuse (reader, "expected labelled tokens, there are none", error);
  return TRUE;
}

/* Read labelled text from @bytes, char[@n] and a NUL, of _rnn_try_alloc(),
 * which the corpus takes over (also on failure); messages call it @name.
 * Returns: a corpus, free with _rnn_corpus_free(); NULL: DATA with name and
 * line. */
RnnCorpus *
_rnn_corpus_parse (char *bytes, gsize n, const char *name, GError **error)
{
  RnnCorpus *corpus = g_new0 (RnnCorpus, 1);
  Reader reader = { .path = name, .corpus = corpus };
  gsize zero = 0;
  gboolean ok;

  corpus->name = g_strdup (name);
  corpus->bytes = bytes;
  reader.words = g_ptr_array_new ();
  reader.lines = g_array_new (FALSE, FALSE, sizeof (guint32));
  reader.tags = g_array_new (FALSE, FALSE, sizeof (guint16));
  reader.starts = g_array_new (FALSE, FALSE, sizeof (gsize));
  reader.names = g_ptr_array_new ();
  reader.indices = g_hash_table_new (g_str_hash, g_str_equal);
  g_array_append_val (reader.starts, zero);
  ok = read_lines (&reader, corpus->bytes, n, error);
  corpus->n_tokens = reader.words->len;
  corpus->n_sentences = reader.starts->len - 1;
  corpus->words = (const char **) g_ptr_array_free (reader.words, FALSE);
  corpus->lines = (guint32 *) (gpointer) g_array_free (reader.lines, FALSE);
  corpus->tags = (guint16 *) (gpointer) g_array_free (reader.tags, FALSE);
  corpus->sentence_starts =
      (gsize *) (gpointer) g_array_free (reader.starts, FALSE);
  g_ptr_array_add (reader.names, NULL);
  corpus->tag_names = (char **) g_ptr_array_free (reader.names, FALSE);
  g_hash_table_unref (reader.indices);
  if (!ok)
    g_clear_pointer (&corpus, _rnn_corpus_free);
  return corpus;
}

/* Read the file @path. Returns: a corpus, free with _rnn_corpus_free(); NULL
 * with @error: as for files, or DATA with file and line. */
RnnCorpus *
_rnn_corpus_read (const char *path, GError **error)
{
  guint8 *bytes;
  gsize n;

  if (!_rnn_file_read (path, MAX_FILE, &bytes, &n, error))
    return NULL;
  return _rnn_corpus_parse ((char *) bytes, n, path, error);
}

/* Free @corpus; NULL is fine. */
void
_rnn_corpus_free (RnnCorpus *corpus)
{
  if (!corpus)
    return;
  g_free (corpus->name);
  g_free (corpus->words);
  g_free (corpus->lines);
  g_free (corpus->tags);
  g_free (corpus->sentence_starts);
  g_strfreev (corpus->tag_names);
  _rnn_free (corpus->bytes);
  g_free (corpus);
}

gboolean
_rnn_word_is_punctuation (const char *word)
{
  for (; *word; word = g_utf8_next_char (word))
    if (g_unichar_isalnum (g_utf8_get_char (word)))
      return FALSE;
  return TRUE;
}

gboolean
_rnn_tag_is_of (const char *tag, const char *entity)
{
  return tag[0] && strchr ("BIES", tag[0]) && tag[1] == '-'
         && strcmp (tag + 2, entity) == 0;
}
