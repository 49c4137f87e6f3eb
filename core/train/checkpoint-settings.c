/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/training.h"

#include "base/quote.h"
#include "train/start.h"

#include <rnn/rnn-error.h>
#include <string.h>

#define FORMAT "4"

static void
add_setting (GPtrArray *settings, const char *name, char *value)
{
  g_ptr_array_add (settings, g_strdup (name));
  g_ptr_array_add (settings, value);
}

static void
add_number (GPtrArray *settings, const char *name, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  add_setting (settings, name,
               g_strdup (g_ascii_dtostr (text, sizeof text, value)));
}

static void
hash_floats (GChecksum *sum, const float *values, gsize n)
{
  for (gsize i = 0; values && i < n; i += 1 << 20)
    g_checksum_update (sum, (const guchar *) (values + i),
                       (gssize) (MIN (n - i, 1 << 20) * sizeof *values));
}

/* A hash of all text that is learned from, and of word vectors and lists. */
static char *
hash_text (const RnnTraining *training)
{
  const RnnExamples *examples = &training->examples;
  const RnnDictionary *dictionary = &examples->dictionary;
  GChecksum *sum = g_checksum_new (G_CHECKSUM_SHA256);
  char *hash;

  for (gsize c = 0; c < examples->n_corpora; c++) {
    const RnnCorpus *corpus = examples->corpora[c];
    for (gsize i = 0; i < corpus->n_tokens; i++) {
      const char *tag = corpus->tag_names[corpus->tags[i]];
      g_checksum_update (sum, (const guchar *) corpus->words[i], -1);
      g_checksum_update (sum, (const guchar *) tag, (gssize) strlen (tag) + 1);
    }
    g_checksum_update (sum, (const guchar *) corpus->sentence_starts,
                       (gssize) (corpus->n_sentences * sizeof (gsize)));
  }
  g_checksum_update (sum, (const guchar *) dictionary->vocab,
                     (gssize) dictionary->n_vocab);
  for (gsize i = 0; i < dictionary->n_lists; i++)
    g_checksum_update (sum, (const guchar *) dictionary->lists[i].words,
                       (gssize) dictionary->lists[i].n_bytes);
  if (dictionary->vectors)
    hash_floats (sum, dictionary->vectors->values,
                 dictionary->vectors->n_words * dictionary->vectors->size);
  hash = g_strdup (g_checksum_get_string (sum));
  g_checksum_free (sum);
  return hash;
}

/* @values, float[n_corpora]; NULL: @usual for each. */
static char *
join_numbers (const RnnTraining *training, const float *values, double usual)
{
  GString *text = g_string_new (NULL);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  for (gsize c = 0; c < training->examples.n_corpora; c++)
    g_string_append_printf (
        text, "%s%s", c ? "," : "",
        g_ascii_dtostr (number, sizeof number,
                        values ? (double) values[c] : usual));
  return g_string_free (text, FALSE);
}

static char *
join_teachers (const RnnTraining *training)
{
  const GPtrArray *models = training->examples.teachers.models;
  GString *text = g_string_new (models->len ? NULL : "none");

  for (guint i = 0; i < models->len; i++)
    g_string_append_printf (text, "%s%s", i ? "," : "",
                            rnn_model_get_file_hash (models->pdata[i]));
  return g_string_free (text, FALSE);
}

GPtrArray *
_rnn_training_list_settings (const RnnTraining *training)
{
  const RnnTrainOptions *o = training->options;
  GPtrArray *settings = g_ptr_array_new_with_free_func (g_free);
  const struct {
    const char *name;
    double value;
  } numbers[] = {
    { "cell", o->cell },
    { "activation", o->activation },
    { "hidden size", (double) o->hidden_size },
    { "layers", (double) o->n_layers },
    { "bidirectional", o->bidirectional },
    { "look-ahead", (double) o->lookahead },
    { "embedding size", (double) o->embedding_size },
    { "embedding of all", o->embed_all },
    { "words", (double) o->n_words },
    { "tune from", (double) o->tune_from },
    { "epochs", (double) o->n_epochs },
    { "patience", (double) o->patience },
    { "steps", (double) o->n_steps },
    { "streams", (double) o->n_streams },
    { "learning rate", (double) o->learning_rate },
    { "decay", (double) o->decay },
    { "clip", (double) o->clip },
    { "dropout", (double) o->dropout },
    { "input dropout", (double) o->input_dropout },
    { "average", (double) o->average },
    { "share to keep", (double) o->keep },
    { "unknown rate", (double) o->unknown_rate },
    { "lower-case share", (double) o->lowercase_share },
    { "other styles share", (double) o->other_styles_share },
    { "known ends share", (double) o->known_ends_share },
    { "substitute share", (double) o->substitute_share },
    { "error rate", (double) o->error_rate },
    { "consistent", o->consistent },
    { "storage", o->storage },
    { "seed", (double) o->seed },
    { "dev files", (double) training->n_dev },
  };

  add_setting (settings, "checkpoint", g_strdup (FORMAT));
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    add_number (settings, numbers[i].name, numbers[i].value);
  add_setting (settings, "normalize",
               g_strdup (o->normalize ? o->normalize : "none"));
  add_setting (settings, "features",
               g_strdup (o->features ? o->features : "word"));
  add_setting (settings, "entity", g_strdup (o->entity ? o->entity : "all"));
  add_setting (settings, "score",
               g_strdup (training->entity ? training->entity : RNN_SCORE_ALL));
  add_setting (settings, "weights", join_numbers (training, o->weights, 1));
  add_setting (settings, "trust",
               join_numbers (training, o->trusts, RNN_USUAL_TRUST));
  add_setting (settings, "teachers", join_teachers (training));
  add_setting (
      settings, "from",
      g_strdup (o->start ? rnn_model_get_file_hash (o->start->model) : "none"));
  add_setting (settings, "text", hash_text (training));
  g_ptr_array_add (settings, NULL);
  return settings;
}

gboolean
_rnn_training_check_settings (const RnnTraining *training, GHashTable *metadata,
                              GError **error)
{
  GPtrArray *settings = _rnn_training_list_settings (training);
  gboolean ok = TRUE;

  for (guint i = 0; ok && settings->pdata[i]; i += 2) {
    const char *name = settings->pdata[i], *value = settings->pdata[i + 1];
    const char *was = g_hash_table_lookup (metadata, name);
    ok = g_strcmp0 (was, value) == 0;
    if (!ok)
      g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
                   "%s: %s: expected %s, as the training began, %s came",
                   training->options->checkpoint, name,
                   RNN_QUOTE_LIST (was ? was : "none"), RNN_QUOTE_LIST (value));
  }
  g_ptr_array_unref (settings);
  return ok;
}
