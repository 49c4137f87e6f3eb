/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rnntool/eval-report.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

double
eval_report_mean (const GPtrArray *files)
{
  double sum = 0;

  for (gsize i = 0; i < files->len; i++) {
    const EvalFile *file = g_ptr_array_index (files, i);
    sum += _rnn_scores_mean (&file->scores);
  }
  return sum / (double) files->len;
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

static void
print_three (const RnnCount *count)
{
  printf ("   %5.1f %5.1f %5.1f", 100 * _rnn_count_precision (count),
          100 * _rnn_count_recall (count), 100 * _rnn_count_f1 (count));
}

static void
print_files (const GPtrArray *files)
{
  printf ("%-24s   token             |  span\n", "");
  printf ("%-24s   prec.   rec.    F1   prec.   rec.    F1   mean F1\n", "");
  for (gsize i = 0; i < files->len; i++) {
    const EvalFile *file = g_ptr_array_index (files, i);
    printf ("%-24s", file->label);
    print_three (&file->scores.tokens);
    print_three (&file->scores.spans);
    printf ("   %7.1f\n", 100 * _rnn_scores_mean (&file->scores));
  }
  printf ("%-24s%54.1f\n\nall files together\n", "mean of the files",
          100 * eval_report_mean (files));
}

static void
print_calibration (const RnnCalibration *calibration)
{
  gsize n;
  RnnCurvePoint *curve = _rnn_calibration_curve (calibration, &n);

  printf ("calibration error %.4f (of tokens at 0.5 and above: %.4f), area "
          "under precision-recall %.3f\n",
          _rnn_calibration_error (calibration, 0),
          _rnn_calibration_error (calibration, 0.5),
          _rnn_curve_area (curve, n));
  g_free (curve);
}

static void
print_recall (const char *what, const RnnCount *count)
{
  printf ("names %-19s recall %5.1f  (%" G_GUINT64_FORMAT
          " spans right of %" G_GUINT64_FORMAT ")\n",
          what, 100 * _rnn_count_recall (count), count->n_true, count->n_gold);
}

void
eval_report_print (const EvalReport *report)
{
  if (report->files->len > 1)
    print_files (report->files);
  print_count ("token", &report->all.tokens);
  print_count ("span", &report->all.spans);
  if (report->calibration)
    print_calibration (report->calibration);
  if (report->names) {
    print_recall ("seen in training", &report->names->seen);
    print_recall ("not seen", &report->names->unseen);
  }
}

static json_t *
count_to_json (const RnnCount *count)
{
  return json_pack (
      "{s:f, s:f, s:f, s:I, s:I, s:I}", "precision",
      _rnn_count_precision (count), "recall", _rnn_count_recall (count), "f1",
      _rnn_count_f1 (count), "correct", (json_int_t) count->n_true, "found",
      (json_int_t) count->n_found, "gold", (json_int_t) count->n_gold);
}

static json_t *
scores_to_json (const RnnScores *scores)
{
  return json_pack (
      "{s:o, s:o, s:f, s:I}", "token", count_to_json (&scores->tokens), "span",
      count_to_json (&scores->spans), "mean_f1", _rnn_scores_mean (scores),
      "tokens", (json_int_t) scores->n_tokens);
}

static json_t *
files_to_json (const GPtrArray *files)
{
  json_t *list = json_array ();

  for (gsize i = 0; i < files->len; i++) {
    const EvalFile *file = g_ptr_array_index (files, i);
    json_t *item = scores_to_json (&file->scores);
    char *name = g_filename_display_name (file->path);
    json_object_set_new (item, "file", json_string (name));
    json_array_append_new (list, item);
    g_free (name);
  }
  return list;
}

static json_t *
calibration_to_json (const RnnCalibration *calibration)
{
  RnnCalibrationBin bins[RNN_CALIBRATION_BINS];
  json_t *list = json_array ();
  gsize n;
  RnnCurvePoint *curve = _rnn_calibration_curve (calibration, &n);
  double area = _rnn_curve_area (curve, n);

  _rnn_calibration_bins (calibration, bins);
  for (gsize b = 0; b < RNN_CALIBRATION_BINS; b++)
    json_array_append_new (
        list, json_pack ("{s:I, s:f, s:f}", "tokens", (json_int_t) bins[b].n,
                         "mean", bins[b].mean, "share", bins[b].share));
  g_free (curve);
  return json_pack ("{s:f, s:f, s:f, s:o}", "error",
                    _rnn_calibration_error (calibration, 0), "error_above_half",
                    _rnn_calibration_error (calibration, 0.5), "curve_area",
                    area, "bins", list);
}

static json_t *
names_to_json (const EvalNames *names)
{
  return json_pack ("{s:I, s:f, s:I, s:f, s:I}", "known",
                    (json_int_t) names->n_known, "seen_recall",
                    _rnn_count_recall (&names->seen), "seen",
                    (json_int_t) names->seen.n_gold, "unseen_recall",
                    _rnn_count_recall (&names->unseen), "unseen",
                    (json_int_t) names->unseen.n_gold);
}

static void
add_matrix (json_t *root, const EvalMatrix *matrix, gsize n_files)
{
  json_t *list = json_array ();

  for (gsize r = 0; r < EVAL_ROWS; r++) {
    const EvalRow *row = &matrix->rows[r];
    json_t *files = json_array ();
    for (gsize i = 0; i < n_files; i++)
      json_array_append_new (files, scores_to_json (&row->scores[i]));
    json_array_append_new (list,
                           json_pack ("{s:b, s:s, s:s, s:f, s:o}", "lowercase",
                                      row->lowercase, "ends",
                                      row->ends_known ? "known" : "unknown",
                                      "state", row->fresh ? "fresh" : "carried",
                                      "mean_f1", row->mean, "files", files));
  }
  json_object_set_new (root, "matrix", list);
  json_object_set_new (root, "score", json_real (matrix->score));
  json_object_set_new (root, "score_ends_unknown",
                       json_real (matrix->score_unknown));
}

void
eval_report_print_json (const EvalReport *report, const EvalMatrix *matrix)
{
  json_t *root = scores_to_json (&report->all);
  char *text;

  json_object_set_new (root, "files", files_to_json (report->files));
  json_object_set_new (root, "mean_of_files",
                       json_real (eval_report_mean (report->files)));
  if (report->calibration)
    json_object_set_new (root, "calibration",
                         calibration_to_json (report->calibration));
  if (report->names)
    json_object_set_new (root, "names", names_to_json (report->names));
  if (matrix)
    add_matrix (root, matrix, report->files->len);
  text = json_dumps (root, JSON_COMPACT | JSON_REAL_PRECISION (6));
  puts (text);
  free (text);
  json_decref (root);
}
