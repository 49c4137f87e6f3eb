/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A network that knows some words by heart, so that a test can say what is a
 * name and what is not. */
#pragma once

#include <rnn/rnn-model.h>

/* Write a model file whose yhat of a word is near 1 for one label and near 0
 * for the others. @labels: NULL-terminated; @rules: NULL-terminated,
 * "word=label" each; any other word gets the first label, or none when there is
 * only one label. Returns: (transfer full): the file's name; remove it when
 * done. */
char *test_wordnet_new (const char *const *labels, const char *const *rules,
                        RnnOutputKind output);
/* Remove the file of test_wordnet_new() and free its name. */
void test_wordnet_free (char *path);
