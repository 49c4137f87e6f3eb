/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Model files for tests of the elements: small Elman nets with random weights,
 * the same on every machine. */
#pragma once

#include <rnn/rnn.h>

/**
 * TestModel:
 * @n_inputs: n_x
 * @n_hidden: n_a
 * @n_outputs: n_y
 * @vocab: n_x words with newlines between, or NULL: indices only
 * @metadata: key, value, …, NULL; or NULL: none
 * @gain: how large the weights are; 0 means 1
 */
typedef struct {
  gsize n_inputs;
  gsize n_hidden;
  gsize n_outputs;
  const char *vocab;
  const char *const *metadata;
  float gain;
} TestModel;

/* Write it to a file of its own. (transfer full): test_model_free(). */
char *test_model_new (const TestModel *model);
void test_model_free (char *path);

/* yhat, float[n][n_y], of @n tokens from a<0> on, as the core says. (transfer
 * full) */
float *test_model_run (const char *path, const gint32 *tokens, gsize n);
