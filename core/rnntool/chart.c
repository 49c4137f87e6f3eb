/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rnntool/chart-private.h"

#include <math.h>

static void
series_free (gpointer data)
{
  Series *series = data;

  g_free (series->name);
  g_free (series->x);
  g_free (series->y);
  g_free (series);
}

Chart *
chart_new (const char *title, const char *x_label, const char *y_label)
{
  Chart *chart = g_new0 (Chart, 1);

  chart->title = g_strdup (title);
  chart->x_label = g_strdup (x_label);
  chart->y_label = g_strdup (y_label);
  chart->series = g_ptr_array_new_with_free_func (series_free);
  chart->x_min = chart->y_min = INFINITY;
  chart->x_max = chart->y_max = -INFINITY;
  return chart;
}

void
chart_free (Chart *chart)
{
  if (!chart)
    return;
  g_free (chart->title);
  g_free (chart->x_label);
  g_free (chart->y_label);
  g_ptr_array_unref (chart->series);
  g_free (chart);
}

void
chart_set_range (Chart *chart, double x_min, double x_max, double y_min,
                 double y_max)
{
  chart->x_min = x_min;
  chart->x_max = x_max;
  chart->y_min = y_min;
  chart->y_max = y_max;
  chart->has_range = TRUE;
}

static void
grow (Chart *chart, double x, double y)
{
  if (chart->has_range || !isfinite (x) || !isfinite (y))
    return;
  chart->x_min = MIN (chart->x_min, x);
  chart->x_max = MAX (chart->x_max, x);
  chart->y_min = MIN (chart->y_min, y);
  chart->y_max = MAX (chart->y_max, y);
}

static Series *
add (Chart *chart, SeriesKind kind, const char *name, const double *x,
     const double *y, gsize n)
{
  Series *series = g_new0 (Series, 1);

  series->kind = kind;
  series->name = g_strdup (name);
  series->x = g_memdup2 (x, n * sizeof *x);
  series->y = g_memdup2 (y, n * sizeof *y);
  series->n = n;
  for (gsize i = 0; i < n; i++)
    grow (chart, x[i], y[i]);
  g_ptr_array_add (chart->series, series);
  return series;
}

void
chart_add_line (Chart *chart, const char *name, const double *x,
                const double *y, gsize n)
{
  add (chart, SERIES_LINE, name, x, y, n);
}

void
chart_add_guide (Chart *chart, const char *name, const double *x,
                 const double *y, gsize n)
{
  add (chart, SERIES_GUIDE, name, x, y, n);
}

void
chart_add_bars (Chart *chart, const char *name, const double *x,
                const double *y, gsize n, double width)
{
  add (chart, SERIES_BARS, name, x, y, n)->width = width;
  if (n > 0)
    grow (chart, x[0], 0);
}

gboolean
chart_is_picture (const char *path)
{
  return g_str_has_suffix (path, ".svg") || g_str_has_suffix (path, ".png");
}
