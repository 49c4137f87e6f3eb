/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rnntool/commands.h"
#include "train/metrics.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
  char *model, **data, *entity, *ends, *state;
  gboolean lowercase, json;
  double threshold;
} Arguments;

static gboolean
parse (Arguments *a, int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &a->model, "the model", "FILE" },
    { "data", 'd', 0, G_OPTION_ARG_FILENAME_ARRAY, &a->data,
      "labelled text, one stream a file; may be given again", "FILE" },
    { "lowercase", 'l', 0, G_OPTION_ARG_NONE, &a->lowercase,
      "read it as speech recognisers write: lower-case, no punctuation", NULL },
    { "entity", 0, 0, G_OPTION_ARG_STRING, &a->entity, "which one [PER]",
      "NAME" },
    { "threshold", 0, 0, G_OPTION_ARG_DOUBLE, &a->threshold,
      "of a sigmoid [0.5]", "P" },
    { "ends", 0, 0, G_OPTION_ARG_STRING, &a->ends,
      "known or unknown: whether no token of a sentence waits for the next "
      "sentence [known]",
      "WHICH" },
    { "state", 0, 0, G_OPTION_ARG_STRING, &a->state,
      "carried from sentence to sentence, or fresh [carried]", "WHICH" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &a->json, "print one JSON object",
      NULL },
    { NULL }
  };

  return command_parse ("rnntool eval", "--model FILE --data FILE",
                        "Measure a model on labelled text.", entries, &argc,
                        &argv, 0);
}

static json_t *
count_to_json (const RnnCount *count)
{
  return json_pack (
      "{s:f, s:f, s:f, s:I, s:I, s:I}", "precision",
      _rnn_count_precision (count), "recall", _rnn_count_recall (count), "f1",
      _rnn_count_f1 (count), "correct", (json_int_t)count->n_true, "found",
      (json_int_t)count->n_found, "gold", (json_int_t)count->n_gold);
}

static void
print_json (const RnnScores *scores)
{
  json_t *root = json_pack (
      "{s:o, s:o, s:f, s:I}", "token", count_to_json (&scores->tokens), "span",
      count_to_json (&scores->spans), "mean_f1", _rnn_scores_mean (scores),
      "tokens", (json_int_t)scores->n_tokens);
  char *text = json_dumps (root, JSON_COMPACT | JSON_REAL_PRECISION (6));

  puts (text);
  free (text);
  json_decref (root);
}

static void
print_count (const char *what, const RnnCount *count)
{
  printf ("%-6s precision %5.1f  recall %5.1f  F1 %5.1f  (%" G_GUINT64_FORMAT
          " right, %" G_GUINT64_FORMAT " found, %" G_GUINT64_FORMAT
          " in the data)\n",
          what, 100 * _rnn_count_precision (count),
          100 * _rnn_count_recall (count), 100 * _rnn_count_f1 (count),
          count->n_true, count->n_found, count->n_gold);
}

static gboolean
is (const char *value, const char *name)
{
  return g_strcmp0 (value, name) == 0;
}

static gboolean
evaluate (const Arguments *a, RnnScores *scores, GError **error)
{
  RnnEvalOptions options = { .lowercase = a->lowercase,
                             .entity = a->entity ? a->entity : "PER",
                             .threshold = (float)a->threshold,
                             .ends_known = !is (a->ends, "unknown"),
                             .fresh = is (a->state, "fresh") };
  RnnModel *model = rnn_model_load (a->model, error);
  gboolean ok = model != NULL;

  for (gsize i = 0; ok && a->data[i]; i++) {
    RnnCorpus *corpus = _rnn_corpus_read (a->data[i], error);
    ok = corpus && _rnn_evaluate (model, corpus, &options, scores, error);
    _rnn_corpus_free (corpus);
  }
  g_clear_pointer (&model, rnn_model_unref);
  return ok;
}

static int
run (const Arguments *a)
{
  RnnScores scores = { 0 };
  GError *error = NULL;

  if (!a->model)
    return command_misuse ("rnntool eval", "--model: expected a file");
  if (!a->data)
    return command_misuse ("rnntool eval", "--data: expected a file");
  if (!(a->threshold >= 0 && a->threshold <= 1))
    return command_misuse ("rnntool eval", "--threshold: expected 0 … 1");
  if (a->ends && !is (a->ends, "known") && !is (a->ends, "unknown"))
    return command_misuse ("rnntool eval", "--ends: expected known or unknown");
  if (a->state && !is (a->state, "carried") && !is (a->state, "fresh"))
    return command_misuse ("rnntool eval",
                           "--state: expected carried or fresh");
  if (is (a->ends, "unknown") && is (a->state, "fresh"))
    return command_misuse ("rnntool eval",
                           "--state fresh: expected known ends, since that is "
                           "where the state is made anew");
  if (!evaluate (a, &scores, &error))
    return command_fail (error);
  if (a->json) {
    print_json (&scores);
  } else {
    print_count ("token", &scores.tokens);
    print_count ("span", &scores.spans);
  }
  return command_finish ();
}

int
command_eval (int argc, char **argv)
{
  Arguments a = { .threshold = 0.5 };
  int code = parse (&a, argc, argv) ? run (&a) : EXIT_USAGE;

  g_free (a.model);
  g_strfreev (a.data);
  g_free (a.entity);
  g_free (a.ends);
  g_free (a.state);
  return code;
}
