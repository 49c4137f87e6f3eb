/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Another model while playing: no buffer is lost, none is tagged by half a
 * model, none by a model of another dictionary. */
#include "tagger.h"

#include <string.h>
#include <unistd.h>

#define N_SWAPS 100
/* Between two buffers: 1,000 a second. */
#define BUFFER_US 1000
#define BUFFERS_A_SWAP 10

static const char *const vocabularies[] = { "zero\none\ntwo\nthree\nfour\n.",
                                            ".\nfour\nthree\ntwo\none\nzero" };
static const char *const words[] = { "zero", "one", "two", "three", "four" };

/* A model of one of two dictionaries. */
static char *
write_model (gsize vocabulary, gsize n_outputs, gsize k)
{
  TestNetwork net = { .cell = RNN_CELL_GRU,
                      .output = RNN_OUTPUT_SOFTMAX,
                      .n_inputs = TEST_N_WORDS,
                      .n_hidden = 8,
                      .n_layers = 1,
                      .n_directions = 1,
                      .n_outputs = n_outputs,
                      .lookahead = k,
                      .gain = 1,
                      .vocab = vocabularies[vocabulary] };
  RnnRandom weights;

  _rnn_random_seed (&weights, test_below (1000000));
  return test_network_write (&net, &weights);
}

static void
drop_file (char *path)
{
  unlink (path);
  g_free (path);
}

/* Wait for progress of @type; fails after other warnings than @n_warnings. */
static void
wait_for_progress (GstBus *bus, GstProgressType wanted, gsize n_warnings)
{
  gboolean is_over = FALSE;

  while (!is_over) {
    GstProgressType type;
    GstMessage *message = gst_bus_timed_pop_filtered (
        bus, 60 * GST_SECOND,
        GST_MESSAGE_PROGRESS | GST_MESSAGE_WARNING | GST_MESSAGE_ERROR);
    g_assert_nonnull (message);
    g_assert_cmpint (GST_MESSAGE_TYPE (message), !=, GST_MESSAGE_ERROR);
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_PROGRESS) {
      gst_message_parse_progress (message, &type, NULL, NULL);
      is_over = type == wanted;
    } else {
      g_assert_cmpuint (n_warnings--, >, 0);
    }
    gst_message_unref (message);
  }
  g_assert_cmpuint (n_warnings, ==, 0);
}

static void
set_and_wait (TestTagger *f, const char *path)
{
  g_object_set (f->tagger, "model-file", path, NULL);
  wait_for_progress (f->bus, GST_PROGRESS_TYPE_COMPLETE, 0);
}

static guint64
get_stat (GstElement *tagger, const char *name)
{
  GstStructure *stats;
  guint64 value;

  g_object_get (tagger, "stats", &stats, NULL);
  g_assert_true (gst_structure_get_uint64 (stats, name, &value));
  gst_structure_free (stats);
  return value;
}

static void
assert_file_in_use (const TestTagger *f, const char *path)
{
  char *file;

  g_object_get (f->tagger, "model-file", &file, NULL);
  g_assert_cmpstr (file, ==, path);
  g_free (file);
}

/* The rows that have come since, and how wide they are now. */
static void
assert_last_rows (TestTagger *f, const float *wanted, gsize n_floats)
{
  g_array_set_size (f->rows, 0);
  test_pull_all (f);
  g_assert_cmpmem (f->rows->data, f->rows->len * sizeof (float), wanted,
                   n_floats * sizeof (float));
}

static void
the_new_model_begins_at_the_next_buffer_from_its_start (void)
{
  TestTagger f = test_tagger_new (0, "");
  char *path = write_model (0, 3, 0);
  RnnModel *model = rnn_model_load (path, NULL);
  const gint32 tokens[] = { 0, 1 };
  const gboolean ends[] = { FALSE, TRUE };
  float *wanted = test_by_definition (model, tokens, ends, 2);

  test_push_words (&f, 5);
  set_and_wait (&f, path);
  test_pull_all (&f);
  test_push_words (&f, 2);
  assert_last_rows (&f, wanted, 2 * 3);
  g_assert_cmpuint (get_stat (f.tagger, "swaps"), ==, 1);
  assert_file_in_use (&f, path);
  g_free (wanted);
  rnn_model_unref (model);
  test_tagger_free (&f);
  drop_file (path);
}

static void
what_is_held_leaves_by_the_old_model (void)
{
  TestTagger f = test_tagger_new (3, "");
  char *path = write_model (0, 5, 1);
  const gint32 tokens[] = { 0, 1, 2, 3, 4 };
  const gboolean ends[] = { FALSE, FALSE, FALSE, FALSE, TRUE };
  float *wanted = test_by_definition (f.model, tokens, ends, 5);

  test_push_words (&f, 5);
  set_and_wait (&f, path);
  test_push_words (&f, 1);
  g_assert_cmpuint (test_pull_all (&f), ==, 5);
  test_assert_rows (&f, wanted, 5);
  test_push_words (&f, 1);
  g_assert_cmpuint (test_pull_all (&f), ==, 1);
  g_free (wanted);
  test_tagger_free (&f);
  drop_file (path);
}

static void
other_shapes_are_negotiated (void)
{
  char *path = write_model (0, 2, 0), *other = write_model (0, 4, 0);
  char *launch = g_strdup_printf ("rnntagger name=tagger model-file=%s", path);
  TestTagger f = { .harness = gst_harness_new_parse (launch),
                   .bus = gst_bus_new (),
                   .rows = g_array_new (FALSE, FALSE, sizeof (float)) };
  const gint32 token = 1;
  GstEvent *event;
  GstCaps *caps;

  f.tagger = gst_bin_get_by_name (GST_BIN (f.harness->element), "tagger");
  gst_element_set_bus (f.harness->element, f.bus);
  gst_harness_set_src_caps_str (
      f.harness, "other/tensors,format=(string)static,num_tensors=(int)1,"
                 "types=(string)int32,dimensions=(string)1,"
                 "framerate=(fraction)0/1");
  gst_harness_push (f.harness, gst_buffer_new_memdup (&token, sizeof token));
  while ((event = gst_harness_try_pull_event (f.harness)))
    gst_event_unref (event);
  set_and_wait (&f, other);
  gst_harness_push (f.harness, gst_buffer_new_memdup (&token, sizeof token));
  event = gst_harness_pull_event (f.harness);
  g_assert_cmpint (GST_EVENT_TYPE (event), ==, GST_EVENT_CAPS);
  gst_event_parse_caps (event, &caps);
  g_assert_cmpstr (
      gst_structure_get_string (gst_caps_get_structure (caps, 0), "dimensions"),
      ==, "4:1");
  gst_event_unref (event);
  for (gsize n_y = 2; n_y <= 4; n_y += 2) {
    GstBuffer *buffer = gst_harness_pull (f.harness);
    g_assert_cmpuint (gst_buffer_get_size (buffer), ==, n_y * sizeof (float));
    gst_buffer_unref (buffer);
  }
  gst_element_set_bus (f.harness->element, NULL);
  gst_object_unref (f.tagger);
  gst_harness_teardown (f.harness);
  gst_object_unref (f.bus);
  g_array_unref (f.rows);
  g_free (launch);
  drop_file (path);
  drop_file (other);
}

static void
a_bad_file_is_a_warning_and_the_old_model_stays (void)
{
  TestTagger f = test_tagger_new (0, "");
  const gint32 tokens[] = { 0, 1, 2, 3, 0, 1 };
  const gboolean ends[] = { FALSE, FALSE, FALSE, FALSE, FALSE, TRUE };
  float *wanted = test_by_definition (f.model, tokens, ends, 6);

  test_push_words (&f, 4);
  g_object_set (f.tagger, "model-file", "/nowhere.safetensors", NULL);
  wait_for_progress (f.bus, GST_PROGRESS_TYPE_ERROR, 1);
  g_object_set (f.tagger, "model-file", NULL, NULL);
  wait_for_progress (f.bus, GST_PROGRESS_TYPE_ERROR, 1);
  assert_file_in_use (&f, f.path);
  test_push_words (&f, 2);
  test_pull_all (&f);
  test_assert_rows (&f, wanted, 6);
  g_free (wanted);
  test_tagger_free (&f);
}

/* Give the stream's caps the dictionary of @path. */
static void
push_caps_of (TestTagger *f, const char *path)
{
  RnnModel *model = rnn_model_load (path, NULL);
  char *text = g_strdup_printf (TEST_FLEXIBLE_CAPS ", vocab-id=(string)%s",
                                rnn_model_get_vocab_id (model));
  GstCaps *caps = gst_caps_from_string (text);

  gst_harness_push_event (f->harness, gst_event_new_caps (caps));
  gst_caps_unref (caps);
  g_free (text);
  rnn_model_unref (model);
}

static void
a_model_of_another_dictionary_waits_for_its_tokens (void)
{
  TestTagger f = test_tagger_new (0, "");
  char *path = write_model (1, 5, 0);

  push_caps_of (&f, f.path);
  test_push_words (&f, 2);
  set_and_wait (&f, path);
  test_push_words (&f, 2);
  assert_file_in_use (&f, f.path);
  push_caps_of (&f, path);
  assert_file_in_use (&f, path);
  test_push_words (&f, 2);
  g_assert_cmpuint (test_pull_all (&f), ==, 6);
  g_assert_cmpuint (get_stat (f.tagger, "swaps"), ==, 1);
  test_tagger_free (&f);
  drop_file (path);
}

static void
a_model_that_was_loaded_and_not_used_is_the_next_starts (void)
{
  TestTagger f = test_tagger_new (0, "");
  char *path = write_model (0, 3, 0);

  g_object_set (f.tagger, "model-file", path, NULL);
  gst_element_set_state (f.harness->element, GST_STATE_READY);
  assert_file_in_use (&f, path);
  gst_element_set_state (f.harness->element, GST_STATE_PLAYING);
  assert_file_in_use (&f, path);
  test_tagger_free (&f);
  drop_file (path);
}

/* What a pipeline of text gave: the yhat of one word a buffer. */
typedef struct {
  GArray *rows;   /* float */
  GArray *widths; /* gsize: n_y of each */
} Received;

static void
keep_yhat (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer data)
{
  Received *received = data;
  gsize before = received->rows->len, width;

  g_assert_cmpuint (test_yhat_append (buffer, received->rows), ==, 1);
  width = received->rows->len - before;
  g_array_append_val (received->widths, width);
}

static gsize
width_at (const Received *received, gsize buffer)
{
  return buffer < received->widths->len
             ? g_array_index (received->widths, gsize, buffer)
             : 0;
}

/* What @model says of the words from @first to before @end, from a<0> on, if
 * its text ends with the last one: float[end - first][n_y]. (transfer full) */
static float *
say_alone (RnnModel *model, gsize first, gsize end)
{
  gint32 *tokens = g_new (gint32, end - first);
  gboolean *ends = g_new0 (gboolean, end - first);
  float *yhat;

  for (gsize i = first; i < end; i++) {
    const char *word = words[i % G_N_ELEMENTS (words)];
    rnn_lexicon_look_up (rnn_model_get_lexicon (model), word, strlen (word),
                         &tokens[i - first], NULL);
  }
  ends[end - first - 1] = TRUE;
  yhat = test_by_definition (model, tokens, ends, end - first);
  g_free (tokens);
  g_free (ends);
  return yhat;
}

/* The models took turns, each from its start to its end; n_y tells which one is
 * at work. Returns how many turns there were. */
static gsize
check_turns (const Received *received, const char *const paths[2])
{
  RnnModel *models[] = { rnn_model_load (paths[0], NULL),
                         rnn_model_load (paths[1], NULL) };
  const float *rows = (const float *) (gpointer) received->rows->data;
  gsize n_turns = 0;

  for (gsize first = 0, end; first < received->widths->len; first = end) {
    RnnModel *model = models[n_turns++ % 2];
    gsize n_y = rnn_model_get_n_outputs (model), n_bytes;
    float *wanted;
    for (end = first; width_at (received, end) == n_y; end++)
      ;
    g_assert_cmpuint (end, >, first);
    n_bytes = (end - first) * n_y * sizeof *rows;
    wanted = say_alone (model, first, end);
    g_assert_cmpmem (rows, n_bytes, wanted, n_bytes);
    g_free (wanted);
    rows += (end - first) * n_y;
  }
  for (gsize m = 0; m < 2; m++)
    rnn_model_unref (models[m]);
  return n_turns;
}

/* Feeds 1,000 words a second until it is told to end. */
typedef struct {
  GstElement *src;
  gsize n_buffers;
  gint is_over; /* atomic */
} Feeder;

static gpointer
feed (gpointer data)
{
  Feeder *feeder = data;
  gint64 start = g_get_monotonic_time (), early;
  GstFlowReturn flow;

  while (!g_atomic_int_get (&feeder->is_over)) {
    const char *word = words[feeder->n_buffers++ % G_N_ELEMENTS (words)];
    GstBuffer *buffer = gst_buffer_new_memdup (word, strlen (word));
    g_signal_emit_by_name (feeder->src, "push-buffer", buffer, &flow);
    gst_buffer_unref (buffer);
    /* From the start on, so that no sleep that takes longer makes it slower. */
    early = start + (gint64) feeder->n_buffers * BUFFER_US
            - g_get_monotonic_time ();
    if (early > 0)
      g_usleep ((gulong) early);
  }
  g_test_message ("%zu buffers, %.0f a second", feeder->n_buffers,
                  (double) feeder->n_buffers * G_USEC_PER_SEC
                      / (double) (g_get_monotonic_time () - start));
  g_signal_emit_by_name (feeder->src, "end-of-stream", &flow);
  return NULL;
}

/* Set the two models by turns, each once the one before it is at work. */
static void
swap_models (GstElement *pipeline, const char *const paths[2])
{
  GstElement *tokenizer = gst_bin_get_by_name (GST_BIN (pipeline), "tokenizer");
  GstElement *tagger = gst_bin_get_by_name (GST_BIN (pipeline), "tagger");

  while (get_stat (tagger, "buffers") == 0)
    g_usleep (BUFFER_US);
  for (gsize i = 1; i <= N_SWAPS; i++) {
    g_object_set (tagger, "model-file", paths[i % 2], NULL);
    g_object_set (tokenizer, "model-file", paths[i % 2], NULL);
    while (get_stat (tagger, "swaps") < i
           || get_stat (tagger, "buffers") < i * BUFFERS_A_SWAP)
      g_usleep (BUFFER_US);
  }
  gst_object_unref (tokenizer);
  gst_object_unref (tagger);
}

/* Swap models that look ahead by @k words while words come, and check all. */
static void
swap_under_load (gsize k)
{
  char *paths[] = { write_model (0, 2, k), write_model (1, 3, k) };
  const char *const names[] = { paths[0], paths[1] };
  char *launch = g_strdup_printf (
      "appsrc name=src caps=\"text/x-raw,format=utf8\" format=time ! "
      "rnntokenizer name=tokenizer model-file=%s ! "
      "rnntagger name=tagger model-file=%s ! "
      "fakesink name=sink signal-handoffs=true sync=false",
      paths[0], paths[0]);
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  Feeder feeder = { gst_bin_get_by_name (GST_BIN (pipeline), "src"), 0, 0 };
  Received received = { g_array_new (FALSE, FALSE, sizeof (float)),
                        g_array_new (FALSE, FALSE, sizeof (gsize)) };
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  GThread *thread;

  g_signal_connect (sink, "handoff", G_CALLBACK (keep_yhat), &received);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  thread = g_thread_new ("feeder", feed, &feeder);
  swap_models (pipeline, names);
  g_atomic_int_set (&feeder.is_over, TRUE);
  g_thread_join (thread);
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
                                        GST_MESSAGE_EOS | GST_MESSAGE_ERROR
                                            | GST_MESSAGE_WARNING);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_assert_cmpuint (received.widths->len, ==, feeder.n_buffers);
  g_assert_cmpuint (check_turns (&received, names), ==, N_SWAPS + 1);
  gst_object_unref (bus);
  gst_object_unref (sink);
  gst_object_unref (feeder.src);
  gst_object_unref (pipeline);
  g_array_unref (received.rows);
  g_array_unref (received.widths);
  for (gsize m = 0; m < 2; m++)
    drop_file (paths[m]);
  g_free (launch);
}

static void
a_hundred_swaps_lose_no_buffer_and_mix_no_models (void)
{
  swap_under_load (0);
}

static void
a_hundred_swaps_give_what_is_held_the_yhat_of_its_own_model (void)
{
  swap_under_load (2);
}

static void
words_that_wait_are_looked_up_in_the_new_dictionary (void)
{
  char *path = write_model (0, 2, 0), *other = write_model (1, 2, 0);
  char *launch =
      g_strdup_printf ("rnntagbin name=bin framing=word model-file=%s", path);
  GstHarness *h = gst_harness_new_parse (launch);
  GstElement *bin = gst_bin_get_by_name (GST_BIN (h->element), "bin");
  GstBus *bus = gst_bus_new ();
  GstBuffer *buffer;

  gst_element_set_bus (h->element, bus);
  gst_harness_set_sink_caps_str (h, "application/x-json");
  gst_harness_set_src_caps_str (h, "text/x-raw,format=utf8");
  gst_harness_push (h, gst_buffer_new_memdup ("one tw", 6));
  g_object_set (bin, "model-file", other, NULL);
  wait_for_progress (bus, GST_PROGRESS_TYPE_COMPLETE, 0);
  wait_for_progress (bus, GST_PROGRESS_TYPE_COMPLETE, 0);
  g_assert_cmpint (gst_harness_push (h, gst_buffer_new_memdup ("o ", 2)), ==,
                   GST_FLOW_OK);
  for (gsize i = 0; i < 2; i++) {
    buffer = gst_harness_pull (h);
    gst_buffer_unref (buffer);
  }
  gst_element_set_bus (h->element, NULL);
  gst_object_unref (bin);
  gst_harness_teardown (h);
  gst_object_unref (bus);
  g_free (launch);
  drop_file (path);
  drop_file (other);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swap/next-buffer",
                   the_new_model_begins_at_the_next_buffer_from_its_start);
  g_test_add_func ("/swap/held", what_is_held_leaves_by_the_old_model);
  g_test_add_func ("/swap/shape", other_shapes_are_negotiated);
  g_test_add_func ("/swap/bad",
                   a_bad_file_is_a_warning_and_the_old_model_stays);
  g_test_add_func ("/swap/dictionary",
                   a_model_of_another_dictionary_waits_for_its_tokens);
  g_test_add_func ("/swap/restart",
                   a_model_that_was_loaded_and_not_used_is_the_next_starts);
  g_test_add_func ("/swap/waiting-words",
                   words_that_wait_are_looked_up_in_the_new_dictionary);
  g_test_add_func ("/swap/hundred",
                   a_hundred_swaps_lose_no_buffer_and_mix_no_models);
  g_test_add_func ("/swap/hundred-held",
                   a_hundred_swaps_give_what_is_held_the_yhat_of_its_own_model);
  return g_test_run ();
}
