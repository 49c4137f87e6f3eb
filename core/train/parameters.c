/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/parameters.h"

#include "base/checked.h"

#include <math.h>
#include <string.h>

/* Memory for learning beside the values. */
static gboolean
add_moments (RnnParameter *p, gboolean is_sparse)
{
  gsize n = p->rows * p->cols;

  p->gradient = _rnn_try_alloc (n, sizeof (float));
  p->mean = _rnn_try_alloc (n, sizeof (float));
  p->variance = _rnn_try_alloc (n, sizeof (float));
  if (is_sparse) {
    p->touched = g_try_new (guint32, MAX (p->rows, 1));
    p->is_touched = g_try_malloc0 (MAX (p->rows, 1));
  }
  return p->gradient && p->mean && p->variance
         && (!is_sparse || (p->touched && p->is_touched));
}

static void
drop_moments (RnnParameter *p)
{
  g_clear_pointer (&p->gradient, _rnn_free);
  g_clear_pointer (&p->mean, _rnn_free);
  g_clear_pointer (&p->variance, _rnn_free);
  g_clear_pointer (&p->touched, g_free);
  g_clear_pointer (&p->is_touched, g_free);
}

/* New zeros that stay as they are set; NULL: no memory. */
RnnParameter *
_rnn_parameter_new_frozen (gsize rows, gsize cols)
{
  RnnParameter *p = g_new0 (RnnParameter, 1);
  gsize n;

  p->rows = p->n_rows_used = rows;
  p->cols = p->n_cols_used = cols;
  p->is_frozen = TRUE;
  if (_rnn_mul (rows, cols, &n))
    p->values = _rnn_try_alloc (n, sizeof (float));
  if (!p->values)
    g_clear_pointer (&p, g_free);
  return p;
}

/* New zeros; NULL: no memory. */
RnnParameter *
_rnn_parameter_new (gsize rows, gsize cols, gboolean is_sparse)
{
  RnnParameter *p = _rnn_parameter_new_frozen (rows, cols);

  if (!p)
    return NULL;
  p->is_frozen = FALSE;
  if (!add_moments (p, is_sparse))
    g_clear_pointer (&p, _rnn_parameter_free);
  return p;
}

gboolean
_rnn_parameter_thaw (RnnParameter *p)
{
  if (!p->is_frozen)
    return TRUE;
  if (add_moments (p, TRUE)) {
    p->is_frozen = FALSE;
    return TRUE;
  }
  drop_moments (p);
  return FALSE;
}

void
_rnn_parameter_free (RnnParameter *p)
{
  if (!p)
    return;
  drop_moments (p);
  _rnn_free (p->values);
  g_free (p);
}

void
_rnn_parameter_touch (RnnParameter *p, gsize row)
{
  if (p->is_touched[row])
    return;
  p->is_touched[row] = 1;
  p->touched[p->n_touched++] = (guint32) row;
}

void
_rnn_parameter_clear_gradient (RnnParameter *p)
{
  if (p->is_frozen)
    return;
  if (!p->touched) {
    memset (p->gradient, 0, p->rows * p->cols * sizeof *p->gradient);
    return;
  }
  for (gsize i = 0; i < p->n_touched; i++) {
    memset (p->gradient + p->touched[i] * p->cols, 0,
            p->cols * sizeof *p->gradient);
    p->is_touched[p->touched[i]] = 0;
  }
  p->n_touched = 0;
}

static double
square_norm (const float *gradient, gsize n)
{
  float sums[16] = { 0 };
  double sum = 0;
  gsize i = 0;

  for (; i + 16 <= n; i += 16)
    for (gsize j = 0; j < 16; j++)
      sums[j] += gradient[i + j] * gradient[i + j];
  for (; i < n; i++)
    sums[0] += gradient[i] * gradient[i];
  for (gsize j = 0; j < 16; j++)
    sum += sums[j];
  return sum;
}

double
_rnn_parameter_square_norm (const RnnParameter *p)
{
  double sum = 0;

  if (p->is_frozen)
    return 0;
  if (!p->touched)
    return square_norm (p->gradient, p->rows * p->cols);
  for (gsize i = 0; i < p->n_touched; i++)
    sum += square_norm (p->gradient + p->touched[i] * p->cols, p->cols);
  return sum;
}

static void
step_range (const RnnAdam *adam, RnnParameter *p, gsize start, gsize n,
            float scale)
{
  float b1 = adam->beta1, b2 = adam->beta2, epsilon = adam->epsilon;
  float correction1 = 1 - powf (b1, (float) adam->n_steps);
  float correction2 = sqrtf (1 - powf (b2, (float) adam->n_steps));
  float rate = adam->learning_rate * correction2 / correction1;
  /* Biases and looked-up rows are left alone. */
  float keep =
      p->rows > 1 && !p->touched ? 1 - adam->learning_rate * adam->decay : 1;
  float *restrict values = p->values + start, *restrict mean = p->mean + start;
  float *restrict variance = p->variance + start;
  const float *restrict gradient = p->gradient + start;

  for (gsize i = 0; i < n; i++) {
    float g = gradient[i] * scale;
    mean[i] = b1 * mean[i] + (1 - b1) * g;
    variance[i] = b2 * variance[i] + (1 - b2) * g * g;
    values[i] =
        keep * values[i]
        - rate * mean[i] / (sqrtf (variance[i]) + epsilon * correction2);
  }
}

void
_rnn_adam_step (const RnnAdam *adam, RnnParameter *p, float scale)
{
  if (p->is_frozen)
    return;
  if (!p->touched) {
    step_range (adam, p, 0, p->rows * p->cols, scale);
    return;
  }
  for (gsize i = 0; i < p->n_touched; i++)
    step_range (adam, p, p->touched[i] * p->cols, p->cols, scale);
}
