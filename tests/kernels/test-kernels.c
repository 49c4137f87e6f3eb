/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each instruction set against the reference, bit for bit, in one process. */
#include "base/checked.h"
#include "base/random.h"
#include "kernels/approximation.h"
#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

#ifndef N_CASES /* fewer where a processor is emulated */
#define N_CASES 300
#endif
#define GUARD 16
#define GUARD_BYTE 0xa5

static RnnRandom random_numbers;

/* float[n], its pad lanes NaN, guard floats behind them. */
static float *
new_floats (gsize n)
{
  gsize padded = _rnn_pad (n) + GUARD;
  float *floats = _rnn_try_alloc (padded, sizeof *floats);

  memset (floats, GUARD_BYTE, padded * sizeof *floats);
  for (gsize i = 0; i < n; i++)
    floats[i] = 1.5f * _rnn_random_normal (&random_numbers);
  for (gsize i = n; i < _rnn_pad (n); i++)
    floats[i] = NAN;
  return floats;
}

static float *
copy_floats (const float *from, gsize n)
{
  gsize padded = _rnn_pad (n) + GUARD;
  float *floats = _rnn_try_alloc (padded, sizeof *floats);

  memcpy (floats, from, padded * sizeof *floats);
  return floats;
}

/* Nothing behind the pad of float[@n] has changed. */
static void
assert_guard (const float *floats, gsize n)
{
  const guint8 *guard = (const guint8 *) (floats + _rnn_pad (n));

  for (gsize i = 0; i < GUARD * sizeof *floats; i++)
    g_assert_cmphex (guard[i], ==, GUARD_BYTE);
}

/* The first @n floats are the same bits. */
static void
assert_same (const float *wanted, const float *came, gsize n)
{
  g_assert_cmpmem (came, n * sizeof *came, wanted, n * sizeof *wanted);
  assert_guard (came, n);
}

static gsize
random_size (gsize max)
{
  return 1 + _rnn_random_below (&random_numbers, max);
}

static void
dots_have_the_bits_of_the_reference (gconstpointer data)
{
  const RnnKernels *kernels = data;

  for (gsize i = 0; i < N_CASES; i++) {
    gsize n_y = random_size (11), n_a = random_size (130), n = random_size (9);
    gsize padded = _rnn_pad (n_a);
    float *W = new_floats (n_y * padded), *b = new_floats (n_y);
    float *a = new_floats (n * padded), *wanted = new_floats (n * n_y);
    float *came = copy_floats (wanted, n * n_y);

    for (gsize j = 0; j < n_y; j++)
      for (gsize k = n_a; k < padded; k++)
        W[j * padded + k] = 0;
    _rnn_kernels_reference.dots (W, b, n_y, n_a, a, padded, wanted, n_y, n);
    kernels->dots (W, b, n_y, n_a, a, padded, came, n_y, n);
    assert_same (wanted, came, n * n_y);
    _rnn_free (W);
    _rnn_free (b);
    _rnn_free (a);
    _rnn_free (wanted);
    _rnn_free (came);
  }
}

/* What activations meet: all sizes, both infinities, subnormals, NaN. */
static void
spread (float *x, gsize n)
{
  const float special[] = { 0.0f,     -0.0f,     1e-40f, -1e-40f,
                            INFINITY, -INFINITY, 1e30f,  -1e30f,
                            0x1p-64f, -0x1p-65f, 7.9f,   -88 };

  for (gsize i = 0; i < n; i++)
    switch (_rnn_random_below (&random_numbers, 4)) {
    case 0:
      x[i] *= 10;
      break;
    case 1:
      x[i] *= 1e-19f;
      break;
    case 2:
      x[i] =
          special[_rnn_random_below (&random_numbers, G_N_ELEMENTS (special))];
      break;
    }
}

typedef void (*Map) (float *, gsize);

static void
compare_map (Map reference, Map other)
{
  for (gsize i = 0; i < N_CASES; i++) {
    gsize n = random_size (300);
    float *wanted = new_floats (n), *came;

    spread (wanted, n);
    came = copy_floats (wanted, n);
    reference (wanted, n);
    other (came, n);
    assert_same (wanted, came, n);
    _rnn_free (wanted);
    _rnn_free (came);
  }
}

static void
activations_have_the_bits_of_the_reference (gconstpointer data)
{
  const RnnKernels *kernels = data;

  compare_map (_rnn_kernels_reference.tanh, kernels->tanh);
  compare_map (_rnn_kernels_reference.relu, kernels->relu);
  compare_map (_rnn_kernels_reference.sigmoid, kernels->sigmoid);
  compare_map (_rnn_kernels_reference.exp, kernels->exp);
}

static void
softmax_has_the_bits_of_the_reference (gconstpointer data)
{
  const RnnKernels *kernels = data;

  for (gsize i = 0; i < N_CASES; i++) {
    gsize n_y = random_size (20), n = n_y * random_size (9);
    float *wanted = new_floats (n), *came = copy_floats (wanted, n);

    _rnn_kernels_reference.softmax (wanted, n_y, n / n_y);
    kernels->softmax (came, n_y, n / n_y);
    assert_same (wanted, came, n);
    _rnn_free (wanted);
    _rnn_free (came);
  }
}

static void
the_first_of_a_row_of_softmax_is_nan_where_any_is (gconstpointer data)
{
  static const float values[] = { NAN, INFINITY };
  const RnnKernels *kernels = data;

  for (gsize i = 0; i < N_CASES; i++) {
    gsize n_y = random_size (20);
    float *y = new_floats (2 * n_y);

    y[_rnn_random_below (&random_numbers, n_y)] = values[i % 2];
    kernels->softmax (y, n_y, 2);
    g_assert_true (isnan (y[0]));
    g_assert_true (isfinite (y[n_y]));
    _rnn_free (y);
  }
}

/* A step of a few streams with everything it touches. */
typedef struct {
  RnnPacked W;
  gsize n_sums; /* of a stream, pads included */
  gsize n_units;
  gsize n_cols;
  gsize n;
  float *weights; /* before they were packed */
  float *bias;
  float *sums;   /* [n][n_sums] */
  float *before; /* [n][pad (max (n_cols, n_units))] */
  float *c;      /* [n][pad (n_units)] */
} StepCase;

typedef struct {
  float *after;
  float *c_after;
} StepResult;

static StepCase
random_step (gsize n_gates, gsize n_units, gsize n_cols)
{
  StepCase step = { .n_units = n_units,
                    .n_cols = n_cols,
                    .n = random_size (20) };
  gsize padded = _rnn_pad (MAX (n_cols, n_units));

  step.weights = new_floats (n_gates * n_units * n_cols);
  step.n_sums = _rnn_pad ((n_gates - 1) * n_units + _rnn_pad (n_units));
  step.bias = n_gates == 3 ? new_floats (n_units) : NULL;
  step.sums = new_floats (step.n * step.n_sums);
  step.before = new_floats (step.n * padded);
  step.c = new_floats (step.n * _rnn_pad (n_units));
  if (random_size (2) == 1)
    spread (step.sums, step.n * step.n_sums);
  return step;
}

static void
pack_step (StepCase *step, const RnnKernels *kernels, gsize n_gates)
{
  g_assert_true (_rnn_packed_init (&step->W, kernels, step->weights, n_gates,
                                   step->n_units, step->n_cols));
}

static void
clear_step (StepCase *step)
{
  _rnn_packed_clear (&step->W);
  _rnn_free (step->weights);
  _rnn_free (step->bias);
  _rnn_free (step->sums);
  _rnn_free (step->before);
  _rnn_free (step->c);
}

static StepResult
run_step (const StepCase *step, RnnStepFunction function, gboolean backwards)
{
  gsize padded = _rnn_pad (step->n_units), wide = _rnn_pad (step->n_cols);
  StepResult result = { new_floats (step->n * padded),
                        copy_floats (step->c, step->n * padded) };
  RnnStep steps[20];

  wide = MAX (wide, padded);
  for (gsize i = 0; i < step->n; i++)
    steps[i] = (RnnStep){ step->sums + i * step->n_sums,
                          step->before + i * wide, result.after + i * padded,
                          step->c + i * padded, result.c_after + i * padded };
  function (&step->W, step->bias, steps, step->n, backwards);
  return result;
}

static void
assert_same_steps (const StepCase *step, const StepResult *wanted,
                   const StepResult *came, gsize n_gates)
{
  gsize padded = _rnn_pad (step->n_units), n = step->n_units;

  for (gsize s = 0; s < step->n; s++) {
    gsize at = s * padded;
    g_assert_cmpmem (came->after + at, n * sizeof (float), wanted->after + at,
                     n * sizeof (float));
    if (n_gates == 4)
      g_assert_cmpmem (came->c_after + at, n * sizeof (float),
                       wanted->c_after + at, n * sizeof (float));
  }
  assert_guard (came->after, step->n * padded);
  assert_guard (came->c_after, step->n * padded);
}

static void
clear_result (StepResult *result)
{
  _rnn_free (result->after);
  _rnn_free (result->c_after);
}

static void
compare_step (const RnnKernels *kernels, RnnStepFunction reference,
              RnnStepFunction function, gsize n_gates)
{
  for (gsize i = 0; i < N_CASES; i++) {
    gsize n_units = random_size (150);
    StepCase step = random_step (n_gates, n_units,
                                 n_gates > 1 ? n_units : random_size (130));
    StepResult wanted, came;

    pack_step (&step, kernels, n_gates);
    wanted = run_step (&step, reference, FALSE);
    came = run_step (&step, function, i % 2);
    assert_same_steps (&step, &wanted, &came, n_gates);
    clear_result (&wanted);
    clear_result (&came);
    clear_step (&step);
  }
}

static void
steps_have_the_bits_of_the_reference (gconstpointer data)
{
  const RnnKernels *kernels = data, *c = &_rnn_kernels_reference;

  compare_step (kernels, c->product, kernels->product, 1);
  compare_step (kernels, c->elman_tanh, kernels->elman_tanh, 1);
  compare_step (kernels, c->elman_relu, kernels->elman_relu, 1);
  compare_step (kernels, c->gru, kernels->gru, 3);
  compare_step (kernels, c->lstm, kernels->lstm, 4);
}

/* As a table of registers of @lanes floats would want them, its last chunk
 * narrow where it may be. */
static void
compare_packing (gsize lanes, RnnStepFunction function, gsize n_gates)
{
  RnnKernels other = _rnn_kernels_reference;

  other.lanes = (guint8) lanes;
  other.narrow[0] = (guint8) (lanes / 4);
  other.narrow[1] = (guint8) (lanes / 2);
  for (gsize i = 0; i < N_CASES / 10; i++) {
    gsize n_units = random_size (150);
    StepCase step = random_step (n_gates, n_units, n_units);
    StepResult wanted, came;

    pack_step (&step, &_rnn_kernels_reference, n_gates);
    wanted = run_step (&step, function, FALSE);
    _rnn_packed_clear (&step.W);
    pack_step (&step, &other, n_gates);
    came = run_step (&step, function, FALSE);
    assert_same_steps (&step, &wanted, &came, n_gates);
    clear_result (&wanted);
    clear_result (&came);
    clear_step (&step);
  }
}

static void
the_order_of_weights_in_memory_changes_no_bit (gconstpointer data)
{
  const RnnKernels *c = data;

  for (gsize lanes = 4; lanes <= RNN_LANES; lanes *= 2) {
    compare_packing (lanes, c->elman_tanh, 1);
    compare_packing (lanes, c->gru, 3);
    compare_packing (lanes, c->lstm, 4);
  }
}

static void
nan_stays_nan (gconstpointer data)
{
  const RnnKernels *kernels = data;
  const Map maps[] = { kernels->tanh, kernels->relu, kernels->sigmoid,
                       kernels->exp };

  for (gsize i = 0; i < G_N_ELEMENTS (maps); i++) {
    float x[RNN_LANES];
    for (gsize j = 0; j < RNN_LANES; j++)
      x[j] = NAN;
    maps[i](x, RNN_LANES);
    for (gsize j = 0; j < RNN_LANES; j++)
      g_assert_true (isnan (x[j]));
  }
}

static void
activations_are_close_to_the_truth (gconstpointer data)
{
  const RnnKernels *kernels = data;
  double worst[3] = { 0 };

  for (double at = -20; at < 20; at += 0.048 / N_CASES) {
    float x[RNN_LANES], t[RNN_LANES], s[RNN_LANES], e[RNN_LANES];
    for (gsize j = 0; j < RNN_LANES; j++)
      x[j] = t[j] = s[j] = e[j] = (float) (at + (double) j * 1e-5);
    kernels->tanh (t, RNN_LANES);
    kernels->sigmoid (s, RNN_LANES);
    kernels->exp (e, RNN_LANES);
    for (gsize j = 0; j < RNN_LANES; j++) {
      double v = x[j], exact = exp (MIN (v, 0));
      worst[0] = MAX (worst[0], fabs (t[j] - tanh (v)));
      worst[1] = MAX (worst[1], fabs (s[j] - 1 / (1 + exp (-v))));
      worst[2] = MAX (worst[2], fabs (e[j] - exact) / exact);
    }
  }
  g_test_message ("largest error: tanh %g, sigmoid %g, exp (relative) %g",
                  worst[0], worst[1], worst[2]);
  g_assert_cmpfloat (worst[0], <, 4e-7);
  g_assert_cmpfloat (worst[1], <, 4e-7);
  g_assert_cmpfloat (worst[2], <, 4e-7);
}

static void
add_test (const RnnKernels *kernels, const char *what, GTestDataFunc test)
{
  char *path = g_strdup_printf ("/kernels/%s/%s", kernels->name, what);

  g_test_add_data_func (path, kernels, test);
  g_free (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  _rnn_random_seed (&random_numbers, 1);
  add_test (&_rnn_kernels_reference, "packing",
            the_order_of_weights_in_memory_changes_no_bit);
  for (const RnnKernels *const *k = _rnn_kernels_list (); *k; k++) {
    add_test (*k, "steps", steps_have_the_bits_of_the_reference);
    add_test (*k, "dots", dots_have_the_bits_of_the_reference);
    add_test (*k, "activations", activations_have_the_bits_of_the_reference);
    add_test (*k, "softmax", softmax_has_the_bits_of_the_reference);
    add_test (*k, "softmax-nan",
              the_first_of_a_row_of_softmax_is_nan_where_any_is);
    add_test (*k, "nan", nan_stays_nan);
    add_test (*k, "accuracy", activations_are_close_to_the_truth);
  }
  return g_test_run ();
}
