/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When rnntagger remembers, and when it begins anew. */
#include "model.h"
#include "stream.h"

#include "base/random.h"

#include <string.h>

#define N_X 20
#define N_Y 3
#define N_TOKENS 200
#define RESTARTS 1000

static const gint32 some_tokens[] = { 3, 1, 4, 1, 5, 9, 2, 6 };
#define N_SOME G_N_ELEMENTS (some_tokens)

static char *model;

static void
push (TestStream *stream, const gint32 *tokens, gsize n)
{
  g_assert_cmpint (test_stream_push (stream, test_tokens (tokens, n)), ==,
                   GST_FLOW_OK);
}

static void
expect_run (TestStream *stream, const gint32 *tokens, gsize n)
{
  float *wanted = test_model_run (model, tokens, n);

  test_stream_expect_values (stream, wanted, n * N_Y);
  g_free (wanted);
}

/* Half of some tokens, @disturb, then the other half: as if nothing had been,
 * or as if the second half stood alone. */
static void
expect_reset (const char *properties, void (*disturb) (TestStream *stream),
              gboolean is_reset)
{
  TestStream stream = test_stream_open_tagger (model, properties);
  gsize half = N_SOME / 2;
  float *whole = test_model_run (model, some_tokens, N_SOME);

  push (&stream, some_tokens, half);
  test_stream_expect_values (&stream, whole, half * N_Y);
  disturb (&stream);
  push (&stream, some_tokens + half, N_SOME - half);
  if (is_reset)
    expect_run (&stream, some_tokens + half, N_SOME - half);
  else
    test_stream_expect_values (&stream, whole + half * N_Y,
                               (N_SOME - half) * N_Y);
  g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_ERROR), ==,
                    0);
  test_stream_close (&stream);
  g_free (whole);
}

static void
send_stream_start (TestStream *stream, const char *id)
{
  test_stream_send (stream, gst_event_new_stream_start (id));
  test_stream_send_caps (stream, FLEXIBLE);
  test_stream_send_segment (stream);
}

static void
start_other_stream (TestStream *stream)
{
  send_stream_start (stream, "another");
}

static void
start_same_stream (TestStream *stream)
{
  GstPad *pad = gst_element_get_static_pad (stream->element, "sink");
  char *id = gst_pad_get_stream_id (pad);

  g_assert_nonnull (id);
  send_stream_start (stream, id);
  g_free (id);
  gst_object_unref (pad);
}

static void
send_eos_and_start (TestStream *stream)
{
  test_stream_send (stream, gst_event_new_eos ());
  start_same_stream (stream);
}

static void
send_gap (TestStream *stream)
{
  test_stream_send (stream, gst_event_new_gap (0, GST_SECOND));
}

static void
send_custom (TestStream *stream, const char *name)
{
  test_stream_send (stream,
                    gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
                                          gst_structure_new_empty (name)));
}

static void
send_final_transcript (TestStream *stream)
{
  send_custom (stream, "rstranscribe/final-transcript");
}

static void
send_speaker_change (TestStream *stream)
{
  send_custom (stream, "rstranscribe/speaker-change");
}

static void
send_other_custom (TestStream *stream)
{
  send_custom (stream, "something/else");
}

static void
send_tags (TestStream *stream)
{
  test_stream_send (stream, gst_event_new_tag (gst_tag_list_new_empty ()));
}

static void
send_same_caps (TestStream *stream)
{
  g_assert_true (test_stream_send_caps (stream, FLEXIBLE));
}

static void
send_equal_layout (TestStream *stream)
{
  g_assert_true (test_stream_send_caps (
      stream,
      "other/tensors,format=(string)flexible,framerate=(fraction)25/1"));
}

static void
do_nothing (TestStream *stream)
{
}

/* The rest of the buffer after the next is DISCONT. */
static void
push_discont (TestStream *stream)
{
  GstBuffer *buffer = test_tokens ((gint32[]){ -1 }, 1);

  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  test_stream_push (stream, buffer);
  gst_buffer_unref (gst_harness_pull (stream->harness));
}

static void
go_to_ready_and_back (TestStream *stream)
{
  gst_element_set_state (stream->element, GST_STATE_READY);
  gst_element_set_state (stream->element, GST_STATE_PLAYING);
  send_stream_start (stream, "again");
}

static void
every_stream_start_resets_whatever_its_id (void)
{
  expect_reset ("", start_other_stream, TRUE);
  expect_reset ("", start_same_stream, TRUE);
  expect_reset ("", send_eos_and_start, TRUE);
}

static void
a_flush_resets (void)
{
  expect_reset ("", test_stream_flush, TRUE);
}

static void
ready_and_back_resets (void)
{
  expect_reset ("", go_to_ready_and_back, TRUE);
}

static void
other_events_do_not_reset (void)
{
  static void (*const events[]) (TestStream *) = { do_nothing,
                                                   send_gap,
                                                   test_stream_send_segment,
                                                   send_tags,
                                                   send_same_caps,
                                                   send_equal_layout,
                                                   send_other_custom,
                                                   send_final_transcript,
                                                   send_speaker_change };

  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    expect_reset ("", events[i], FALSE);
}

static void
each_flag_of_reset_on_resets_for_its_own_reason (void)
{
  static const struct {
    const char *flag;
    void (*event) (TestStream *);
  } flags[] = {
    { "stream-start", start_other_stream },
    { "flush", test_stream_flush },
    { "gap", send_gap },
    { "segment", test_stream_send_segment },
    { "buffer", do_nothing },
    { "final-transcript", send_final_transcript },
    { "speaker-change", send_speaker_change },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    for (gsize other = 0; other < G_N_ELEMENTS (flags); other++) {
      char *properties = g_strdup_printf ("reset-on=%s", flags[i].flag);
      /* The buffer flag resets whatever is between, and a new stream and a
       * flush bring a segment of their own. */
      gboolean is_reset =
          i == other || strcmp (flags[i].flag, "buffer") == 0
          || (strcmp (flags[i].flag, "segment") == 0 && other < 2);
      expect_reset (properties, flags[other].event, is_reset);
      g_free (properties);
    }
}

static void
a_reset_on_nothing_never_resets (void)
{
  expect_reset ("reset-on=0", start_other_stream, FALSE);
  expect_reset ("reset-on=0", test_stream_flush, FALSE);
}

/* A token of -1 after DISCONT: from a<0>, or going on. */
static void
discont_resets_when_asked_to (void)
{
  static const gint32 going_on[] = { 3, 1, 4, 1, -1, 5, 9, 2, 6 };

  for (int asked = 0; asked < 2; asked++) {
    TestStream stream = test_stream_open_tagger (
        model, asked ? "reset-on=discont" : "reset-on=flush");
    gsize half = N_SOME / 2;
    float *wanted = asked ? test_model_run (model, going_on + half, half + 1)
                          : test_model_run (model, going_on, N_SOME + 1);
    push (&stream, some_tokens, half);
    push_discont (&stream);
    g_array_free (test_stream_take_values (&stream), TRUE);
    push (&stream, some_tokens + half, half);
    test_stream_expect_values (&stream, wanted + (asked ? 1 : half + 1) * N_Y,
                               half * N_Y);
    test_stream_close (&stream);
    g_free (wanted);
  }
}

static void
any_cut_gives_the_same_bits (void)
{
  gint32 tokens[N_TOKENS];
  RnnRandom random;
  float *wanted;
  TestStream stream = test_stream_open_tagger (model, "");

  _rnn_random_seed (&random, 11);
  for (gsize i = 0; i < N_TOKENS; i++)
    tokens[i] = (gint32) _rnn_random_below (&random, N_X + 1) - 1;
  wanted = test_model_run (model, tokens, N_TOKENS);
  for (gsize cut = 0; cut < 100; cut++) {
    start_same_stream (&stream);
    for (gsize at = 0, n; at < N_TOKENS; at += n) {
      n = 1 + _rnn_random_below (&random, cut % 2 ? 5 : 60);
      n = MIN (n, N_TOKENS - at);
      push (&stream, tokens + at, n);
    }
    test_stream_expect_values (&stream, wanted, N_TOKENS * N_Y);
  }
  test_stream_close (&stream);
  g_free (wanted);
}

static void
fault_48_a_thousand_restarts_give_identical_output (void)
{
  TestStream stream = test_stream_open_tagger (model, "");
  float *wanted = test_model_run (model, some_tokens, N_SOME);

  for (gsize i = 0; i < RESTARTS; i++) {
    push (&stream, some_tokens, N_SOME);
    test_stream_expect_values (&stream, wanted, N_SOME * N_Y);
    go_to_ready_and_back (&stream);
  }
  test_stream_close (&stream);
  g_free (wanted);
}

/* Whatever reset-on says: READY forgets. */
static void
ready_forgets_even_when_nothing_else_resets (void)
{
  expect_reset ("reset-on=0", go_to_ready_and_back, TRUE);
}

static void
stats_count_resets (void)
{
  TestStream stream = test_stream_open_tagger (model, "");
  GstStructure *stats = NULL;
  guint64 before = 0, after = 0, tokens = 0, buffers = 0;

  push (&stream, some_tokens, N_SOME);
  g_object_get (stream.element, "stats", &stats, NULL);
  g_assert_true (gst_structure_get (stats, "resets", G_TYPE_UINT64, &before,
                                    "tokens", G_TYPE_UINT64, &tokens, "buffers",
                                    G_TYPE_UINT64, &buffers, NULL));
  g_assert_cmpuint (tokens, ==, N_SOME);
  g_assert_cmpuint (buffers, ==, 1);
  gst_structure_free (stats);
  test_stream_flush (&stream);
  start_same_stream (&stream);
  g_object_get (stream.element, "stats", &stats, NULL);
  g_assert_true (
      gst_structure_get (stats, "resets", G_TYPE_UINT64, &after, NULL));
  g_assert_cmpuint (after, ==, before + 2);
  gst_structure_free (stats);
  test_stream_close (&stream);
}

int
main (int argc, char **argv)
{
  const TestModel net = { N_X, 16, N_Y, NULL, NULL, 0 };
  int failed;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  model = test_model_new (&net);
#define ADD(test) g_test_add_func ("/tagger-state/" #test, test)
  ADD (every_stream_start_resets_whatever_its_id);
  ADD (a_flush_resets);
  ADD (ready_and_back_resets);
  ADD (ready_forgets_even_when_nothing_else_resets);
  ADD (other_events_do_not_reset);
  ADD (each_flag_of_reset_on_resets_for_its_own_reason);
  ADD (a_reset_on_nothing_never_resets);
  ADD (discont_resets_when_asked_to);
  ADD (any_cut_gives_the_same_bits);
  ADD (fault_48_a_thousand_restarts_give_identical_output);
  ADD (stats_count_resets);
  failed = g_test_run ();
  test_model_free (model);
  return failed;
}
