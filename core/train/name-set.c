/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/name-set.h"

#include <string.h>

struct _RnnNameSet {
  char *entity;
  GHashTable *forms; /* "harry potter" */
};

RnnNameSet *
_rnn_name_set_new (const char *entity)
{
  RnnNameSet *set = g_new (RnnNameSet, 1);

  set->entity = g_strdup (entity);
  set->forms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return set;
}

void
_rnn_name_set_free (RnnNameSet *set)
{
  if (!set)
    return;
  g_hash_table_unref (set->forms);
  g_free (set->entity);
  g_free (set);
}

gsize
_rnn_name_set_get_size (const RnnNameSet *set)
{
  return g_hash_table_size (set->forms);
}

/* A name's form leaves punctuation out, since recognisers do: "J. K. Rowling"
 * is "j. k. rowling", "O ' Hara" is "o hara". */
static void
append_word (GString *form, const char *word)
{
  char *lower;

  if (_rnn_word_is_punctuation (word))
    return;
  lower = g_utf8_strdown (word, -1);
  if (form->len)
    g_string_append_c (form, ' ');
  g_string_append (form, lower);
  g_free (lower);
}

static void
add_sentence (RnnNameSet *set, const RnnCorpus *corpus, const RnnTag *tags,
              gsize start, gsize n)
{
  gsize n_found;
  RnnEntity *found = rnn_entities_find (tags, n, &n_found);

  for (gsize i = 0; i < n_found; i++) {
    GString *form;
    if (strcmp (found[i].entity, set->entity) != 0)
      continue;
    form = g_string_new (NULL);
    for (gsize t = found[i].first_token; t < found[i].end_token; t++)
      append_word (form, corpus->words[start + t]);
    g_hash_table_add (set->forms, g_string_free (form, FALSE));
  }
  g_free (found);
}

void
_rnn_name_set_add (RnnNameSet *set, const RnnCorpus *corpus)
{
  RnnLabels *labels =
      rnn_labels_new ((const char *const *) corpus->tag_names,
                      g_strv_length (corpus->tag_names), RNN_OUTPUT_SOFTMAX);
  RnnTag *each = _rnn_labels_read_each (labels);

  for (gsize s = 0; s < corpus->n_sentences; s++) {
    gsize start = corpus->sentence_starts[s];
    gsize n = corpus->sentence_starts[s + 1] - start;
    RnnTag *tags = g_new (RnnTag, n);
    for (gsize i = 0; i < n; i++)
      tags[i] = each[corpus->tags[start + i]];
    add_sentence (set, corpus, tags, start, n);
    g_free (tags);
  }
  g_free (each);
  rnn_labels_unref (labels);
}

static gboolean
has_seen (const RnnNameSet *set, const RnnEvaluation *e,
          const RnnEntity *entity)
{
  GString *form = g_string_new (NULL);
  gboolean is_seen;

  for (gsize t = entity->first_token; t < entity->end_token; t++)
    append_word (form, e->corpus->words[e->stream.positions[t]]);
  is_seen = g_hash_table_contains (set->forms, form->str);
  g_string_free (form, TRUE);
  return is_seen;
}

void
_rnn_name_set_count (const RnnNameSet *set, const RnnEvaluation *evaluation,
                     RnnCount *seen, RnnCount *unseen)
{
  for (gsize s = 0; s < evaluation->stream.n_sentences; s++) {
    gsize n_gold, n_found;
    RnnEntity *gold = _rnn_evaluation_gold (evaluation, s, &n_gold);
    RnnEntity *found = _rnn_evaluation_found (evaluation, s, &n_found);
    for (gsize i = 0; i < n_gold; i++) {
      RnnCount *count = has_seen (set, evaluation, &gold[i]) ? seen : unseen;
      gboolean is_found = _rnn_entity_is_in (&gold[i], found, n_found);
      count->n_gold++;
      count->n_found += is_found;
      count->n_true += is_found;
    }
    g_free (gold);
    g_free (found);
  }
}
