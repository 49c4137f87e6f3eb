/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "oracle.h"

#include <string.h>

struct _Oracle {
  RnnModel *model;
  RnnAhead *ahead;
  RnnTokenizer *tokenizer;
  RnnLabels *labels;
  GQueue waiting; /* RnnText: those that have not got all their rows */
  GQueue ready;   /* char */
};

static void
use (Oracle *oracle, RnnModel *model)
{
  const char *const *names = rnn_model_get_labels (model);

  g_clear_pointer (&oracle->ahead, rnn_ahead_free);
  g_clear_pointer (&oracle->labels, rnn_labels_unref);
  oracle->model = model;
  oracle->ahead = rnn_ahead_new (model);
  oracle->labels = rnn_labels_new (names, rnn_model_get_n_outputs (model),
                                   rnn_model_get_output (model));
}

Oracle *
oracle_new (RnnModel *model)
{
  Oracle *oracle = g_new0 (Oracle, 1);

  oracle->tokenizer =
      rnn_tokenizer_new (rnn_model_get_lexicon (model), RNN_FRAMING_BUFFER);
  use (oracle, model);
  return oracle;
}

void
oracle_free (Oracle *oracle)
{
  g_queue_clear_full (&oracle->waiting, (GDestroyNotify) rnn_text_free);
  g_queue_clear_full (&oracle->ready, g_free);
  rnn_ahead_free (oracle->ahead);
  rnn_labels_unref (oracle->labels);
  rnn_tokenizer_free (oracle->tokenizer);
  g_free (oracle);
}

/* Write @text by the oldest rows. */
static char *
write_text (Oracle *oracle, const RnnText *text)
{
  gsize n_y = rnn_model_get_n_outputs (oracle->model), n_entities;
  const float *rows = rnn_ahead_get_rows (oracle->ahead);
  RnnTag *tags = g_new (RnnTag, text->n_tokens);
  RnnTaggedText tagged = { .text = text->text,
                           .n_bytes = text->n_bytes,
                           .tokens = text->tokens,
                           .tags = tags,
                           .n_tokens = text->n_tokens,
                           .pts = G_MAXUINT64,
                           .duration = G_MAXUINT64 };
  RnnEntity *entities;
  GString *out;

  for (gsize i = 0; i < text->n_tokens; i++)
    tags[i] = rnn_labels_read (oracle->labels, rows + i * n_y, 0.5f);
  entities = rnn_entities_find (tags, text->n_tokens, &n_entities);
  tagged.entities = entities;
  tagged.n_entities = n_entities;
  out = rnn_tagged_text_to_brackets (&tagged);
  g_free (entities);
  g_free (tags);
  return g_string_free (out, FALSE);
}

static void
write_ready (Oracle *oracle)
{
  RnnText *text;

  while ((text = g_queue_peek_head (&oracle->waiting))
         && rnn_ahead_get_n_rows (oracle->ahead) >= text->n_tokens) {
    g_queue_push_tail (&oracle->ready, write_text (oracle, text));
    rnn_ahead_drop (oracle->ahead, text->n_tokens);
    rnn_text_free (g_queue_pop_head (&oracle->waiting));
  }
}

void
oracle_push (Oracle *oracle, const char *text)
{
  GError *error = NULL;
  RnnText *tokens;

  rnn_tokenizer_push (oracle->tokenizer, (const guint8 *) text, strlen (text),
                      &error);
  g_assert_no_error (error);
  while ((tokens = rnn_tokenizer_pull (oracle->tokenizer, &error))) {
    rnn_ahead_run_sentences (oracle->ahead, tokens->indices, tokens->text,
                             tokens->tokens, tokens->n_tokens, &error);
    g_assert_no_error (error);
    g_queue_push_tail (&oracle->waiting, tokens);
  }
  g_assert_no_error (error);
  if (g_str_has_suffix (text, "\n"))
    oracle_end (oracle);
  else
    write_ready (oracle);
}

void
oracle_end (Oracle *oracle)
{
  GError *error = NULL;

  rnn_ahead_end (oracle->ahead, &error);
  g_assert_no_error (error);
  write_ready (oracle);
}

void
oracle_reset (Oracle *oracle)
{
  oracle_end (oracle);
  rnn_ahead_reset (oracle->ahead);
}

void
oracle_discard (Oracle *oracle)
{
  g_queue_clear_full (&oracle->waiting, (GDestroyNotify) rnn_text_free);
  rnn_ahead_reset (oracle->ahead);
}

void
oracle_swap (Oracle *oracle, RnnModel *model)
{
  oracle_end (oracle);
  use (oracle, model);
}

char *
oracle_pull (Oracle *oracle)
{
  return g_queue_pop_head (&oracle->ready);
}
