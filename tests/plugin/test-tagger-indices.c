/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Token indices that have no row: what rnntagger makes of them, and says. */
#include "model.h"
#include "stream.h"

#include <string.h>

#define N_Y 3

static char *model;    /* with words, and an unknown one */
static char *no_words; /* indices only, and no unknown one */

static guint64
stat (TestStream *stream, const char *name)
{
  GstStructure *stats = NULL;
  guint64 value = G_MAXUINT64;

  g_object_get (stream->element, "stats", &stats, NULL);
  g_assert_true (gst_structure_get_uint64 (stats, name, &value));
  gst_structure_free (stats);
  return value;
}

static void
expect_one_warning_about (TestStream *stream, int index)
{
  GstMessage *message = gst_bus_pop_filtered (stream->bus, GST_MESSAGE_WARNING);
  const GstStructure *details;
  int named;

  g_assert_nonnull (message);
  gst_message_parse_warning_details (message, &details);
  g_assert_nonnull (details);
  g_assert_true (gst_structure_get_int (details, "index", &named));
  g_assert_cmpint (named, ==, index);
  gst_message_unref (message);
  g_assert_cmpuint (test_stream_count_messages (stream, GST_MESSAGE_WARNING),
                    ==, 0);
}

static void
fault_27_an_index_out_of_range_counts_as_unknown (void)
{
  static const gint32 strange[] = { 2, 5, -2, G_MAXINT32, G_MININT32 };
  static const gint32 unknown[] = { 2, 4, 4, 4, 4 };
  float *as_unknown = test_model_run (model, unknown, 5);
  TestStream stream = test_stream_open_tensors (model, FLEXIBLE, NULL);

  g_assert_cmpint (test_stream_push (&stream, test_tokens (strange, 5)), ==,
                   GST_FLOW_OK);
  test_stream_push (&stream, test_tokens (strange, 5));
  g_assert_cmpuint (stat (&stream, "unknown"), ==, 8);
  expect_one_warning_about (&stream, 5);
  gst_buffer_unref (gst_harness_take_all_data_as_buffer (stream.harness));
  test_stream_send (&stream, gst_event_new_stream_start ("next"));
  test_stream_send_caps (&stream, FLEXIBLE);
  test_stream_send_segment (&stream);
  test_stream_push (&stream, test_tokens (strange, 5));
  g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_WARNING),
                    ==, 1);
  test_stream_expect_values (&stream, as_unknown, 5 * N_Y);
  test_stream_close (&stream);
  g_free (as_unknown);
}

static void
fault_27_without_an_unknown_word_it_is_an_error_that_names_it (void)
{
  static const gint32 strange[] = { 2, 77 };
  TestStream stream = test_stream_open_tensors (no_words, FLEXIBLE, NULL);

  g_assert_cmpint (test_stream_push (&stream, test_tokens (strange, 2)), ==,
                   GST_FLOW_ERROR);
  test_stream_expect_error (&stream, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE,
                            "77");
  test_stream_close (&stream);
  stream = test_stream_open_tensors (no_words, FLEXIBLE, NULL);
  test_stream_push (&stream, test_tokens (strange, 2));
  test_stream_expect_error (&stream, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE,
                            "n_x");
  test_stream_close (&stream);
}

/* An index that is too wide for an int32 must not become a small one. */
static void
fault_27_wide_indices_are_not_cut (void)
{
  const gint64 wide[] = { (G_GINT64_CONSTANT (1) << 32) + 2 };
  const guint32 large[] = { 0xffffffffu };
  const gint32 unknown = 4;
  float *as_unknown = test_model_run (model, &unknown, 1);
  TestStream stream =
      test_stream_open_tensors (model, STATIC ("int64", "1"), NULL);

  test_stream_push (&stream, test_buffer (wide, sizeof wide));
  test_stream_expect_raw (&stream, as_unknown, 1 * N_Y);
  test_stream_close (&stream);
  stream = test_stream_open_tensors (model, STATIC ("uint32", "1"), NULL);
  test_stream_push (&stream, test_buffer (large, sizeof large));
  test_stream_expect_raw (&stream, as_unknown, 1 * N_Y);
  g_assert_cmpuint (stat (&stream, "unknown"), ==, 1);
  test_stream_close (&stream);
  g_free (as_unknown);
}

/* The index that the message's details, and its text, name. */
static gint64
named_index (GstMessage *message)
{
  const GstStructure *details;
  GError *error = NULL;
  char *named;
  gint64 wide;
  int index;

  g_assert_nonnull (message);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    gst_message_parse_error_details (message, &details);
  } else {
    gst_message_parse_warning (message, &error, NULL);
    gst_message_parse_warning_details (message, &details);
  }
  g_assert_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE);
  if (gst_structure_get_int (details, "index", &index))
    wide = index;
  else
    g_assert_true (gst_structure_get_int64 (details, "index", &wide));
  named = g_strdup_printf ("index %" G_GINT64_FORMAT ":", wide);
  if (!strstr (error->message, named))
    g_error ("expected \"%s\" in: %s", named, error->message);
  g_free (named);
  g_error_free (error);
  gst_message_unref (message);
  return wide;
}

static void
indices_without_a_row_are_named_as_they_came (void)
{
  static const struct {
    const char *caps;
    gint64 index;
  } cases[] = { { STATIC ("int64", "1"), G_GINT64_CONSTANT (1) << 40 },
                { STATIC ("int64", "1"), -2 },
                { STATIC ("int64", "1"), G_MININT64 },
                { STATIC ("uint32", "1"), G_MAXUINT32 },
                { STATIC ("uint32", "1"), 77 },
                { STATIC ("int32", "1"), G_MININT32 } };

  for (gsize i = 0; i < 2 * G_N_ELEMENTS (cases); i++) {
    const char *caps = cases[i / 2].caps;
    gint64 index = cases[i / 2].index;
    gsize size = strstr (caps, "int64") ? sizeof (gint64) : sizeof (gint32);
    const char *file = i % 2 ? no_words : model;
    char *launch =
        g_strdup_printf ("rnntagger model-file=%s ! rnnannotator", file);
    TestStream stream = test_stream_open_tensors (file, caps, NULL);
    GstHarness *h = gst_harness_new_parse (launch);
    TestStream text = { NULL, h, NULL };

    test_stream_push (&stream, test_buffer (&index, size));
    g_assert_cmpint (
        named_index (gst_bus_pop_filtered (
            stream.bus, i % 2 ? GST_MESSAGE_ERROR : GST_MESSAGE_WARNING)),
        ==, index);
    test_stream_close (&stream);
    if (i % 2 == 0) {
      char *word = g_strdup_printf ("\"text\":\"%" G_GINT64_FORMAT "\"", index);
      char *json;
      gst_harness_set_sink_caps_str (h, "application/x-json");
      gst_harness_set_src_caps_str (h, caps);
      test_stream_push (&text, test_buffer (&index, size));
      json = test_stream_take_text (&text);
      g_assert_nonnull (strstr (json, word));
      g_free (json);
      g_free (word);
    }
    gst_harness_teardown (h);
    g_free (launch);
  }
}

static void
minus_one_is_no_word_and_not_unknown (void)
{
  static const gint32 none[] = { -1, -1 };
  float *of_none = test_model_run (no_words, none, 2);
  TestStream stream = test_stream_open_tensors (no_words, FLEXIBLE, NULL);

  g_assert_cmpint (test_stream_push (&stream, test_tokens (none, 2)), ==,
                   GST_FLOW_OK);
  test_stream_expect_values (&stream, of_none, 2 * N_Y);
  g_assert_cmpuint (stat (&stream, "unknown"), ==, 0);
  g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_WARNING),
                    ==, 0);
  test_stream_close (&stream);
  g_free (of_none);
}

int
main (int argc, char **argv)
{
  static const char *const metadata[] = { "rnn.labels", "O\nB-PER\nI-PER",
                                          NULL };
  const TestModel net = { 5,        8, N_Y, "the\nyoung\nHarry\nPotter\n<UNK>",
                          metadata, 0 };
  const TestModel bare = { 5, 8, N_Y, NULL, metadata, 0 };
  int failed;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  model = test_model_new (&net);
  no_words = test_model_new (&bare);
#define ADD(test) g_test_add_func ("/tagger-indices/" #test, test)
  ADD (fault_27_an_index_out_of_range_counts_as_unknown);
  ADD (fault_27_without_an_unknown_word_it_is_an_error_that_names_it);
  ADD (fault_27_wide_indices_are_not_cut);
  ADD (indices_without_a_row_are_named_as_they_came);
  ADD (minus_one_is_no_word_and_not_unknown);
  failed = g_test_run ();
  test_model_free (model);
  test_model_free (no_words);
  return failed;
}
