/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/calibration.h"

#include <math.h>

typedef struct {
  float chance;
  gboolean is_gold;
} Token;

struct _RnnCalibration {
  GArray *tokens; /* Token */
};

RnnCalibration *
_rnn_calibration_new (void)
{
  RnnCalibration *calibration = g_new (RnnCalibration, 1);

  calibration->tokens = g_array_new (FALSE, FALSE, sizeof (Token));
  return calibration;
}

void
_rnn_calibration_free (RnnCalibration *calibration)
{
  if (!calibration)
    return;
  g_array_unref (calibration->tokens);
  g_free (calibration);
}

gsize
_rnn_calibration_get_n (const RnnCalibration *calibration)
{
  return calibration->tokens->len;
}

void
_rnn_calibration_add (RnnCalibration *calibration,
                      const RnnEvaluation *evaluation)
{
  for (gsize i = 0; i < evaluation->stream.n; i++) {
    const char *gold = evaluation->stream.gold[i].entity;
    Token token = { evaluation->chances[i],
                    g_strcmp0 (gold, evaluation->entity) == 0 };
    g_array_append_val (calibration->tokens, token);
  }
}

static void
fill_bins (const RnnCalibration *calibration, double least,
           RnnCalibrationBin *bins)
{
  for (gsize b = 0; b < RNN_CALIBRATION_BINS; b++)
    bins[b] = (RnnCalibrationBin){ 0, 0, 0 };
  for (gsize i = 0; i < calibration->tokens->len; i++) {
    const Token *token = &g_array_index (calibration->tokens, Token, i);
    gsize b = (gsize) ((double) token->chance * RNN_CALIBRATION_BINS);
    RnnCalibrationBin *bin = &bins[MIN (b, RNN_CALIBRATION_BINS - 1)];
    if ((double) token->chance < least)
      continue;
    bin->n++;
    bin->mean += (double) token->chance;
    bin->share += token->is_gold;
  }
  for (gsize b = 0; b < RNN_CALIBRATION_BINS; b++) {
    bins[b].mean /= (double) MAX (bins[b].n, 1);
    bins[b].share /= (double) MAX (bins[b].n, 1);
  }
}

void
_rnn_calibration_bins (const RnnCalibration *calibration,
                       RnnCalibrationBin bins[RNN_CALIBRATION_BINS])
{
  fill_bins (calibration, 0, bins);
}

double
_rnn_calibration_error (const RnnCalibration *calibration, double least)
{
  RnnCalibrationBin bins[RNN_CALIBRATION_BINS];
  double sum = 0;
  guint64 n = 0;

  fill_bins (calibration, least, bins);
  for (gsize b = 0; b < RNN_CALIBRATION_BINS; b++) {
    sum += (double) bins[b].n * fabs (bins[b].mean - bins[b].share);
    n += bins[b].n;
  }
  return n ? sum / (double) n : 0;
}

static int
by_chance_falling (gconstpointer a, gconstpointer b)
{
  float x = ((const Token *) a)->chance, y = ((const Token *) b)->chance;

  return (x < y) - (x > y);
}

RnnCurvePoint *
_rnn_calibration_curve (const RnnCalibration *calibration, gsize *n)
{
  GArray *sorted = g_array_copy (calibration->tokens);
  GArray *curve = g_array_new (FALSE, FALSE, sizeof (RnnCurvePoint));
  double n_gold = 0, n_true = 0;

  g_array_sort (sorted, by_chance_falling);
  for (gsize i = 0; i < sorted->len; i++)
    n_gold += g_array_index (sorted, Token, i).is_gold;
  for (gsize i = 0; i < sorted->len; i++) {
    float chance = g_array_index (sorted, Token, i).chance;
    RnnCurvePoint point = { (double) chance, 0, 0 };
    n_true += g_array_index (sorted, Token, i).is_gold;
    if (i + 1 < sorted->len
        && g_array_index (sorted, Token, i + 1).chance == chance)
      continue;
    point.precision = n_true / (double) (i + 1);
    point.recall = n_gold > 0 ? n_true / n_gold : 0;
    g_array_append_val (curve, point);
  }
  g_array_unref (sorted);
  *n = curve->len;
  return (RnnCurvePoint *) (gpointer) g_array_free (curve, FALSE);
}

double
_rnn_curve_area (const RnnCurvePoint *curve, gsize n)
{
  double area = 0, recall = 0;

  for (gsize i = 0; i < n; i++) {
    area += curve[i].precision * (curve[i].recall - recall);
    recall = curve[i].recall;
  }
  return area;
}
