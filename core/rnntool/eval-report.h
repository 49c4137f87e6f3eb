/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `rnntool eval` has measured, and how it is told. */
#pragma once

#include "train/calibration.h"
#include "train/metrics.h"
#include "train/name-set.h"

typedef struct {
  char *path;
  char *label; /* a short name: uner-ewt/dev */
  RnnCorpus *corpus;
  RnnScores scores;
} EvalFile;

/* How often exact spans of names were found. */
typedef struct {
  gsize n_known; /* different names in the training files */
  RnnCount seen;
  RnnCount unseen;
} EvalNames;

typedef struct {
  GPtrArray *files;                  /* EvalFile */
  RnnScores all;                     /* of all files together */
  const RnnCalibration *calibration; /* NULL: yhat are no probabilities */
  const EvalNames *names;            /* NULL: no training files were given */
} EvalReport;

/* The mean over the files of their mean of token F1 and span F1. */
double eval_report_mean (const GPtrArray *files);
void eval_report_print (const EvalReport *report);

/* One of the ways that the matrix reads the files. */
typedef struct {
  gboolean lowercase, ends_known, fresh;
  RnnScores *scores; /* [files] */
  double mean;       /* over the files, of token F1 and span F1 */
} EvalRow;

#define EVAL_ROWS 6

typedef struct {
  EvalRow rows[EVAL_ROWS];
  double score;         /* state carried, ends known: cased and lower-cased */
  double score_unknown; /* the same with ends unknown */
} EvalMatrix;

gboolean eval_matrix_init (EvalMatrix *matrix, RnnModel *model,
                           const GPtrArray *files,
                           const RnnEvalOptions *options, GError **error);
void eval_matrix_clear (EvalMatrix *matrix);
void eval_matrix_print (const EvalMatrix *matrix, const GPtrArray *files);

/* One object a line; @matrix: (nullable). */
void eval_report_print_json (const EvalReport *report,
                             const EvalMatrix *matrix);

/* Pictures, SVG or PNG by @path's ending. */
gboolean eval_draw_reliability (const RnnCalibration *calibration,
                                const char *entity, const char *path,
                                GError **error);
gboolean eval_draw_curve (const RnnCalibration *calibration, const char *entity,
                          const char *path, GError **error);
