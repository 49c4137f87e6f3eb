/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A model read in every way that a stream may come. */
#include "rnntool/eval-report.h"

#include <stdio.h>

/* A fresh state is made at an end, so its ends are known. */
static const EvalRow ways[EVAL_ROWS] = {
  { FALSE, TRUE, FALSE, NULL, 0 }, { FALSE, FALSE, FALSE, NULL, 0 },
  { FALSE, TRUE, TRUE, NULL, 0 },  { TRUE, TRUE, FALSE, NULL, 0 },
  { TRUE, FALSE, FALSE, NULL, 0 }, { TRUE, TRUE, TRUE, NULL, 0 },
};

static gboolean
run_row (EvalRow *row, RnnModel *model, const GPtrArray *files,
         const RnnEvalOptions *base, GError **error)
{
  RnnEvalOptions options = *base;

  options.lowercase = row->lowercase;
  options.ends_known = row->ends_known;
  options.fresh = row->fresh;
  row->scores = g_new0 (RnnScores, files->len);
  for (gsize i = 0; i < files->len; i++) {
    const EvalFile *file = g_ptr_array_index (files, i);
    if (!_rnn_evaluate (model, file->corpus, &options, &row->scores[i], error))
      return FALSE;
    row->mean += _rnn_scores_mean (&row->scores[i]) / (double) files->len;
  }
  return TRUE;
}

gboolean
eval_matrix_init (EvalMatrix *matrix, RnnModel *model, const GPtrArray *files,
                  const RnnEvalOptions *options, GError **error)
{
  EvalRow *rows = matrix->rows;

  for (gsize r = 0; r < EVAL_ROWS; r++)
    rows[r] = ways[r];
  for (gsize r = 0; r < EVAL_ROWS; r++)
    if (!run_row (&rows[r], model, files, options, error)) {
      eval_matrix_clear (matrix);
      return FALSE;
    }
  matrix->score = (rows[0].mean + rows[3].mean) / 2;
  matrix->score_unknown = (rows[1].mean + rows[4].mean) / 2;
  return TRUE;
}

void
eval_matrix_clear (EvalMatrix *matrix)
{
  for (gsize r = 0; r < EVAL_ROWS; r++)
    g_clear_pointer (&matrix->rows[r].scores, g_free);
}

static void
print_row (const EvalRow *row, gsize n_files)
{
  printf ("%-12s%-9s%-9s", row->lowercase ? "lower-cased" : "cased",
          row->ends_known ? "known" : "unknown",
          row->fresh ? "fresh" : "carried");
  for (gsize i = 0; i < n_files; i++)
    printf ("     %5.1f %5.1f", 100 * _rnn_count_f1 (&row->scores[i].tokens),
            100 * _rnn_count_f1 (&row->scores[i].spans));
  printf ("   %5.1f\n", 100 * row->mean);
}

void
eval_matrix_print (const EvalMatrix *matrix, const GPtrArray *files)
{
  printf ("\nF1 by token and by exact span\n%-12s%-9s%-9s", "text", "ends",
          "state");
  for (gsize i = 0; i < files->len; i++) {
    const EvalFile *file = g_ptr_array_index (files, i);
    printf ("  %14.14s", file->label);
  }
  printf ("    mean\n");
  for (gsize r = 0; r < EVAL_ROWS; r++)
    print_row (&matrix->rows[r], files->len);
  printf ("score, cased and lower-cased: %.1f; with ends unknown: %.1f\n",
          100 * matrix->score, 100 * matrix->score_unknown);
}
