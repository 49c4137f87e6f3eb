/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The shapes in which rnntagger takes tokens and gives yhat. */
#include "model.h"
#include "stream.h"

#include <string.h>

#define N_X 5
#define N_Y 3
#define VOCAB "the\nyoung\nHarry\nPotter\n<UNK>"

static const gint32 some_tokens[] = { 2, 3, 1, 0 };
#define N_SOME G_N_ELEMENTS (some_tokens)

static char *model;    /* with words, and an unknown one */
static char *no_words; /* indices only, and no unknown one */
static float *wanted;  /* yhat of some_tokens */

/* Some tokens as values of @type, "int64" or one of 4 bytes. */
static GstBuffer *
raw_tokens (const char *type, const gint32 *tokens, gsize n)
{
  gint64 *wide = g_new (gint64, n);
  gboolean is_wide = strcmp (type, "int64") == 0;
  GstBuffer *buffer;

  for (gsize i = 0; i < n; i++)
    wide[i] = tokens[i];
  buffer = is_wide ? test_buffer (wide, n * sizeof *wide)
                   : test_buffer (tokens, n * sizeof *tokens);
  g_free (wide);
  return buffer;
}

static void
expect_out_caps (TestStream *stream, const char *caps)
{
  GstPad *pad = gst_element_get_static_pad (stream->element, "src");
  GstCaps *came = gst_pad_get_current_caps (pad);
  GstCaps *subset = gst_caps_from_string (caps);

  g_assert_nonnull (came);
  if (!gst_caps_is_subset (came, subset))
    g_error ("expected %s, %s came", caps, gst_caps_to_string (came));
  gst_caps_unref (subset);
  gst_caps_unref (came);
  gst_object_unref (pad);
}

static void
flexible_tensors_give_flexible_yhat (void)
{
  TestStream stream = test_stream_open_tensors (model, FLEXIBLE, NULL);
  guint32 header[32];
  GstBuffer *buffer;

  test_stream_push (&stream, test_tokens (some_tokens, N_SOME));
  expect_out_caps (&stream, FLEXIBLE);
  buffer = gst_harness_pull (stream.harness);
  gst_buffer_extract (buffer, 0, header, sizeof header);
  g_assert_cmpuint (header[2], ==, 7);
  g_assert_cmpuint (header[3], ==, N_Y);
  g_assert_cmpuint (header[4], ==, N_SOME);
  g_assert_cmpuint (header[5], ==, 0);
  g_assert_cmpuint (header[20], ==, 4);
  g_assert_cmpuint (gst_buffer_get_size (buffer), ==,
                    128 + N_SOME * N_Y * sizeof (float));
  gst_buffer_unref (buffer);
  test_stream_push (&stream, test_tokens (some_tokens, 1));
  test_stream_close (&stream);
}

static void
headers_may_say_any_type_of_index (void)
{
  static const struct {
    const char *name;
    guint32 number;
  } types[] = { { "int32", 0 }, { "uint32", 1 }, { "int64", 8 } };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
    TestStream stream = test_stream_open_tensors (model, FLEXIBLE, NULL);
    guint32 header[32] = { 0xfeedccedu, 0xde001000u, types[i].number, 2 };
    GstBuffer *buffer =
        gst_buffer_append (test_buffer (header, sizeof header),
                           raw_tokens (types[i].name, some_tokens, 2));
    g_assert_cmpint (test_stream_push (&stream, buffer), ==, GST_FLOW_OK);
    test_stream_expect_values (&stream, wanted, 2 * N_Y);
    test_stream_close (&stream);
  }
}

static void
static_tensors_give_static_yhat (void)
{
  static const char *const types[] = { "int32", "uint32", "int64" };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
    char *caps =
        g_strdup_printf ("other/tensors,format=(string)static,num_tensors=(int)"
                         "1,types=(string)%s,dimensions=(string)4,framerate="
                         "(fraction)30/1",
                         types[i]);
    TestStream stream = test_stream_open_tensors (model, caps, NULL);
    g_assert_cmpint (
        test_stream_push (&stream, raw_tokens (types[i], some_tokens, N_SOME)),
        ==, GST_FLOW_OK);
    expect_out_caps (&stream, "other/tensors,format=(string)static,num_tensors="
                              "(int)1,types=(string)float32,dimensions=(string)"
                              "3:4,framerate=(fraction)30/1,labels=(string)"
                              "\"O,B-PER,I-PER\",rnn-output=(string)softmax");
    test_stream_expect_raw (&stream, wanted, N_SOME * N_Y);
    test_stream_close (&stream);
    g_free (caps);
  }
}

static void
ways_to_write_the_dimensions_are_the_same (void)
{
  static const struct {
    const char *dimensions;
    gsize n;
  } spellings[] = {
    { "(string)1", 1 },
    { "(string)1:1", 1 },
    { "(string)1:1:1:1", 1 },
    { "(string)4", 4 },
    { "(string)1:4", 4 },
    { "(string)4:1", 4 },
    { "(string)4:1:1:1", 4 },
    { "1", 1 },
    { "1:1", 1 },
    { "1:1:1:1", 1 },
    { "4", 4 },
    { "1:4", 4 },
    { "4:1", 4 },
    { "4:1:1:1", 4 },
    { "(int)4", 4 },
    { "3:1", 3 },
    { "2:2", 4 },
    { "2:1", 2 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (spellings); i++) {
    char *caps = g_strdup_printf ("other/tensors,format=static,num_tensors=1,"
                                  "types=int32,dimensions=%s,framerate=0/1",
                                  spellings[i].dimensions);
    char *out =
        g_strdup_printf (STATIC ("float32", "3:%u"), (guint) spellings[i].n);
    GstCaps *fixed = gst_caps_fixate (gst_caps_from_string (caps));
    TestStream stream = test_stream_open_tensors (model, NULL, NULL);
    g_test_message ("%s", spellings[i].dimensions);
    gst_harness_set_src_caps (stream.harness, fixed);
    g_assert_cmpint (
        test_stream_push (&stream,
                          raw_tokens ("int32", some_tokens, spellings[i].n)),
        ==, GST_FLOW_OK);
    g_free (out);
    out = g_strdup_printf (
        "other/tensors,format=(string)static,num_tensors=("
        "int)1,types=(string)float32,dimensions=(string)3:%" G_GSIZE_FORMAT
        ",framerate=(fraction)0/1,labels=("
        "string)\"O,B-PER,I-PER\",rnn-output=(string)"
        "softmax",
        spellings[i].n);
    expect_out_caps (&stream, out);
    test_stream_expect_raw (&stream, wanted, spellings[i].n * N_Y);
    g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_ERROR),
                      ==, 0);
    test_stream_close (&stream);
    g_free (caps);
    g_free (out);
  }
}

static void
downstream_may_ask_for_the_other_kind (void)
{
  TestStream stream = test_stream_open_tensors (
      model, STATIC ("int32", "4"), "other/tensors,format=(string)flexible");

  g_assert_cmpint (
      test_stream_push (&stream, raw_tokens ("int32", some_tokens, N_SOME)), ==,
      GST_FLOW_OK);
  test_stream_expect_values (&stream, wanted, N_SOME * N_Y);
  test_stream_close (&stream);
}

static void
caps_may_change_in_the_middle_without_a_reset (void)
{
  TestStream stream = test_stream_open_tensors (model, FLEXIBLE, NULL);

  test_stream_push (&stream, test_tokens (some_tokens, 1));
  test_stream_expect_values (&stream, wanted, N_Y);
  test_stream_send_caps (&stream, STATIC ("int64", "2"));
  test_stream_push (&stream, raw_tokens ("int64", some_tokens + 1, 2));
  test_stream_expect_raw (&stream, wanted + N_Y, 2 * N_Y);
  test_stream_send_caps (&stream, FLEXIBLE);
  test_stream_push (&stream, test_tokens (some_tokens + 3, 1));
  test_stream_expect_values (&stream, wanted + 3 * N_Y, N_Y);
  test_stream_close (&stream);
}

static void
the_caps_of_yhat_name_its_labels (void)
{
  TestStream stream = test_stream_open_tensors (model, FLEXIBLE, NULL);
  GstPad *pad = gst_element_get_static_pad (stream.element, "src");
  GstCaps *caps = gst_pad_get_current_caps (pad);

  g_assert_cmpstr (
      gst_structure_get_string (gst_caps_get_structure (caps, 0), "labels"), ==,
      "O,B-PER,I-PER");
  gst_caps_unref (caps);
  gst_object_unref (pad);
  test_stream_close (&stream);
}

static void
tokens_of_another_vocabulary_are_refused_by_name (void)
{
  TestStream stream = test_stream_open_tensors (model, NULL, NULL);

  gst_harness_set_src_caps_str (stream.harness, FLEXIBLE);
  test_stream_send_caps (&stream, FLEXIBLE ",vocab-id=(string)1234");
  g_assert_cmpint (test_stream_push (&stream, test_tokens (some_tokens, 1)), ==,
                   GST_FLOW_NOT_NEGOTIATED);
  test_stream_expect_error (&stream, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION,
                            "vocab-id");
  test_stream_close (&stream);
}

static void
its_own_vocabulary_id_is_taken (void)
{
  RnnModel *own = rnn_model_load (model, NULL);
  char *caps = g_strdup_printf (FLEXIBLE ",vocab-id=(string)%s",
                                rnn_model_get_vocab_id (own));
  TestStream stream = test_stream_open_tensors (model, caps, NULL);

  g_assert_cmpint (
      test_stream_push (&stream, test_tokens (some_tokens, N_SOME)), ==,
      GST_FLOW_OK);
  test_stream_close (&stream);
  g_free (caps);
  rnn_model_unref (own);
}

static void
output_last_gives_the_last_row_of_each_buffer (void)
{
  char *launch = g_strdup_printf ("rnntagger output=last model-file=%s", model);
  TestStream stream = test_stream_open (launch, FLEXIBLE, NULL);

  test_stream_push (&stream, test_tokens (some_tokens, 3));
  test_stream_push (&stream, test_tokens (some_tokens + 3, 1));
  test_stream_expect_values (&stream, wanted + 2 * N_Y, 2 * N_Y);
  test_stream_close (&stream);
  stream = test_stream_open (launch, STATIC ("int32", "4"), NULL);
  test_stream_push (&stream, raw_tokens ("int32", some_tokens, 4));
  expect_out_caps (&stream, "other/tensors,format=(string)static,num_tensors="
                            "(int)1,types=(string)float32,dimensions=(string)"
                            "3:1,framerate=(fraction)0/1,labels=(string)"
                            "\"O,B-PER,I-PER\",rnn-output=(string)softmax");
  test_stream_expect_raw (&stream, wanted + 3 * N_Y, 1 * N_Y);
  test_stream_close (&stream);
  g_free (launch);
}

static void
tokens_without_a_meta_have_the_words_of_their_rows (void)
{
  static const struct {
    const char *features;
    gint32 tokens[4]; /* [T][F]: row 2 is "Harry", 5 … are shapes */
  } cases[] = { { "word shape", { 2, 5 + 4, 3, 5 + 4 } },
                { "shape word", { 5 + 4, 2, 5 + 4, 3 } } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *metadata[] = { "rnn.features", cases[i].features, NULL };
    const TestModel net = { N_X + 16, 8, 1, VOCAB, metadata, 0 };
    char *path = test_model_new (&net);
    char *launch =
        g_strdup_printf ("rnntagger model-file=%s ! rnnannotator", path);
    TestStream stream = { NULL, gst_harness_new_parse (launch), NULL };
    char *json;
    gst_harness_set_sink_caps_str (stream.harness, "application/x-json");
    gst_harness_set_src_caps_str (stream.harness, STATIC ("int32", "2:2"));
    test_stream_push (&stream,
                      test_buffer (cases[i].tokens, sizeof cases[i].tokens));
    json = test_stream_take_text (&stream);
    g_assert_nonnull (strstr (json, "\"text\":\"Harry Potter\""));
    gst_harness_teardown (stream.harness);
    test_model_free (path);
    g_free (launch);
    g_free (json);
  }
}

/* Alone with a buffer, the tagger makes yhat's of it. */
static void
tokens_that_somebody_keeps_stay_as_they_are (void)
{
  TestStream stream = test_stream_open_tensors (model, FLEXIBLE, NULL);
  GstBuffer *tokens = test_tokens (some_tokens, N_SOME);
  GstBuffer *before = gst_buffer_copy_deep (tokens);
  GstMapInfo kept, copy;

  test_stream_push (&stream, gst_buffer_ref (tokens));
  g_assert_null (gst_buffer_iterate_meta (tokens, &(gpointer){ NULL }));
  g_assert_true (gst_buffer_map (tokens, &kept, GST_MAP_READ));
  g_assert_true (gst_buffer_map (before, &copy, GST_MAP_READ));
  g_assert_cmpmem (kept.data, kept.size, copy.data, copy.size);
  gst_buffer_unmap (before, &copy);
  gst_buffer_unmap (tokens, &kept);
  gst_buffer_unref (before);
  gst_buffer_unref (tokens);
  test_stream_close (&stream);
}

static void
times_flags_and_metas_are_kept (void)
{
  TestStream stream = test_stream_open_tensors (model, FLEXIBLE, NULL);
  GstBuffer *buffer =
      test_timed (test_tokens (some_tokens, 2), 5 * GST_SECOND, GST_SECOND);
  GstCaps *reference = gst_caps_new_empty_simple ("test/reference");

  GST_BUFFER_DTS (buffer) = 4 * GST_SECOND;
  GST_BUFFER_OFFSET (buffer) = 17;
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_MARKER);
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  gst_buffer_add_reference_timestamp_meta (buffer, reference, 99,
                                           GST_CLOCK_TIME_NONE);
  test_stream_push (&stream, buffer);
  buffer = gst_harness_pull (stream.harness);
  g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, 5 * GST_SECOND);
  g_assert_cmpuint (GST_BUFFER_DTS (buffer), ==, 4 * GST_SECOND);
  g_assert_cmpuint (GST_BUFFER_DURATION (buffer), ==, GST_SECOND);
  g_assert_true (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_MARKER));
  g_assert_true (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT));
  g_assert_nonnull (
      gst_buffer_get_reference_timestamp_meta (buffer, reference));
  gst_buffer_unref (buffer);
  gst_caps_unref (reference);
  test_stream_close (&stream);
}

int
main (int argc, char **argv)
{
  static const char *const metadata[] = { "rnn.labels", "O\nB-PER\nI-PER",
                                          NULL };
  const TestModel net = { N_X, 8, N_Y, VOCAB, metadata, 0 };
  const TestModel bare = { N_X, 8, N_Y, NULL, metadata, 0 };
  int failed;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  model = test_model_new (&net);
  no_words = test_model_new (&bare);
  wanted = test_model_run (model, some_tokens, N_SOME);
#define ADD(test) g_test_add_func ("/tagger-tensors/" #test, test)
  ADD (flexible_tensors_give_flexible_yhat);
  ADD (headers_may_say_any_type_of_index);
  ADD (static_tensors_give_static_yhat);
  ADD (ways_to_write_the_dimensions_are_the_same);
  ADD (downstream_may_ask_for_the_other_kind);
  ADD (caps_may_change_in_the_middle_without_a_reset);
  ADD (the_caps_of_yhat_name_its_labels);
  ADD (tokens_of_another_vocabulary_are_refused_by_name);
  ADD (its_own_vocabulary_id_is_taken);
  ADD (output_last_gives_the_last_row_of_each_buffer);
  ADD (tokens_without_a_meta_have_the_words_of_their_rows);
  ADD (tokens_that_somebody_keeps_stay_as_they_are);
  ADD (times_flags_and_metas_are_kept);
  failed = g_test_run ();
  test_model_free (model);
  test_model_free (no_words);
  g_free (wanted);
  return failed;
}
