/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "growth.h"

#include "../core/memory.h"

#include <malloc.h>
#include <math.h>

struct _Growth {
  double minutes;
  GArray *resident, *heap; /* double, kB */
};

typedef struct {
  double slope, error; /* of the slope: its standard error */
} Line;

Growth *
growth_new (double minutes)
{
  Growth *growth = g_new0 (Growth, 1);

  growth->minutes = minutes;
  growth->resident = g_array_new (FALSE, FALSE, sizeof (double));
  growth->heap = g_array_new (FALSE, FALSE, sizeof (double));
  return growth;
}

void
growth_free (Growth *growth)
{
  g_array_free (growth->resident, TRUE);
  g_array_free (growth->heap, TRUE);
  g_free (growth);
}

void
growth_measure (Growth *growth)
{
  struct mallinfo2 info = mallinfo2 ();
  double resident = (double) test_memory ("VmRSS") / 1024;
  double heap = (double) (info.uordblks + info.hblkhd) / 1024;

  g_array_append_val (growth->resident, resident);
  g_array_append_val (growth->heap, heap);
}

/* By least squares, through all but the first quarter, while caches fill. */
static Line
fit (const GArray *values, double minutes)
{
  guint first = values->len / 4, n = values->len - first;
  const double *y = &g_array_index (values, double, first);
  double mean = 0, middle = (n - 1) / 2.0, xx = 0, xy = 0, squares = 0;
  Line line = { 0, 0 };

  if (n < 3)
    return line;
  for (guint i = 0; i < n; i++)
    mean += y[i] / n;
  for (guint i = 0; i < n; i++) {
    xx += (i - middle) * (i - middle);
    xy += (i - middle) * (y[i] - mean);
  }
  for (guint i = 0; i < n; i++) {
    double off = y[i] - mean - xy / xx * (i - middle);
    squares += off * off;
  }
  line.slope = xy / xx / minutes;
  line.error = sqrt (squares / (n - 2) / xx) / minutes;
  return line;
}

static void
append (GString *text, const char *what, const GArray *values, double minutes)
{
  Line line = fit (values, minutes);

  g_string_append_printf (text, "%s%.0f kB %s (%+.1f +- %.1f kB/min)",
                          text->len ? "  " : "",
                          g_array_index (values, double, values->len - 1), what,
                          line.slope, line.error);
}

char *
growth_to_text (const Growth *growth)
{
  GString *text = g_string_new (NULL);

  append (text, "resident", growth->resident, growth->minutes);
  append (text, "in use", growth->heap, growth->minutes);
  return g_string_free (text, FALSE);
}
