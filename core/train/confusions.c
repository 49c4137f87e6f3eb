/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/confusions.h"

#include "train/metrics.h"

#define CONTEXT_WORDS 5

static const char *
word_at (const RnnEvaluation *e, gsize token)
{
  return e->corpus->words[e->stream.positions[token]];
}

static void
append_words (const RnnEvaluation *e, gsize start, gsize end, GString *out)
{
  for (gsize i = start; i < end; i++)
    g_string_append_printf (out, "%s%s", i > start ? " " : "", word_at (e, i));
}

static void
append_entity (const RnnEvaluation *e, const char *kind, const char *place,
               const RnnEntity *entity, GString *out)
{
  gsize first = entity->first_token, end = entity->end_token;

  g_string_append_printf (out, "%s\t%s\t", kind, place);
  append_words (e, first - MIN (first, CONTEXT_WORDS), first, out);
  g_string_append_c (out, '\t');
  append_words (e, first, end, out);
  g_string_append_c (out, '\t');
  append_words (e, end, MIN (end + CONTEXT_WORDS, e->stream.n), out);
  g_string_append_c (out, '\t');
}

static gboolean
overlap (const RnnEntity *a, const RnnEntity *b)
{
  return a->first_token < b->end_token && b->first_token < a->end_token;
}

static gboolean
overlaps_any (const RnnEntity *entity, const RnnEntity *others, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (overlap (entity, &others[i]))
      return TRUE;
  return FALSE;
}

static void
append_found_over (const RnnEvaluation *e, const RnnEntity *gold,
                   const RnnEntity *found, gsize n, GString *out)
{
  gboolean is_first = TRUE;

  for (gsize i = 0; i < n; i++) {
    if (!overlap (gold, &found[i]))
      continue;
    g_string_append (out, is_first ? "" : " | ");
    append_words (e, found[i].first_token, found[i].end_token, out);
    is_first = FALSE;
  }
}

static void
append_sentence (const RnnEvaluation *e, const char *place, gsize sentence,
                 GString *out)
{
  gsize n_gold, n_found;
  RnnEntity *gold = _rnn_evaluation_gold (e, sentence, &n_gold);
  RnnEntity *found = _rnn_evaluation_found (e, sentence, &n_found);

  for (gsize i = 0; i < n_gold; i++) {
    gboolean is_part = overlaps_any (&gold[i], found, n_found);
    if (_rnn_entity_is_in (&gold[i], found, n_found))
      continue;
    append_entity (e, is_part ? "span" : "missed", place, &gold[i], out);
    append_found_over (e, &gold[i], found, n_found, out);
    g_string_append_c (out, '\n');
  }
  for (gsize i = 0; i < n_found; i++)
    if (!overlaps_any (&found[i], gold, n_gold)) {
      append_entity (e, "invented", place, &found[i], out);
      g_string_append_c (out, '\n');
    }
  g_free (gold);
  g_free (found);
}

void
_rnn_confusions_append (const RnnEvaluation *evaluation, const char *place,
                        GString *out)
{
  for (gsize s = 0; s < evaluation->stream.n_sentences; s++)
    append_sentence (evaluation, place, s, out);
}
