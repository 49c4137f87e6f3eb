/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rnntool/chart.h"
#include "rnntool/eval-report.h"

static gboolean
write_and_free (Chart *chart, const char *path, GError **error)
{
  gboolean ok = chart_write (&chart, 1, path, error);

  chart_free (chart);
  return ok;
}

gboolean
eval_draw_reliability (const RnnCalibration *calibration, const char *entity,
                       const char *path, GError **error)
{
  static const double ends[] = { 0, 1 };
  RnnCalibrationBin bins[RNN_CALIBRATION_BINS];
  double middles[RNN_CALIBRATION_BINS], shares[RNN_CALIBRATION_BINS];
  char *title =
      g_strdup_printf ("Reliability of P(%s): calibration error %.4f", entity,
                       _rnn_calibration_error (calibration, 0));
  Chart *chart = chart_new (title, "probability that the model gives",
                            "share of tokens that are");

  _rnn_calibration_bins (calibration, bins);
  for (gsize b = 0; b < RNN_CALIBRATION_BINS; b++) {
    middles[b] = ((double) b + 0.5) / RNN_CALIBRATION_BINS;
    shares[b] = bins[b].share;
  }
  chart_set_range (chart, 0, 1, 0, 1);
  chart_add_bars (chart, NULL, middles, shares, RNN_CALIBRATION_BINS,
                  1.0 / RNN_CALIBRATION_BINS);
  chart_add_guide (chart, NULL, ends, ends, 2);
  g_free (title);
  return write_and_free (chart, path, error);
}

/* A picture has some hundred columns: of more points only the first of each
 * step of recall is kept. */
#define N_STEPS 2000

gboolean
eval_draw_curve (const RnnCalibration *calibration, const char *entity,
                 const char *path, GError **error)
{
  gsize n, n_kept = 0;
  RnnCurvePoint *curve = _rnn_calibration_curve (calibration, &n);
  double *recalls = g_new (double, n + 1), *precisions = g_new (double, n + 1);
  char *title =
      g_strdup_printf ("Precision and recall of %s by token: area %.3f", entity,
                       _rnn_curve_area (curve, n));
  Chart *chart = chart_new (title, "recall", "precision");

  for (gsize i = 0; i < n; i++)
    if (n_kept == 0 || i + 1 == n
        || curve[i].recall - recalls[n_kept - 1] > 1.0 / N_STEPS) {
      recalls[n_kept] = curve[i].recall;
      precisions[n_kept++] = curve[i].precision;
    }
  chart_set_range (chart, 0, 1, 0, 1);
  chart_add_line (chart, NULL, recalls, precisions, n_kept);
  g_free (curve);
  g_free (recalls);
  g_free (precisions);
  g_free (title);
  return write_and_free (chart, path, error);
}
