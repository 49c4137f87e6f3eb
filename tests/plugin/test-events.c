/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Events and queries of a running pipeline: what passes, in which order, while
 * tokens are held back, and what the elements answer. */
#include "tagger.h"

#include <string.h>
#include <unistd.h>

/* What came out, as one letter a buffer and one a kind of event. */
typedef struct {
  GString *order;
  GstPad *pad;
  gulong probe;
} Record;

static char
letter_of (GstEvent *event)
{
  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_TAG:
    return 'T';
  case GST_EVENT_TOC:
    return 'O';
  case GST_EVENT_STREAM_COLLECTION:
    return 'C';
  case GST_EVENT_GAP:
    return 'G';
  case GST_EVENT_SEGMENT:
    return 'S';
  case GST_EVENT_CUSTOM_DOWNSTREAM:
    return 'x';
  case GST_EVENT_CUSTOM_DOWNSTREAM_STICKY:
    return 'y';
  case GST_EVENT_CUSTOM_BOTH:
    return 'z';
  case GST_EVENT_EOS:
    return 'E';
  default:
    return '?';
  }
}

static GstPadProbeReturn
note (GstPad *pad, GstPadProbeInfo *info, gpointer order)
{
  g_string_append_c (order,
                     GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER
                         ? 'b'
                         : letter_of (GST_PAD_PROBE_INFO_EVENT (info)));
  return GST_PAD_PROBE_OK;
}

static Record
record (TestTagger *f)
{
  Record r = { .order = g_string_new (NULL) };

  r.pad = gst_element_get_static_pad (f->tagger, "src");
  r.probe = gst_pad_add_probe (
      r.pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      note, r.order, NULL);
  return r;
}

static void
expect_order (Record *r, const char *wanted)
{
  g_assert_cmpstr (r->order->str, ==, wanted);
}

static void
record_end (Record *r)
{
  gst_pad_remove_probe (r->pad, r->probe);
  gst_object_unref (r->pad);
  g_string_free (r->order, TRUE);
}

static GstEvent *
new_event (char letter)
{
  GstStreamCollection *collection;
  GstSegment segment;

  switch (letter) {
  case 'T':
    return gst_event_new_tag (
        gst_tag_list_new (GST_TAG_LANGUAGE_CODE, "en", NULL));
  case 'C':
    collection = gst_stream_collection_new ("all");
    gst_stream_collection_add_stream (
        collection, gst_stream_new ("text", NULL, GST_STREAM_TYPE_TEXT, 0));
    {
      GstEvent *event = gst_event_new_stream_collection (collection);
      gst_object_unref (collection);
      return event;
    }
  case 'G':
    return gst_event_new_gap (0, 10 * MS);
  case 'S':
    gst_segment_init (&segment, GST_FORMAT_TIME);
    return gst_event_new_segment (&segment);
  case 'x':
    return gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
                                 gst_structure_new_empty ("any"));
  case 'y':
    return gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM_STICKY,
                                 gst_structure_new_empty ("sticky"));
  case 'z':
    return gst_event_new_custom (GST_EVENT_CUSTOM_BOTH,
                                 gst_structure_new_empty ("both"));
  default:
    return gst_event_new_eos ();
  }
}

/* A letter of @order each: `b` a word, the others as letter_of(). */
static void
push_in_order (TestTagger *f, const char *order)
{
  for (const char *c = order; *c; c++)
    if (*c == 'b')
      test_push_words (f, 1);
    else
      g_assert_true (gst_harness_push_event (f->harness, new_event (*c)));
}

static void
events_keep_their_place_while_tokens_are_held (void)
{
  const char *order = "bTbbCbxbbyGbzbGGbSbbE";

  for (gsize k = 0; k < 5; k++) {
    TestTagger f = test_tagger_new (k, "drain-on=0");
    Record r = record (&f);
    push_in_order (&f, order);
    expect_order (&r, order);
    record_end (&r);
    test_tagger_free (&f);
  }
}

/* From text to text, through the three elements. */
static void
events_keep_their_place_between_texts (void)
{
  static const char *const outputs[] = { "text/x-raw,format=utf8",
                                         "application/x-json" };
  const char *order = "TbTCbbxGbyzbGbbGGSbbTbE";

  for (gsize i = 0; i < G_N_ELEMENTS (outputs); i++) {
    char *path = test_tagger_write_network (2, 3);
    char *launch = g_strdup_printf ("rnntagbin name=tagger model-file=%s "
                                    "drain-on=0",
                                    path);
    TestTagger f = { .harness = gst_harness_new_parse (launch) };
    Record r;

    gst_harness_set_sink_caps_str (f.harness, outputs[i]);
    gst_harness_set_src_caps_str (f.harness, "text/x-raw,format=utf8");
    f.tagger = gst_bin_get_by_name (GST_BIN (f.harness->element), "tagger");
    r = record (&f);
    for (const char *c = order; *c; c++)
      if (*c == 'b')
        gst_harness_push (f.harness, gst_buffer_new_memdup ("one", 3));
      else
        gst_harness_push_event (f.harness, new_event (*c));
    expect_order (&r, order);
    record_end (&r);
    gst_object_unref (f.tagger);
    gst_harness_teardown (f.harness);
    unlink (path);
    g_free (path);
    g_free (launch);
  }
}

static void
an_event_waits_behind_the_word_that_is_held_and_no_longer (void)
{
  TestTagger f = test_tagger_new (2, "drain-on=0");
  Record r = record (&f);

  push_in_order (&f, "TbTC");
  expect_order (&r, "T");
  push_in_order (&f, "b");
  expect_order (&r, "T");
  push_in_order (&f, "b");
  expect_order (&r, "TbTC");
  push_in_order (&f, "xb");
  expect_order (&r, "TbTCb");
  push_in_order (&f, "G");
  expect_order (&r, "TbTCb");
  push_in_order (&f, "E");
  expect_order (&r, "TbTCbbxbGE");
  record_end (&r);
  test_tagger_free (&f);
}

/* GDP brings custom events back with the lower 16 bits of their type. */
static void
a_text_ends_at_an_event_of_this_name_whatever_its_type (void)
{
  static const char *const names[] = { "rstranscribe/final-transcript",
                                       "rstranscribe/speaker-change" };
  const GstEventType types[] = {
    GST_EVENT_CUSTOM_DOWNSTREAM, GST_EVENT_CUSTOM_DOWNSTREAM_STICKY,
    GST_EVENT_CUSTOM_BOTH, (GstEventType) (GST_EVENT_CUSTOM_DOWNSTREAM & 0xffff)
  };

  for (gsize n = 0; n < G_N_ELEMENTS (names); n++)
    for (gsize t = 0; t < G_N_ELEMENTS (types); t++) {
      TestTagger f = test_tagger_new (3, "");
      test_push_words (&f, 2);
      test_push_custom (&f, "rstranscribe/another");
      g_assert_cmpuint (test_pull_all (&f), ==, 0);
      gst_harness_push_event (
          f.harness,
          gst_event_new_custom (types[t],
                                gst_structure_new (names[n], "speaker",
                                                   G_TYPE_STRING, "1", NULL)));
      g_assert_cmpuint (test_pull_all (&f), ==, 2);
      test_tagger_free (&f);
    }
}

static void
push_segment (TestTagger *f, double rate)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = rate;
  gst_harness_push_event (f->harness, gst_event_new_segment (&segment));
}

static void
push_timed_words (TestTagger *f, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    gint32 word = (gint32) (i % TEST_MARK);
    test_push_at (f, &word, 1, i * 100 * MS, 0);
  }
}

/* All rows of @n words by now, and begin to collect anew. (transfer full) */
static GArray *
end_stream (TestTagger *f)
{
  GArray *rows;

  gst_harness_push_event (f->harness, gst_event_new_eos ());
  test_pull_all (f);
  rows = f->rows;
  f->rows = g_array_new (FALSE, FALSE, sizeof (float));
  return rows;
}

static void
expect_same (const GArray *rows, const GArray *wanted)
{
  g_assert_cmpmem (rows->data, rows->len * sizeof (float), wanted->data,
                   wanted->len * sizeof (float));
}

static void
any_forward_rate_gives_the_same_yhat (void)
{
  static const double rates[] = { 1, 0.25, 2, 16 };
  TestTagger f = test_tagger_new (2, "");
  GArray *wanted = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (rates); i++) {
    GArray *rows;
    gst_harness_push_event (f.harness, gst_event_new_stream_start ("again"));
    push_segment (&f, rates[i]);
    push_timed_words (&f, 20);
    rows = end_stream (&f);
    g_assert_cmpuint (rows->len, ==, 20 * rnn_model_get_n_outputs (f.model));
    if (wanted)
      expect_same (rows, wanted);
    else
      wanted = g_array_ref (rows);
    g_array_unref (rows);
  }
  g_array_unref (wanted);
  test_tagger_free (&f);
}

static gboolean
send_upstream (TestTagger *f, GstEvent *event)
{
  GstEvent *arrived;
  GstEventType type = GST_EVENT_TYPE (event);
  gboolean is_there = FALSE;

  gst_harness_push_upstream_event (f->harness, event);
  while ((arrived = gst_harness_try_pull_upstream_event (f->harness))) {
    is_there |= GST_EVENT_TYPE (arrived) == type;
    gst_event_unref (arrived);
  }
  return is_there;
}

/* A flushing seek back to the beginning, in the middle of what is held. */
static void
behind_a_seek_the_stream_is_as_at_its_start (void)
{
  TestTagger f = test_tagger_new (2, "");
  GArray *wanted, *rows;

  push_segment (&f, 1);
  push_timed_words (&f, 20);
  wanted = end_stream (&f);
  gst_harness_push_event (f.harness, gst_event_new_stream_start ("again"));
  push_segment (&f, 1);
  push_timed_words (&f, 7);
  test_pull_all (&f);
  g_assert_true (send_upstream (
      &f, gst_event_new_seek (1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
                              GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, 0)));
  gst_harness_push_event (f.harness, gst_event_new_flush_start ());
  gst_harness_push_event (f.harness, gst_event_new_flush_stop (TRUE));
  g_array_set_size (f.rows, 0);
  push_segment (&f, 1);
  push_timed_words (&f, 20);
  rows = end_stream (&f);
  expect_same (rows, wanted);
  g_array_unref (rows);
  g_array_unref (wanted);
  test_tagger_free (&f);
}

static void
qos_goes_upstream_and_drops_nothing (void)
{
  TestTagger f = test_tagger_new (2, "");
  GArray *wanted, *rows;

  push_segment (&f, 1);
  push_timed_words (&f, 20);
  wanted = end_stream (&f);
  gst_harness_push_event (f.harness, gst_event_new_stream_start ("again"));
  push_segment (&f, 1);
  for (gsize i = 0; i < 20; i++) {
    gint32 word = (gint32) (i % TEST_MARK);
    g_assert_true (send_upstream (
        &f, gst_event_new_qos (GST_QOS_TYPE_UNDERFLOW, 10.0, 3600 * GST_SECOND,
                               i * 100 * MS)));
    test_push_at (&f, &word, 1, i * 100 * MS, 0);
  }
  rows = end_stream (&f);
  expect_same (rows, wanted);
  g_array_unref (rows);
  g_array_unref (wanted);
  test_tagger_free (&f);
}

/* Upstream: 5 to 50 ms, live or not. */
static gboolean
answer_latency (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return gst_pad_query_default (pad, parent, query);
  gst_query_set_latency (query,
                         g_object_get_data (G_OBJECT (pad), "live") != NULL,
                         5 * MS, 50 * MS);
  return TRUE;
}

static void
expect_latency (TestTagger *f, gboolean is_live, GstClockTime added)
{
  GstPad *pad = gst_element_get_static_pad (f->tagger, "src");
  GstQuery *query = gst_query_new_latency ();
  GstClockTime min, max;
  gboolean live;

  g_object_set_data (G_OBJECT (f->harness->srcpad), "live",
                     GINT_TO_POINTER (is_live));
  g_assert_true (gst_pad_query (pad, query));
  gst_query_parse_latency (query, &live, &min, &max);
  g_assert_cmpint (live, ==, is_live);
  /* GStreamer takes no figures from a source that is not live. */
  g_assert_cmpuint (min, ==, (is_live ? 5 * MS : 0) + added);
  g_assert_cmpuint (max, ==, is_live ? 50 * MS + added : GST_CLOCK_TIME_NONE);
  gst_query_unref (query);
  gst_object_unref (pad);
}

static void
the_latency_is_what_may_be_held_live_and_not (void)
{
  static const struct {
    gsize k;
    const char *properties;
    GstClockTime live, other;
  } cases[] = { { 0, "max-delay=300000000", 0, 0 },
                { 2, "max-delay=300000000", 300 * MS, 300 * MS },
                { 2, "max-delay=-1", 1000 * MS, 0 },
                { 2, "max-delay=0", 0, 0 },
                { 2, "max-delay=300000000 drain-on=buffer", 0, 0 } };

  for (gsize c = 0; c < G_N_ELEMENTS (cases); c++) {
    TestTagger f = test_tagger_new (cases[c].k, cases[c].properties);
    gst_pad_set_query_function (f.harness->srcpad, answer_latency);
    expect_latency (&f, TRUE, cases[c].live);
    expect_latency (&f, FALSE, cases[c].other);
    test_tagger_free (&f);
  }
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
#define ADD(test) g_test_add_func ("/events/" #test, test)
  ADD (events_keep_their_place_while_tokens_are_held);
  ADD (events_keep_their_place_between_texts);
  ADD (an_event_waits_behind_the_word_that_is_held_and_no_longer);
  ADD (a_text_ends_at_an_event_of_this_name_whatever_its_type);
  ADD (any_forward_rate_gives_the_same_yhat);
  ADD (behind_a_seek_the_stream_is_as_at_its_start);
  ADD (qos_goes_upstream_and_drops_nothing);
  ADD (the_latency_is_what_may_be_held_live_and_not);
  return g_test_run ();
}
