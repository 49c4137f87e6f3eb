/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Products of bytes: each instruction set against the reference, bit for bit.
 */
#include "base/checked.h"
#include "base/random.h"
#include "kernels/bytes.h"

#include <math.h>
#include <string.h>

#ifndef N_CASES /* fewer where a processor is emulated */
#define N_CASES 400
#endif
#define GUARD 16
#define GUARD_BYTE 0xa5

static RnnRandom random_numbers;

static gsize
below (gsize n)
{
  return (gsize) _rnn_random_below (&random_numbers, n);
}

static gsize
up_to (gsize n, gsize step)
{
  return (n + step - 1) / step * step;
}

/* float[n], room up to a multiple of 16, guard floats behind it. */
static float *
new_floats (gsize n)
{
  gsize all = up_to (n, 16) + GUARD;
  float *floats = _rnn_try_alloc (all, sizeof *floats);

  memset (floats, GUARD_BYTE, all * sizeof *floats);
  for (gsize i = 0; i < n; i++)
    floats[i] = _rnn_random_normal (&random_numbers);
  return floats;
}

static void
assert_guard (gconstpointer bytes, gsize n)
{
  for (gsize i = 0; i < n; i++)
    g_assert_cmphex (((const guint8 *) bytes)[i], ==, GUARD_BYTE);
}

/* Random bytes of -127 … 127, some matrices with nothing but the largest. */
static gint8 *
new_bytes (gsize n)
{
  gint8 *bytes = g_new (gint8, n);
  gboolean is_extreme = below (8) == 0;

  for (gsize i = 0; i < n; i++)
    bytes[i] = is_extreme ? (below (2) ? 127 : -127)
                          : (gint8) ((int) below (255) - 127);
  return bytes;
}

/* What vectors may hold. */
static void
disturb (float *a, gsize n)
{
  static const float values[] = { 0,      -0.0f,    INFINITY, -INFINITY, NAN,
                                  1e-40f, 0x1p-64f, 3e38f,    127.5f };

  switch (below (4)) {
  case 0:
    a[below (n)] = values[below (G_N_ELEMENTS (values))];
    break;
  case 1:
    memset (a, 0, n * sizeof *a);
    break;
  default:
    break;
  }
}

static void
vectors_are_rounded_to_the_bits_of_the_reference (gconstpointer data)
{
  const RnnByteKernels *kernels = data;

  for (gsize i = 0; i < N_CASES; i++) {
    gsize n = 1 + below (300), room = up_to (n, 64) + GUARD;
    float *a = new_floats (n), wanted_scale, scale;
    gint8 *wanted = g_malloc (room), *came = g_malloc (room);

    memset (wanted, GUARD_BYTE, room);
    memset (came, GUARD_BYTE, room);
    disturb (a, n);
    wanted_scale = _rnn_byte_kernels_reference.round (a, n, wanted);
    scale = kernels->round (a, n, came);
    if (isnan (wanted_scale))
      g_assert_true (isnan (scale));
    else
      g_assert_cmpmem (&scale, sizeof scale, &wanted_scale, sizeof scale);
    g_assert_cmpmem (came, room, wanted, room);
    assert_guard (came + up_to (n, 64), GUARD);
    g_free (wanted);
    g_free (came);
    _rnn_free (a);
  }
}

static void
rounding_is_off_by_half_a_step_at_most (void)
{
  const RnnByteKernels *kernels = _rnn_byte_kernels_get ();

  for (gsize i = 0; i < N_CASES; i++) {
    gsize n = 1 + below (300);
    float *a = new_floats (n), scale;
    gint8 *q = g_malloc (up_to (n, 64));

    scale = kernels->round (a, n, q);
    for (gsize k = 0; k < n; k++)
      g_assert_cmpfloat (fabsf (a[k] - scale * q[k]), <=, scale * 0.5001f);
    g_free (q);
    _rnn_free (a);
  }
}

static float *
run_product (const RnnByteKernels *kernels, const gint8 *W, const float *scale,
             gsize n_rows, gsize n_cols, const gint8 *q, float step,
             const float *start)
{
  gsize all = up_to (n_rows, 16) + GUARD;
  float *sums = _rnn_try_alloc (all, sizeof *sums);
  RnnPackedBytes packed;

  memcpy (sums, start, all * sizeof *sums);
  g_assert_true (
      _rnn_packed_bytes_init (&packed, kernels, W, scale, n_rows, n_cols));
  kernels->product (&packed, q, step, sums);
  _rnn_packed_bytes_clear (&packed);
  return sums;
}

static void
products_have_the_bits_of_the_reference (gconstpointer data)
{
  const RnnByteKernels *kernels = data;

  for (gsize i = 0; i < N_CASES; i++) {
    gsize n_rows = 1 + below (250), n_cols = 1 + below (250);
    gint8 *W = new_bytes (n_rows * n_cols), *q = g_malloc (up_to (n_cols, 64));
    float *scale = new_floats (n_rows), *start = new_floats (n_rows);
    float *a = new_floats (n_cols), step, *wanted, *came;

    disturb (a, n_cols);
    step = _rnn_byte_kernels_reference.round (a, n_cols, q);
    wanted = run_product (&_rnn_byte_kernels_reference, W, scale, n_rows,
                          n_cols, q, step, start);
    came = run_product (kernels, W, scale, n_rows, n_cols, q, step, start);
    for (gsize j = 0; j < n_rows; j++)
      if (!isnan (wanted[j]) || !isnan (came[j]))
        g_assert_cmpmem (&came[j], sizeof *came, &wanted[j], sizeof *wanted);
    assert_guard (came + up_to (n_rows, 16), GUARD * sizeof *came);
    _rnn_free (wanted);
    _rnn_free (came);
    _rnn_free (a);
    _rnn_free (scale);
    _rnn_free (start);
    g_free (W);
    g_free (q);
  }
}

static void
the_reference_is_the_sum_of_products (void)
{
  const gint8 W[] = { 1, -2, 3, -127, 127, 127 };
  const gint8 q[64] = { 127, -127, 5 };
  const float scale[16] = { 0.5f, 2 };
  float sums[16 + GUARD] = { 1, -1 };
  float *came = run_product (&_rnn_byte_kernels_reference, W, scale, 2, 3, q,
                             0.25f, sums);

  /* 127 + 254 + 15 = 396; -127 127 - 127 127 + 635 = -31623 */
  g_assert_cmpfloat (came[0], ==, 1 + 396 * 0.125f);
  g_assert_cmpfloat (came[1], ==, -1 - 31623 * 0.5f);
  _rnn_free (came);
}

static void
a_matrix_with_minus_128_or_too_many_columns_is_not_fit (void)
{
  gint8 *W = g_malloc0 (RNN_BYTES_MAX_COLS + 1);

  g_assert_true (_rnn_bytes_are_fit (W, 1, RNN_BYTES_MAX_COLS));
  g_assert_false (_rnn_bytes_are_fit (W, 1, RNN_BYTES_MAX_COLS + 1));
  W[7] = -127;
  g_assert_true (_rnn_bytes_are_fit (W, 4, 4));
  W[7] = -128;
  g_assert_false (_rnn_bytes_are_fit (W, 4, 4));
  g_free (W);
}

int
main (int argc, char **argv)
{
  const RnnByteKernels *const *tables = _rnn_byte_kernels_list ();

  g_test_init (&argc, &argv, NULL);
  _rnn_random_seed (&random_numbers, 11);
  for (gsize i = 0; tables[i]; i++) {
    char *rounds = g_strdup_printf ("/bytes/%s/round", tables[i]->name);
    char *products = g_strdup_printf ("/bytes/%s/product", tables[i]->name);
    g_test_add_data_func (rounds, tables[i],
                          vectors_are_rounded_to_the_bits_of_the_reference);
    g_test_add_data_func (products, tables[i],
                          products_have_the_bits_of_the_reference);
    g_free (rounds);
    g_free (products);
  }
  g_test_add_func ("/bytes/half-a-step",
                   rounding_is_off_by_half_a_step_at_most);
  g_test_add_func ("/bytes/sum", the_reference_is_the_sum_of_products);
  g_test_add_func ("/bytes/fit",
                   a_matrix_with_minus_128_or_too_many_columns_is_not_fit);
  return g_test_run ();
}
