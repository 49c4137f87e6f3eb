/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/checked.h"
#include "model/model.h"

#include <math.h>

static void
assert_row (const RnnMatrix *matrix, gsize row, const float *wanted)
{
  float *all = _rnn_matrix_to_floats (matrix);

  for (gsize i = 0; i < matrix->cols; i++)
    g_assert_cmpfloat (all[row * matrix->cols + i], ==, wanted[i]);
  _rnn_free (all);
}

static void
each_type_reads_as_the_floats_it_stands_for (void)
{
  const float f32[] = { 9, 9, 1.5f, -2 };
  const guint16 f16[] = { 0x3c00, 0xc000, 0x0001, 0x7bff };
  const guint16 bf16[] = { 0x3f80, 0xc000, 0x0000, 0x4049 };
  const gint8 i8[] = { 127, -128, 3, 0 };
  const float scale[] = { 0.5f, 2.0f };
  RnnMatrix floats = { RNN_DTYPE_F32, 2, 2, f32, NULL, NULL };
  RnnMatrix halves = { RNN_DTYPE_F16, 2, 2, f16, NULL, NULL };
  RnnMatrix brains = { RNN_DTYPE_BF16, 2, 2, bf16, NULL, NULL };
  RnnMatrix rows = { RNN_DTYPE_I8, 2, 2, i8, scale, NULL };
  RnnMatrix columns = { RNN_DTYPE_I8, 2, 2, i8, NULL, scale };

  assert_row (&floats, 1, (float[]){ 1.5f, -2 });
  assert_row (&halves, 0, (float[]){ 1, -2 });
  assert_row (&halves, 1, (float[]){ 0x1p-24f, 65504 });
  assert_row (&brains, 0, (float[]){ 1, -2 });
  assert_row (&brains, 1, (float[]){ 0, 3.140625f });
  assert_row (&rows, 0, (float[]){ 63.5f, -64 });
  assert_row (&rows, 1, (float[]){ 6, 0 });
  assert_row (&columns, 0, (float[]){ 63.5f, -256 });
}

/* As a vector of a file may. */
static void
halves_may_begin_anywhere (void)
{
  const guint8 bytes[] = { 0xee, 0x00, 0x3c, 0x00, 0xc0 };
  RnnMatrix halves = { RNN_DTYPE_F16, 2, 1, bytes + 1, NULL, NULL };

  assert_row (&halves, 0, (float[]){ 1 });
  assert_row (&halves, 1, (float[]){ -2 });
}

static void
halves_that_are_no_numbers_stay_so (void)
{
  const guint16 f16[] = { 0x7c00, 0xfc00, 0x7e00, 0x8000 };
  RnnMatrix halves = { RNN_DTYPE_F16, 1, 4, f16, NULL, NULL };
  float row[4];

  _rnn_matrix_get_row (&halves, 0, row);
  g_assert_cmpfloat (row[0], ==, INFINITY);
  g_assert_cmpfloat (row[1], ==, -INFINITY);
  g_assert_true (isnan (row[2]));
  g_assert_true (row[3] == 0 && signbit (row[3]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/matrix/types",
                   each_type_reads_as_the_floats_it_stands_for);
  g_test_add_func ("/matrix/any-place", halves_may_begin_anywhere);
  g_test_add_func ("/matrix/no-numbers", halves_that_are_no_numbers_stay_so);
  return g_test_run ();
}
