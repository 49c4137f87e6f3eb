/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rnntool/progress.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 24
#define REDRAW_US 100000

struct _Progress {
  gboolean is_terminal;
  gint64 drawn; /* us */
};

Progress *
progress_new (void)
{
  Progress *progress = g_new0 (Progress, 1);

  progress->is_terminal = isatty (STDERR_FILENO);
  return progress;
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
    print_epoch (progress, now);
  } else if (progress->is_terminal && time - progress->drawn > REDRAW_US) {
    progress->drawn = time;
    draw_bar (now);
  }
}

void
progress_end (Progress *progress)
{
  if (progress->is_terminal)
    g_printerr ("\r\033[K");
  g_free (progress);
}
