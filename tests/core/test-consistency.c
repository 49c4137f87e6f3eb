/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Labels of a sentence that fit each other, against all sentences there are. */
#include "base/random.h"
#include "train/consistency.h"

#include <math.h>
#include <string.h>

#define N 5
#define MAX_CLASSES 6

/* Whether word @t may be @class where the word before is @last (NULL: the edge)
 */
typedef gboolean (*MayFollow) (const char *last, const char *class);

static gboolean
bio_may_follow (const char *last, const char *class)
{
  return !class || class[0] != 'I'
         || (last && last[0] != 'O' && strcmp (last + 1, class + 1) == 0);
}

static gboolean
bioes_may_follow (const char *last, const char *class)
{
  gboolean is_open = last && (last[0] == 'B' || last[0] == 'I');
  gboolean goes_on = class && (class[0] == 'I' || class[0] == 'E');

  return is_open == goes_on && (!is_open || strcmp (last + 1, class + 1) == 0);
}

/* Add the probability of each whole sentence to its words' classes. */
static void
add_sentences (const char *const *classes, gsize n_y, MayFollow may_follow,
               const float *beliefs, gsize *sentence, gsize t, double p,
               double *sums)
{
  const char *last = t ? classes[sentence[t - 1]] : NULL;

  if (t == N) {
    for (gsize i = 0; may_follow (last, NULL) && i < N; i++)
      sums[i * n_y + sentence[i]] += p;
    return;
  }
  for (sentence[t] = 0; sentence[t] < n_y; sentence[t]++)
    if (may_follow (last, classes[sentence[t]]))
      add_sentences (classes, n_y, may_follow, beliefs, sentence, t + 1,
                     p * (double) beliefs[t * n_y + sentence[t]], sums);
}

static void
assert_by_definition (const char *const *classes, gsize n_y,
                      MayFollow may_follow)
{
  float beliefs[N * MAX_CLASSES];
  double sums[N * MAX_CLASSES] = { 0 };
  gsize sentence[N];
  RnnConsistency consistency;
  RnnRandom random;

  _rnn_random_seed (&random, 3);
  for (gsize i = 0; i < N * n_y; i++)
    beliefs[i] = _rnn_random_float (&random);
  add_sentences (classes, n_y, may_follow, beliefs, sentence, 0, 1, sums);
  _rnn_consistency_init (&consistency, classes, n_y);
  _rnn_consistency_apply (&consistency, beliefs, N);
  for (gsize t = 0; t < N; t++) {
    double all = 0;
    for (gsize j = 0; j < n_y; j++)
      all += sums[t * n_y + j];
    for (gsize j = 0; j < n_y; j++)
      g_assert_cmpfloat (
          fabs ((double) beliefs[t * n_y + j] - sums[t * n_y + j] / all), <,
          1e-6);
  }
  _rnn_consistency_clear (&consistency);
}

static void
bio_labels_are_as_likely_as_in_all_sentences_that_can_be (void)
{
  static const char *const classes[] = { "O", "B-PER", "I-PER", "I-LOC",
                                         "B-LOC" };

  assert_by_definition (classes, G_N_ELEMENTS (classes), bio_may_follow);
}

static void
bioes_labels_too (void)
{
  static const char *const classes[] = { "S-PER", "B-PER", "O", "E-PER",
                                         "I-PER" };

  assert_by_definition (classes, G_N_ELEMENTS (classes), bioes_may_follow);
}

static void
plain_labels_stay (void)
{
  static const char *const classes[] = { "noun", "verb" };

  float beliefs[] = { 0.25f, 0.75f, 0.5f, 0.5f }, before[4];
  RnnConsistency consistency;

  memcpy (before, beliefs, sizeof before);
  _rnn_consistency_init (&consistency, classes, 2);
  _rnn_consistency_apply (&consistency, beliefs, 2);
  g_assert_cmpmem (beliefs, sizeof beliefs, before, sizeof before);
  _rnn_consistency_apply (&consistency, beliefs, 0);
  _rnn_consistency_clear (&consistency);
}

static void
a_sentence_that_cannot_be_stays (void)
{
  static const char *const classes[] = { "O", "B-PER", "I-PER" };

  float beliefs[] = { 1, 0, 0, 0, 0, 1 }, before[6];
  RnnConsistency consistency;

  memcpy (before, beliefs, sizeof before);
  _rnn_consistency_init (&consistency, classes, 3);
  _rnn_consistency_apply (&consistency, beliefs, 2);
  g_assert_cmpmem (beliefs, sizeof beliefs, before, sizeof before);
  _rnn_consistency_clear (&consistency);
}

static void
the_first_of_two_words_of_a_name_is_found_by_the_second (void)
{
  static const char *const classes[] = { "O", "B-PER", "I-PER" };

  float beliefs[] = { 0.55f, 0.44f, 0.01f, 0.04f, 0.14f, 0.82f };
  RnnConsistency consistency;

  _rnn_consistency_init (&consistency, classes, 3);
  _rnn_consistency_apply (&consistency, beliefs, 2);
  g_assert_cmpfloat (beliefs[1], >, 0.75f);
  _rnn_consistency_clear (&consistency);
}

#define ADD(function) g_test_add_func ("/consistency/" #function, function)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (bio_labels_are_as_likely_as_in_all_sentences_that_can_be);
  ADD (bioes_labels_too);
  ADD (plain_labels_stay);
  ADD (a_sentence_that_cannot_be_stays);
  ADD (the_first_of_two_words_of_a_name_is_found_by_the_second);
  return g_test_run ();
}
