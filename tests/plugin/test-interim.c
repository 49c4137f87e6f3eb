/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hypotheses: buffers that a later one replaces. */
#include <gst/check/gstharness.h>
#include <string.h>

#define N_HYPOTHESES 1000

/* What a harness gave: bytes and times of the buffers that are no hypotheses,
 * the messages on the bus, what is remembered in the end, and how many
 * hypotheses came. */
typedef struct {
  GString *final;
  gsize n_interim;
} Output;

#define MODEL "names-en-elman.safetensors"
#define LOOKS_AHEAD "names-en-tiny.safetensors" /* by two words */

static char *
model_file (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "pipelines", "models", name, NULL);
}

static GstHarness *
new_harness (const char *element, const char *name, const char *framing,
             const char *sink_caps)
{
  char *model = model_file (name);
  char *launch = g_strdup_printf (
      "%s name=%s model-file=\"%s\" framing=%s", element,
      strcmp (element, "rnntagbin") == 0 ? "bin" : "part", model, framing);
  GstHarness *h = gst_harness_new_parse (launch);

  gst_harness_set_sink_caps_str (h, sink_caps);
  gst_harness_set_src_caps_str (h, "text/x-raw,format=utf8");
  g_free (launch);
  g_free (model);
  return h;
}

static GstBuffer *
make_buffer (const char *text, gsize n, GstClockTime pts, GstBufferFlags flags)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, n, NULL);

  gst_buffer_fill (buffer, 0, text, n);
  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = GST_SECOND;
  GST_BUFFER_FLAG_SET (buffer, flags);
  return buffer;
}

static gboolean
is_interim (GstBuffer *buffer)
{
  return GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DROPPABLE);
}

static void
collect (GstHarness *h, Output *output)
{
  GstBuffer *buffer;
  GstMapInfo map;

  while ((buffer = gst_harness_try_pull (h))) {
    if (is_interim (buffer)) {
      output->n_interim++;
    } else {
      gst_buffer_map (buffer, &map, GST_MAP_READ);
      g_string_append_printf (
          output->final, "%" G_GUINT64_FORMAT "+%" G_GUINT64_FORMAT ":",
          GST_BUFFER_PTS (buffer), GST_BUFFER_DURATION (buffer));
      g_string_append_len (output->final, (const char *) map.data,
                           (gssize) map.size);
      gst_buffer_unmap (buffer, &map);
    }
    gst_buffer_unref (buffer);
  }
}

static void
collect_messages (GstBus *bus, Output *output)
{
  GstMessage *message;

  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT))) {
    char *text = gst_structure_to_string (gst_message_get_structure (message));
    g_string_append_printf (output->final, "%s\n", text);
    g_free (text);
    gst_message_unref (message);
  }
}

/* Statistics but for the number of hypotheses, and a<t>; none of a tokenizer.
 */
static void
collect_memory (GstHarness *h, Output *output)
{
  GstElement *bin =
      gst_bin_get_by_interface (GST_BIN (h->element), GST_TYPE_CHILD_PROXY);
  GstStructure *stats;
  GBytes *state;
  char *text;

  if (!bin)
    return;
  g_object_get (bin, "stats", &stats, NULL);
  gst_structure_remove_field (stats, "hypotheses");
  text = gst_structure_to_string (stats);
  g_string_append (output->final, text);
  g_signal_emit_by_name (bin, "save-state", &state);
  g_string_append_len (output->final, g_bytes_get_data (state, NULL),
                       (gssize) g_bytes_get_size (state));
  g_bytes_unref (state);
  gst_structure_free (stats);
  g_free (text);
  gst_object_unref (bin);
}

static char *
make_words (GRand *random, int n_words)
{
  static const char *const words[] = { "Harry", "Potter", "and ",
                                       " Mary", "met",    "London",
                                       ".",     "in the", "Zürich" };
  GString *text = g_string_new (NULL);

  for (int i = 0; i < n_words; i++)
    g_string_append_printf (
        text, "%s%s", words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))],
        g_rand_boolean (random) ? " " : "");
  if (g_rand_int_range (random, 0, 4) == 0)
    g_string_append_c (text, '\n');
  return g_string_free (text, FALSE);
}

/* A hypothesis of any text, cut anywhere, with any other flag. */
static void
push_hypothesis (GstHarness *h, GRand *random)
{
  char *text = make_words (random, g_rand_int_range (random, 0, 6));
  gsize n = strlen (text);

  n = n ? (gsize) g_rand_int_range (random, 0, (gint32) n + 1) : 0;
  g_assert_cmpint (
      gst_harness_push (h, make_buffer (text, n, (guint64) g_rand_int (random),
                                        GST_BUFFER_FLAG_DROPPABLE
                                            | (g_rand_boolean (random)
                                                   ? GST_BUFFER_FLAG_DISCONT
                                                   : 0))),
      ==, GST_FLOW_OK);
  g_free (text);
}

/* The same text in the same cuts, with @n_hypotheses random ones between. */
static Output
run (const char *element, const char *model, const char *framing,
     const char *caps, gsize n_hypotheses)
{
  GRand *finals = g_rand_new_with_seed (1), *random = g_rand_new_with_seed (2);
  GstHarness *h = new_harness (element, model, framing, caps);
  GstBus *bus = gst_bus_new ();
  Output output = { g_string_new (NULL), 0 };

  gst_element_set_bus (h->element, bus);
  for (guint i = 0; i < 200; i++) {
    char *text = make_words (finals, 5);
    gsize n = strlen (text), cut = (gsize) g_rand_int_range (finals, 0, 9);
    for (gsize k = 0; k < n_hypotheses / 200; k++)
      push_hypothesis (h, random);
    gst_harness_push (h,
                      make_buffer (text, n - MIN (n, cut), i * GST_SECOND, 0));
    collect (h, &output);
    g_free (text);
  }
  gst_harness_push_event (h, gst_event_new_eos ());
  collect (h, &output);
  collect_messages (bus, &output);
  collect_memory (h, &output);
  gst_element_set_bus (h->element, NULL);
  gst_object_unref (bus);
  gst_harness_teardown (h);
  g_rand_free (finals);
  g_rand_free (random);
  return output;
}

static void
expect_no_trace (const char *element, const char *model, const char *caps)
{
  static const char *const framings[] = { "buffer", "line", "word" };

  for (gsize i = 0; i < G_N_ELEMENTS (framings); i++) {
    Output without = run (element, model, framings[i], caps, 0);
    Output with = run (element, model, framings[i], caps, N_HYPOTHESES);
    g_assert_cmpmem (with.final->str, with.final->len, without.final->str,
                     without.final->len);
    g_assert_cmpuint (without.final->len, >, 1000);
    g_assert_cmpuint (without.n_interim, ==, 0);
    g_assert_cmpuint (with.n_interim, >, N_HYPOTHESES / 2);
    g_string_free (without.final, TRUE);
    g_string_free (with.final, TRUE);
  }
}

static void
hypotheses_leave_no_trace_in_tokens (void)
{
  expect_no_trace ("rnntokenizer", MODEL, "other/tensors,format=flexible");
  expect_no_trace ("rnntokenizer", MODEL,
                   "other/tensors,format=static,num_tensors=1,"
                   "types=int32,dimensions=(string)1");
}

/* JSON has the text, entities and scores; the bus has the entities. */
static void
hypotheses_leave_no_trace_in_tagged_text_and_entities (void)
{
  expect_no_trace ("rnntagbin", LOOKS_AHEAD, "application/x-json");
}

static char *
pull_text (GstHarness *h, GstBuffer **buffer)
{
  char *text;

  *buffer = gst_harness_pull (h);
  text = g_malloc0 (gst_buffer_get_size (*buffer) + 1);
  gst_buffer_extract (*buffer, 0, text, gst_buffer_get_size (*buffer));
  return text;
}

static void
expect_text (GstHarness *h, const char *wanted, gboolean interim,
             GstClockTime pts, GstClockTime duration)
{
  GstBuffer *buffer;
  char *text = pull_text (h, &buffer);

  g_assert_cmpstr (text, ==, wanted);
  g_assert_cmpint (is_interim (buffer), ==, interim);
  g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, pts);
  g_assert_cmpuint (GST_BUFFER_DURATION (buffer), ==, duration);
  g_free (text);
  gst_buffer_unref (buffer);
}

/* With framing=word the last word of a hypothesis would wait for ever. */
static void
a_hypothesis_is_shown_to_its_last_word_behind_what_waits (void)
{
  GstHarness *h =
      new_harness ("rnntagbin", MODEL, "word", "text/x-raw,format=utf8");

  gst_harness_push (h, make_buffer ("in Lon", 6, 0, 0));
  expect_text (h, "in ", FALSE, 0, GST_SECOND);
  gst_harness_push (h, make_buffer ("don we", 6, 5, GST_BUFFER_FLAG_DROPPABLE));
  expect_text (h, "London we", TRUE, 5, GST_SECOND);
  gst_harness_push (h, make_buffer ("g ", 2, GST_SECOND, 0));
  expect_text (h, "Long ", FALSE, 0, 2 * GST_SECOND);
  gst_harness_teardown (h);
}

static gboolean
hypothesize (GstElement *interim, const char *text, guint64 time)
{
  gboolean pushed = FALSE;

  g_signal_emit_by_name (interim, "push-hypothesis", text, time, &pushed);
  return pushed;
}

/* A harness as pocketsphinx would feed it: a segment, and no caps. */
static GstHarness *
new_interim (void)
{
  GstHarness *h = gst_harness_new ("rnninterim");
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (h, gst_event_new_stream_start ("speech"));
  gst_harness_push_event (h, gst_event_new_segment (&segment));
  return h;
}

static void
rnninterim_pushes_each_hypothesis_once (void)
{
  GstHarness *h = new_interim ();

  g_assert_true (hypothesize (h->element, "the way", 3));
  g_assert_false (hypothesize (h->element, "the way", 4));
  g_assert_false (hypothesize (h->element, "", 5));
  g_assert_true (hypothesize (h->element, "the weather", 6));
  expect_text (h, "the way", TRUE, 3, GST_CLOCK_TIME_NONE);
  expect_text (h, "the weather", TRUE, 6, GST_CLOCK_TIME_NONE);
  g_assert_null (gst_harness_try_pull (h));
  gst_harness_teardown (h);
}

static void
rnninterim_sends_the_caps_that_a_recogniser_leaves_out (void)
{
  GstHarness *h = new_interim ();
  GstCaps *caps = gst_pad_get_current_caps (h->sinkpad);
  GstCaps *wanted = gst_caps_from_string ("text/x-raw,format=utf8");

  g_assert_nonnull (caps);
  g_assert_true (gst_caps_is_equal (caps, wanted));
  gst_caps_unref (caps);
  gst_caps_unref (wanted);
  gst_harness_teardown (h);
}

static void
rnninterim_says_that_text_is_sparse (void)
{
  GstHarness *h = new_interim ();
  GstEvent *event = gst_harness_pull_event (h);
  const char *id;
  GstStreamFlags flags;

  g_assert_cmpint (GST_EVENT_TYPE (event), ==, GST_EVENT_STREAM_START);
  gst_event_parse_stream_start (event, &id);
  gst_event_parse_stream_flags (event, &flags);
  g_assert_cmpstr (id, ==, "speech");
  g_assert_cmpint (flags, ==, GST_STREAM_FLAG_SPARSE);
  gst_event_unref (event);
  gst_harness_teardown (h);
}

static void
rnninterim_times_a_text_by_its_hypotheses (void)
{
  GstHarness *h = new_interim ();

  hypothesize (h->element, "the way", 3);
  hypothesize (h->element, "the weather", 10);
  gst_harness_push (h,
                    make_buffer ("the weather\n", 12, GST_CLOCK_TIME_NONE, 0));
  hypothesize (h->element, "is", 20);
  gst_harness_push (h, make_buffer ("is nice\n", 8, 19, 0));
  expect_text (h, "the way", TRUE, 3, GST_CLOCK_TIME_NONE);
  expect_text (h, "the weather", TRUE, 10, GST_CLOCK_TIME_NONE);
  expect_text (h, "the weather\n", FALSE, 3, 7);
  expect_text (h, "is", TRUE, 20, GST_CLOCK_TIME_NONE);
  expect_text (h, "is nice\n", FALSE, 19, GST_SECOND);
  gst_harness_teardown (h);
}

static void
rnninterim_wants_a_segment_first (void)
{
  GstHarness *h = gst_harness_new ("rnninterim");

  g_assert_false (hypothesize (h->element, "the way", 3));
  gst_harness_teardown (h);
}

static void
post_hypothesis (GstElement *from, const char *text, gboolean is_final)
{
  gst_element_post_message (
      from, gst_message_new_element (
                GST_OBJECT (from),
                gst_structure_new ("pocketsphinx", "timestamp", G_TYPE_UINT64,
                                   (guint64) 7, "final", G_TYPE_BOOLEAN,
                                   is_final, "confidence", G_TYPE_LONG, 0L,
                                   "hypothesis", G_TYPE_STRING, text, NULL)));
}

static void
count_hypothesis (GstElement *sink, GstBuffer *buffer, GstPad *pad, gint *count)
{
  if (is_interim (buffer))
    g_atomic_int_inc (count);
}

/* Behind a bin, as in a pipeline; the other recogniser is somebody else's. */
static void
rnninterim_hears_the_recogniser_before_it_and_no_other (void)
{
  GstElement *pipeline = gst_parse_launch (
      "bin.( appsrc name=mine format=time caps=text/plain ! identity ) "
      "! rnninterim ! fakesink name=sink signal-handoffs=true "
      "appsrc name=other ! fakesink async=false",
      NULL);
  GstElement *mine = gst_bin_get_by_name (GST_BIN (pipeline), "mine");
  GstElement *other = gst_bin_get_by_name (GST_BIN (pipeline), "other");
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  GstBuffer *text = make_buffer ("text", 4, 0, 0);
  GstFlowReturn flow;
  gint count = 0;

  g_signal_connect (sink, "handoff", G_CALLBACK (count_hypothesis), &count);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_signal_emit_by_name (mine, "push-buffer", text, &flow);
  gst_buffer_unref (text);
  gst_element_get_state (pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
  post_hypothesis (mine, "the end", TRUE);
  post_hypothesis (other, "the way", FALSE);
  g_assert_cmpint (g_atomic_int_get (&count), ==, 0);
  post_hypothesis (mine, "the way", FALSE);
  g_assert_cmpint (g_atomic_int_get (&count), ==, 1);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (mine);
  gst_object_unref (other);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
}

/* The pads of a harness belong to no element. */
static void
rnninterim_may_be_fed_by_a_pad_of_no_element (void)
{
  GstElement *interim = gst_element_factory_make ("rnninterim", NULL);
  GstElement *other = gst_element_factory_make ("identity", NULL);
  GstBus *bus = gst_bus_new ();
  GstHarness *h;

  gst_object_ref_sink (interim);
  gst_object_ref_sink (other);
  gst_element_set_bus (interim, bus);
  gst_element_set_bus (other, bus);
  h = gst_harness_new_with_element (interim, "sink", "src");
  gst_harness_set_src_caps_str (h, "text/plain");
  post_hypothesis (other, "the way", FALSE);
  g_assert_null (gst_harness_try_pull (h));
  g_assert_true (hypothesize (interim, "the weather", 6));
  expect_text (h, "the weather", TRUE, 6, GST_CLOCK_TIME_NONE);
  gst_harness_teardown (h);
  gst_element_set_bus (interim, NULL);
  gst_element_set_bus (other, NULL);
  gst_object_unref (interim);
  gst_object_unref (other);
  gst_object_unref (bus);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
#define ADD(test) g_test_add_func ("/interim/" #test, test)
  ADD (hypotheses_leave_no_trace_in_tokens);
  ADD (hypotheses_leave_no_trace_in_tagged_text_and_entities);
  ADD (a_hypothesis_is_shown_to_its_last_word_behind_what_waits);
  ADD (rnninterim_pushes_each_hypothesis_once);
  ADD (rnninterim_sends_the_caps_that_a_recogniser_leaves_out);
  ADD (rnninterim_says_that_text_is_sparse);
  ADD (rnninterim_times_a_text_by_its_hypotheses);
  ADD (rnninterim_wants_a_segment_first);
  ADD (rnninterim_hears_the_recogniser_before_it_and_no_other);
  ADD (rnninterim_may_be_fed_by_a_pad_of_no_element);
  return g_test_run ();
}
