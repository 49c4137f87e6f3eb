/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/consistency.h"

#include <string.h>

static char
prefix_of (const char *class)
{
  return class[0] && class[1] == '-' ? class[0] : 0;
}

static gboolean
is_inside (char prefix)
{
  return prefix == 'I' || prefix == 'E';
}

static gboolean
is_open (char prefix)
{
  return prefix == 'B' || prefix == 'I';
}

/* @last, @next: "" is the edge of a sentence. */
static gboolean
may_follow (const char *last, const char *next, gboolean has_ends)
{
  gboolean is_same = last[0] && next[0] && strcmp (last + 1, next + 1) == 0;
  gboolean goes_on = is_open (prefix_of (last)) && is_same;

  if (is_inside (prefix_of (next)))
    return goes_on;
  return !has_ends || !is_open (prefix_of (last));
}

void
_rnn_consistency_init (RnnConsistency *consistency, const char *const *classes,
                       gsize n_y)
{
  gboolean has_ends = FALSE;

  for (gsize j = 0; j < n_y; j++)
    has_ends |= prefix_of (classes[j]) == 'E';
  consistency->n_y = n_y;
  consistency->follows = g_new (guint8, (n_y + 1) * (n_y + 1));
  for (gsize i = 0; i <= n_y; i++)
    for (gsize j = 0; j <= n_y; j++)
      consistency->follows[i * (n_y + 1) + j] = (guint8) may_follow (
          i < n_y ? classes[i] : "", j < n_y ? classes[j] : "", has_ends);
}

void
_rnn_consistency_clear (RnnConsistency *consistency)
{
  g_clear_pointer (&consistency->follows, g_free);
}

/* Make the sum 1; FALSE: it is 0. */
static gboolean
scale (double *row, gsize n_y)
{
  double sum = 0;

  for (gsize j = 0; j < n_y; j++)
    sum += row[j];
  for (gsize j = 0; sum > 0 && j < n_y; j++)
    row[j] /= sum;
  return sum > 0;
}

/* @to[j]: what @from[i] adds up to over the i that j may follow, times
 * @beliefs[j]. */
static gboolean
step_forward (const RnnConsistency *c, const double *from, const float *beliefs,
              double *to)
{
  gsize n_y = c->n_y;

  for (gsize j = 0; j < n_y; j++) {
    double sum = 0;
    for (gsize i = 0; i < n_y; i++)
      sum += from ? from[i] * c->follows[i * (n_y + 1) + j] : 0;
    to[j] =
        (from ? sum : c->follows[n_y * (n_y + 1) + j]) * (double) beliefs[j];
  }
  return scale (to, n_y);
}

/* @to[i]: what @from[j] @beliefs[j] add up to over the j that may follow i. */
static gboolean
step_backward (const RnnConsistency *c, const double *from,
               const float *beliefs, double *to)
{
  gsize n_y = c->n_y;

  for (gsize i = 0; i < n_y; i++) {
    to[i] = from ? 0 : c->follows[i * (n_y + 1) + n_y];
    for (gsize j = 0; from && j < n_y; j++)
      to[i] += c->follows[i * (n_y + 1) + j] * from[j] * (double) beliefs[j];
  }
  return scale (to, n_y);
}

void
_rnn_consistency_apply (const RnnConsistency *consistency, float *beliefs,
                        gsize n)
{
  gsize n_y = consistency->n_y;
  double *forward = g_new (double, MAX (n, 1) * n_y);
  double *backward = g_new (double, MAX (n, 1) * n_y);
  gboolean ok = TRUE;

  for (gsize t = 0; ok && t < n; t++)
    ok = step_forward (consistency, t ? forward + (t - 1) * n_y : NULL,
                       beliefs + t * n_y, forward + t * n_y);
  for (gsize t = n; ok && t-- > 0;)
    ok = step_backward (
        consistency, t + 1 < n ? backward + (t + 1) * n_y : NULL,
        t + 1 < n ? beliefs + (t + 1) * n_y : NULL, backward + t * n_y);
  for (gsize t = 0; ok && t < n; t++) {
    double *row = forward + t * n_y;
    for (gsize j = 0; j < n_y; j++)
      row[j] *= backward[t * n_y + j];
    ok = scale (row, n_y);
  }
  for (gsize i = 0; ok && i < n * n_y; i++)
    beliefs[i] = (float) forward[i];
  g_free (forward);
  g_free (backward);
}
