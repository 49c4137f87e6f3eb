/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* framing=word: one text, cut anywhere: the same words, the same yhat, and no
 * byte of the text lost. */
#include "stream.h"

#include "base/random.h"

#include <string.h>

#define UTF8 "text/x-raw,format=utf8"
#define WHOLE G_MAXSIZE

static const char *const texts[] = {
  "Dear Mr. Smith,\r\n\r\n   We met  Will\r\nSmith today.\r\n\r\nYours,\r\n\r\n"
  "   John Brown\r\n",
  "We met  Will  Smith  and  his friend  Jordan\t \n Rivers  today  \n \n",
  "\n\n  John\xe3\x80\x80"
  "Brown \xe2\x80\x8b \xef\xbb\xbf Mary\xc2\xa0 Smith.",
};

/* Looks ahead by two words. */
static char *model;

static GstHarness *
open_chain (const char *elements)
{
  char **parts = g_strsplit (elements, "MODEL", -1);
  char *launch = g_strjoinv (model, parts);
  GstHarness *h = gst_harness_new_parse (launch);

  gst_harness_set_src_caps_str (h, UTF8);
  g_free (launch);
  g_strfreev (parts);
  return h;
}

static void
push (GstHarness *h, const char *text, gsize n)
{
  g_assert_cmpint (gst_harness_push (h, test_buffer (text, n)), ==,
                   GST_FLOW_OK);
}

static GString *
take (GstHarness *h)
{
  GString *bytes = g_string_new (NULL);
  GstBuffer *buffer;

  while ((buffer = gst_harness_try_pull (h))) {
    GstMapInfo map;
    g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
    g_string_append_len (bytes, (const char *) map.data, (gssize) map.size);
    gst_buffer_unmap (buffer, &map);
    gst_buffer_unref (buffer);
  }
  return bytes;
}

/* What @elements make of @text in pieces of @size bytes, 0: of random ones. */
static GString *
run (const char *elements, const char *text, gsize size, RnnRandom *random)
{
  GstHarness *h = open_chain (elements);
  gsize n = strlen (text), part;
  GString *came;

  for (gsize at = 0; at < n; at += part) {
    part = size ? size : 1 + (gsize) _rnn_random_below (random, 9);
    part = MIN (part, n - at);
    push (h, text + at, part);
  }
  gst_harness_push_event (h, gst_event_new_eos ());
  came = take (h);
  gst_harness_teardown (h);
  return came;
}

/* No text here has brackets of its own. */
static void
remove_brackets (GString *text)
{
  char *open;

  while ((open = strstr (text->str, "[PER ")))
    g_string_erase (text, open - text->str, 5);
  g_string_replace (text, "]", "", 0);
}

static void
any_cut_keeps_every_byte_of_the_text (void)
{
  RnnRandom random;

  _rnn_random_seed (&random, 3);
  for (gsize t = 0; t < G_N_ELEMENTS (texts); t++)
    for (gsize i = 1; i <= 27; i++) {
      GString *came = run ("rnntagbin framing=word model-file=\"MODEL\"",
                           texts[t], i <= 7 ? i : 0, &random);
      remove_brackets (came);
      g_assert_cmpstr (came->str, ==, texts[t]);
      g_string_free (came, TRUE);
    }
}

/* Rows behind headers: how many rows a header speaks of is the cut's. */
static GString *
run_yhat (const char *text, gsize size, RnnRandom *random)
{
  return run ("rnntokenizer framing=word model-file=\"MODEL\" ! "
              "other/tensors,format=static ! "
              "rnntagger drain-on=0 model-file=\"MODEL\"",
              text, size, random);
}

static void
any_cut_gives_the_same_yhat (void)
{
  RnnRandom random;

  _rnn_random_seed (&random, 4);
  for (gsize t = 0; t < G_N_ELEMENTS (texts); t++) {
    GString *wanted = run_yhat (texts[t], WHOLE, NULL);
    g_assert_cmpuint (wanted->len, >, 0);
    for (gsize i = 1; i <= 27; i++) {
      GString *came = run_yhat (texts[t], i <= 7 ? i : 0, &random);
      g_assert_true (g_string_equal (came, wanted));
      g_string_free (came, TRUE);
    }
    g_string_free (wanted, TRUE);
  }
}

static void
white_space_by_itself_does_not_end_a_name (void)
{
  static const char *const pieces[] = { "we saw Mary ", " ", "Smith there" };
  char *launch =
      g_strdup_printf ("rnntagbin framing=word model-file=\"%s\"", model);
  TestStream stream = test_stream_open (launch, UTF8, NULL);
  GstBuffer *buffer;
  GstEvent *event;

  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++)
    test_stream_push (&stream, test_timed (test_text (pieces[i]),
                                           i * GST_SECOND, GST_SECOND));
  test_stream_send (&stream, gst_event_new_eos ());
  while ((event = gst_harness_try_pull_event (stream.harness))) {
    g_assert_cmpint (GST_EVENT_TYPE (event), !=, GST_EVENT_GAP);
    gst_event_unref (event);
  }
  gst_buffer_unref (gst_harness_pull (stream.harness));
  /* The word's time, and not that of the white space before it. */
  buffer = gst_harness_pull (stream.harness);
  g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, 2 * GST_SECOND);
  g_assert_cmpuint (GST_BUFFER_DURATION (buffer), ==, GST_SECOND);
  gst_buffer_unref (buffer);
  g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_ELEMENT),
                    ==, 1);
  test_stream_close (&stream);
  g_free (launch);
}

/* Without waiting for the next line's first word, wherever the newline is. */
static void
a_line_that_has_ended_is_judged_at_once (void)
{
  static const char *const pieces[][3] = { { "we saw", " Smith", "\n" },
                                           { "we saw", " Smith\r", "\n" },
                                           { "we saw Smith ", " ", "\nwe" },
                                           { "we saw Smith ", "\n", "\n \n" } };

  for (gsize i = 0; i < 2 * G_N_ELEMENTS (pieces); i++) {
    gboolean drains = i % 2 == 0;
    GstHarness *h = open_chain (drains ? "rnntagbin framing=word drain-on=line "
                                         "model-file=\"MODEL\""
                                       : "rnntagbin framing=word drain-on=0 "
                                         "model-file=\"MODEL\"");
    GString *came;

    for (gsize j = 0; j < G_N_ELEMENTS (pieces[0]); j++)
      push (h, pieces[i / 2][j], strlen (pieces[i / 2][j]));
    came = take (h);
    g_assert_cmpint (strstr (came->str, "we saw [PER Smith]") != NULL, ==,
                     drains);
    g_string_free (came, TRUE);
    gst_harness_teardown (h);
  }
}

static void
a_line_that_has_ended_closes_its_name (void)
{
  static const char *const pieces[] = { "we saw Mary ", "\r", "\n", "\r\n" };
  char *launch =
      g_strdup_printf ("rnntagbin framing=word model-file=\"%s\"", model);
  TestStream stream = test_stream_open (launch, UTF8, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++)
    test_stream_push (&stream, test_text (pieces[i]));
  g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_ELEMENT),
                    ==, 1);
  test_stream_close (&stream);
  g_free (launch);
}

static void
white_space_that_does_not_end_is_not_kept_for_ever (void)
{
  GstHarness *h = open_chain ("rnntagbin framing=word model-file=\"MODEL\"");
  char *spaces = g_strnfill (1024, ' ');
  GString *came;

  push (h, "Mary. ", 6);
  for (gsize i = 0; i < 200; i++)
    push (h, spaces, 1024);
  came = take (h);
  g_assert_cmpuint (came->len, >=, (200 - 64) * 1024);
  g_string_free (came, TRUE);
  push (h, "came ", 5);
  gst_harness_push_event (h, gst_event_new_eos ());
  came = take (h);
  g_assert_cmpuint (came->len, >, 5);
  g_assert_true (g_str_has_suffix (came->str, " came "));
  g_string_free (came, TRUE);
  g_free (spaces);
  gst_harness_teardown (h);
}

/* Nothing is there that it could belong to. */
static void
a_text_of_white_space_alone_is_a_gap (void)
{
  static const char *const framings[] = { "buffer", "line", "word" };

  for (gsize i = 0; i < G_N_ELEMENTS (framings); i++) {
    char *launch = g_strdup_printf ("rnntagbin framing=%s model-file=\"%s\"",
                                    framings[i], model);
    TestStream stream = test_stream_open (launch, UTF8, NULL);
    GstEvent *gap;

    test_stream_push (
        &stream, test_timed (test_text ("\n  \n"), GST_SECOND, GST_SECOND));
    test_stream_send (&stream, gst_event_new_eos ());
    gap = test_stream_next_event (&stream, GST_EVENT_GAP);
    g_assert_nonnull (gap);
    gst_event_unref (gap);
    test_stream_expect_text (&stream, "");
    test_stream_close (&stream);
    g_free (launch);
  }
}

/* Whoever sends an event of that name. */
static void
a_foreign_event_is_no_text (void)
{
  static const char *const fields[] = { "", ",text=(string)a",
                                        ",text=(buffer)ff,pts=(int)-1" };
  char *launch = g_strdup_printf ("rnntagbin model-file=\"%s\"", model);
  TestStream stream = test_stream_open (launch, UTF8, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++) {
    char *text = g_strconcat ("rnn/blank", fields[i], NULL);
    GstStructure *s = gst_structure_from_string (text, NULL);
    g_assert_nonnull (s);
    test_stream_send (&stream,
                      gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, s));
    g_free (text);
  }
  test_stream_expect_text (&stream, "");
  test_stream_close (&stream);
  g_free (launch);
}

/* What comes out, in order: texts, and events by their names. */
static GstPadProbeReturn
note (GstPad *pad, GstPadProbeInfo *info, gpointer order)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstMapInfo map;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    gst_buffer_map (GST_PAD_PROBE_INFO_BUFFER (info), &map, GST_MAP_READ);
    g_string_append_len (order, (const char *) map.data, (gssize) map.size);
    gst_buffer_unmap (GST_PAD_PROBE_INFO_BUFFER (info), &map);
    g_string_append_c (order, '|');
  } else if (GST_EVENT_TYPE (event) > GST_EVENT_SEGMENT) {
    g_string_append_printf (order, "%s|", GST_EVENT_TYPE_NAME (event));
  }
  return GST_PAD_PROBE_OK;
}

static GstEvent *
new_tag (void)
{
  return gst_event_new_tag (
      gst_tag_list_new (GST_TAG_LANGUAGE_CODE, "en", NULL));
}

static GstEvent *
new_custom (void)
{
  return gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
                               gst_structure_new_empty ("x/mark"));
}

static GstEvent *
new_gap (void)
{
  return gst_event_new_gap (GST_SECOND, 9 * GST_SECOND);
}

static GstEvent *
new_segment_done (void)
{
  return gst_event_new_segment_done (GST_FORMAT_TIME, GST_SECOND);
}

static GstEvent *
new_group_done (void)
{
  return gst_event_new_stream_group_done (1);
}

/* @first, the event, @second. */
static void
expect_order (const char *framing, const char *first, GstEvent *event,
              const char *second, const char *wanted)
{
  char *launch = g_strdup_printf ("rnntagbin drain-on=gap framing=%s "
                                  "model-file=\"%s\"",
                                  framing, model);
  TestStream stream = test_stream_open (launch, UTF8, NULL);
  GstPad *pad = gst_element_get_static_pad (stream.element, "src");
  GString *order = g_string_new (NULL);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_DATA_DOWNSTREAM, note, order,
                     NULL);
  test_stream_push (&stream, test_timed (test_text (first), 0, GST_SECOND));
  test_stream_send (&stream, event);
  test_stream_push (
      &stream, test_timed (test_text (second), 10 * GST_SECOND, GST_SECOND));
  test_stream_send (&stream, gst_event_new_eos ());
  g_assert_cmpstr (order->str, ==, wanted);
  gst_object_unref (pad);
  test_stream_close (&stream);
  g_string_free (order, TRUE);
  g_free (launch);
}

static void
no_event_overtakes_text_that_waits (void)
{
  static const struct {
    GstEvent *(*new) (void);
    const char *name;
  } cases[] = { { new_gap, "gap" },
                { new_segment_done, "segment-done" },
                { new_group_done, "stream-group-done" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize is_line = 0; is_line < 2; is_line++) {
      char *wanted =
          g_strdup_printf (is_line ? "we saw [PER Mary]|%s| so|eos|"
                                   : "we saw |[PER Mary]|%s| so|eos|",
                           cases[i].name);
      expect_order (is_line ? "line" : "word", "we saw Mary", cases[i].new(),
                    " so", wanted);
      g_free (wanted);
    }
}

static void
an_event_inside_of_a_word_leaves_behind_it (void)
{
  static const struct {
    const char *framing, *first, *second, *wanted;
  } cases[] = {
    { "word", "so dar", "k, he said ", "so |dark, |%s|he said |eos|" },
    { "word", "so dar", "k", "so |dark|%s|eos|" },
    { "word", "so ", "he said ", "so |%s|he said |eos|" },
    { "word", "so ", " \nhe said ", "so |%s| \nhe said |eos|" },
    { "line", "so ", "he said\nthe", "so he said\n|%s|the|eos|" },
    { "line", "so\n", "he said", "so\n|%s|he said|eos|" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize is_tag = 0; is_tag < 2; is_tag++) {
      char **parts = g_strsplit (cases[i].wanted, "%s", 2);
      char *wanted = g_strjoinv (is_tag ? "tag" : "custom-downstream", parts);
      expect_order (cases[i].framing, cases[i].first,
                    is_tag ? new_tag () : new_custom (), cases[i].second,
                    wanted);
      g_free (wanted);
      g_strfreev (parts);
    }
}

static void
a_flush_throws_away_the_events_that_wait (void)
{
  char *launch =
      g_strdup_printf ("rnntagbin framing=word model-file=\"%s\"", model);
  TestStream stream = test_stream_open (launch, UTF8, NULL);
  GstEvent *event;

  test_stream_push (&stream, test_text ("Mar"));
  test_stream_send (&stream, new_custom ());
  test_stream_flush (&stream);
  test_stream_push (&stream, test_text ("he "));
  test_stream_send (&stream, gst_event_new_eos ());
  test_stream_expect_text (&stream, "he ");
  event = test_stream_next_event (&stream, GST_EVENT_CUSTOM_DOWNSTREAM);
  g_assert_null (event);
  test_stream_close (&stream);
  g_free (launch);
}

#define ADD(NAME) g_test_add_func ("/cuts/" #NAME, NAME)

int
main (int argc, char **argv)
{
  int code;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  model = g_test_build_filename (G_TEST_DIST, "pipelines", "models",
                                 "names-en-tiny.safetensors", NULL);
  ADD (any_cut_keeps_every_byte_of_the_text);
  ADD (any_cut_gives_the_same_yhat);
  ADD (white_space_by_itself_does_not_end_a_name);
  ADD (a_line_that_has_ended_is_judged_at_once);
  ADD (a_line_that_has_ended_closes_its_name);
  ADD (white_space_that_does_not_end_is_not_kept_for_ever);
  ADD (a_text_of_white_space_alone_is_a_gap);
  ADD (a_foreign_event_is_no_text);
  ADD (no_event_overtakes_text_that_waits);
  ADD (an_event_inside_of_a_word_leaves_behind_it);
  ADD (a_flush_throws_away_the_events_that_wait);
  code = g_test_run ();
  g_free (model);
  return code;
}
