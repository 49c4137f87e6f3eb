/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The log of a training as a picture. */
#include "rnntool/chart.h"
#include "rnntool/commands.h"

#include "base/checked.h"
#include "base/file.h"

#include <math.h>
#include <rnn/rnn-error.h>
#include <string.h>

#define MAX_LOG ((gsize) 64 << 20)

/* Columns that the picture shows; others may stand between them. */
enum { EPOCH, LOSS, DEV_F1, BEST_F1, N_COLUMNS };
static const char *const columns[] = { "epoch", "loss", "dev_f1", "best_f1" };

typedef struct {
  int places[N_COLUMNS]; /* in a line */
  GArray *values[N_COLUMNS];
} Log;

static gboolean
refuse (const char *path, gsize line, const char *what, GError **error)
{
  g_set_error (error, RNN_ERROR, RNN_ERROR_DATA, "%s:%" G_GSIZE_FORMAT ": %s",
               path, line, what);
  return FALSE;
}

static gboolean
read_header (Log *log, char **cells, const char *path, GError **error)
{
  for (int c = 0; c < N_COLUMNS; c++) {
    log->places[c] = -1;
    for (int i = 0; cells[i]; i++)
      if (strcmp (g_strstrip (cells[i]), columns[c]) == 0)
        log->places[c] = i;
    if (log->places[c] < 0)
      return refuse (path, 1,
                     "expected the columns epoch, loss, dev_f1 and best_f1",
                     error);
  }
  return TRUE;
}

/* A cell that is empty (no dev files) is no point of the line. */
static gboolean
read_line (Log *log, char **cells, const char *path, gsize line, GError **error)
{
  guint n = g_strv_length (cells);

  for (int c = 0; c < N_COLUMNS; c++) {
    double value = NAN;
    char *cell, *end;
    if ((guint) log->places[c] >= n)
      return refuse (path, line,
                     "expected as many columns as in the first line", error);
    cell = g_strstrip (cells[log->places[c]]);
    if (*cell)
      value = g_ascii_strtod (cell, &end);
    if (*cell && *end)
      return refuse (path, line, "expected numbers", error);
    g_array_append_val (log->values[c], value);
  }
  return TRUE;
}

static gboolean
read_log (Log *log, const char *path, GError **error)
{
  guint8 *bytes;
  char *text, **lines;
  gsize n;
  gboolean ok = TRUE;

  if (!_rnn_file_read (path, MAX_LOG, &bytes, &n, error))
    return FALSE;
  text = g_strndup ((const char *) bytes, n);
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; ok && lines[i]; i++) {
    char **cells = g_strsplit (g_strchomp (lines[i]), ",", -1);
    if (i == 0)
      ok = read_header (log, cells, path, error);
    else if (*lines[i])
      ok = read_line (log, cells, path, i + 1, error);
    g_strfreev (cells);
  }
  if (ok && log->values[EPOCH]->len == 0)
    ok = refuse (path, 1, "expected at least one epoch", error);
  g_strfreev (lines);
  g_free (text);
  _rnn_free (bytes);
  return ok;
}

static void
add_line (Chart *chart, const Log *log, int column, const char *name)
{
  chart_add_line (chart, name,
                  (const double *) (gpointer) log->values[EPOCH]->data,
                  (const double *) (gpointer) log->values[column]->data,
                  log->values[EPOCH]->len);
}

static gboolean
plot (const Log *log, const char *path, GError **error)
{
  Chart *charts[] = { chart_new ("Loss of training", "epoch", "loss"),
                      chart_new ("F1 on the dev files", "epoch", "F1") };
  gboolean ok;

  add_line (charts[0], log, LOSS, NULL);
  add_line (charts[1], log, DEV_F1, "of the epoch");
  add_line (charts[1], log, BEST_F1, "best so far");
  ok = chart_write (charts, G_N_ELEMENTS (charts), path, error);
  chart_free (charts[0]);
  chart_free (charts[1]);
  return ok;
}

int
command_plot (int argc, char **argv)
{
  const GOptionEntry entries[] = { { NULL } };
  GError *error = NULL;
  gboolean ok;
  Log log;

  if (!command_parse ("rnntool plot", "LOG.csv OUT.svg",
                      "Draw the log that `rnntool train --log LOG.csv` wrote: "
                      "loss and F1 by epoch, as SVG or PNG.",
                      entries, &argc, &argv, 2))
    return EXIT_USAGE;
  if (argc != 3)
    return command_misuse ("rnntool plot", "expected a log and a picture");
  if (!chart_is_picture (argv[2]))
    return command_misuse ("rnntool plot",
                           "expected a picture that ends in .svg or .png");
  for (int c = 0; c < N_COLUMNS; c++)
    log.values[c] = g_array_new (FALSE, FALSE, sizeof (double));
  ok = read_log (&log, argv[1], &error) && plot (&log, argv[2], &error);
  for (int c = 0; c < N_COLUMNS; c++)
    g_array_unref (log.values[c]);
  return ok ? command_finish () : command_fail (error);
}
