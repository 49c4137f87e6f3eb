/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a tagger with look-ahead holds back, in which order it leaves, when. */
#include "tagger.h"

#include <string.h>
#include <unistd.h>

#define MAX_TOKENS 300

/* Random tokens, and where their text ends if only sentences and the end of all
 * do that. */
static gsize
random_text (gint32 *tokens, gboolean *ends, gsize max)
{
  gsize n = 1 + test_below (max);

  for (gsize i = 0; i < n; i++) {
    tokens[i] = (gint32) test_below (TEST_N_WORDS);
    ends[i] = tokens[i] == TEST_MARK || i + 1 == n;
  }
  return n;
}

static void
any_cut_gives_the_offline_result_and_nothing_is_held_at_the_end (void)
{
  for (gsize i = 0; i < 60; i++) {
    TestTagger f = test_tagger_new (i % 6, "");
    gint32 tokens[MAX_TOKENS];
    gboolean ends[MAX_TOKENS];
    gsize n = random_text (tokens, ends, MAX_TOKENS);
    float *wanted = test_by_definition (f.model, tokens, ends, n);
    gsize longest = test_below (2) ? 1 : 30, n_buffers = 0, n_out = 0;

    for (gsize at = 0; at < n; n_buffers++) {
      gsize wish = 1 + test_below (longest), part = MIN (wish, n - at);
      test_push_at (&f, tokens + at, part, GST_CLOCK_TIME_NONE, 0);
      at += part;
      if (test_below (4) == 0)
        n_out += test_pull_all (&f);
    }
    gst_harness_push_event (f.harness, gst_event_new_eos ());
    n_out += test_pull_all (&f);
    g_assert_cmpuint (n_out, ==, n_buffers);
    test_assert_rows (&f, wanted, n);
    g_free (wanted);
    test_tagger_free (&f);
  }
}

static void
a_buffer_leaves_when_its_last_token_has_k_successors (void)
{
  TestTagger f = test_tagger_new (3, "");
  const gint32 two[] = { 0, 1 };

  test_push_at (&f, two, 2, GST_CLOCK_TIME_NONE, 0);
  g_assert_cmpuint (test_pull_all (&f), ==, 0);
  test_push_at (&f, two, 2, GST_CLOCK_TIME_NONE, 0);
  g_assert_cmpuint (test_pull_all (&f), ==, 0);
  test_push_words (&f, 1);
  g_assert_cmpuint (test_pull_all (&f), ==, 1);
  test_push_words (&f, 2);
  g_assert_cmpuint (test_pull_all (&f), ==, 1);
  gst_harness_push_event (f.harness, gst_event_new_eos ());
  g_assert_cmpuint (test_pull_all (&f), ==, 3);
  test_tagger_free (&f);
}

/* Push two words, then what may end the text; how many buffers are out? */
static gsize
count_out_after (const char *properties, void (*push_end) (TestTagger *f))
{
  TestTagger f = test_tagger_new (4, properties);
  gsize n;

  test_push_words (&f, 2);
  push_end (&f);
  n = test_pull_all (&f);
  test_tagger_free (&f);
  return n;
}

static void
final_transcript (TestTagger *f)
{
  test_push_custom (f, "rstranscribe/final-transcript");
}

static void
speaker_change (TestTagger *f)
{
  test_push_custom (f, "rstranscribe/speaker-change");
}

static void
short_gap (TestTagger *f)
{
  gst_harness_push_event (f->harness, gst_event_new_gap (0, 10 * MS));
}

static void
full_stop (TestTagger *f)
{
  const gint32 mark = TEST_MARK;

  test_push_at (f, &mark, 1, GST_CLOCK_TIME_NONE, 0);
}

static void
stream_start (TestTagger *f)
{
  gst_harness_push_event (f->harness, gst_event_new_stream_start ("next"));
}

static void
segment_done (TestTagger *f)
{
  gst_harness_push_event (f->harness,
                          gst_event_new_segment_done (GST_FORMAT_TIME, 0));
}

static void
nothing (TestTagger *f)
{
}

static void
texts_end_where_drain_on_says (void)
{
  static const struct {
    const char *flag;
    void (*push_end) (TestTagger *f);
    gsize n_buffers;
  } cases[] = { { "final-transcript", final_transcript, 2 },
                { "speaker-change", speaker_change, 2 },
                { "gap", short_gap, 2 },
                { "sentence", full_stop, 3 },
                { "buffer", nothing, 2 } };

  for (gsize c = 0; c < G_N_ELEMENTS (cases); c++) {
    char *on = g_strdup_printf ("drain-on=%s", cases[c].flag);
    gboolean is_default = strcmp (cases[c].flag, "buffer") != 0;
    g_assert_cmpuint (count_out_after (on, cases[c].push_end), ==,
                      cases[c].n_buffers);
    g_assert_cmpuint (count_out_after ("drain-on=0", cases[c].push_end), ==, 0);
    g_assert_cmpuint (count_out_after ("", cases[c].push_end), ==,
                      is_default ? cases[c].n_buffers : 0);
    g_free (on);
  }
  g_assert_cmpuint (count_out_after ("drain-on=0", stream_start), ==, 2);
  g_assert_cmpuint (count_out_after ("drain-on=0", segment_done), ==, 2);
}

static void
a_newline_at_the_end_of_a_text_ends_it (void)
{
  TestTagger f = test_tagger_new (3, "");
  char *launch = g_strdup_printf (
      "rnntokenizer model-file=%s ! rnntagger model-file=%s", f.path, f.path);
  GstHarness *h = gst_harness_new_parse (launch);

  gst_harness_set_src_caps_str (h, "text/x-raw,format=utf8");
  gst_harness_push (h, gst_buffer_new_memdup ("one two", 7));
  g_assert_cmpuint (gst_harness_buffers_in_queue (h), ==, 0);
  gst_harness_push (h, gst_buffer_new_memdup ("three\n", 6));
  g_assert_cmpuint (gst_harness_buffers_in_queue (h), ==, 2);
  gst_harness_teardown (h);
  g_free (launch);
  test_tagger_free (&f);
}

static void
a_drain_leaves_the_state_as_it_was (void)
{
  for (gsize i = 0; i < 30; i++) {
    TestTagger f =
        test_tagger_new (1 + test_below (5), "drain-on=final-transcript");
    gint32 tokens[40];
    gboolean ends[40];
    float *wanted;
    for (gsize t = 0; t < 40; t++) {
      tokens[t] = (gint32) test_below (TEST_N_WORDS);
      ends[t] = t == 39 || test_below (5) == 0;
    }
    wanted = test_by_definition (f.model, tokens, ends, 40);
    for (gsize t = 0; t < 40; t++) {
      test_push_at (&f, tokens + t, 1, GST_CLOCK_TIME_NONE, 0);
      if (ends[t])
        test_push_custom (&f, "rstranscribe/final-transcript");
    }
    test_pull_all (&f);
    test_assert_rows (&f, wanted, 40);
    g_free (wanted);
    test_tagger_free (&f);
  }
}

/* What comes out, in order: b a buffer, else the first letter of the event. */
static GstPadProbeReturn
note (GstPad *pad, GstPadProbeInfo *info, gpointer order)
{
  char what = 'b';

  if (info->type & GST_PAD_PROBE_TYPE_EVENT_BOTH) {
    GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
    const GstStructure *s = gst_event_get_structure (event);
    if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_START)
      return GST_PAD_PROBE_OK;
    what = GST_EVENT_TYPE (event) == GST_EVENT_CUSTOM_DOWNSTREAM
               ? gst_structure_get_name (s)[0]
               : GST_EVENT_TYPE_NAME (event)[0];
  }
  g_string_append_c (order, what);
  return GST_PAD_PROBE_OK;
}

static GString *
record (TestTagger *f)
{
  GstPad *pad = gst_element_get_static_pad (f->harness->element, "src");
  GString *order = g_string_new (NULL);

  gst_pad_add_probe (pad,
                     GST_PAD_PROBE_TYPE_BUFFER
                         | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM
                         | GST_PAD_PROBE_TYPE_EVENT_FLUSH,
                     note, order, NULL);
  gst_object_unref (pad);
  return order;
}

static void
events_keep_their_place_behind_what_is_held (void)
{
  TestTagger f = test_tagger_new (2, "drain-on=0");
  GString *order = record (&f);
  GstSegment segment;
  GstCaps *caps = gst_caps_from_string (
      "other/tensors, format=(string)flexible, framerate=(fraction)25/1");

  gst_segment_init (&segment, GST_FORMAT_TIME);
  test_push_words (&f, 1);
  gst_harness_push_event (f.harness, gst_event_new_gap (0, MS));
  gst_harness_push_event (f.harness,
                          gst_event_new_tag (gst_tag_list_new_empty ()));
  test_push_words (&f, 1);
  gst_harness_push_event (f.harness, gst_event_new_segment (&segment));
  test_push_custom (&f, "xyz");
  gst_harness_push_event (f.harness, gst_event_new_caps (caps));
  g_assert_cmpstr (order->str, ==, "");
  test_push_words (&f, 1);
  g_assert_cmpstr (order->str, ==, "bgt");
  test_push_words (&f, 1);
  g_assert_cmpstr (order->str, ==, "bgtbsxc");
  gst_harness_push_event (f.harness, gst_event_new_eos ());
  g_assert_cmpstr (order->str, ==, "bgtbsxcbbe");
  gst_caps_unref (caps);
  test_tagger_free (&f);
  g_string_free (order, TRUE);
}

static void
a_flush_throws_away_what_is_held (void)
{
  TestTagger f = test_tagger_new (2, "");
  GString *order = record (&f);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  test_push_words (&f, 2);
  test_push_custom (&f, "xyz");
  gst_harness_push_event (f.harness, gst_event_new_flush_start ());
  gst_harness_push_event (f.harness, gst_event_new_flush_stop (TRUE));
  gst_harness_push_event (f.harness, gst_event_new_segment (&segment));
  test_push_words (&f, 2);
  gst_harness_push_event (f.harness, gst_event_new_eos ());
  g_assert_cmpstr (order->str, ==, "fsbbe");
  test_tagger_free (&f);
  g_string_free (order, TRUE);
}

static void
a_flush_takes_the_state_back_to_its_start (void)
{
  TestTagger f = test_tagger_new (2, "");
  GstSegment segment;
  const gint32 tokens[] = { 0, 1, 2, 3, 4 };
  const gboolean ends[] = { FALSE, FALSE, FALSE, FALSE, TRUE };
  float *wanted = test_by_definition (f.model, tokens, ends, 5);

  gst_segment_init (&segment, GST_FORMAT_TIME);
  test_push_words (&f, 7);
  gst_harness_push_event (f.harness, gst_event_new_flush_start ());
  gst_harness_push_event (f.harness, gst_event_new_flush_stop (TRUE));
  while (gst_harness_buffers_in_queue (f.harness) > 0)
    gst_buffer_unref (gst_harness_pull (f.harness));
  gst_harness_push_event (f.harness, gst_event_new_segment (&segment));
  test_push_words (&f, 5);
  gst_harness_push_event (f.harness, gst_event_new_eos ());
  test_pull_all (&f);
  test_assert_rows (&f, wanted, 5);
  g_free (wanted);
  test_tagger_free (&f);
}

static void
hypotheses_leave_no_trace (void)
{
  for (gsize i = 0; i < 10; i++) {
    TestTagger f = test_tagger_new (i % 5, "");
    gint32 tokens[MAX_TOKENS], guessed[8];
    gboolean ends[MAX_TOKENS];
    gsize n = random_text (tokens, ends, MAX_TOKENS), n_guesses = 0, n_out = 0;
    float *wanted = test_by_definition (f.model, tokens, ends, n);
    GstBuffer *buffer;

    for (gsize at = 0; at < n; at++) {
      for (; test_below (2); n_guesses++) {
        gsize n_guessed = 1 + test_below (8);
        for (gsize g = 0; g < n_guessed; g++)
          guessed[g] = (gint32) test_below (TEST_N_WORDS);
        test_push_at (&f, guessed, n_guessed, GST_CLOCK_TIME_NONE,
                      GST_BUFFER_FLAG_DROPPABLE | GST_BUFFER_FLAG_DISCONT);
      }
      test_push_at (&f, tokens + at, 1, GST_CLOCK_TIME_NONE, 0);
    }
    gst_harness_push_event (f.harness, gst_event_new_eos ());
    while ((buffer = gst_harness_try_pull (f.harness))) {
      if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DROPPABLE))
        n_out++;
      else
        test_yhat_append (buffer, f.rows);
      gst_buffer_unref (buffer);
    }
    g_assert_cmpuint (n_out, ==, n_guesses);
    test_assert_rows (&f, wanted, n);
    g_free (wanted);
    test_tagger_free (&f);
  }
}

static void
a_hypothesis_gets_the_yhat_that_it_would_get_as_the_last_text (void)
{
  TestTagger f = test_tagger_new (3, "");
  const gint32 tokens[] = { 0, 1, 2, 3, TEST_MARK, 4 };
  const gboolean ends[] = { FALSE, FALSE, TRUE, FALSE, TRUE, TRUE };
  float *wanted = test_by_definition (f.model, tokens, ends, 6);
  gsize n_y = rnn_model_get_n_outputs (f.model);

  test_push_words (&f, 3);
  test_push_at (&f, tokens + 3, 3, GST_CLOCK_TIME_NONE,
                GST_BUFFER_FLAG_DROPPABLE);
  g_assert_cmpuint (test_pull_all (&f), ==, 0);
  gst_harness_push_event (f.harness, gst_event_new_eos ());
  test_pull_all (&f);
  g_assert_cmpmem (f.rows->data + 3 * n_y * sizeof (float),
                   f.rows->len * sizeof (float) - 3 * n_y * sizeof (float),
                   wanted + 3 * n_y, 3 * n_y * sizeof (float));
  g_free (wanted);
  test_tagger_free (&f);
}

static void
backwards_each_buffer_is_a_text_of_its_own (void)
{
  TestTagger f = test_tagger_new (2, "");
  const gint32 tokens[] = { 0, 1, 2 };
  const gboolean ends[] = { FALSE, FALSE, TRUE };
  float *wanted = test_by_definition (f.model, tokens, ends, 3);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = -1;
  gst_harness_push_event (f.harness, gst_event_new_segment (&segment));
  for (gsize i = 0; i < 3; i++) {
    g_array_set_size (f.rows, 0);
    test_push_at (&f, tokens, 3, (3 - i) * 100 * MS, 0);
    g_assert_cmpuint (test_pull_all (&f), ==, 1);
    test_assert_rows (&f, wanted, 3);
  }
  g_free (wanted);
  test_tagger_free (&f);
}

static void
a_bidirectional_net_holds_no_buffer (void)
{
  const TestNetwork net = { .n_inputs = TEST_N_WORDS,
                            .n_hidden = 5,
                            .n_layers = 1,
                            .n_directions = 2,
                            .n_outputs = 1,
                            .lookahead = 2,
                            .gain = 1 };
  const gint32 tokens[] = { 0, 1, TEST_MARK, 2, 3, 4 };
  const gboolean ends[] = { FALSE, FALSE, TRUE, FALSE, FALSE, TRUE };
  TestTagger f = { .rows = g_array_new (FALSE, FALSE, sizeof (float)) };
  RnnRandom random;
  char *launch;
  float *wanted;

  _rnn_random_seed (&random, 3);
  f.path = test_network_write (&net, &random);
  f.model = rnn_model_load (f.path, NULL);
  g_assert_nonnull (f.model);
  wanted = test_by_definition (f.model, tokens, ends, 6);
  launch = g_strdup_printf ("rnntagger model-file=%s", f.path);
  f.harness = gst_harness_new_parse (launch);
  gst_harness_set_src_caps_str (f.harness, TEST_FLEXIBLE_CAPS);
  for (gsize at = 0; at < 6; at += 3) {
    test_push_at (&f, tokens + at, 3, GST_CLOCK_TIME_NONE, 0);
    g_assert_cmpuint (test_pull_all (&f), ==, 1);
  }
  test_assert_rows (&f, wanted, 6);
  gst_harness_teardown (f.harness);
  rnn_model_unref (f.model);
  g_array_unref (f.rows);
  unlink (f.path);
  g_free (f.path);
  g_free (launch);
  g_free (wanted);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func (
      "/lookahead/cut",
      any_cut_gives_the_offline_result_and_nothing_is_held_at_the_end);
  g_test_add_func ("/lookahead/leaves",
                   a_buffer_leaves_when_its_last_token_has_k_successors);
  g_test_add_func ("/lookahead/drain-on", texts_end_where_drain_on_says);
  g_test_add_func ("/lookahead/line", a_newline_at_the_end_of_a_text_ends_it);
  g_test_add_func ("/lookahead/snapshot", a_drain_leaves_the_state_as_it_was);
  g_test_add_func ("/lookahead/order",
                   events_keep_their_place_behind_what_is_held);
  g_test_add_func ("/lookahead/flush", a_flush_throws_away_what_is_held);
  g_test_add_func ("/lookahead/flush-state",
                   a_flush_takes_the_state_back_to_its_start);
  g_test_add_func ("/lookahead/hypotheses", hypotheses_leave_no_trace);
  g_test_add_func (
      "/lookahead/hypothesis",
      a_hypothesis_gets_the_yhat_that_it_would_get_as_the_last_text);
  g_test_add_func ("/lookahead/backwards",
                   backwards_each_buffer_is_a_text_of_its_own);
  g_test_add_func ("/lookahead/bidirectional",
                   a_bidirectional_net_holds_no_buffer);
  return g_test_run ();
}
