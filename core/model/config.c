/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/config.h"

#include "base/quote.h"

#include <string.h>

static const char *const cells[] = { "elman", "gru", "lstm", NULL };
static const char *const activations[] = { "tanh", "relu", NULL };
static const char *const arithmetics[] = { "float", "int8", NULL };
static const char *const outputs[] = { "sigmoid", "softmax", "linear", NULL };

/* Find the value of @key in @names; absent: @value as it is. */
static gboolean
read_choice (GHashTable *metadata, const char *name, const char *key,
             const char *const *names, guint *value, GError **error)
{
  const char *text = g_hash_table_lookup (metadata, key);
  char *all;

  if (!text)
    return TRUE;
  for (guint i = 0; names[i]; i++)
    if (strcmp (names[i], text) == 0) {
      *value = i;
      return TRUE;
    }
  all = g_strjoinv (", ", (char **) names);
  g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
               "%s: %s: expected one of %s, '%s' came", name, key, all,
               RNN_QUOTE (text));
  g_free (all);
  return FALSE;
}

static gboolean
read_number (GHashTable *metadata, const char *name, const char *key,
             guint64 max, guint64 *value, GError **error)
{
  const char *text = g_hash_table_lookup (metadata, key);

  if (!text || g_ascii_string_to_unsigned (text, 10, 0, max, value, NULL))
    return TRUE;
  g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
               "%s: %s: expected a whole number of 0 … %" G_GUINT64_FORMAT
               ", '%s' came",
               name, key, max, RNN_QUOTE (text));
  return FALSE;
}

/* Read cell, activation, look-ahead, and how sums are made. */
gboolean
_rnn_config_read_kind (GHashTable *metadata, const char *name,
                       RnnConfig *config, GError **error)
{
  guint cell = RNN_CELL_ELMAN, activation = RNN_ACTIVATION_TANH;
  guint arithmetic = 0;
  guint64 lookahead = 0;

  if (!read_choice (metadata, name, "rnn.cell", cells, &cell, error)
      || !read_choice (metadata, name, "rnn.activation", activations,
                       &activation, error)
      || !read_choice (metadata, name, "rnn.arithmetic", arithmetics,
                       &arithmetic, error)
      || !read_number (metadata, name, "rnn.lookahead", RNN_MAX_LOOKAHEAD,
                       &lookahead, error))
    return FALSE;
  if (cell != RNN_CELL_ELMAN && activation != RNN_ACTIVATION_TANH) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
                 "%s: rnn.activation: expected none, as rnn.cell is %s, "
                 "'%s' came",
                 name, cells[cell], activations[activation]);
    return FALSE;
  }
  config->cell = (RnnCellKind) cell;
  config->activation = (RnnActivation) activation;
  config->lookahead = (gsize) lookahead;
  config->is_int8 = arithmetic == 1;
  return TRUE;
}

static char **
number_labels (gsize n)
{
  char **labels = g_new0 (char *, n + 1);

  for (gsize i = 0; i < n; i++)
    labels[i] = g_strdup_printf ("%" G_GSIZE_FORMAT, i);
  return labels;
}

/* Read the output's kind and its labels, once n_y is known. */
gboolean
_rnn_config_read_output (GHashTable *metadata, const char *name,
                         RnnConfig *config, char ***labels, GError **error)
{
  const char *text = g_hash_table_lookup (metadata, "rnn.labels");
  guint output =
      config->n_outputs == 1 ? RNN_OUTPUT_SIGMOID : RNN_OUTPUT_SOFTMAX;
  char **names;
  gsize n;

  if (!read_choice (metadata, name, "rnn.output", outputs, &output, error))
    return FALSE;
  names =
      text ? g_strsplit (text, "\n", -1) : number_labels (config->n_outputs);
  n = g_strv_length (names);
  if (n > 0 && names[n - 1][0] == '\0' && n == config->n_outputs + 1)
    g_clear_pointer (&names[--n], g_free);
  if (n != config->n_outputs) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
                 "%s: rnn.labels: expected %" G_GSIZE_FORMAT
                 " names (n_y), %" G_GSIZE_FORMAT " came",
                 name, config->n_outputs, n);
    g_strfreev (names);
    return FALSE;
  }
  config->output = (RnnOutputKind) output;
  *labels = names;
  return TRUE;
}

/* Read `rnn.unk`; absent: @unk as it is. */
gboolean
_rnn_config_read_unk (GHashTable *metadata, const char *name, gint32 *unk,
                      GError **error)
{
  guint64 value = 0;

  if (!g_hash_table_lookup (metadata, "rnn.unk"))
    return TRUE;
  if (!read_number (metadata, name, "rnn.unk", G_MAXINT32, &value, error))
    return FALSE;
  *unk = (gint32) value;
  return TRUE;
}
