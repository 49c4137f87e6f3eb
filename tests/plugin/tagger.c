/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tagger.h"

#include <string.h>
#include <unistd.h>

gsize
test_below (gsize n)
{
  static RnnRandom random_numbers;
  static gboolean is_seeded;

  if (!is_seeded)
    _rnn_random_seed (&random_numbers, 23);
  is_seeded = TRUE;
  return (gsize) _rnn_random_below (&random_numbers, n);
}

char *
test_tagger_write_network (gsize k, gsize n_outputs)
{
  TestNetwork net = { .cell = (RnnCellKind) test_below (3),
                      .output = RNN_OUTPUT_SOFTMAX,
                      .n_inputs = TEST_N_WORDS,
                      .n_hidden = 1 + test_below (12),
                      .n_layers = 1 + test_below (2),
                      .n_directions = 1,
                      .n_outputs = n_outputs,
                      .lookahead = k,
                      .gain = 1,
                      .vocab = "zero\none\ntwo\nthree\nfour\n." };
  RnnRandom weights;

  _rnn_random_seed (&weights, test_below (1000000));
  return test_network_write (&net, &weights);
}

TestTagger
test_tagger_new (gsize k, const char *properties)
{
  TestTagger f = { .rows = g_array_new (FALSE, FALSE, sizeof (float)) };
  GError *error = NULL;
  char *launch;

  f.path = test_tagger_write_network (k, 1 + test_below (4));
  f.model = rnn_model_load (f.path, &error);
  g_assert_no_error (error);
  launch = g_strdup_printf ("rnntagger name=tagger model-file=%s %s", f.path,
                            properties);
  f.harness = gst_harness_new_parse (launch);
  f.tagger = gst_bin_get_by_name (GST_BIN (f.harness->element), "tagger");
  f.bus = gst_bus_new ();
  gst_element_set_bus (f.harness->element, f.bus);
  gst_harness_set_src_caps_str (f.harness, TEST_FLEXIBLE_CAPS);
  g_free (launch);
  return f;
}

void
test_tagger_free (TestTagger *f)
{
  gst_element_set_bus (f->harness->element, NULL);
  gst_object_unref (f->tagger);
  gst_harness_teardown (f->harness);
  gst_object_unref (f->bus);
  rnn_model_unref (f->model);
  g_array_unref (f->rows);
  unlink (f->path);
  g_free (f->path);
}

void
test_push_at (TestTagger *f, const gint32 *tokens, gsize n, GstClockTime pts,
              GstBufferFlags flags)
{
  GstBuffer *buffer = test_tokens_new (tokens, n);

  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = 100 * MS;
  GST_BUFFER_FLAG_SET (buffer, flags);
  g_assert_cmpint (gst_harness_push (f->harness, buffer), ==, GST_FLOW_OK);
}

void
test_push_words (TestTagger *f, gsize n)
{
  static const gint32 words[] = { 0, 1, 2, 3, 4, 0, 1, 2, 3, 4 };

  for (gsize i = 0; i < n; i++)
    test_push_at (f, words + i, 1, GST_CLOCK_TIME_NONE, 0);
}

gsize
test_pull_all (TestTagger *f)
{
  GstBuffer *buffer;
  gsize n = 0;

  for (; (buffer = gst_harness_try_pull (f->harness)); n++) {
    test_yhat_append (buffer, f->rows);
    gst_buffer_unref (buffer);
  }
  return n;
}

void
test_push_custom (TestTagger *f, const char *name)
{
  gst_harness_push_event (
      f->harness, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
                                        gst_structure_new_empty (name)));
}

void
test_assert_rows (const TestTagger *f, const float *wanted, gsize n)
{
  gsize n_bytes = n * rnn_model_get_n_outputs (f->model) * sizeof (float);

  g_assert_cmpmem (f->rows->data, f->rows->len * sizeof (float), wanted,
                   n_bytes);
}
