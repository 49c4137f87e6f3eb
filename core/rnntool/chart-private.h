/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a chart holds, for the file that draws it. */
#pragma once

#include "rnntool/chart.h"

typedef enum { SERIES_LINE, SERIES_GUIDE, SERIES_BARS } SeriesKind;

typedef struct {
  SeriesKind kind;
  char *name;    /* or NULL */
  double *x, *y; /* [n] */
  gsize n;
  double width; /* of bars, in units of x */
} Series;

struct _Chart {
  char *title, *x_label, *y_label;
  GPtrArray *series; /* Series */
  double x_min, x_max, y_min, y_max;
  gboolean has_range; /* set by the caller, else grown by what is added */
};
