/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Line and bar charts, written as SVG or PNG by Cairo. */
#pragma once

#include <glib.h>

typedef struct _Chart Chart;

/* An empty chart; what is added decides the axes, unless chart_set_range()
 * does. Text is copied. */
Chart *chart_new (const char *title, const char *x_label, const char *y_label);
void chart_free (Chart *chart);
void chart_set_range (Chart *chart, double x_min, double x_max, double y_min,
                      double y_max);

/* Add a line through n points (copied); points that are not finite break it.
 * @name: (nullable): for the legend. */
void chart_add_line (Chart *chart, const char *name, const double *x,
                     const double *y, gsize n);
/* The same, dashed and grey: something to compare with. */
void chart_add_guide (Chart *chart, const char *name, const double *x,
                      const double *y, gsize n);
/* Add n bars from 0 to y, each centred on x and @width wide. */
void chart_add_bars (Chart *chart, const char *name, const double *x,
                     const double *y, gsize n, double width);

/* Whether @path ends in .svg or .png. */
gboolean chart_is_picture (const char *path);
/* Write the charts below one another to @path, which ends in .svg or .png.
 * FALSE with @error: ARGUMENT (another ending; built without Cairo), WRITE. */
gboolean chart_write (Chart *const *charts, gsize n, const char *path,
                      GError **error);
