/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the options say of words, as far as it can be judged before a file is
 * read. */
#include "base/quote.h"
#include "text/features.h"
#include "text/normalize.h"
#include "train/training.h"

#include <rnn/rnn-error.h>
#include <string.h>

/* How long the NAME of `NAME=FILE` is; 0: it is no such thing. */
static gsize
name_length (const char *list)
{
  const char *equals = strchr (list, '=');

  return equals && equals[1] ? (gsize) (equals - list) : 0;
}

static gboolean
is_name (const char *list, const char *name, gsize n)
{
  return name_length (list) == n && strncmp (list, name, n) == 0;
}

static gboolean
check_lists (char *const *lists, GError **error)
{
  for (gsize i = 0; lists && lists[i]; i++) {
    gsize n = name_length (lists[i]);
    if (i == RNN_MAX_LISTS) {
      g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
                   "list: expected at most %d", RNN_MAX_LISTS);
      return FALSE;
    }
    if (n == 0) {
      g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
                   "list: expected NAME=FILE, '%s' came", RNN_QUOTE (lists[i]));
      return FALSE;
    }
    for (gsize other = 0; other < i; other++)
      if (is_name (lists[other], lists[i], n)) {
        g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
                     "list: expected different names, '%.*s' came twice",
                     (int) n, lists[i]);
        return FALSE;
      }
  }
  return TRUE;
}

/* Whether each list that a feature names is there. */
static gboolean
check_named (const RnnFeatures *features, char *const *lists, GError **error)
{
  for (gsize i = 0; i < features->n_items; i++) {
    const char *name = features->items[i].list;
    gboolean is_there = features->items[i].kind != RNN_FEATURE_LIST;
    for (gsize l = 0; !is_there && lists && lists[l]; l++)
      is_there = is_name (lists[l], name, strlen (name));
    if (is_there)
      continue;
    g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
                 "features: expected a list of words %s, as list.%s wants, "
                 "there is none",
                 name, name);
    return FALSE;
  }
  return TRUE;
}

/* Check steps of normalising, features and names of lists; those of a model to
 * go on from are in it. Errors: ARGUMENT, MODEL. */
gboolean
_rnn_train_options_check_words (const RnnTrainOptions *options, GError **error)
{
  RnnNormalize normalize;
  RnnFeatures features;

  return check_lists (options->lists, error)
         && _rnn_normalize_parse (options->normalize, &normalize, error)
         && _rnn_features_parse (options->features, 0, &features, error)
         && (options->from || check_named (&features, options->lists, error));
}
