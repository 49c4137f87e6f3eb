/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rnntool/train-inputs.h"

#include "base/file.h"
#include "train/corpus.h"

#include <rnn/rnn-error.h>

gboolean
train_check_outputs (const char *out, const char *checkpoint, const char *log,
                     GError **error)
{
  const char *const names[] = { "out", "checkpoint", "log" };
  const char *const paths[] = { out, checkpoint, log };

  for (gsize i = 1; i < G_N_ELEMENTS (paths); i++)
    for (gsize other = 0; other < i; other++) {
      if (!paths[i] || !paths[other]
          || !_rnn_file_is_same_target (paths[i], paths[other]))
        continue;
      g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
                   "--%s: expected another file than that of --%s, '%s' came",
                   names[i], names[other], paths[i]);
      return FALSE;
    }
  return TRUE;
}

gboolean
train_check_entity (const char *entity, const GPtrArray *corpora,
                    GError **error)
{
  for (gsize c = 0; c < corpora->len; c++) {
    const RnnCorpus *corpus = g_ptr_array_index (corpora, c);
    for (gsize t = 0; corpus->tag_names[t]; t++)
      if (_rnn_tag_is_of (corpus->tag_names[t], entity))
        return TRUE;
  }
  g_set_error (error, RNN_ERROR, RNN_ERROR_DATA,
               "--entity: expected a tag B-%s or I-%s in the labelled text, "
               "there is none",
               entity, entity);
  return FALSE;
}

float *
train_read_numbers (const char *option, const char *text, gsize n, float most,
                    GError **error)
{
  char **items = g_strsplit (text, ",", -1);
  float *numbers = g_new0 (float, n);
  guint n_items = g_strv_length (items);
  gboolean ok = n_items == n || n_items == 1;

  for (gsize i = 0; ok && i < n; i++) {
    const char *item = items[n_items == 1 ? 0 : i];
    char *end;
    numbers[i] = (float) g_ascii_strtod (item, &end);
    ok = end != item && *end == '\0' && numbers[i] >= 0 && numbers[i] <= most;
  }
  g_strfreev (items);
  if (ok)
    return numbers;
  g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
               "--%s: expected a number of 0 … %g, or %" G_GSIZE_FORMAT
               " of them, one for each --train, '%s' came",
               option, (double) most, n, text);
  g_free (numbers);
  return NULL;
}

GPtrArray *
train_read_corpora (char **paths, GError **error)
{
  GPtrArray *corpora =
      g_ptr_array_new_with_free_func ((GDestroyNotify) _rnn_corpus_free);

  for (gsize i = 0; paths && paths[i]; i++) {
    RnnCorpus *corpus = _rnn_corpus_read (paths[i], error);
    if (!corpus) {
      g_ptr_array_unref (corpora);
      return NULL;
    }
    g_ptr_array_add (corpora, corpus);
  }
  return corpora;
}
