/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Models in fewer bits. */
#include "model/quantize.h"
#include "model/write.h"
#include "network.h"

#include <glib/gstdio.h>
#include <math.h>
#include <rnn/rnn.h>
#include <string.h>
#include <unistd.h>

static RnnRandom weights;

static const TestNetwork network = { .cell = RNN_CELL_GRU,
                                     .output = RNN_OUTPUT_SOFTMAX,
                                     .n_inputs = 6,
                                     .n_embedding = 5,
                                     .n_hidden = 9,
                                     .n_layers = 2,
                                     .n_directions = 2,
                                     .n_outputs = 3,
                                     .gain = 1,
                                     .vocab = "a\nb\nc\nd\ne\n<UNK>" };

static RnnModel *
load (const char *path)
{
  GError *error = NULL;
  RnnModel *model = rnn_model_load (path, &error);

  g_assert_no_error (error);
  return model;
}

static void
quantize (const char *from, const char *to, RnnDtype dtype)
{
  GError *error = NULL;

  _rnn_model_quantize (from, to, dtype, &error);
  g_assert_no_error (error);
}

/* No value of @b is further from @a than half a scale, or than 2^-8 of itself.
 */
static void
assert_close (const RnnMatrix *a, const RnnMatrix *b)
{
  float *x = g_new (float, a->cols), *y = g_new (float, a->cols);

  g_assert_cmpuint (a->rows, ==, b->rows);
  g_assert_cmpuint (a->cols, ==, b->cols);
  for (gsize r = 0; r < a->rows; r++) {
    float largest = 0;
    _rnn_matrix_get_row (a, r, x);
    _rnn_matrix_get_row (b, r, y);
    for (gsize c = 0; c < a->cols; c++)
      largest = MAX (largest, fabsf (x[c]));
    for (gsize c = 0; c < a->cols; c++) {
      float bound = b->dtype == RNN_DTYPE_I8 ? largest / 127 * 0.501f
                                             : fabsf (x[c]) / 256;
      g_assert_cmpfloat (fabsf (x[c] - y[c]), <=, bound);
    }
  }
  g_free (x);
  g_free (y);
}

static void
matrices_lose_no_more_than_is_said (gconstpointer data)
{
  RnnDtype dtype = (RnnDtype) GPOINTER_TO_INT (data);
  char *path = test_network_write (&network, &weights);
  char *smaller = g_strconcat (path, ".smaller", NULL);
  RnnModel *a, *b;

  quantize (path, smaller, dtype);
  a = load (path);
  b = load (smaller);
  g_assert_cmpint (b->embedding.dtype, ==, dtype);
  g_assert_cmpint (b->output_weight.dtype, ==, dtype);
  assert_close (&a->embedding, &b->embedding);
  assert_close (&a->output_weight, &b->output_weight);
  for (gsize i = 0; i < 4; i++) {
    assert_close (&a->layers[i].weight_ih, &b->layers[i].weight_ih);
    assert_close (&a->layers[i].weight_hh, &b->layers[i].weight_hh);
    g_assert_cmpmem (a->layers[i].bias_ih, 27 * sizeof (float),
                     b->layers[i].bias_ih, 27 * sizeof (float));
  }
  g_assert_cmpstr (rnn_model_get_vocab_id (a), ==, rnn_model_get_vocab_id (b));
  g_assert_cmpint (rnn_model_get_cell (b), ==, RNN_CELL_GRU);
  rnn_model_unref (a);
  rnn_model_unref (b);
  unlink (path);
  unlink (smaller);
  g_free (smaller);
  g_free (path);
}

static void
both_namings_may_be_quantized (void)
{
  TestNetwork elman = network;
  const gint32 tokens[] = { 0, 1, 2, 5, 3 };
  float yhat[2][5 * 3];
  char *path;

  elman.cell = RNN_CELL_ELMAN;
  elman.n_embedding = 0;
  elman.n_layers = elman.n_directions = 1;
  path = test_network_write (&elman, &weights);
  for (int i = 0; i < 2; i++) {
    RnnModel *model = load (path);
    RnnState *state = rnn_state_new (model);
    g_assert_true (rnn_state_run (state, tokens, 5, yhat[i], NULL));
    rnn_state_free (state);
    rnn_model_unref (model);
    /* In its own place. */
    quantize (path, path, RNN_DTYPE_I8);
  }
  for (gsize i = 0; i < 5 * 3; i++)
    g_assert_cmpfloat (fabsf (yhat[0][i] - yhat[1][i]), <, 0.03);
  unlink (path);
  g_free (path);
}

static void
what_was_quantized_stays_as_it_is (void)
{
  char *path = test_network_write (&network, &weights), *bytes[2];
  gsize n[2];

  for (int i = 0; i < 2; i++) {
    quantize (path, path, RNN_DTYPE_I8);
    g_assert_true (g_file_get_contents (path, &bytes[i], &n[i], NULL));
  }
  g_assert_cmpmem (bytes[0], n[0], bytes[1], n[1]);
  g_free (bytes[0]);
  g_free (bytes[1]);
  unlink (path);
  g_free (path);
}

static void
what_is_no_model_is_refused_and_nothing_written (void)
{
  char *path = test_network_write (&network, &weights);
  char *out = g_strconcat (path, ".out", NULL);
  GError *error = NULL;

  g_assert_true (g_file_set_contents (path, "no model", -1, NULL));
  g_assert_false (_rnn_model_quantize (path, out, RNN_DTYPE_I8, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
  g_error_free (error);
  unlink (path);
  g_free (out);
  g_free (path);
}

/* A course network of one hidden unit, with bytes where the quantizer has
 * nothing to do: a matrix of one column and a vector. */
static void
write_bytes (const char *path, RnnDtype scale_type)
{
  const gint8 waa = 64, ba = -50, wya[] = { 1, -2, 100 };
  const float scale[] = { 0.01f, 0.02f, 0.03f }, wax[] = { 1, -1 };
  const float by[] = { 0, 0.5f, 1 };
  const RnnTensorOut tensors[] = {
    { "Waa", RNN_DTYPE_I8, 2, { 1, 1 }, &waa },
    { "ba", RNN_DTYPE_I8, 1, { 1, 0 }, &ba },
    { "Wya", RNN_DTYPE_I8, 2, { 3, 1 }, wya },
    { "Waa.scale", RNN_DTYPE_F32, 1, { 1, 0 }, scale },
    { "ba.scale", RNN_DTYPE_F32, 1, { 1, 0 }, scale },
    { "Wax", RNN_DTYPE_F32, 2, { 1, 2 }, wax },
    { "by", RNN_DTYPE_F32, 1, { 3, 0 }, by },
    { "Wya.scale", scale_type, 1, { 3, 0 }, scale },
  };
  GError *error = NULL;

  _rnn_safetensors_write (path, tensors, G_N_ELEMENTS (tensors), NULL, &error);
  g_assert_no_error (error);
}

static void
run_three (const char *path, float *yhat)
{
  const gint32 tokens[] = { 0, 1, 1 };
  RnnModel *model = load (path);
  RnnState *state = rnn_state_new (model);

  g_assert_true (rnn_state_run (state, tokens, 3, yhat, NULL));
  rnn_state_free (state);
  rnn_model_unref (model);
}

static void
scales_of_what_stays_as_it_is_stay (gconstpointer data)
{
  char *path = test_network_write (&network, &weights);
  float before[9], after[9];

  write_bytes (path, RNN_DTYPE_F32);
  run_three (path, before);
  quantize (path, path, (RnnDtype) GPOINTER_TO_INT (data));
  run_three (path, after);
  for (gsize i = 0; i < 9; i++)
    g_assert_cmpfloat (fabsf (before[i] - after[i]), <, 0.02);
  unlink (path);
  g_free (path);
}

static void
scales_that_are_no_floats_are_refused (gconstpointer data)
{
  char *path = test_network_write (&network, &weights);
  GError *error = NULL;

  write_bytes (path, (RnnDtype) GPOINTER_TO_INT (data));
  g_assert_null (rnn_model_load (path, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_MODEL);
  g_assert_nonnull (strstr (error->message, "tensor Wya.scale: expected F32"));
  g_clear_error (&error);
  g_assert_false (_rnn_model_quantize (path, path, RNN_DTYPE_I8, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_MODEL);
  g_error_free (error);
  unlink (path);
  g_free (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  _rnn_random_seed (&weights, 5);
  g_test_add_data_func ("/quantize/int8", GINT_TO_POINTER (RNN_DTYPE_I8),
                        matrices_lose_no_more_than_is_said);
  g_test_add_data_func ("/quantize/bf16", GINT_TO_POINTER (RNN_DTYPE_BF16),
                        matrices_lose_no_more_than_is_said);
  g_test_add_func ("/quantize/namings", both_namings_may_be_quantized);
  g_test_add_func ("/quantize/again", what_was_quantized_stays_as_it_is);
  g_test_add_data_func ("/quantize/bytes-to-int8",
                        GINT_TO_POINTER (RNN_DTYPE_I8),
                        scales_of_what_stays_as_it_is_stay);
  g_test_add_data_func ("/quantize/bytes-to-bf16",
                        GINT_TO_POINTER (RNN_DTYPE_BF16),
                        scales_of_what_stays_as_it_is_stay);
  g_test_add_data_func ("/quantize/scale-f16", GINT_TO_POINTER (RNN_DTYPE_F16),
                        scales_that_are_no_floats_are_refused);
  g_test_add_data_func ("/quantize/scale-bf16",
                        GINT_TO_POINTER (RNN_DTYPE_BF16),
                        scales_that_are_no_floats_are_refused);
  g_test_add_func ("/quantize/no-model",
                   what_is_no_model_is_refused_and_nothing_written);
  return g_test_run ();
}
