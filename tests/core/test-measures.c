/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is made of labels that were found beside those that are there: counts,
 * lists of errors, names by whether they were learned, and calibration. */
#include "network.h"
#include "teddies.h"
#include "train/calibration.h"
#include "train/confusions.h"
#include "train/name-set.h"

#include <math.h>

/* Found labels for a text, of which nothing is made but what is counted here.
 */
typedef struct {
  RnnCorpus *gold, *found;
  RnnEvalStream other; /* owns the names of what was found */
  RnnEvaluation evaluation;
} Case;

static RnnModel *model;

static RnnModel *
make_model (const char *vocab)
{
  TestNetwork net = { .output = RNN_OUTPUT_SOFTMAX,
                      .n_inputs = 2,
                      .n_hidden = 3,
                      .n_layers = 1,
                      .n_directions = 1,
                      .n_outputs = 3,
                      .gain = 1,
                      .vocab = vocab };
  RnnRandom random;

  _rnn_random_seed (&random, 1);
  return test_network_new (&net, &random);
}

/* @gold and @found are the same words, labelled twice. */
static void
case_init (Case *c, const char *gold, const char *found, gboolean lowercase)
{
  c->gold = test_corpus_new (gold);
  c->found = test_corpus_new (found);
  c->evaluation = (RnnEvaluation){ .corpus = c->gold, .entity = "PER" };
  g_assert_true (_rnn_eval_stream_init (&c->evaluation.stream, model, c->gold,
                                        lowercase, NULL));
  g_assert_true (
      _rnn_eval_stream_init (&c->other, model, c->found, lowercase, NULL));
  g_assert_cmpuint (c->other.n, ==, c->evaluation.stream.n);
  c->evaluation.found = c->other.gold;
}

static void
case_clear (Case *c)
{
  _rnn_eval_stream_clear (&c->evaluation.stream);
  _rnn_eval_stream_clear (&c->other);
  _rnn_corpus_free (c->gold);
  _rnn_corpus_free (c->found);
}

static const char gold_text[] =
    "Harry\tB-PER\nPotter\tI-PER\nmet\tO\nRon\tB-PER\n"
    ".\tO\n\nParis\tB-LOC\nsmiled\tO\n\n"
    "Ginny\tB-PER\nWeasley\tI-PER\n";
/* The first without its last word, the second not at all, a place instead, and
 * the third in two pieces. */
static const char found_text[] =
    "Harry\tB-PER\nPotter\tO\nmet\tO\nRon\tO\n.\tO\n"
    "\nParis\tB-PER\nsmiled\tO\n\n"
    "Ginny\tB-PER\nWeasley\tB-PER\n";

static void
tokens_and_exact_spans_are_counted_apart (void)
{
  RnnScores scores = { 0 };
  Case c;

  case_init (&c, gold_text, found_text, FALSE);
  _rnn_evaluation_count (&c.evaluation, &scores);
  g_assert_cmpuint (scores.n_tokens, ==, 9);
  g_assert_cmpuint (scores.tokens.n_gold, ==, 5);
  g_assert_cmpuint (scores.tokens.n_found, ==, 4);
  g_assert_cmpuint (scores.tokens.n_true, ==, 3);
  g_assert_cmpuint (scores.spans.n_gold, ==, 3);
  g_assert_cmpuint (scores.spans.n_found, ==, 4);
  g_assert_cmpuint (scores.spans.n_true, ==, 0);
  g_assert_cmpfloat (_rnn_count_precision (&scores.tokens), ==, 0.75);
  g_assert_cmpfloat (_rnn_count_recall (&scores.tokens), ==, 0.6);
  g_assert_cmpfloat (_rnn_count_f1 (&scores.tokens), ==, 6.0 / 9);
  g_assert_cmpfloat (_rnn_scores_mean (&scores), ==, 3.0 / 9);
  case_clear (&c);
}

/* Paris is a place that was found as a person; what nobody has labelled is none
 * of them. */
static void
all_entities_are_counted_each_for_itself (void)
{
  static const char gold[] =
      "Harry\tB-PER\nmet\tO\nParis\tB-LOC\nRome\tS-LOC\nthere\t?\n";
  static const char found[] =
      "Harry\tB-PER\nmet\tO\nParis\tB-PER\nRome\tB-LOC\nthere\tB-LOC\n";
  RnnScores scores = { 0 };
  Case c;

  case_init (&c, gold, found, FALSE);
  c.evaluation.entity = NULL;
  _rnn_evaluation_count (&c.evaluation, &scores);
  g_assert_cmpuint (scores.tokens.n_gold, ==, 3);
  g_assert_cmpuint (scores.tokens.n_found, ==, 4);
  g_assert_cmpuint (scores.tokens.n_true, ==, 2);
  g_assert_cmpuint (scores.spans.n_gold, ==, 3);
  g_assert_cmpuint (scores.spans.n_found, ==, 4);
  g_assert_cmpuint (scores.spans.n_true, ==, 2);
  case_clear (&c);
}

static void
counts_of_nothing_are_zero (void)
{
  RnnCount none = { 0, 0, 0 };

  g_assert_cmpfloat (_rnn_count_precision (&none), ==, 0);
  g_assert_cmpfloat (_rnn_count_recall (&none), ==, 0);
  g_assert_cmpfloat (_rnn_count_f1 (&none), ==, 0);
}

static void
each_error_is_a_line_with_its_context (void)
{
  GString *out = g_string_new (NULL);
  Case c;

  case_init (&c, gold_text, found_text, FALSE);
  _rnn_confusions_append (&c.evaluation, "place", out);
  g_assert_cmpstr (
      out->str, ==,
      "span\tplace\t\tHarry Potter\tmet Ron . Paris smiled\tHarry\n"
      "missed\tplace\tHarry Potter met\tRon\t. Paris smiled Ginny Weasley\t\n"
      "invented\tplace\tHarry Potter met Ron .\tParis\tsmiled Ginny Weasley\t\n"
      "span\tplace\tmet Ron . Paris smiled\tGinny Weasley\t\tGinny | "
      "Weasley\n");
  g_string_free (out, TRUE);
  case_clear (&c);
}

static void
what_is_found_as_it_is_there_is_no_error (void)
{
  GString *out = g_string_new (NULL);
  Case c;

  case_init (&c, gold_text, gold_text, TRUE);
  _rnn_confusions_append (&c.evaluation, "place", out);
  g_assert_cmpstr (out->str, ==, "");
  g_string_free (out, TRUE);
  case_clear (&c);
}

static void
names_are_the_same_without_case_and_punctuation (void)
{
  static const char learned[] =
      "J.\tB-PER\nK.\tI-PER\n'\tI-PER\nRowling\tI-PER\nand\tO\nRon\tB-PER\n"
      "saw\tO\nParis\tB-LOC\n\nron\tB-PER\n";
  static const char gold[] = "j.\tB-PER\nk.\tI-PER\nrowling\tI-PER\n\n"
                             "RON\tB-PER\n\nParis\tB-PER\n\nGinny\tB-PER\n";
  static const char found[] = "j.\tB-PER\nk.\tI-PER\nrowling\tI-PER\n\n"
                              "RON\tO\n\nParis\tB-PER\n\nGinny\tO\n";
  RnnNameSet *set = _rnn_name_set_new ("PER");
  RnnCorpus *corpus = test_corpus_new (learned);
  RnnCount seen = { 0 }, unseen = { 0 };
  Case c;

  _rnn_name_set_add (set, corpus);
  g_assert_cmpuint (_rnn_name_set_get_size (set), ==, 2);
  case_init (&c, gold, found, FALSE);
  _rnn_name_set_count (set, &c.evaluation, &seen, &unseen);
  g_assert_cmpuint (seen.n_gold, ==, 2);
  g_assert_cmpuint (seen.n_true, ==, 1);
  g_assert_cmpuint (unseen.n_gold, ==, 2);
  g_assert_cmpuint (unseen.n_true, ==, 1);
  case_clear (&c);
  _rnn_corpus_free (corpus);
  _rnn_name_set_free (set);
  _rnn_name_set_free (NULL);
}

/* Four tokens, of which the second and the fourth are part of a name. */
static RnnCalibration *
calibrate (const float *chances)
{
  static const char text[] = "a\tO\nb\tB-PER\nc\tO\nd\tI-PER\n";
  RnnCalibration *calibration = _rnn_calibration_new ();
  Case c;

  case_init (&c, text, text, FALSE);
  c.evaluation.chances = (float *) chances;
  _rnn_calibration_add (calibration, &c.evaluation);
  case_clear (&c);
  return calibration;
}

static void
bins_tell_how_often_a_probability_was_right (void)
{
  static const float chances[] = { 0, 0.5f, 0.5f, 1 };
  RnnCalibration *calibration = calibrate (chances);
  RnnCalibrationBin bins[RNN_CALIBRATION_BINS];

  g_assert_cmpuint (_rnn_calibration_get_n (calibration), ==, 4);
  _rnn_calibration_bins (calibration, bins);
  for (gsize b = 0; b < RNN_CALIBRATION_BINS; b++)
    g_assert_cmpuint (bins[b].n, ==,
                      b == 7                           ? 2
                      : b % (RNN_CALIBRATION_BINS - 1) ? 0
                                                       : 1);
  g_assert_cmpfloat (bins[7].mean, ==, 0.5);
  g_assert_cmpfloat (bins[7].share, ==, 0.5);
  g_assert_cmpfloat (bins[RNN_CALIBRATION_BINS - 1].share, ==, 1);
  g_assert_cmpfloat (_rnn_calibration_error (calibration, 0), ==, 0);
  _rnn_calibration_free (calibration);
}

static void
the_error_is_the_mean_distance_from_what_was_right (void)
{
  static const float chances[] = { 1, 0.25f, 0, 0.25f };
  RnnCalibration *calibration = calibrate (chances);

  /* Wrong by 1 once, by 3/4 twice, and right once. */
  g_assert_cmpfloat (_rnn_calibration_error (calibration, 0), ==, 2.5 / 4);
  g_assert_cmpfloat (_rnn_calibration_error (calibration, 0.5), ==, 1);
  g_assert_cmpfloat (_rnn_calibration_error (calibration, 1.5), ==, 0);
  _rnn_calibration_free (calibration);
  _rnn_calibration_free (NULL);
}

static void
the_curve_has_a_point_for_each_threshold (void)
{
  static const float chances[] = { 0.25f, 1, 0.5f, 0.5f };
  RnnCalibration *calibration = calibrate (chances);
  RnnCurvePoint *curve;
  gsize n;

  curve = _rnn_calibration_curve (calibration, &n);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpfloat (curve[0].threshold, ==, 1);
  g_assert_cmpfloat (curve[0].precision, ==, 1);
  g_assert_cmpfloat (curve[0].recall, ==, 0.5);
  g_assert_cmpfloat (curve[1].precision, ==, 2.0 / 3);
  g_assert_cmpfloat (curve[1].recall, ==, 1);
  g_assert_cmpfloat (curve[2].precision, ==, 0.5);
  g_assert_cmpfloat (fabs (_rnn_curve_area (curve, n) - (0.5 + 1.0 / 3)), <,
                     1e-12);
  g_free (curve);
  _rnn_calibration_free (calibration);
}

static void
without_a_name_in_the_text_recall_is_zero (void)
{
  RnnCalibration *calibration = _rnn_calibration_new ();
  float chances[] = { 0.5f, 0.25f };
  RnnCurvePoint *curve;
  gsize n;
  Case c;

  case_init (&c, "a\tO\nb\tO\n", "a\tO\nb\tO\n", FALSE);
  c.evaluation.chances = chances;
  _rnn_calibration_add (calibration, &c.evaluation);
  curve = _rnn_calibration_curve (calibration, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpfloat (curve[1].recall, ==, 0);
  g_assert_cmpfloat (_rnn_curve_area (curve, n), ==, 0);
  g_free (curve);
  case_clear (&c);
  _rnn_calibration_free (calibration);
}

static void
a_model_without_words_cannot_be_evaluated (void)
{
  RnnModel *mute = make_model (NULL);
  RnnCorpus *corpus = test_corpus_new (gold_text);
  RnnEvalOptions options = { .entity = "PER", .threshold = 0.5f };
  RnnScores scores = { 0 };
  GError *error = NULL;

  g_assert_false (_rnn_evaluate (mute, corpus, &options, &scores, &error));
  g_assert_error (error, RNN_ERROR, RNN_ERROR_MODEL);
  g_assert_cmpuint (scores.n_tokens, ==, 0);
  g_error_free (error);
  _rnn_corpus_free (corpus);
  rnn_model_unref (mute);
}

#define ADD(function) g_test_add_func ("/measures/" #function, function)

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  model = make_model ("<UNK>\na");
  ADD (tokens_and_exact_spans_are_counted_apart);
  g_test_add_func ("/measures/all", all_entities_are_counted_each_for_itself);
  ADD (counts_of_nothing_are_zero);
  ADD (each_error_is_a_line_with_its_context);
  ADD (what_is_found_as_it_is_there_is_no_error);
  ADD (names_are_the_same_without_case_and_punctuation);
  ADD (bins_tell_how_often_a_probability_was_right);
  ADD (the_error_is_the_mean_distance_from_what_was_right);
  ADD (the_curve_has_a_point_for_each_threshold);
  ADD (without_a_name_in_the_text_recall_is_zero);
  ADD (a_model_without_words_cannot_be_evaluated);
  code = g_test_run ();
  rnn_model_unref (model);
  return code;
}
