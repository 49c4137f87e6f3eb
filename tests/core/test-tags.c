/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <rnn/rnn-tags.h>

#include <math.h>
#include <string.h>

#define SENTENCE "Harry Potter and Hermione Granger invented a new spell."

static const RnnToken tokens[] = {
  { 0, 5 },   { 6, 12 },  { 13, 16 }, { 17, 25 }, { 26, 33 },
  { 34, 42 }, { 43, 44 }, { 45, 48 }, { 49, 54 }, { 54, 55 },
};

static char *
bracket (const RnnLabels *labels, const float *yhat)
{
  RnnTag tags[G_N_ELEMENTS (tokens)];
  gsize n_names = rnn_labels_get_n_names (labels);
  RnnTaggedText tagged = { .text = SENTENCE,
                           .n_bytes = strlen (SENTENCE),
                           .tokens = tokens,
                           .tags = tags,
                           .n_tokens = G_N_ELEMENTS (tokens) };

  for (gsize i = 0; i < G_N_ELEMENTS (tokens); i++)
    tags[i] = rnn_labels_read (labels, yhat + i * n_names, 0.5f);
  RnnEntity *entities =
      rnn_entities_find (tags, G_N_ELEMENTS (tokens), &tagged.n_entities);
  tagged.entities = entities;
  char *out = g_string_free (rnn_tagged_text_to_brackets (&tagged), FALSE);
  g_free (entities);
  return out;
}

static void
neighbours_above_the_threshold_are_one_name (void)
{
  const char *names[] = { "PER" };
  RnnLabels *labels = rnn_labels_new (names, 1, RNN_OUTPUT_SIGMOID);
  const float yhat[] = { .9f, .8f, .1f, .9f, .5f, .49f, 0, NAN, 0, 0 };
  char *out = bracket (labels, yhat);

  g_assert_cmpstr (out, ==,
                   "[PER Harry Potter] and [PER Hermione Granger] "
                   "invented a new spell.");
  g_free (out);
  rnn_labels_unref (labels);
}

static void
bio_prefixes_part_neighbours (void)
{
  const char *names[] = { "O", "B-PER", "I-PER" };
  RnnLabels *labels = rnn_labels_new (names, 3, RNN_OUTPUT_SOFTMAX);
  float yhat[G_N_ELEMENTS (tokens)][3];

  for (gsize i = 0; i < G_N_ELEMENTS (tokens); i++)
    memcpy (yhat[i], (float[3]){ .8f, .1f, .1f }, sizeof yhat[i]);
  memcpy (yhat[0], (float[3]){ .1f, .8f, .1f }, sizeof yhat[0]);
  memcpy (yhat[1], (float[3]){ .1f, .8f, .1f }, sizeof yhat[0]);
  memcpy (yhat[3], (float[3]){ .1f, .1f, .8f }, sizeof yhat[0]);
  memcpy (yhat[4], (float[3]){ .1f, .1f, .8f }, sizeof yhat[0]);
  memcpy (yhat[5], (float[3]){ NAN, .1f, .8f }, sizeof yhat[0]);
  char *out = bracket (labels, yhat[0]);
  g_assert_cmpstr (out, ==,
                   "[PER Harry] [PER Potter] and "
                   "[PER Hermione Granger] invented a new spell.");
  g_free (out);
  rnn_labels_unref (labels);
}

static void
doubt_between_prefixes_is_none_about_the_name (void)
{
  const char *names[] = { "O", "B-PER", "I-PER", "B-LOC" };
  RnnLabels *labels = rnn_labels_new (names, 4, RNN_OUTPUT_SOFTMAX);
  static const struct {
    float row[4];
    const char *entity;
    char prefix;
    float score;
  } cases[] = {
    { { .40f, .30f, .25f, .05f }, "PER", 'I', .55f },
    { { .45f, .20f, .15f, .20f }, NULL, 0, .45f },
    { { .05f, .70f, .20f, .05f }, "PER", 'I', .90f }, /* no sure beginning */
    { { .05f, .75f, .15f, .05f }, "PER", 'B', .90f },
    { { .05f, .10f, .05f, .80f }, "LOC", 'B', .80f },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    RnnTag tag = rnn_labels_read (labels, cases[i].row, 0.5f);
    g_assert_cmpstr (tag.entity, ==, cases[i].entity);
    g_assert_cmpint (tag.prefix, ==, cases[i].prefix);
    g_assert_cmpfloat_with_epsilon (tag.score, cases[i].score, 1e-6);
  }
  rnn_labels_unref (labels);
}

static void
bioes_ends_an_entity (void)
{
  RnnTag begin = { "PER", 'B', 1 }, end = { "PER", 'E', 1 };
  RnnTag inside = { "PER", 'I', 1 }, single = { "PER", 'S', 1 };
  RnnTag place = { "LOC", 'I', 1 }, none = { NULL, 0, 0 };

  g_assert_true (rnn_tag_continues (begin, inside));
  g_assert_true (rnn_tag_continues (inside, end));
  g_assert_false (rnn_tag_continues (end, inside));
  g_assert_false (rnn_tag_continues (inside, single));
  g_assert_false (rnn_tag_continues (single, inside));
  g_assert_false (rnn_tag_continues (begin, place));
  g_assert_false (rnn_tag_continues (begin, none));
  g_assert_false (rnn_tag_continues (none, inside));
}

static void
an_entity_scores_the_mean_of_its_tokens (void)
{
  RnnTag tags[] = { { "PER", 0, .5f }, { "PER", 0, 1.f }, { NULL, 0, .2f } };
  gsize n;
  RnnEntity *entities = rnn_entities_find (tags, 3, &n);

  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (entities[0].end_token, ==, 2);
  g_assert_cmpfloat (entities[0].score, ==, .75f);
  g_free (entities);
}

/* "é & <U+2028>" with é tagged, to be written in each form. */
static char *
write_strange (GString *(*write) (const RnnTaggedText *), gboolean interim)
{
  static const RnnToken strange[] = { { 0, 2 }, { 3, 4 }, { 5, 8 } };
  const RnnTag tags[] = { { "PER", 0, .5f }, { NULL, 0, NAN }, { NULL, 0, 0 } };
  const RnnEntity entity = { "PER", 0, 1, .5f };
  RnnTaggedText tagged = { .text = "\xc3\xa9 & \xe2\x80\xa8",
                           .n_bytes = 8,
                           .tokens = strange,
                           .tags = tags,
                           .n_tokens = 3,
                           .entities = &entity,
                           .n_entities = 1,
                           .pts = 7,
                           .duration = G_MAXUINT64,
                           .interim = interim };

  return g_string_free (write (&tagged), FALSE);
}

static void
json_counts_code_points_and_is_always_json (void)
{
  char *json = write_strange (rnn_tagged_text_to_json, FALSE);

  g_assert_cmpstr (
      json, ==,
      "{\"pts\":7,\"duration\":null,\"text\":\"\xc3\xa9 & \\u2028\","
      "\"entities\":[{\"label\":\"PER\",\"text\":\"\xc3\xa9\",\"start\":0,"
      "\"end\":1,\"score\":0.5,\"pts\":7}],"
      "\"tokens\":[{\"label\":\"PER\",\"text\":\"\xc3\xa9\",\"start\":0,"
      "\"end\":1,\"score\":0.5},"
      "{\"label\":null,\"text\":\"&\",\"start\":2,\"end\":3,\"score\":0.0},"
      "{\"label\":null,\"text\":\"\\u2028\",\"start\":4,\"end\":5,"
      "\"score\":0.0}]}\n");
  g_free (json);
}

static void
a_time_that_json_has_no_integer_for_is_null (void)
{
  RnnTaggedText tagged = { .text = "a",
                           .n_bytes = 1,
                           .pts = (guint64) G_MAXINT64 + 1,
                           .duration = G_MAXINT64 };
  char *json = g_string_free (rnn_tagged_text_to_json (&tagged), FALSE);

  g_assert_true (g_str_has_prefix (
      json, "{\"pts\":null,\"duration\":9223372036854775807,"));
  g_free (json);
}

static void
markup_is_escaped_and_names_are_coloured_as_strong_as_their_score (void)
{
  char *markup = write_strange (rnn_tagged_text_to_markup, FALSE);

  g_assert_cmpstr (markup, ==,
                   "<span foreground=\"#ffd75f\" alpha=\"50%\">\xc3\xa9</span>"
                   " &amp; \xe2\x80\xa8");
  g_free (markup);
}

static void
interim_text_is_pale_and_says_so (void)
{
  char *markup = write_strange (rnn_tagged_text_to_markup, TRUE);
  char *json = write_strange (rnn_tagged_text_to_json, TRUE);

  g_assert_cmpstr (markup, ==,
                   "<span alpha=\"55%\"><span foreground=\"#ffd75f\" "
                   "alpha=\"40%\">\xc3\xa9</span> &amp; \xe2\x80\xa8</span>");
  g_assert_true (g_str_has_suffix (json, "],\"interim\":true}\n"));
  g_free (markup);
  g_free (json);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tags/sigmoid",
                   neighbours_above_the_threshold_are_one_name);
  g_test_add_func ("/tags/bio", bio_prefixes_part_neighbours);
  g_test_add_func ("/tags/doubt",
                   doubt_between_prefixes_is_none_about_the_name);
  g_test_add_func ("/tags/bioes", bioes_ends_an_entity);
  g_test_add_func ("/tags/score", an_entity_scores_the_mean_of_its_tokens);
  g_test_add_func ("/tags/json", json_counts_code_points_and_is_always_json);
  g_test_add_func ("/tags/json/time",
                   a_time_that_json_has_no_integer_for_is_null);
  g_test_add_func (
      "/tags/markup",
      markup_is_escaped_and_names_are_coloured_as_strong_as_their_score);
  g_test_add_func ("/tags/interim", interim_text_is_pale_and_says_so);
  return g_test_run ();
}
