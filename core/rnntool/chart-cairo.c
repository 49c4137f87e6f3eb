/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rnntool/chart-private.h"

#include <cairo-svg.h>
#include <math.h>
#include <rnn/rnn-error.h>

/* Points; a PNG has as many pixels. */
#define WIDTH 720.0
#define HEIGHT 420.0
#define LEFT 70.0
#define RIGHT 24.0
#define TOP 44.0
#define BOTTOM 56.0
#define FONT_SIZE 13.0
#define N_TICKS 6

static const double colours[][3] = { { 0.12, 0.40, 0.74 },
                                     { 0.83, 0.37, 0.05 },
                                     { 0.16, 0.55, 0.26 },
                                     { 0.55, 0.24, 0.62 } };

/* Where a chart is drawn: its plot's corner and size in points. */
typedef struct {
  cairo_t *cairo;
  const Chart *chart;
  double top;
} Canvas;

static double
span (double least, double most)
{
  return most > least ? most - least : 1;
}

static double
to_x (const Canvas *canvas, double x)
{
  const Chart *c = canvas->chart;

  return LEFT
         + (x - c->x_min) / span (c->x_min, c->x_max) * (WIDTH - LEFT - RIGHT);
}

static double
to_y (const Canvas *canvas, double y)
{
  const Chart *c = canvas->chart;
  double height = HEIGHT - TOP - BOTTOM;

  return canvas->top + TOP + height
         - (y - c->y_min) / span (c->y_min, c->y_max) * height;
}

/* Write @text with its middle (0.5), start (0) or end (1) at x. */
static void
write_text (const Canvas *canvas, const char *text, double x, double y,
            double anchor)
{
  cairo_text_extents_t extents;

  cairo_text_extents (canvas->cairo, text, &extents);
  cairo_move_to (canvas->cairo, x - anchor * extents.x_advance, y);
  cairo_show_text (canvas->cairo, text);
}

/* 1, 2 or 5 times a power of ten, so that about N_TICKS fit. */
static double
tick_step (double length)
{
  double power = pow (10, floor (log10 (length / N_TICKS)));
  double rest = length / N_TICKS / power;

  return power * (rest <= 1 ? 1 : rest <= 2 ? 2 : rest <= 5 ? 5 : 10);
}

static void
draw_grid_line (const Canvas *canvas, double x0, double y0, double x1,
                double y1)
{
  cairo_set_source_rgb (canvas->cairo, 0.88, 0.88, 0.88);
  cairo_set_line_width (canvas->cairo, 1);
  cairo_move_to (canvas->cairo, x0, y0);
  cairo_line_to (canvas->cairo, x1, y1);
  cairo_stroke (canvas->cairo);
  cairo_set_source_rgb (canvas->cairo, 0.2, 0.2, 0.2);
}

static void
draw_ticks (const Canvas *canvas)
{
  const Chart *c = canvas->chart;
  double x_step = tick_step (span (c->x_min, c->x_max));
  double y_step = tick_step (span (c->y_min, c->y_max));
  char text[32];

  for (int i = 0; i <= 2 * N_TICKS; i++) {
    double x = (ceil (c->x_min / x_step - 1e-9) + i) * x_step;
    double y = (ceil (c->y_min / y_step - 1e-9) + i) * y_step;
    if (x <= c->x_max + x_step * 1e-9) {
      draw_grid_line (canvas, to_x (canvas, x), to_y (canvas, c->y_min),
                      to_x (canvas, x), to_y (canvas, c->y_max));
      g_snprintf (text, sizeof text, "%g", fabs (x) < 1e-12 ? 0 : x);
      write_text (canvas, text, to_x (canvas, x), to_y (canvas, c->y_min) + 18,
                  0.5);
    }
    if (y <= c->y_max + y_step * 1e-9) {
      draw_grid_line (canvas, to_x (canvas, c->x_min), to_y (canvas, y),
                      to_x (canvas, c->x_max), to_y (canvas, y));
      g_snprintf (text, sizeof text, "%g", fabs (y) < 1e-12 ? 0 : y);
      write_text (canvas, text, LEFT - 8, to_y (canvas, y) + 4, 1);
    }
  }
}

static void
draw_words (const Canvas *canvas)
{
  const Chart *c = canvas->chart;
  cairo_t *cairo = canvas->cairo;
  double middle = (LEFT + WIDTH - RIGHT) / 2;

  cairo_set_source_rgb (cairo, 0.1, 0.1, 0.1);
  cairo_set_font_size (cairo, FONT_SIZE + 2);
  write_text (canvas, c->title, middle, canvas->top + 26, 0.5);
  cairo_set_font_size (cairo, FONT_SIZE);
  write_text (canvas, c->x_label, middle, canvas->top + HEIGHT - 14, 0.5);
  cairo_save (cairo);
  cairo_translate (cairo, 18, canvas->top + TOP + (HEIGHT - TOP - BOTTOM) / 2);
  cairo_rotate (cairo, -G_PI / 2);
  write_text (canvas, c->y_label, 0, 0, 0.5);
  cairo_restore (cairo);
}

static void
draw_line (const Canvas *canvas, const Series *series)
{
  gboolean is_down = FALSE;

  for (gsize i = 0; i < series->n; i++) {
    gboolean is_there = isfinite (series->x[i]) && isfinite (series->y[i]);
    if (is_there && is_down)
      cairo_line_to (canvas->cairo, to_x (canvas, series->x[i]),
                     to_y (canvas, series->y[i]));
    else if (is_there)
      cairo_move_to (canvas->cairo, to_x (canvas, series->x[i]),
                     to_y (canvas, series->y[i]));
    is_down = is_there;
  }
  cairo_stroke (canvas->cairo);
}

static void
draw_bars (const Canvas *canvas, const Series *series)
{
  for (gsize i = 0; i < series->n; i++) {
    double x0 = to_x (canvas, series->x[i] - series->width / 2);
    double x1 = to_x (canvas, series->x[i] + series->width / 2);
    double y0 = to_y (canvas, MAX (canvas->chart->y_min, 0));
    double y1 = to_y (canvas, series->y[i]);
    if (isfinite (y1))
      cairo_rectangle (canvas->cairo, x0 + 1, y1, x1 - x0 - 2, y0 - y1);
  }
  cairo_fill (canvas->cairo);
}

static void
choose_pen (const Canvas *canvas, const Series *series, gsize i)
{
  static const double dashes[] = { 5, 4 };
  const double *colour = colours[i % G_N_ELEMENTS (colours)];
  cairo_t *cairo = canvas->cairo;

  cairo_set_source_rgba (cairo, colour[0], colour[1], colour[2],
                         series->kind == SERIES_BARS ? 0.65 : 1);
  if (series->kind == SERIES_GUIDE)
    cairo_set_source_rgb (cairo, 0.45, 0.45, 0.45);
  cairo_set_dash (cairo, dashes, series->kind == SERIES_GUIDE ? 2 : 0, 0);
  cairo_set_line_width (cairo, series->kind == SERIES_GUIDE ? 1.2 : 2);
}

static void
draw_legend (const Canvas *canvas, const Series *series, gsize line)
{
  double y = canvas->top + TOP + 14 + 18 * (double) line;

  cairo_move_to (canvas->cairo, WIDTH - RIGHT - 180, y - 4);
  cairo_line_to (canvas->cairo, WIDTH - RIGHT - 156, y - 4);
  cairo_stroke (canvas->cairo);
  cairo_set_source_rgb (canvas->cairo, 0.2, 0.2, 0.2);
  write_text (canvas, series->name, WIDTH - RIGHT - 150, y, 0);
}

static void
draw (const Canvas *canvas)
{
  const Chart *c = canvas->chart;
  gsize n_named = 0;

  draw_words (canvas);
  if (!isfinite (c->x_min) || !isfinite (c->y_min))
    return;
  draw_ticks (canvas);
  for (gsize i = 0; i < c->series->len; i++) {
    const Series *series = g_ptr_array_index (c->series, i);
    choose_pen (canvas, series, i);
    if (series->kind == SERIES_BARS)
      draw_bars (canvas, series);
    else
      draw_line (canvas, series);
    if (series->name)
      draw_legend (canvas, series, n_named++);
  }
  cairo_set_dash (canvas->cairo, NULL, 0, 0);
}

/* NULL: no picture by that ending. */
static cairo_surface_t *
make_surface (const char *path, double height)
{
  if (g_str_has_suffix (path, ".svg"))
    return cairo_svg_surface_create (path, WIDTH, height);
  if (g_str_has_suffix (path, ".png"))
    return cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) WIDTH,
                                       (int) height);
  return NULL;
}

static gboolean
finish (cairo_t *cairo, cairo_surface_t *surface, const char *path,
        GError **error)
{
  cairo_status_t status = cairo_status (cairo);

  if (status == CAIRO_STATUS_SUCCESS && g_str_has_suffix (path, ".png"))
    status = cairo_surface_write_to_png (surface, path);
  cairo_destroy (cairo);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error, RNN_ERROR, RNN_ERROR_WRITE, "%s: cannot write: %s", path,
               cairo_status_to_string (status));
  return FALSE;
}

gboolean
chart_write (Chart *const *charts, gsize n, const char *path, GError **error)
{
  cairo_surface_t *surface = make_surface (path, HEIGHT * (double) n);
  Canvas canvas;

  if (!surface) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
                 "%s: expected a name that ends in .svg or .png", path);
    return FALSE;
  }
  canvas.cairo = cairo_create (surface);
  cairo_set_source_rgb (canvas.cairo, 1, 1, 1);
  cairo_paint (canvas.cairo);
  cairo_select_font_face (canvas.cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                          CAIRO_FONT_WEIGHT_NORMAL);
  for (gsize i = 0; i < n; i++) {
    canvas.chart = charts[i];
    canvas.top = HEIGHT * (double) i;
    draw (&canvas);
  }
  return finish (canvas.cairo, surface, path, error);
}
