/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Entities whose words come in buffers of their own. */
#include "wordnet.h"

#include <gst/check/gstharness.h>
#include <gst/check/gsttestclock.h>
#include <string.h>

#define SECOND GST_SECOND

static const char *const one_label[] = { "PER", NULL };
static const char *const bio_labels[] = { "O",     "B-PER", "I-PER",
                                          "B-LOC", "I-LOC", NULL };
static const char *const bioes_labels[] = { "O",     "B-PER", "I-PER",
                                            "E-PER", "S-PER", NULL };
static const char *const plain_labels[] = { "O", "PER", "LOC", NULL };

static const char *const one_rules[] = { "Harry=PER", "Potter=PER", "Mary=PER",
                                         "哈利=PER",  "波特=PER",   NULL };
static const char *const bio_rules[] = { "Harry=B-PER", "Mary=B-PER",
                                         "Potter=I-PER", "Paris=I-LOC", NULL };
static const char *const bioes_rules[] = { "Harry=B-PER", "James=I-PER",
                                           "Potter=E-PER", "Mary=S-PER", NULL };
static const char *const plain_rules[] = { "Harry=PER", "Potter=PER",
                                           "Paris=LOC", NULL };

/* rnntagbin with a wordnet, and a bus of its own. */
typedef struct {
  char *model;
  GstHarness *harness;
  GstBus *bus;
  GstClockTime now; /* of the next word */
} Fixture;

static Fixture
begin (const char *const *labels, const char *const *rules,
       RnnOutputKind output, const char *properties)
{
  Fixture f = { test_wordnet_new (labels, rules, output), NULL, gst_bus_new (),
                0 };
  char *launch = g_strdup_printf ("rnntagbin name=tag model-file=%s %s",
                                  f.model, properties);

  f.harness = gst_harness_new_parse (launch);
  gst_element_set_bus (f.harness->element, f.bus);
  gst_harness_set_sink_caps_str (f.harness, "application/x-json");
  gst_harness_set_src_caps_str (f.harness, "text/x-raw,format=utf8");
  g_free (launch);
  return f;
}

static Fixture
begin_binary (const char *properties)
{
  return begin (one_label, one_rules, RNN_OUTPUT_SIGMOID, properties);
}

static void
end (Fixture *f)
{
  gst_element_set_bus (f->harness->element, NULL);
  gst_harness_teardown (f->harness);
  gst_object_unref (f->bus);
  test_wordnet_free (f->model);
}

/* A buffer of half a second, one a second. */
static void
push_flagged (Fixture *f, const char *text, GstBufferFlags flags)
{
  GstBuffer *buffer = gst_buffer_new_memdup (text, strlen (text));

  GST_BUFFER_PTS (buffer) = f->now;
  GST_BUFFER_DURATION (buffer) = SECOND / 2;
  GST_BUFFER_FLAG_SET (buffer, flags);
  if (!(flags & GST_BUFFER_FLAG_DROPPABLE))
    f->now += SECOND;
  g_assert_cmpint (gst_harness_push (f->harness, buffer), ==, GST_FLOW_OK);
}

static void
push (Fixture *f, const char *text)
{
  push_flagged (f, text, 0);
}

static void
push_custom (Fixture *f, const char *name)
{
  gst_harness_push_event (
      f->harness, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
                                        gst_structure_new_empty (name)));
}

static const GstStructure *
next_entity (Fixture *f, GstMessage **message)
{
  *message = gst_bus_pop_filtered (f->bus, GST_MESSAGE_ELEMENT);
  return *message ? gst_message_get_structure (*message) : NULL;
}

static void
expect_nothing (Fixture *f)
{
  GstMessage *message;

  g_assert_null (next_entity (f, &message));
}

static void
expect_entity (Fixture *f, const char *label, const char *text)
{
  GstMessage *message;
  const GstStructure *s = next_entity (f, &message);

  g_assert_nonnull (s);
  g_assert_true (gst_structure_has_name (s, "rnn-entity"));
  g_assert_cmpstr (gst_structure_get_string (s, "label"), ==, label);
  g_assert_cmpstr (gst_structure_get_string (s, "text"), ==, text);
  gst_message_unref (message);
}

static char *
pull (Fixture *f)
{
  GstBuffer *buffer = gst_harness_pull (f->harness);
  char *text = g_malloc0 (gst_buffer_get_size (buffer) + 1);

  gst_buffer_extract (buffer, 0, text, gst_buffer_get_size (buffer));
  gst_buffer_unref (buffer);
  return text;
}

static void
expect_text_with (Fixture *f, const char *wanted, gboolean is_there)
{
  char *text = pull (f);

  if ((strstr (text, wanted) != NULL) != is_there)
    g_error ("expected %s%s in %s", is_there ? "" : "no ", wanted, text);
  g_free (text);
}

static void
a_name_in_two_buffers_is_one_entity (void)
{
  Fixture f = begin_binary ("");

  push (&f, "Harry");
  push (&f, "Potter");
  expect_nothing (&f);
  push (&f, "flew");
  expect_entity (&f, "PER", "Harry Potter");
  expect_nothing (&f);
  end (&f);
}

static void
its_texts_leave_before_it_closes (void)
{
  Fixture f = begin_binary ("");

  push (&f, "met Harry");
  expect_text_with (&f, "\"start\":4", TRUE);
  push (&f, "Potter");
  expect_text_with (&f, "\"start\":0", TRUE);
  expect_nothing (&f);
  end (&f);
}

static void
json_says_which_entity_continues_another (void)
{
  Fixture f = begin_binary ("");

  push (&f, "Harry");
  push (&f, "Potter met Mary");
  push (&f, "Mary Potter");
  expect_text_with (&f, "continues", FALSE);
  expect_text_with (&f, "\"text\":\"Potter\",\"start\":0,\"end\":6,", TRUE);
  expect_text_with (&f, "\"continues\":true", TRUE);
  end (&f);
}

/* What ends a name without a word. */
static void
send_gap (Fixture *f)
{
  gst_harness_push_event (f->harness, gst_event_new_gap (f->now, SECOND));
}

static void
send_final_transcript (Fixture *f)
{
  push_custom (f, "rstranscribe/final-transcript");
}

static void
send_speaker_change (Fixture *f)
{
  push_custom (f, "rstranscribe/speaker-change");
}

static void
send_stream_start (Fixture *f)
{
  gst_harness_push_event (f->harness, gst_event_new_stream_start ("again"));
}

static void
send_segment (Fixture *f)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (f->harness, gst_event_new_segment (&segment));
}

static void
send_eos (Fixture *f)
{
  gst_harness_push_event (f->harness, gst_event_new_eos ());
}

static void
these_events_close_an_entity (void)
{
  static void (*const events[]) (Fixture * f) = {
    send_gap,          send_final_transcript, send_speaker_change,
    send_stream_start, send_segment,          send_eos
  };

  for (gsize i = 0; i < G_N_ELEMENTS (events); i++) {
    Fixture f = begin_binary ("");
    push (&f, "Harry");
    push (&f, "Potter");
    events[i](&f);
    expect_entity (&f, "PER", "Harry Potter");
    if (events[i] != send_eos) {
      push (&f, "Potter");
      push (&f, "flew");
      expect_entity (&f, "PER", "Potter");
    }
    expect_nothing (&f);
    end (&f);
  }
}

static void
a_newline_at_the_end_of_a_text_closes_an_entity (void)
{
  Fixture f = begin_binary ("");

  push (&f, "Harry\n");
  expect_entity (&f, "PER", "Harry");
  push (&f, "Potter flew");
  expect_entity (&f, "PER", "Potter");
  end (&f);
}

static void
gaps_up_to_max_gap_close_nothing (void)
{
  Fixture f = begin_binary ("max-gap=1000000000");

  push (&f, "Harry");
  gst_harness_push_event (f.harness, gst_event_new_gap (f.now, SECOND));
  push (&f, "Potter");
  expect_nothing (&f);
  gst_harness_push_event (f.harness, gst_event_new_gap (f.now, SECOND + 1));
  expect_entity (&f, "PER", "Harry Potter");
  push (&f, "Mary");
  gst_harness_push_event (f.harness,
                          gst_event_new_gap (f.now, GST_CLOCK_TIME_NONE));
  expect_entity (&f, "PER", "Mary");
  end (&f);
}

static void
a_flush_throws_an_entity_away (void)
{
  Fixture f = begin_binary ("");

  push (&f, "Harry");
  gst_harness_push_event (f.harness, gst_event_new_flush_start ());
  gst_harness_push_event (f.harness, gst_event_new_flush_stop (TRUE));
  send_segment (&f);
  push (&f, "flew");
  expect_nothing (&f);
  end (&f);
}

static void
ready_throws_an_entity_away (void)
{
  Fixture f = begin_binary ("");

  push (&f, "Harry");
  gst_element_set_state (f.harness->element, GST_STATE_READY);
  expect_nothing (&f);
  end (&f);
}

static void
max_delay_closes_an_entity_by_the_clock (void)
{
  Fixture f = begin_binary ("max-delay=2000000000");
  GstTestClock *clock = gst_harness_get_testclock (f.harness);
  GstClockID waiting;

  gst_harness_use_testclock (f.harness);
  push (&f, "Harry");
  push (&f, "Potter");
  g_assert_true (gst_test_clock_peek_next_pending_id (clock, &waiting));
  g_assert_cmpuint (gst_clock_id_get_time (waiting), ==, 2 * SECOND);
  gst_clock_id_unref (waiting);
  expect_nothing (&f);
  g_assert_true (gst_harness_crank_single_clock_wait (f.harness));
  expect_entity (&f, "PER", "Harry Potter");
  push (&f, "Potter");
  push (&f, "flew");
  expect_entity (&f, "PER", "Potter");
  g_assert_false (gst_test_clock_peek_next_pending_id (clock, NULL));
  gst_object_unref (clock);
  end (&f);
}

/* So long that no clock gets there, or rnntagbin's own default. */
static void
without_a_time_to_wait_for_an_entity_stays_open (void)
{
  static const char *const delays[] = { "max-delay=9223372036854775807",
                                        "max-delay=18446744073709551614",
                                        "max-delay=-1" };

  for (gsize i = 0; i < G_N_ELEMENTS (delays); i++) {
    Fixture f = begin_binary (delays[i]);
    GstTestClock *clock = gst_harness_get_testclock (f.harness);
    gst_harness_use_testclock (f.harness);
    gst_test_clock_set_time (clock, 3 * SECOND);
    push (&f, "Harry");
    g_assert_false (gst_test_clock_peek_next_pending_id (clock, NULL));
    expect_nothing (&f);
    push (&f, "Potter");
    g_assert_false (gst_test_clock_peek_next_pending_id (clock, NULL));
    push (&f, "flew");
    expect_entity (&f, "PER", "Harry Potter");
    gst_object_unref (clock);
    end (&f);
  }
}

static void
bio_prefixes_part_and_join (void)
{
  Fixture f = begin (bio_labels, bio_rules, RNN_OUTPUT_SOFTMAX, "");

  push (&f, "Harry");
  push (&f, "Potter");
  push (&f, "Mary");
  expect_entity (&f, "PER", "Harry Potter");
  push (&f, "Paris");
  expect_entity (&f, "PER", "Mary");
  send_eos (&f);
  expect_entity (&f, "LOC", "Paris");
  end (&f);
}

static void
the_last_token_of_bioes_closes_at_once (void)
{
  Fixture f = begin (bioes_labels, bioes_rules, RNN_OUTPUT_SOFTMAX, "");

  push (&f, "Harry");
  push (&f, "James");
  expect_nothing (&f);
  push (&f, "Potter");
  expect_entity (&f, "PER", "Harry James Potter");
  push (&f, "Mary");
  expect_entity (&f, "PER", "Mary");
  end (&f);
}

static void
neighbours_of_one_plain_class_are_one_entity (void)
{
  Fixture f = begin (plain_labels, plain_rules, RNN_OUTPUT_SOFTMAX, "");

  push (&f, "Harry");
  push (&f, "Potter");
  push (&f, "Paris");
  expect_entity (&f, "PER", "Harry Potter");
  push (&f, "flew");
  expect_entity (&f, "LOC", "Paris");
  end (&f);
}

static void
threshold_and_labels_tell_what_is_an_entity (void)
{
  Fixture f = begin_binary ("labels=NAME threshold=0.999");

  push (&f, "Harry");
  push (&f, "flew");
  expect_nothing (&f);
  gst_child_proxy_set (GST_CHILD_PROXY (f.harness->element), "tag::threshold",
                       0.5f, NULL);
  push (&f, "Harry");
  push (&f, "flew");
  expect_entity (&f, "NAME", "Harry");
  end (&f);
}

/* Running time is counted from the segment's start. */
static void
an_entity_tells_when_it_begins_and_ends (void)
{
  Fixture f = begin_binary ("words=true");
  GstMessage *message;
  const GstStructure *s;
  const GValue *words;
  GstSegment segment;
  guint64 start = 0, stop = 0, pts = 0, running = 0, running_end = 0;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = 10 * SECOND;
  gst_harness_push_event (f.harness, gst_event_new_segment (&segment));
  f.now = 12 * SECOND;
  push (&f, "saw Harry ");
  push (&f, "Potter");
  push (&f, "fly");
  s = next_entity (&f, &message);
  g_assert_nonnull (s);
  g_assert_true (gst_structure_get (
      s, "start", G_TYPE_UINT64, &start, "end", G_TYPE_UINT64, &stop, "pts",
      G_TYPE_UINT64, &pts, "running-time", G_TYPE_UINT64, &running,
      "end-running-time", G_TYPE_UINT64, &running_end, NULL));
  g_assert_cmpuint (start, ==, 4);
  g_assert_cmpuint (stop, ==, 16);
  g_assert_cmpuint (pts, ==, 12 * SECOND);
  g_assert_cmpuint (running, ==, 2 * SECOND);
  g_assert_cmpuint (running_end, ==, 3 * SECOND + SECOND / 2);
  words = gst_structure_get_value (s, "words");
  g_assert_cmpuint (gst_value_array_get_size (words), ==, 2);
  s = gst_value_get_structure (gst_value_array_get_value (words, 1));
  g_assert_cmpstr (gst_structure_get_string (s, "text"), ==, "Potter");
  g_assert_true (
      gst_structure_get (s, "running-time", G_TYPE_UINT64, &running, NULL));
  g_assert_cmpuint (running, ==, 3 * SECOND);
  gst_message_unref (message);
  end (&f);
}

static void
backwards_no_entity_goes_on_in_the_next_buffer (void)
{
  Fixture f = begin_binary ("");
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = -1.0;
  segment.stop = segment.position = 10 * SECOND;
  gst_harness_push_event (f.harness, gst_event_new_segment (&segment));
  push (&f, "Harry");
  expect_entity (&f, "PER", "Harry");
  push (&f, "Potter flew");
  expect_entity (&f, "PER", "Potter");
  g_free (pull (&f));
  expect_text_with (&f, "continues", FALSE);
  end (&f);
}

static void
words_get_a_space_where_their_script_has_one (void)
{
  Fixture f = begin_binary ("");

  push (&f, "哈利");
  push (&f, "波特");
  push (&f, "。");
  expect_entity (&f, "PER", "哈利波特");
  push (&f, "Harry");
  push (&f, " Potter");
  push (&f, ".");
  expect_entity (&f, "PER", "Harry Potter");
  end (&f);
}

static void
a_stream_of_text_keeps_the_spaces_it_has (void)
{
  Fixture f = begin_binary ("framing=word");

  push (&f, "Har");
  push (&f, "ry  Po");
  push (&f, "tter  flew");
  send_eos (&f);
  expect_entity (&f, "PER", "Harry  Potter");
  expect_nothing (&f);
  end (&f);
}

static void
no_messages_are_posted_unless_wanted (void)
{
  Fixture f = begin_binary ("post-messages=false");

  push (&f, "Harry flew");
  send_eos (&f);
  expect_nothing (&f);
  end (&f);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
#define ADD(test) g_test_add_func ("/entities/" #test, test)
  ADD (a_name_in_two_buffers_is_one_entity);
  ADD (its_texts_leave_before_it_closes);
  ADD (json_says_which_entity_continues_another);
  ADD (these_events_close_an_entity);
  ADD (a_newline_at_the_end_of_a_text_closes_an_entity);
  ADD (gaps_up_to_max_gap_close_nothing);
  ADD (a_flush_throws_an_entity_away);
  ADD (ready_throws_an_entity_away);
  ADD (max_delay_closes_an_entity_by_the_clock);
  ADD (without_a_time_to_wait_for_an_entity_stays_open);
  ADD (bio_prefixes_part_and_join);
  ADD (the_last_token_of_bioes_closes_at_once);
  ADD (neighbours_of_one_plain_class_are_one_entity);
  ADD (threshold_and_labels_tell_what_is_an_entity);
  ADD (an_entity_tells_when_it_begins_and_ends);
  ADD (backwards_no_entity_goes_on_in_the_next_buffer);
  ADD (words_get_a_space_where_their_script_has_one);
  ADD (a_stream_of_text_keeps_the_spaces_it_has);
  ADD (no_messages_are_posted_unless_wanted);
  return g_test_run ();
}
