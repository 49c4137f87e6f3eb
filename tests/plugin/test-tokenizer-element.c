/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rnntokenizer: text in, token indices out. */
#include "model.h"
#include "stream.h"

#include <string.h>

#define UTF8 "text/x-raw,format=utf8"
#define MARKUP "text/x-raw,format=pango-markup"
#define SECOND GST_SECOND

enum { THE, HARRY, POTTER, AND, ZOE, HALI, STOP, POSSESSIVE, UNKNOWN, N_WORDS };
static const char vocab[] = "the\nHarry\nPotter\nand\nZoë\n哈利\n.\n's\n<UNK>";

static char *model;

static TestStream
open_tokenizer (const char *properties, const char *in, const char *out)
{
  char *launch =
      g_strdup_printf ("rnntokenizer model-file=%s %s", model, properties);
  TestStream stream = test_stream_open (launch, in, out);

  g_free (launch);
  return stream;
}

static void
push_at (TestStream *stream, const char *text, GstClockTime pts)
{
  g_assert_cmpint (
      test_stream_push (stream, test_timed (test_text (text), pts, SECOND)), ==,
      GST_FLOW_OK);
}

#define EXPECT(STREAM, ...)                                                    \
  G_STMT_START                                                                 \
  {                                                                            \
    const gint32 wanted[] = { __VA_ARGS__ };                                   \
    test_stream_expect_values (STREAM, wanted, G_N_ELEMENTS (wanted));         \
  }                                                                            \
  G_STMT_END

/* The next buffer is of these indices, and these times. */
static void
expect_buffer (TestStream *stream, const gint32 *wanted, gsize n,
               GstClockTime pts, GstClockTime duration)
{
  GstBuffer *buffer = gst_harness_try_pull (stream->harness);

  g_assert_nonnull (buffer);
  g_assert_cmpuint (gst_buffer_get_size (buffer), ==, 128 + n * sizeof *wanted);
  g_assert_cmpint (gst_buffer_memcmp (buffer, 128, wanted, n * sizeof *wanted),
                   ==, 0);
  g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, pts);
  g_assert_cmpuint (GST_BUFFER_DURATION (buffer), ==, duration);
  gst_buffer_unref (buffer);
}

static void
with_framing_buffer_one_goes_out_for_one_that_comes (void)
{
  TestStream stream = open_tokenizer ("framing=buffer", UTF8, NULL);

  push_at (&stream, "Harry and", 0);
  expect_buffer (&stream, (gint32[]){ HARRY, AND }, 2, 0, SECOND);
  push_at (&stream, "the Potter.", 5 * SECOND);
  expect_buffer (&stream, (gint32[]){ THE, POTTER, STOP }, 3, 5 * SECOND,
                 SECOND);
  test_stream_close (&stream);
}

static void
with_framing_line_the_rest_of_a_line_waits (void)
{
  TestStream stream = open_tokenizer ("framing=line", UTF8, NULL);

  push_at (&stream, "Harry Pot", 0);
  g_assert_null (gst_harness_try_pull (stream.harness));
  push_at (&stream, "ter\nthe\nand", SECOND);
  expect_buffer (&stream, (gint32[]){ HARRY, POTTER }, 2, 0, 2 * SECOND);
  expect_buffer (&stream, (gint32[]){ THE }, 1, SECOND, SECOND);
  g_assert_null (gst_harness_try_pull (stream.harness));
  test_stream_send (&stream, gst_event_new_eos ());
  expect_buffer (&stream, (gint32[]){ AND }, 1, SECOND, SECOND);
  test_stream_close (&stream);
}

static void
with_framing_word_a_word_leaves_when_it_ends (void)
{
  TestStream stream = open_tokenizer ("framing=word", UTF8, NULL);

  push_at (&stream, "Harry Pot", 0);
  EXPECT (&stream, HARRY);
  push_at (&stream, "ter an", SECOND);
  EXPECT (&stream, POTTER);
  push_at (&stream, "d ", 2 * SECOND);
  EXPECT (&stream, AND);
  test_stream_close (&stream);
}

/* Of @text, cut in two anywhere, come Zoë and Harry's 哈利 Potter. */
static void
cut_anywhere (const char *text, gsize n, const char *caps)
{
  static const char *const framings[] = { "framing=word", "framing=line" };

  for (gsize f = 0; f < G_N_ELEMENTS (framings); f++)
    for (gsize cut = 1; cut < n; cut++) {
      TestStream stream = open_tokenizer (framings[f], caps, NULL);
      test_stream_push (&stream, test_buffer (text, cut));
      test_stream_push (&stream, test_buffer (text + cut, n - cut));
      test_stream_send (&stream, gst_event_new_eos ());
      EXPECT (&stream, ZOE, AND, HARRY, POSSESSIVE, HALI, POTTER, STOP);
      test_stream_close (&stream);
    }
}

/* Also inside of Zoë's two bytes and of 哈利's six. */
static void
text_that_is_cut_anywhere_gives_the_same_tokens (void)
{
  static const char text[] = "Zoë and Harry's 哈利 Potter.";

  cut_anywhere (text, sizeof text - 1, UTF8);
}

static void
text_that_comes_byte_by_byte_gives_the_same_tokens (void)
{
  static const char text[] = "Zoë and Harry's 哈利 Potter.";
  TestStream stream = open_tokenizer ("framing=word", UTF8, NULL);

  for (gsize i = 0; i < sizeof text - 1; i++)
    test_stream_push (&stream, test_buffer (text + i, 1));
  test_stream_send (&stream, gst_event_new_eos ());
  EXPECT (&stream, ZOE, AND, HARRY, POSSESSIVE, HALI, POTTER, STOP);
  test_stream_close (&stream);
}

static void
markup_is_taken_off_before_words_are_looked_up (void)
{
  TestStream stream = open_tokenizer ("", MARKUP, NULL);

  push_at (&stream, "<b>Harry</b> &amp; <i foreground=\"red\">Pot</i>ter", 0);
  EXPECT (&stream, HARRY, UNKNOWN, POTTER);
  push_at (&stream, "&#72;arry", 0);
  EXPECT (&stream, HARRY);
  test_stream_close (&stream);
}

/* Inside of a tag, of an entity, of the letters that an entity stands for. */
static void
markup_that_is_cut_anywhere_gives_the_same_tokens (void)
{
  static const char text[] = "<b class='the'>Zo&#xeb;</b> <!-- . -->and Harry"
                             "&apos;s <u>哈利</u> Pot<i>ter</i>.";

  cut_anywhere (text, sizeof text - 1, MARKUP);
}

static void
a_tag_that_is_cut_off_ends_with_its_stream (void)
{
  TestStream stream = open_tokenizer ("framing=word", MARKUP, NULL);

  push_at (&stream, "Harry <b", 0);
  EXPECT (&stream, HARRY);
  test_stream_flush (&stream);
  push_at (&stream, ">the ", 0);
  EXPECT (&stream, UNKNOWN, THE);
  push_at (&stream, "and &", 0);
  EXPECT (&stream, AND);
  test_stream_send (&stream, gst_event_new_eos ());
  EXPECT (&stream, UNKNOWN);
  test_stream_close (&stream);
}

/* The tag goes on where the true text does. */
static void
a_hypothesis_leaves_a_tag_that_is_cut_off_as_it_was (void)
{
  TestStream stream = open_tokenizer ("framing=word", MARKUP, NULL);
  GstBuffer *guess = test_text (">and");

  push_at (&stream, "Pot<b", 0);
  g_assert_null (gst_harness_try_pull (stream.harness));
  GST_BUFFER_FLAG_SET (guess, GST_BUFFER_FLAG_DROPPABLE);
  test_stream_push (&stream, guess);
  EXPECT (&stream, UNKNOWN);
  push_at (&stream, ">ter ", 0);
  EXPECT (&stream, POTTER);
  test_stream_close (&stream);
}

static GstBuffer *
with_extras (const char *text, GstBufferFlags flags, guint64 id)
{
  GstBuffer *buffer = *text ? test_text (text) : gst_buffer_new ();
  GstCaps *reference = gst_caps_new_empty_simple ("test/reference");

  GST_BUFFER_FLAG_SET (buffer, flags);
  gst_buffer_add_reference_timestamp_meta (buffer, reference, id,
                                           GST_CLOCK_TIME_NONE);
  gst_caps_unref (reference);
  return buffer;
}

/* Adds up the ids of what with_extras() added; takes @buffer. */
static guint64
sum_of_ids (GstBuffer *buffer)
{
  GstMeta *meta;
  gpointer at = NULL;
  guint64 sum = 0;

  while ((meta = gst_buffer_iterate_meta_filtered (
              buffer, &at, GST_REFERENCE_TIMESTAMP_META_API_TYPE)))
    sum += ((GstReferenceTimestampMeta *) meta)->timestamp;
  gst_buffer_unref (buffer);
  return sum;
}

/* With the first tokens that have text of their buffer, and with no others. */
static void
flags_and_metas_go_with_the_text_that_they_came_with (void)
{
  TestStream stream = open_tokenizer ("framing=word", UTF8, NULL);
  GstBuffer *buffer;

  test_stream_push (&stream, with_extras ("Har", GST_BUFFER_FLAG_MARKER, 1));
  test_stream_push (&stream,
                    with_extras ("", GST_BUFFER_FLAG_NON_DROPPABLE, 2));
  test_stream_push (&stream, with_extras ("ry an", 0, 4));
  buffer = gst_harness_pull (stream.harness);
  g_assert_true (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_MARKER));
  g_assert_true (
      GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_NON_DROPPABLE));
  g_assert_cmpuint (sum_of_ids (buffer), ==, 7);
  test_stream_push (&stream, with_extras ("d ", 0, 8));
  buffer = gst_harness_pull (stream.harness);
  g_assert_false (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_MARKER));
  g_assert_cmpuint (sum_of_ids (buffer), ==, 8);
  test_stream_close (&stream);
}

static void
each_line_of_a_buffer_does_not_repeat_its_metas (void)
{
  TestStream stream =
      open_tokenizer ("framing=line", UTF8, STATIC ("int32", "1"));

  test_stream_push (&stream, with_extras ("Harry and\nthe\n", 0, 1));
  test_stream_push (&stream, with_extras ("\nPotter\n", 0, 2));
  g_assert_cmpuint (sum_of_ids (gst_harness_pull (stream.harness)), ==, 1);
  g_assert_cmpuint (sum_of_ids (gst_harness_pull (stream.harness)), ==, 0);
  g_assert_cmpuint (sum_of_ids (gst_harness_pull (stream.harness)), ==, 0);
  g_assert_cmpuint (sum_of_ids (gst_harness_pull (stream.harness)), ==, 2);
  test_stream_close (&stream);
}

static void
utf8_text_keeps_what_looks_like_markup (void)
{
  TestStream stream = open_tokenizer ("", UTF8, NULL);

  push_at (&stream, "<b>Harry", 0);
  EXPECT (&stream, UNKNOWN, UNKNOWN, UNKNOWN, HARRY);
  test_stream_close (&stream);
}

static void
plain_text_is_utf8_text (void)
{
  TestStream stream = open_tokenizer ("", "text/plain", NULL);

  push_at (&stream, "Harry Potter", 0);
  EXPECT (&stream, HARRY, POTTER);
  test_stream_close (&stream);
}

static void
where_downstream_wants_static_tensors_each_token_is_a_buffer (void)
{
  TestStream stream = open_tokenizer ("", UTF8, STATIC ("int32", "1"));
  static const gint32 wanted[] = { HARRY, AND, POTTER };

  push_at (&stream, "Harry and Potter", 3 * SECOND);
  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++) {
    GstBuffer *buffer = gst_harness_try_pull (stream.harness);
    g_assert_nonnull (buffer);
    g_assert_cmpuint (gst_buffer_get_size (buffer), ==, 4);
    g_assert_cmpint (gst_buffer_memcmp (buffer, 0, &wanted[i], 4), ==, 0);
    g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, 3 * SECOND);
    gst_buffer_unref (buffer);
  }
  g_assert_null (gst_harness_try_pull (stream.harness));
  test_stream_close (&stream);
}

static void
a_text_without_a_word_becomes_a_gap (void)
{
  TestStream stream = open_tokenizer ("", UTF8, NULL);
  GstClockTime pts, duration;
  GstEvent *gap;

  push_at (&stream, " \n ", 4 * SECOND);
  g_assert_null (gst_harness_try_pull (stream.harness));
  gap = test_stream_next_event (&stream, GST_EVENT_GAP);
  g_assert_nonnull (gap);
  gst_event_parse_gap (gap, &pts, &duration);
  g_assert_cmpuint (pts, ==, 4 * SECOND);
  g_assert_cmpuint (duration, ==, SECOND);
  gst_event_unref (gap);
  test_stream_close (&stream);
}

/* At the end of the text before it, and not at the stream's beginning. */
static void
a_gap_for_a_text_without_a_time_does_not_go_back (void)
{
  static const char *const framings[] = { "framing=buffer", "framing=line",
                                          "framing=word" };

  for (gsize i = 0; i < G_N_ELEMENTS (framings); i++) {
    TestStream stream = open_tokenizer (framings[i], UTF8, NULL);
    GstClockTime pts;
    GstEvent *gap;

    push_at (&stream, "Harry\n", 100 * SECOND);
    test_stream_send (
        &stream, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
                                       gst_structure_new_empty (
                                           "rstranscribe/final-transcript")));
    test_stream_push (&stream, test_text ("\n"));
    test_stream_send (&stream, gst_event_new_eos ());
    gap = test_stream_next_event (&stream, GST_EVENT_GAP);
    g_assert_nonnull (gap);
    gst_event_parse_gap (gap, &pts, NULL);
    g_assert_cmpuint (pts, ==, 101 * SECOND);
    gst_event_unref (gap);
    test_stream_close (&stream);
  }
}

static void
the_caps_name_the_vocabulary (void)
{
  TestStream stream = open_tokenizer ("", UTF8, NULL);
  RnnModel *loaded = rnn_model_load (model, NULL);
  GstPad *pad = gst_element_get_static_pad (stream.element, "src");
  GstCaps *caps = gst_pad_get_current_caps (pad);

  g_assert_cmpstr (
      gst_structure_get_string (gst_caps_get_structure (caps, 0), "vocab-id"),
      ==, rnn_model_get_vocab_id (loaded));
  gst_caps_unref (caps);
  gst_object_unref (pad);
  rnn_model_unref (loaded);
  test_stream_close (&stream);
}

/* A word of F = 2 indices: itself, and its shape. */
static void
tokens_of_two_indices_are_rows_of_a_tensor_of_two_dimensions (void)
{
  static const char *const metadata[] = { "rnn.features", "word shape", NULL };
  const TestModel shaped = { N_WORDS + 16, 3, 1, vocab, metadata, 0 };
  char *path = test_model_new (&shaped);
  char *launch = g_strdup_printf ("rnntokenizer model-file=%s", path);
  TestStream stream = test_stream_open (launch, UTF8, NULL);
  guint32 dims[3];
  gint32 tokens[4];
  GstBuffer *buffer;

  push_at (&stream, "Harry and", 0);
  buffer = gst_harness_pull (stream.harness);
  g_assert_cmpuint (gst_buffer_get_size (buffer), ==, 128 + sizeof tokens);
  gst_buffer_extract (buffer, 12, dims, sizeof dims);
  g_assert_cmpuint (dims[0], ==, 2);
  g_assert_cmpuint (dims[1], ==, 2);
  g_assert_cmpuint (dims[2], ==, 0);
  gst_buffer_extract (buffer, 128, tokens, sizeof tokens);
  g_assert_cmpint (tokens[0], ==, HARRY);
  g_assert_cmpint (tokens[2], ==, AND);
  g_assert_cmpint (tokens[1], >=, N_WORDS);
  g_assert_cmpint (tokens[3], ==, N_WORDS + 1); /* in lower case */
  g_assert_cmpint (tokens[1], !=, tokens[3]);
  gst_buffer_unref (buffer);
  test_stream_close (&stream);
  g_free (launch);
  test_model_free (path);
}

static void
a_model_without_words_is_refused (void)
{
  const TestModel wordless = { 4, 3, 1, NULL, NULL, 0 };
  char *path = test_model_new (&wordless);
  char *launch = g_strdup_printf ("rnntokenizer model-file=%s", path);
  GstElement *element = gst_parse_launch (launch, NULL);
  GstBus *bus = gst_bus_new ();
  TestStream stream = { element, NULL, bus };

  gst_object_ref_sink (element);
  gst_element_set_bus (element, bus);
  g_assert_cmpint (gst_element_set_state (element, GST_STATE_PAUSED), ==,
                   GST_STATE_CHANGE_FAILURE);
  test_stream_expect_error (&stream, GST_STREAM_ERROR,
                            GST_STREAM_ERROR_WRONG_TYPE, "vocab");
  gst_element_set_bus (element, NULL);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (element);
  g_free (launch);
  test_model_free (path);
}

static void
without_unk_an_unknown_word_ends_the_stream_with_its_name (void)
{
  const TestModel closed = { 2, 3, 1, "Harry\nPotter", NULL, 0 };
  char *path = test_model_new (&closed);
  char *launch = g_strdup_printf ("rnntokenizer model-file=%s", path);
  TestStream stream = test_stream_open (launch, UTF8, NULL);

  g_assert_cmpint (test_stream_push (&stream, test_text ("Potter Harry")), ==,
                   GST_FLOW_OK);
  EXPECT (&stream, 1, 0);
  g_assert_cmpint (test_stream_push (&stream, test_text ("Harry Houdini")), ==,
                   GST_FLOW_ERROR);
  test_stream_expect_error (&stream, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE,
                            "“Houdini”");
  test_stream_close (&stream);
  g_free (launch);
  test_model_free (path);
}

#define ADD(NAME) g_test_add_func ("/tokenizer-element/" #NAME, NAME)

int
main (int argc, char **argv)
{
  const TestModel words = { N_WORDS, 3, 1, vocab, NULL, 0 };
  int code;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  model = test_model_new (&words);
  ADD (with_framing_buffer_one_goes_out_for_one_that_comes);
  ADD (with_framing_line_the_rest_of_a_line_waits);
  ADD (with_framing_word_a_word_leaves_when_it_ends);
  ADD (text_that_is_cut_anywhere_gives_the_same_tokens);
  ADD (text_that_comes_byte_by_byte_gives_the_same_tokens);
  ADD (markup_is_taken_off_before_words_are_looked_up);
  ADD (markup_that_is_cut_anywhere_gives_the_same_tokens);
  ADD (a_tag_that_is_cut_off_ends_with_its_stream);
  ADD (a_hypothesis_leaves_a_tag_that_is_cut_off_as_it_was);
  ADD (flags_and_metas_go_with_the_text_that_they_came_with);
  ADD (each_line_of_a_buffer_does_not_repeat_its_metas);
  ADD (utf8_text_keeps_what_looks_like_markup);
  ADD (plain_text_is_utf8_text);
  ADD (where_downstream_wants_static_tensors_each_token_is_a_buffer);
  ADD (a_text_without_a_word_becomes_a_gap);
  ADD (a_gap_for_a_text_without_a_time_does_not_go_back);
  ADD (the_caps_name_the_vocabulary);
  ADD (tokens_of_two_indices_are_rows_of_a_tensor_of_two_dimensions);
  ADD (a_model_without_words_is_refused);
  ADD (without_unk_an_unknown_word_ends_the_stream_with_its_name);
  code = g_test_run ();
  test_model_free (model);
  return code;
}
