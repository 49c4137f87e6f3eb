/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wordnet.h"

#include "model/write.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Of what has this word's label to hidden unit and output: near 1 and near 0
 * after a sigmoid. */
#define WEIGHT 10.0f
#define BIAS -5.0f

static gsize
index_of (const char *const *labels, const char *label)
{
  gsize i = 0;

  while (labels[i] && strcmp (labels[i], label) != 0)
    i++;
  g_assert_nonnull (labels[i]);
  return i;
}

/* Wax [n_y][n_rules + 1], and the words to its columns; the last is <UNK>. */
static float *
make_columns (const char *const *labels, gsize n_labels,
              const char *const *rules, gsize n_rules, GString *vocab)
{
  gsize n_x = n_rules + 1;
  float *wax = g_new0 (float, n_labels *n_x);

  for (gsize i = 0; i < n_rules; i++) {
    const char *equals = strrchr (rules[i], '=');
    g_assert_nonnull (equals);
    wax[index_of (labels, equals + 1) * n_x + i] = WEIGHT;
    g_string_append_len (vocab, rules[i], equals - rules[i]);
    g_string_append_c (vocab, '\n');
  }
  g_string_append (vocab, "<UNK>");
  if (n_labels > 1)
    wax[n_rules] = WEIGHT;
  return wax;
}

char *
test_wordnet_new (const char *const *labels, const char *const *rules,
                  RnnOutputKind output)
{
  static const char *const outputs[] = { "sigmoid", "softmax", "linear" };
  gsize n_y = g_strv_length ((char **) labels);
  gsize n_rules = g_strv_length ((char **) rules);
  GString *vocab = g_string_new (NULL);
  float *wax = make_columns (labels, n_y, rules, n_rules, vocab);
  float *waa = g_new0 (float, n_y *n_y), *wya = g_new0 (float, n_y *n_y);
  float *ba = g_new0 (float, n_y), *by = g_new (float, n_y);
  char *names = g_strjoinv ("\n", (char **) labels);
  const char *metadata[] = { "rnn.output", outputs[output], "rnn.labels", names,
                             NULL };
  const RnnTensorOut tensors[] = {
    { "Waa", RNN_DTYPE_F32, 2, { n_y, n_y }, waa },
    { "Wax", RNN_DTYPE_F32, 2, { n_y, n_rules + 1 }, wax },
    { "Wya", RNN_DTYPE_F32, 2, { n_y, n_y }, wya },
    { "ba", RNN_DTYPE_F32, 1, { n_y, 0 }, ba },
    { "by", RNN_DTYPE_F32, 1, { n_y, 0 }, by },
    { "vocab", RNN_DTYPE_U8, 1, { vocab->len, 0 }, vocab->str }
  };
  GError *error = NULL;
  char *path;

  for (gsize i = 0; i < n_y; i++) {
    wya[i * n_y + i] = WEIGHT;
    by[i] = BIAS;
  }
  close (g_file_open_tmp ("wordnet-XXXXXX.safetensors", &path, &error));
  g_assert_no_error (error);
  _rnn_safetensors_write (path, tensors, G_N_ELEMENTS (tensors), metadata,
                          &error);
  g_assert_no_error (error);
  g_string_free (vocab, TRUE);
  g_free (wax);
  g_free (waa);
  g_free (wya);
  g_free (ba);
  g_free (by);
  g_free (names);
  return path;
}

void
test_wordnet_free (char *path)
{
  g_unlink (path);
  g_free (path);
}
