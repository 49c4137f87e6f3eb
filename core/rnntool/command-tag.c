/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text in, tagged text out, line by line as it comes. */
#include "rnntool/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <rnn/rnn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define READ_BYTES 65536

typedef struct {
  char *model, *format;
  gboolean paragraphs;
  double threshold;
} Arguments;

typedef GString *(*Writer) (const RnnTaggedText *tagged);

/* What tagging a line needs. */
typedef struct {
  const char *model_name; /* as messages call it */
  gsize line;             /* of the text, from 1 */
  RnnModel *model;
  RnnAhead *ahead;
  RnnTokenizer *tokenizer;
  RnnLabels *labels;
  Writer write;
  gboolean paragraphs; /* a line without words takes a<t> back to a<0> */
  float threshold;
} Tagger;

static Writer
find_writer (const char *format)
{
  if (!format || strcmp (format, "brackets") == 0)
    return rnn_tagged_text_to_brackets;
  if (strcmp (format, "markup") == 0)
    return rnn_tagged_text_to_markup;
  return strcmp (format, "json") == 0 ? rnn_tagged_text_to_json : NULL;
}

static gboolean
tag_line (Tagger *tagger, const RnnText *text, GError **error)
{
  gsize n_y = rnn_model_get_n_outputs (tagger->model), n_entities;
  gboolean ok =
      rnn_ahead_run_sentences (tagger->ahead, text->indices, text->text,
                               text->tokens, text->n_tokens, error)
      && rnn_ahead_end (tagger->ahead, error);
  RnnTag *tags = g_new (RnnTag, text->n_tokens + 1);
  RnnTaggedText tagged = { .text = text->text,
                           .n_bytes = text->n_bytes,
                           .tokens = text->tokens,
                           .tags = tags,
                           .n_tokens = text->n_tokens,
                           .pts = G_MAXUINT64,
                           .duration = G_MAXUINT64 };
  RnnEntity *entities;
  GString *out;

  if (ok) {
    const float *yhat = rnn_ahead_get_rows (tagger->ahead);
    for (gsize i = 0; i < text->n_tokens; i++)
      tags[i] =
          rnn_labels_read (tagger->labels, yhat + i * n_y, tagger->threshold);
    rnn_ahead_drop (tagger->ahead, text->n_tokens);
    entities = rnn_entities_find (tags, text->n_tokens, &n_entities);
    tagged.entities = entities;
    tagged.n_entities = n_entities;
    out = tagger->write (&tagged);
    fwrite (out->str, 1, out->len, stdout);
    g_string_free (out, TRUE);
    g_free (entities);
  }
  g_free (tags);
  return ok;
}

static gsize
count_lines (const RnnText *text)
{
  gsize n = 0;

  for (gsize i = 0; i < text->n_bytes; i++)
    n += text->text[i] == '\n';
  return n;
}

static gboolean
tag_texts (Tagger *tagger, gboolean at_end, GError **error)
{
  GError *why = NULL;
  gboolean ok = TRUE;
  RnnText *text;

  while (ok
         && (text = at_end ? rnn_tokenizer_drain (tagger->tokenizer, &why)
                           : rnn_tokenizer_pull (tagger->tokenizer, &why))) {
    ok = tag_line (tagger, text, error);
    if (ok)
      tagger->line += count_lines (text);
    if (tagger->paragraphs && text->n_tokens == 0)
      rnn_ahead_reset (tagger->ahead);
    rnn_text_free (text);
  }
  if (why) {
    g_propagate_error (error, why);
    return FALSE;
  }
  return ok && fflush (stdout) == 0;
}

static gboolean
tag_file (Tagger *tagger, int file, const char *name, GError **error)
{
  guint8 *bytes = g_malloc (READ_BYTES);
  gboolean ok = TRUE;
  gssize n = 1;

  while (ok && n > 0) {
    n = read (file, bytes, READ_BYTES);
    if (n < 0) {
      ok = errno == EINTR;
      n = 1;
      if (!ok)
        g_set_error (error, RNN_ERROR, RNN_ERROR_READ, "%s: cannot read: %s",
                     name, g_strerror (errno));
      continue;
    }
    ok = rnn_tokenizer_push (tagger->tokenizer, bytes, (gsize) n, error)
         && tag_texts (tagger, n == 0, error);
    if (!ok)
      g_prefix_error (error, "%s: %s:%" G_GSIZE_FORMAT ": ", tagger->model_name,
                      name, tagger->line);
  }
  g_free (bytes);
  return ok;
}

static gboolean
tagger_init (Tagger *tagger, const Arguments *a, GError **error)
{
  tagger->model = rnn_model_load (a->model, error);
  if (!tagger->model)
    return FALSE;
  if (!rnn_model_get_lexicon (tagger->model)) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
                 "%s: tensor vocab: expected one, there is none", a->model);
    return FALSE;
  }
  tagger->ahead = rnn_ahead_new (tagger->model);
  tagger->tokenizer = rnn_tokenizer_new (rnn_model_get_lexicon (tagger->model),
                                         RNN_FRAMING_LINE);
  tagger->labels = rnn_labels_new (rnn_model_get_labels (tagger->model),
                                   rnn_model_get_n_outputs (tagger->model),
                                   rnn_model_get_output (tagger->model));
  tagger->threshold = (float) a->threshold;
  tagger->paragraphs = a->paragraphs;
  if (tagger->ahead)
    return TRUE;
  g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
               "%s: no memory for its state", a->model);
  return FALSE;
}

static void
tagger_clear (Tagger *tagger)
{
  g_clear_pointer (&tagger->labels, rnn_labels_unref);
  g_clear_pointer (&tagger->tokenizer, rnn_tokenizer_free);
  g_clear_pointer (&tagger->ahead, rnn_ahead_free);
  g_clear_pointer (&tagger->model, rnn_model_unref);
}

static int
run (const Arguments *a, const char *path)
{
  gboolean is_stdin = !path || strcmp (path, "-") == 0;
  Tagger tagger = { .model_name = a->model,
                    .line = 1,
                    .write = find_writer (a->format) };
  GError *error = NULL;
  gboolean ok;
  int file;

  if (!a->model)
    return command_misuse ("rnntool tag", "--model: expected a file");
  if (!tagger.write)
    return command_misuse ("rnntool tag",
                           "--format: expected brackets, markup or json");
  if (!(a->threshold >= 0 && a->threshold <= 1))
    return command_misuse ("rnntool tag", "--threshold: expected 0 … 1");
  file = is_stdin ? STDIN_FILENO : open (path, O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    g_set_error (&error, RNN_ERROR, RNN_ERROR_OPEN, "%s: cannot open: %s", path,
                 g_strerror (errno));
    return command_fail (error);
  }
  ok = tagger_init (&tagger, a, &error)
       && tag_file (&tagger, file, is_stdin ? "stdin" : path, &error);
  tagger_clear (&tagger);
  if (!is_stdin)
    close (file);
  if (error)
    return command_fail (error);
  return ok ? command_finish () : command_finish () | EXIT_FAILED;
}

int
command_tag (int argc, char **argv)
{
  Arguments a = { .threshold = 0.5 };
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &a.model, "the model", "FILE" },
    { "format", 'f', 0, G_OPTION_ARG_STRING, &a.format,
      "brackets, markup or json [brackets]", "NAME" },
    { "threshold", 0, 0, G_OPTION_ARG_DOUBLE, &a.threshold,
      "of a sigmoid [0.5]", "P" },
    { "paragraphs", 0, 0, G_OPTION_ARG_NONE, &a.paragraphs,
      "read each paragraph as a text of its own, from a<0> on", NULL },
    { NULL }
  };
  int code = EXIT_USAGE;

  if (command_parse ("rnntool tag", "--model FILE [FILE]",
                     "Tag text, line by line as it comes; no FILE, or -: "
                     "stdin.",
                     entries, &argc, &argv, 1))
    code = run (&a, argc > 1 ? argv[1] : NULL);
  g_free (a.model);
  g_free (a.format);
  return code;
}
