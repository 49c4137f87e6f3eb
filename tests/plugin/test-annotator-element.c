/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rnnannotator and rnntagbin: yhat in, tagged text out. */
#include "model.h"
#include "stream.h"
#include "wordnet.h"

#include <string.h>

#define UTF8 "text/x-raw,format=utf8"
#define MARKUP "text/x-raw,format=pango-markup"
#define JSON "application/x-json"
#define SECOND GST_SECOND

static const char *const labels[] = { "O", "B-PER", "I-PER", "B-LOC", NULL };
static const char *const rules[] = { "Harry=B-PER", "Potter=I-PER",
                                     "Mary=B-PER", "Paris=B-LOC", NULL };
static char *model;

static TestStream
open_tagbin (const char *properties, const char *in, const char *out)
{
  char *launch =
      g_strdup_printf ("rnntagbin model-file=%s %s", model, properties);
  TestStream stream = test_stream_open (launch, in, out);

  g_free (launch);
  return stream;
}

static void
push (TestStream *stream, const char *text)
{
  g_assert_cmpint (test_stream_push (stream, test_timed (test_text (text),
                                                         SECOND, SECOND / 2)),
                   ==, GST_FLOW_OK);
}

static void
expect (const char *in, const char *text, const char *out, const char *wanted)
{
  TestStream stream = open_tagbin ("", in, out);

  push (&stream, text);
  test_stream_expect_text (&stream, wanted);
  test_stream_close (&stream);
}

static void
names_are_put_in_brackets_and_the_rest_is_untouched (void)
{
  expect (UTF8, "Harry Potter and Mary met.", UTF8,
          "[PER Harry Potter] and [PER Mary] met.");
  expect (UTF8, "  Mary,\tMary  (in Paris)\n", UTF8,
          "  [PER Mary],\t[PER Mary]  (in [LOC Paris])\n");
  expect (UTF8, "Nothing & <nobody>.", UTF8, "Nothing & <nobody>.");
  expect ("text/plain", "Mary met.", UTF8, "[PER Mary] met.");
}

static void
markup_is_escaped_and_names_are_spans (void)
{
  TestStream stream = open_tagbin ("", UTF8, MARKUP);
  char *text;

  push (&stream, "Mary & <Harry>");
  text = test_stream_take_text (&stream);
  g_assert_true (g_regex_match_simple (
      "^<span [^>]*>Mary</span> &amp; &lt;<span [^>]*>Harry</span>&gt;$", text,
      0, 0));
  g_free (text);
  test_stream_close (&stream);
}

static void
markup_that_comes_in_is_read_as_text (void)
{
  expect (MARKUP, "<i>Mary</i> &amp; <b>Har</b>ry", UTF8,
          "[PER Mary] & [PER Harry]");
}

typedef struct {
  GstElement *element;
  gint is_over; /* atomic */
} Changer;

static gpointer
keep_changing_properties (gpointer data)
{
  Changer *changer = data;

  for (guint i = 0; !g_atomic_int_get (&changer->is_over); i++)
    g_object_set (changer->element, "append-newline", i % 2, "threshold",
                  0.25 * (i % 3), "words", i % 2, "post-messages", i % 3 == 0,
                  "max-gap", (guint64) i % 5, NULL);
  return NULL;
}

/* For the thread sanitizer, too. */
static void
properties_may_change_while_text_flows (void)
{
  TestStream stream = open_tagbin ("", UTF8, UTF8);
  Changer changer = { stream.element, FALSE };
  GThread *thread = g_thread_new ("change", keep_changing_properties, &changer);
  char *text;

  for (int i = 0; i < 200; i++)
    push (&stream, "Mary.");
  g_atomic_int_set (&changer.is_over, TRUE);
  g_thread_join (thread);
  text = test_stream_take_text (&stream);
  g_assert_true (
      g_regex_match_simple ("^(\\[PER Mary\\]\\.\n?){200}$", text, 0, 0));
  g_free (text);
  test_stream_close (&stream);
}

/* How many caps have come out. */
static guint
count_caps (TestStream *stream)
{
  GstEvent *event;
  guint n = 0;

  while ((event = test_stream_next_event (stream, GST_EVENT_CAPS))) {
    gst_event_unref (event);
    n++;
  }
  return n;
}

static void
downstream_may_want_another_kind_of_text_while_it_flows (void)
{
  TestStream stream = open_tagbin ("", UTF8, UTF8);
  GstPad *pad = gst_element_get_static_pad (stream.element, "src");
  GstCaps *json = gst_caps_from_string (JSON), *able;
  char *text;

  push (&stream, "Mary.");
  test_stream_expect_text (&stream, "[PER Mary].");
  g_assert_cmpuint (count_caps (&stream), ==, 1);
  able = gst_pad_query_caps (pad, NULL);
  g_assert_true (gst_caps_can_intersect (able, json));
  gst_harness_set_sink_caps_str (stream.harness, JSON);
  push (&stream, "Mary.");
  text = test_stream_take_text (&stream);
  g_assert_true (g_str_has_prefix (text, "{"));
  g_assert_cmpuint (count_caps (&stream), ==, 1);
  gst_harness_set_sink_caps_str (stream.harness, "video/x-raw");
  g_assert_cmpint (test_stream_push (&stream, test_text ("Mary.")), ==,
                   GST_FLOW_NOT_NEGOTIATED);
  gst_harness_set_sink_caps_str (stream.harness, MARKUP);
  test_stream_send (&stream, gst_event_new_gap (0, SECOND));
  g_assert_cmpuint (count_caps (&stream), ==, 1);
  g_free (text);
  push (&stream, "Mary.");
  text = test_stream_take_text (&stream);
  g_assert_true (g_str_has_prefix (text, "<span"));
  g_assert_cmpuint (count_caps (&stream), ==, 0);
  g_free (text);
  gst_caps_unref (able);
  gst_caps_unref (json);
  gst_object_unref (pad);
  test_stream_close (&stream);
}

/* All weights near 0: each yhat is exactly a half, and so is each score. */
static void
json_is_what_the_interface_says (void)
{
  const TestModel half = { 2, 2, 1, "Zoë\n<UNK>", NULL, 1e-30f };
  char *path = test_model_new (&half);
  char *launch = g_strdup_printf ("rnntagbin model-file=%s", path);
  TestStream stream = test_stream_open (launch, UTF8, JSON);

  push (&stream, "Zoë \"x\"\n");
  test_stream_expect_text (
      &stream,
      "{\"pts\":1000000000,\"duration\":500000000,"
      "\"text\":\"Zoë \\\"x\\\"\\n\",\"entities\":[{\"label\":\"0\","
      "\"text\":\"Zoë \\\"x\\\"\",\"start\":0,\"end\":7,\"score\":0.5,"
      "\"pts\":1000000000}],\"tokens\":["
      "{\"label\":\"0\",\"text\":\"Zoë\",\"start\":0,\"end\":3,\"score\":0.5},"
      "{\"label\":\"0\",\"text\":\"\\\"\",\"start\":4,\"end\":5,\"score\":0.5},"
      "{\"label\":\"0\",\"text\":\"x\",\"start\":5,\"end\":6,\"score\":0.5},"
      "{\"label\":\"0\",\"text\":\"\\\"\",\"start\":6,\"end\":7,\"score\":0.5}"
      "]}\n");
  test_stream_close (&stream);
  g_free (launch);
  test_model_free (path);
}

static void
json_offsets_count_code_points_and_times_may_be_null (void)
{
  TestStream stream = open_tagbin ("", UTF8, JSON);
  char *text;

  test_stream_push (&stream, test_text ("哈利 Mary"));
  text = test_stream_take_text (&stream);
  g_assert_true (g_str_has_prefix (text, "{\"pts\":null,\"duration\":null,"));
  g_assert_nonnull (
      strstr (text, "\"text\":\"Mary\",\"start\":3,\"end\":7,\"score\":0.9"));
  g_assert_true (g_str_has_suffix (text, "}\n"));
  g_free (text);
  test_stream_close (&stream);
}

static void
times_and_flags_of_a_buffer_are_kept (void)
{
  static const char *const outs[] = { UTF8, MARKUP, JSON };

  for (gsize i = 0; i < G_N_ELEMENTS (outs); i++) {
    TestStream stream = open_tagbin ("", UTF8, outs[i]);
    GstBuffer *buffer =
        test_timed (test_text ("Mary met."), 7 * SECOND, SECOND);
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_MARKER);
    test_stream_push (&stream, buffer);
    buffer = gst_harness_pull (stream.harness);
    g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, 7 * SECOND);
    g_assert_cmpuint (GST_BUFFER_DURATION (buffer), ==, SECOND);
    g_assert_true (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_MARKER));
    gst_buffer_unref (buffer);
    test_stream_close (&stream);
  }
}

/* Tokens from elsewhere: their words are those of the vocabulary. */
static void
tokens_that_lost_their_text_are_tagged_all_the_same (void)
{
  static const struct {
    const char *caps;
    gboolean is_flexible;
  } rows[] = { { FLEXIBLE, TRUE }, { STATIC ("int32", "3"), FALSE } };
  const gint32 tokens[] = { 0, 1, 3 }; /* Harry Potter Paris */

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    char *launch =
        g_strdup_printf ("rnntagger model-file=%s ! rnnannotator", model);
    GstHarness *harness = gst_harness_new_parse (launch);
    TestStream stream = { harness->element, harness, gst_bus_new () };
    gst_harness_set_sink_caps_str (harness, UTF8);
    gst_harness_set_src_caps_str (harness, rows[i].caps);
    gst_harness_push (harness, rows[i].is_flexible
                                   ? test_tokens (tokens, 3)
                                   : test_buffer (tokens, sizeof tokens));
    test_stream_expect_text (&stream, "[PER Harry Potter] [LOC Paris]");
    gst_harness_teardown (harness);
    gst_object_unref (stream.bus);
    g_free (launch);
  }
}

static void
yhat_alone_is_tagged_by_the_labels_of_its_caps_or_of_the_property (void)
{
  /* float32 [2][2], with the header of a flexible tensor */
  const guint32 header[32] = { 0xfeedccedu, 0xde001000u, 7,       2,
                               2,           [19] = 1,    [20] = 4 };
  const float yhat[] = { 0.875f, 0.125f, 0.25f, 0.75f };
  TestStream stream =
      test_stream_open ("rnnannotator labels=O,CAT", FLEXIBLE, JSON);
  char *text;

  test_stream_push (&stream,
                    gst_buffer_append (test_buffer (header, sizeof header),
                                       test_buffer (yhat, sizeof yhat)));
  text = test_stream_take_text (&stream);
  g_assert_nonnull (strstr (text, "\"label\":\"CAT\""));
  g_assert_nonnull (strstr (text, "\"score\":0.75"));
  g_free (text);
  test_stream_close (&stream);
}

/* In the file they are one a line, so a comma is a part of a name. */
static void
labels_of_a_model_may_have_commas (void)
{
  static const char *const names[] = { "O", "B-PER,son", "I-PER,son", NULL };
  static const char *const named[] = { "Harry=B-PER,son", "Potter=I-PER,son",
                                       NULL };
  static const char *const one[] = { "PER,son", NULL };
  static const char *const one_named[] = { "Harry=PER,son", "Potter=PER,son",
                                           NULL };
  static const char *const blank[] = { " PER", "LOC ", NULL };
  static const char *const blank_named[] = { "Harry=LOC ", "Potter=LOC ",
                                             NULL };
  const struct {
    const char *const *labels, *const *rules;
    RnnOutputKind output;
    const char *wanted;
  } cases[] = {
    { names, named, RNN_OUTPUT_SOFTMAX, "[PER,son Harry Potter] met" },
    { one, one_named, RNN_OUTPUT_SIGMOID, "[PER,son Harry Potter] met" },
    { blank, blank_named, RNN_OUTPUT_SOFTMAX, "[LOC  Harry Potter] [ PER met]" }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    char *path =
        test_wordnet_new (cases[i].labels, cases[i].rules, cases[i].output);
    char *launch = g_strdup_printf ("rnntagbin model-file=%s", path);
    TestStream stream = test_stream_open (launch, UTF8, UTF8);
    push (&stream, "Harry Potter met");
    test_stream_expect_text (&stream, cases[i].wanted);
    test_stream_close (&stream);
    g_free (launch);
    test_wordnet_free (path);
  }
}

static void
labels_may_have_blanks_behind_their_commas_or_a_line_each (void)
{
  static const char *const properties[] = {
    "labels=\"O, B-CAT , I-CAT,B-DOG\"", "labels=O,B-CAT,I-CAT,B-DOG",
    "labels=\"O\nB-CAT\nI-CAT\nB-DOG\"", "labels=\"O\nB-CAT\nI-CAT\nB-DOG\n\""
  };

  for (gsize i = 0; i < G_N_ELEMENTS (properties); i++) {
    TestStream stream = open_tagbin (properties[i], UTF8, UTF8);
    push (&stream, "Harry Potter and Paris");
    test_stream_expect_text (&stream, "[CAT Harry Potter] and [DOG Paris]");
    test_stream_close (&stream);
  }
}

static void
an_entity_is_a_message_with_its_fields_and_running_time (void)
{
  TestStream stream = open_tagbin ("", UTF8, UTF8);
  GstMessage *message;
  const GstStructure *s;
  guint64 time;

  push (&stream, "the Mary met");
  message = gst_bus_pop_filtered (stream.bus, GST_MESSAGE_ELEMENT);
  g_assert_nonnull (message);
  s = gst_message_get_structure (message);
  g_assert_true (gst_structure_has_name (s, "rnn-entity"));
  g_assert_cmpstr (gst_structure_get_string (s, "label"), ==, "PER");
  g_assert_cmpstr (gst_structure_get_string (s, "text"), ==, "Mary");
  g_assert_true (gst_structure_get_uint64 (s, "running-time", &time));
  g_assert_cmpuint (time, ==, SECOND);
  gst_message_unref (message);
  test_stream_close (&stream);
}

static void
the_bins_properties_are_those_of_its_three (void)
{
  TestStream stream = open_tagbin (
      "framing=word threshold=0.25 post-messages=false reset-on=flush", UTF8,
      UTF8);
  GstElement *bin = stream.element;
  static const char *const names[] = { "rnntokenizer", "rnntagger",
                                       "rnnannotator" };
  gboolean posts = TRUE;
  float threshold = 0;

  g_object_get (bin, "threshold", &threshold, "post-messages", &posts, NULL);
  g_assert_cmpfloat (threshold, ==, 0.25f);
  g_assert_false (posts);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    GstElementFactory *factory = gst_element_factory_find (names[i]);
    GstElement *part = gst_element_factory_create (factory, NULL);
    guint n;
    GParamSpec **specs =
        g_object_class_list_properties (G_OBJECT_GET_CLASS (part), &n);
    for (guint p = 0; p < n; p++)
      if (!g_object_class_find_property (G_OBJECT_GET_CLASS (bin),
                                         specs[p]->name))
        g_error ("rnntagbin: no property %s of %s", specs[p]->name, names[i]);
    g_free (specs);
    gst_object_unref (gst_object_ref_sink (part));
    gst_object_unref (factory);
  }
  test_stream_push (&stream, test_text ("Har"));
  test_stream_push (&stream, test_text ("ry "));
  test_stream_send (&stream, gst_event_new_eos ());
  test_stream_expect_text (&stream, "[PER Harry] ");
  g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_ELEMENT),
                    ==, 0);
  test_stream_close (&stream);
}

#define ADD(NAME) g_test_add_func ("/annotator-element/" #NAME, NAME)

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  model = test_wordnet_new (labels, rules, RNN_OUTPUT_SOFTMAX);
  ADD (names_are_put_in_brackets_and_the_rest_is_untouched);
  ADD (markup_is_escaped_and_names_are_spans);
  ADD (markup_that_comes_in_is_read_as_text);
  ADD (properties_may_change_while_text_flows);
  ADD (downstream_may_want_another_kind_of_text_while_it_flows);
  ADD (json_is_what_the_interface_says);
  ADD (json_offsets_count_code_points_and_times_may_be_null);
  ADD (times_and_flags_of_a_buffer_are_kept);
  ADD (tokens_that_lost_their_text_are_tagged_all_the_same);
  ADD (yhat_alone_is_tagged_by_the_labels_of_its_caps_or_of_the_property);
  ADD (labels_of_a_model_may_have_commas);
  ADD (labels_may_have_blanks_behind_their_commas_or_a_line_each);
  ADD (an_entity_is_a_message_with_its_fields_and_running_time);
  ADD (the_bins_properties_are_those_of_its_three);
  code = g_test_run ();
  test_wordnet_free (model);
  return code;
}
