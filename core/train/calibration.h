/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a probability of 0.8 is right 8 times out of 10, and what each
 * threshold would give. */
#pragma once

#include "train/evaluation.h"

#define RNN_CALIBRATION_BINS 15

/* Each token's probability to be part of an entity, and whether it is. */
typedef struct _RnnCalibration RnnCalibration;

/* Tokens whose probability is in [i / BINS, (i + 1) / BINS), the last with 1.
 */
typedef struct {
  guint64 n;
  double mean;  /* of their probabilities; 0 where n is 0 */
  double share; /* of them that are part of an entity; 0 where n is 0 */
} RnnCalibrationBin;

/* What counting every token of at least @threshold gives. */
typedef struct {
  double threshold;
  double precision;
  double recall;
} RnnCurvePoint;

RnnCalibration *_rnn_calibration_new (void);
void _rnn_calibration_free (RnnCalibration *calibration);
/* Add the tokens of @evaluation. */
void _rnn_calibration_add (RnnCalibration *calibration,
                           const RnnEvaluation *evaluation);
gsize _rnn_calibration_get_n (const RnnCalibration *calibration);

void _rnn_calibration_bins (const RnnCalibration *calibration,
                            RnnCalibrationBin bins[RNN_CALIBRATION_BINS]);

/* Mean distance of a bin's mean from its share, bins weighted by their tokens,
 * of the tokens with a probability of @least or more; 0 if there are none.
 * Source: Naeini, Cooper, Hauskrecht (2015), expected calibration error. */
double _rnn_calibration_error (const RnnCalibration *calibration, double least);

/* The curve from the highest threshold to the lowest, one point for each
 * different probability; (transfer full): RnnCurvePoint[n]. */
RnnCurvePoint *_rnn_calibration_curve (const RnnCalibration *calibration,
                                       gsize *n);
/* Area under the curve: the sum of precision times what recall rises by. */
double _rnn_curve_area (const RnnCurvePoint *curve, gsize n);
