/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rnntool/progress.h"

#include <errno.h>
#include <math.h>
#include <rnn/rnn-error.h>
#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 24
#define REDRAW_US 100000

struct _Progress {
  gboolean is_terminal;
  gint64 drawn; /* us */
  FILE *log;    /* or NULL */
  char *log_name;
  double best_f1; /* NAN: no epoch has ended */
};

/* @log: (nullable): a file to write a line of figures to for each epoch;
 * @goes_on: behind those that it has. */
Progress *
progress_new (const char *log, gboolean goes_on, GError **error)
{
  Progress *progress = g_new0 (Progress, 1);

  progress->is_terminal = isatty (STDERR_FILENO);
  progress->best_f1 = NAN;
  if (log && !(progress->log = fopen (log, goes_on ? "a" : "w"))) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_WRITE, "%s: cannot write: %s", log,
                 g_strerror (errno));
    g_free (progress);
    return NULL;
  }
  progress->log_name = g_strdup (log);
  if (progress->log && ftell (progress->log) == 0)
    fputs ("epoch,loss,dev_f1,best_f1,learning_rate,words_per_second,seconds\n",
           progress->log);
  return progress;
}

static void
log_epoch (FILE *log, const RnnTrainProgress *now)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  const double numbers[] = { now->loss,
                             now->f1,
                             now->best_f1,
                             now->learning_rate,
                             now->words_per_second,
                             now->seconds };

  fprintf (log, "%" G_GSIZE_FORMAT, now->epoch);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    fprintf (log, ",%s",
             isnan (numbers[i])
                 ? ""
                 : g_ascii_formatd (number, sizeof number, "%.6g", numbers[i]));
  fputc ('\n', log);
  fflush (log);
}

static void
format_f1 (double f1, char *out, gsize n)
{
  if (isnan (f1))
    g_snprintf (out, (gulong) n, "-");
  else
    g_snprintf (out, (gulong) n, "%.1f", 100 * f1);
}

static void
draw_bar (const RnnTrainProgress *now)
{
  int filled = (int) (now->done * BAR_WIDTH);
  int left = (int) now->seconds_left;
  char f1[16], bar[BAR_WIDTH + 1];

  format_f1 (now->f1, f1, sizeof f1);
  for (int i = 0; i < BAR_WIDTH; i++)
    bar[i] = i < filled ? '#' : '.';
  bar[BAR_WIDTH] = '\0';
  g_printerr ("\r[%s] epoch %" G_GSIZE_FORMAT "/%" G_GSIZE_FORMAT
              "  loss %.4f  F1 %s  %.0f words/s  %d:%02d left\033[K",
              bar, now->epoch, now->n_epochs, now->loss, f1,
              now->words_per_second, left / 60, left % 60);
}

/* Results go to stdout, one line an epoch; the bar, which is for looking at, to
 * stderr. */
static void
print_epoch (const Progress *progress, const RnnTrainProgress *now)
{
  char f1[16], best[16];

  format_f1 (now->f1, f1, sizeof f1);
  format_f1 (now->best_f1, best, sizeof best);
  if (progress->is_terminal)
    g_printerr ("\r\033[K");
  printf ("epoch %" G_GSIZE_FORMAT "/%" G_GSIZE_FORMAT
          "  loss %.4f  F1 %s  best %s  %.0f words/s\n",
          now->epoch, now->n_epochs, now->loss, f1, best,
          now->words_per_second);
  fflush (stdout);
}

void
progress_show (Progress *progress, const RnnTrainProgress *now)
{
  gint64 time = g_get_monotonic_time ();

  if (now->is_epoch_end) {
    progress->best_f1 = now->best_f1;
    print_epoch (progress, now);
    if (progress->log)
      log_epoch (progress->log, now);
  } else if (progress->is_terminal && time - progress->drawn > REDRAW_US) {
    progress->drawn = time;
    draw_bar (now);
  }
}

gboolean
progress_found_nothing (const Progress *progress)
{
  return progress->best_f1 <= 0;
}

/* FALSE: the log could not be written. */
gboolean
progress_end (Progress *progress, GError **error)
{
  gboolean ok = !progress->log || !ferror (progress->log);

  if (progress->log && fclose (progress->log) != 0)
    ok = FALSE;
  if (!ok)
    g_set_error (error, RNN_ERROR, RNN_ERROR_WRITE, "%s: cannot write",
                 progress->log_name);
  if (progress->is_terminal)
    g_printerr ("\r\033[K");
  g_free (progress->log_name);
  g_free (progress);
  return ok;
}
