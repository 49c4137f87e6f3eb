/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What downstream answers where no buffer is under way that could tell: at the
 * end of a text, from the thread of max-delay, in a flush. */
#include "elements.h"
#include "model.h"

#include <string.h>

#define MS GST_MSECOND

/* Those behind an element: what they saw, as one letter a buffer and one a kind
 * of event, and what they answer to the next @n_bad buffers. */
typedef struct {
  GString *seen;
  GstFlowReturn answer;
  gint n_bad;
} Downstream;

/* Of look-ahead 2, and two of none. */
static char *ahead, *prompt, *other;

static char
letter_of (GstEvent *event)
{
  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_STREAM_START:
    return '(';
  case GST_EVENT_CAPS:
    return 'C';
  case GST_EVENT_SEGMENT:
    return 'S';
  case GST_EVENT_TAG:
    return 'T';
  case GST_EVENT_CUSTOM_DOWNSTREAM:
    return 'x';
  case GST_EVENT_EOS:
    return ')';
  default:
    return '?';
  }
}

static GstPadProbeReturn
see (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Downstream *down = data;

  (void) pad;
  if (!(GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER)) {
    g_string_append_c (down->seen, letter_of (GST_PAD_PROBE_INFO_EVENT (info)));
    return GST_PAD_PROBE_OK;
  }
  g_string_append_c (down->seen, 'b');
  if (g_atomic_int_get (&down->n_bad) == 0)
    return GST_PAD_PROBE_OK;
  g_atomic_int_add (&down->n_bad, -1);
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = down->answer;
  gst_buffer_unref (GST_PAD_PROBE_INFO_BUFFER (info));
  return GST_PAD_PROBE_HANDLED;
}

static void
downstream_begin (Downstream *down, TestStream *stream)
{
  GstPad *pad = gst_element_get_static_pad (stream->element, "src");

  down->seen = g_string_new (NULL);
  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, see,
      down, NULL);
  gst_object_unref (pad);
}

/* That this is what has come since the last look. */
static void
expect_seen (Downstream *down, const char *wanted)
{
  g_assert_cmpstr (down->seen->str, ==, wanted);
  g_string_truncate (down->seen, 0);
}

static void
downstream_end (Downstream *down, TestStream *stream)
{
  test_stream_close (stream);
  g_string_free (down->seen, TRUE);
}

static GstBuffer *
new_word (void)
{
  const gint32 word = 1;

  return test_tokens (&word, 1);
}

/* What static caps have no header for. */
static GstBuffer *
new_two_words (void)
{
  const gint32 words[] = { 1, 2 };

  return test_buffer (words, sizeof words);
}

/* A word is taken in, and nothing bad is known of it. */
static void
push_word (TestStream *stream)
{
  g_assert_cmpint (test_stream_push (stream, new_word ()), ==, GST_FLOW_OK);
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
                               gst_structure_new_empty ("any"));
}

/* The bad answers, and how many errors each is at EOS. */
static const struct {
  GstFlowReturn answer;
  guint n_errors;
} bad[] = { { GST_FLOW_NOT_LINKED, 1 },
            { GST_FLOW_NOT_NEGOTIATED, 1 },
            { GST_FLOW_ERROR, 1 },
            { GST_FLOW_FLUSHING, 0 },
            { GST_FLOW_EOS, 0 } };

static void
eos_goes_on_whatever_is_said_to_what_leaves_before_it (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    TestStream stream = test_stream_open_tagger (ahead, "");
    Downstream down = { .answer = bad[i].answer, .n_bad = 9 };

    downstream_begin (&down, &stream);
    push_word (&stream);
    test_stream_send (&stream, new_tag ());
    push_word (&stream);
    test_stream_send (&stream, new_custom ());
    expect_seen (&down, "");
    test_stream_send (&stream, gst_event_new_eos ());
    expect_seen (&down, "bTx)");
    g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_ERROR),
                      ==, bad[i].n_errors);
    downstream_end (&down, &stream);
  }
}

static void
what_a_buffer_told_is_no_error_at_eos_again (void)
{
  TestStream stream = test_stream_open_tagger (ahead, "");
  Downstream down = { .answer = GST_FLOW_NOT_LINKED, .n_bad = 9 };

  downstream_begin (&down, &stream);
  push_word (&stream);
  push_word (&stream);
  g_assert_cmpint (test_stream_push (&stream, new_word ()), ==,
                   GST_FLOW_NOT_LINKED);
  test_stream_send (&stream, gst_event_new_eos ());
  expect_seen (&down, "bb)");
  g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_ERROR), ==,
                    0);
  downstream_end (&down, &stream);
}

static void
the_next_stream_begins_without_what_the_last_one_could_not_push (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    TestStream stream = test_stream_open_tagger (ahead, "");
    Downstream down = { .answer = bad[i].answer, .n_bad = 1 };

    downstream_begin (&down, &stream);
    push_word (&stream);
    test_stream_send (&stream, new_tag ());
    push_word (&stream);
    test_stream_send (&stream, gst_event_new_stream_start ("next"));
    expect_seen (&down, "bT(");
    test_stream_send_caps (&stream, FLEXIBLE);
    test_stream_send_segment (&stream);
    push_word (&stream);
    expect_seen (&down, "CS");
    test_stream_send (&stream, gst_event_new_eos ());
    expect_seen (&down, "b)");
    g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_ERROR),
                      ==, 0);
    downstream_end (&down, &stream);
  }
}

/* In line and from text to text, whoever holds something back at the end. */
static void
one_error_tells_of_a_text_that_nobody_takes (void)
{
  const char *const launches[] = { "rnntokenizer framing=word model-file=",
                                   "rnntagbin framing=word model-file=" };
  char *const models[] = { prompt, ahead };

  for (gsize i = 0; i < 4; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (bad); j++) {
      char *launch = g_strconcat (launches[i / 2], models[i % 2], NULL);
      TestStream stream =
          test_stream_open (launch, "text/x-raw,format=utf8", NULL);
      Downstream down = { .answer = bad[j].answer, .n_bad = 9 };

      downstream_begin (&down, &stream);
      g_assert_cmpint (test_stream_push (&stream, test_text ("Harry")), ==,
                       GST_FLOW_OK);
      test_stream_send (&stream, gst_event_new_eos ());
      expect_seen (&down, "b)");
      g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_ERROR),
                        ==, bad[j].n_errors);
      downstream_end (&down, &stream);
      g_free (launch);
    }
}

/* A word that waits for max-delay, and the clock goes there: downstream has
 * answered, and the element knows it. */
static void
push_word_and_wait (TestStream *stream, Downstream *down)
{
  GstTestClock *clock = gst_harness_get_testclock (stream->harness);
  GstPad *pad = gst_element_get_static_pad (stream->element, "sink");
  gint before = g_atomic_int_get (&down->n_bad);
  GstClockID id;

  push_word (stream);
  gst_test_clock_wait_for_next_pending_id (clock, NULL);
  gst_test_clock_advance_time (clock, 400 * MS);
  while (g_atomic_int_get (&down->n_bad) == before) {
    while ((id = gst_test_clock_process_next_clock_id (clock)))
      gst_clock_id_unref (id);
    g_usleep (100);
  }
  GST_PAD_STREAM_LOCK (pad);
  GST_PAD_STREAM_UNLOCK (pad);
  gst_object_unref (pad);
  gst_object_unref (clock);
}

static TestStream
open_live (Downstream *down)
{
  TestStream stream = test_stream_open_tagger (ahead, "max-delay=400000000");

  gst_harness_use_testclock (stream.harness);
  downstream_begin (down, &stream);
  return stream;
}

static void
not_linked_to_what_was_late_is_told_once (void)
{
  Downstream down = { .answer = GST_FLOW_NOT_LINKED, .n_bad = 1 };
  TestStream stream = open_live (&down);

  push_word_and_wait (&stream, &down);
  g_assert_cmpint (test_stream_push (&stream, new_word ()), ==,
                   GST_FLOW_NOT_LINKED);
  push_word (&stream);
  push_word (&stream);
  expect_seen (&down, "bb");
  test_stream_send (&stream, gst_event_new_eos ());
  expect_seen (&down, "bb)");
  g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_ERROR), ==,
                    0);
  downstream_end (&down, &stream);
}

static void
a_new_link_lets_not_linked_be_forgotten (void)
{
  Downstream down = { .answer = GST_FLOW_NOT_LINKED, .n_bad = 1 };
  TestStream stream = open_live (&down);

  push_word_and_wait (&stream, &down);
  gst_harness_push_upstream_event (stream.harness,
                                   gst_event_new_reconfigure ());
  for (int i = 0; i < 3; i++)
    push_word (&stream);
  expect_seen (&down, "bb");
  downstream_end (&down, &stream);
}

static void
what_is_late_at_eos_and_not_taken_is_an_error (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    Downstream down = { .answer = bad[i].answer, .n_bad = 1 };
    TestStream stream = open_live (&down);

    push_word_and_wait (&stream, &down);
    test_stream_send (&stream, gst_event_new_eos ());
    expect_seen (&down, "b)");
    g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_ERROR),
                      ==, bad[i].n_errors);
    downstream_end (&down, &stream);
  }
}

/* While an element asks what downstream takes, another thread begins a flush,
 * as a seek does. */
typedef struct {
  TestStream *stream;
  gulong probe;
} Flush;

static gpointer
begin_flush (gpointer stream)
{
  test_stream_send (stream, gst_event_new_flush_start ());
  return NULL;
}

static GstPadProbeReturn
flush_at_query (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Flush *flush = data;

  if (GST_QUERY_TYPE (GST_PAD_PROBE_INFO_QUERY (info)) != GST_QUERY_CAPS)
    return GST_PAD_PROBE_OK;
  gst_pad_remove_probe (pad, flush->probe);
  g_thread_join (g_thread_new ("flush", begin_flush, flush->stream));
  return GST_PAD_PROBE_OK;
}

static void
flush_at_next_query (Flush *flush, TestStream *stream)
{
  GstPad *pad = gst_element_get_static_pad (stream->element, "src");

  flush->stream = stream;
  flush->probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM,
                                    flush_at_query, flush, NULL);
  gst_object_unref (pad);
}

/* A buffer that meets the flush; behind it, one goes through. */
static void
expect_flushed (TestStream *stream, const TestElement *e)
{
  g_assert_cmpint (test_stream_push (stream, e->new_buffer ()), ==,
                   GST_FLOW_FLUSHING);
  g_assert_cmpint (gst_harness_buffers_in_queue (stream->harness), ==, 0);
  test_stream_send (stream, gst_event_new_flush_stop (TRUE));
  test_stream_send_segment (stream);
  g_assert_cmpint (test_stream_push (stream, e->new_buffer ()), ==,
                   GST_FLOW_OK);
  g_assert_cmpint (gst_harness_buffers_in_queue (stream->harness), >, 0);
  g_assert_cmpuint (test_stream_count_messages (stream, GST_MESSAGE_ERROR), ==,
                    0);
}

/* Upstream sends them with its first buffer when they were there before the
 * link. */
static void
first_caps_that_meet_a_flush_come_again (void)
{
  for (gsize i = 0; i < TEST_N_ELEMENTS; i++) {
    const TestElement *e = &test_elements[i];
    char *launch = test_element_launch (e, prompt, "");
    TestStream stream = test_stream_open (launch, NULL, NULL);
    GstPad *sink = gst_element_get_static_pad (stream.element, "sink");
    Flush flush;

    gst_pad_unlink (stream.harness->srcpad, sink);
    test_stream_send_caps (&stream, e->caps);
    test_stream_send_segment (&stream);
    gst_pad_link (stream.harness->srcpad, sink);
    flush_at_next_query (&flush, &stream);
    expect_flushed (&stream, e);
    gst_object_unref (sink);
    test_stream_close (&stream);
    g_free (launch);
  }
}

static void
change_model (TestStream *stream, const char *file)
{
  GstProgressType type = GST_PROGRESS_TYPE_START;

  g_object_set (stream->element, "model-file", file, NULL);
  while (type != GST_PROGRESS_TYPE_COMPLETE) {
    GstMessage *message = gst_bus_timed_pop_filtered (
        stream->bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_PROGRESS);
    gst_message_parse_progress (message, &type, NULL, NULL);
    g_assert_cmpint (type, !=, GST_PROGRESS_TYPE_ERROR);
    gst_message_unref (message);
  }
}

/* What downstream takes is asked for again: it does not say during a flush. */
static void
a_change_of_the_model_that_meets_a_flush_is_made_behind_it (void)
{
  static const char *const outs[] = { STATIC ("int32", "1"),
                                      STATIC ("float32", "1:2") };

  for (gsize i = 0; i < G_N_ELEMENTS (outs); i++) {
    const TestElement *e = &test_elements[i];
    char *launch = test_element_launch (e, prompt, "");
    TestStream stream =
        test_stream_open (launch, i ? STATIC ("int32", "2") : e->caps, outs[i]);
    TestElement same = *e;
    Flush flush;

    if (i)
      same.new_buffer = new_two_words;
    g_assert_cmpint (test_stream_push (&stream, same.new_buffer ()), ==,
                     GST_FLOW_OK);
    while (gst_harness_buffers_in_queue (stream.harness))
      gst_buffer_unref (gst_harness_pull (stream.harness));
    change_model (&stream, other);
    flush_at_next_query (&flush, &stream);
    expect_flushed (&stream, &same);
    test_stream_close (&stream);
    g_free (launch);
  }
}

/* What waited behind @word when a flush threw that away. */
static void
expect_sticky (TestStream stream, GstBuffer *word)
{
  Downstream down = { .answer = GST_FLOW_OK };

  downstream_begin (&down, &stream);
  test_stream_push (&stream, gst_buffer_ref (word));
  test_stream_send (&stream, new_tag ());
  test_stream_send (&stream, new_custom ());
  expect_seen (&down, "");
  test_stream_flush (&stream);
  test_stream_push (&stream, word);
  test_stream_send (&stream, gst_event_new_eos ());
  g_assert_nonnull (strchr (down.seen->str, 'T'));
  g_assert_null (strchr (down.seen->str, 'x'));
  g_assert_true (g_str_has_suffix (down.seen->str, "b)"));
  downstream_end (&down, &stream);
}

static void
sticky_events_outlive_a_flush (void)
{
  char *launch =
      g_strconcat ("rnntokenizer framing=word model-file=", prompt, NULL);

  expect_sticky (test_stream_open_tagger (ahead, ""), new_word ());
  expect_sticky (test_stream_open (launch, "text/x-raw,format=utf8", NULL),
                 test_text ("Harry"));
  g_free (launch);
}

/* A word that the dictionary refuses. */
static void
eos_goes_on_behind_text_that_cannot_leave (void)
{
  const TestModel model = { 2, 5, 1, "Harry\nPotter", NULL, 0 };
  char *path = test_model_new (&model);
  char *launch =
      g_strconcat ("rnntokenizer framing=word model-file=", path, NULL);
  TestStream stream = test_stream_open (launch, "text/x-raw,format=utf8", NULL);
  Downstream down = { .answer = GST_FLOW_OK };

  downstream_begin (&down, &stream);
  test_stream_push (&stream, test_text ("Hermione"));
  test_stream_send (&stream, gst_event_new_eos ());
  expect_seen (&down, ")");
  g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_ERROR), ==,
                    1);
  downstream_end (&down, &stream);
  test_model_free (path);
  g_free (launch);
}

static void
caps_that_wait_outlive_a_flush (void)
{
  TestStream stream = test_stream_open_tagger (ahead, "");
  const GstStructure *s;
  GstBuffer *buffer;
  GstCaps *caps;

  push_word (&stream);
  test_stream_send_caps (&stream, STATIC ("int32", "2"));
  test_stream_flush (&stream);
  g_assert_cmpint (test_stream_push (&stream, new_two_words ()), ==,
                   GST_FLOW_OK);
  test_stream_send (&stream, gst_event_new_eos ());
  buffer = gst_harness_pull (stream.harness);
  g_assert_cmpuint (gst_buffer_get_size (buffer), ==, 2 * sizeof (float));
  gst_buffer_unref (buffer);
  caps = gst_pad_get_current_caps (stream.harness->sinkpad);
  s = gst_caps_get_structure (caps, 0);
  g_assert_cmpstr (gst_structure_get_string (s, "format"), ==, "static");
  g_assert_cmpstr (gst_structure_get_string (s, "dimensions"), ==, "1:2");
  gst_caps_unref (caps);
  test_stream_close (&stream);
}

#define ADD(NAME) g_test_add_func ("/flows/" #NAME, NAME)

int
main (int argc, char **argv)
{
  const char *const metadata[] = { "rnn.lookahead", "2", NULL };
  const TestModel two = { TEST_N_WORDS, 5, 1, TEST_WORDS, metadata, 0 };
  const TestModel none = { TEST_N_WORDS, 5, 1, TEST_WORDS, NULL, 0 };
  int code;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  ahead = test_model_new (&two);
  prompt = test_model_new (&none);
  other = test_model_new (&none);
  ADD (eos_goes_on_whatever_is_said_to_what_leaves_before_it);
  ADD (what_a_buffer_told_is_no_error_at_eos_again);
  ADD (the_next_stream_begins_without_what_the_last_one_could_not_push);
  ADD (one_error_tells_of_a_text_that_nobody_takes);
  ADD (not_linked_to_what_was_late_is_told_once);
  ADD (a_new_link_lets_not_linked_be_forgotten);
  ADD (what_is_late_at_eos_and_not_taken_is_an_error);
  ADD (first_caps_that_meet_a_flush_come_again);
  ADD (a_change_of_the_model_that_meets_a_flush_is_made_behind_it);
  ADD (sticky_events_outlive_a_flush);
  ADD (eos_goes_on_behind_text_that_cannot_leave);
  ADD (caps_that_wait_outlive_a_flush);
  code = g_test_run ();
  test_model_free (other);
  test_model_free (prompt);
  test_model_free (ahead);
  return code;
}
