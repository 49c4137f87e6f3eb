/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Elements between two pads, fed with events, buffers, queries and changes of
 * state as the bytes of the input say: the first chooses the element, each one
 * after it an action, which takes what it needs of those behind it. */
#include "fuzz.h"

#include <gst/gst.h>
#include <rnn/rnn-model.h>
#include <string.h>

typedef struct {
  const guint8 *data;
  gsize n_bytes;
  GstElement *element;
  GstPad *src, *sink;
  GstFlowReturn flow; /* what downstream says */
  GstClockTime pts;
} Run;

void gst_plugin_rnn_register (void);

static guint8
take_byte (Run *run)
{
  return fuzz_take_byte (&run->data, &run->n_bytes);
}

static GstFlowReturn
receive (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstFlowReturn flow = *(const GstFlowReturn *) pad->chaindata;
  GstMapInfo map;

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
  return flow;
}

static void
append_memory (GstBuffer *buffer, const guint8 *bytes, gsize n)
{
  GstMemory *memory = gst_allocator_alloc (NULL, n, NULL);
  GstMapInfo map;

  gst_memory_map (memory, &map, GST_MAP_WRITE);
  if (n > 0)
    memcpy (map.data, bytes, n);
  gst_memory_unmap (memory, &map);
  gst_buffer_append_memory (buffer, memory);
}

/* In one piece, or in two, so that a reader must not trust the first. */
static GstBuffer *
take_buffer (Run *run)
{
  guint8 kind = take_byte (run);
  gsize n;
  const guint8 *bytes = fuzz_take (&run->data, &run->n_bytes,
                                   take_byte (run) * (kind & 1 ? 8 : 1), &n);
  GstBuffer *buffer = gst_buffer_new ();
  gsize cut = kind & 2 ? n / 3 : n;

  append_memory (buffer, bytes, cut);
  if (cut < n)
    append_memory (buffer, bytes + cut, n - cut);
  if (!(kind & 4))
    GST_BUFFER_PTS (buffer) = run->pts;
  if (kind & 8)
    GST_BUFFER_DURATION (buffer) = GST_SECOND;
  if (kind & 16)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  if (kind & 32)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DROPPABLE);
  run->pts += kind & 64 ? -GST_SECOND : GST_SECOND;
  return buffer;
}

static GstEvent *
make_caps (guint8 which)
{
  static const char *const texts[] = {
    "text/x-raw, format=utf8",
    "text/x-raw, format=pango-markup",
    "text/plain",
    "other/tensors, format=flexible, framerate=0/1",
    "other/tensors, format=static, num_tensors=1, types=int32, "
    "dimensions=(string)1, framerate=0/1",
    "other/tensors, format=static, num_tensors=1, types=float32, "
    "dimensions=(string)3:2, framerate=0/1, labels=(string)\"O,B,I\"",
    "other/tensors, format=static, num_tensors=1, types=int64, "
    "dimensions=(string)2, framerate=0/1, vocab-id=(string)none",
    "audio/x-raw"
  };
  GstCaps *caps = gst_caps_from_string (texts[which % G_N_ELEMENTS (texts)]);
  GstEvent *event = gst_event_new_caps (caps);

  gst_caps_unref (caps);
  return event;
}

static GstEvent *
make_segment (guint8 which)
{
  GstSegment segment;

  gst_segment_init (&segment, which & 1 ? GST_FORMAT_TIME : GST_FORMAT_BYTES);
  if (which & 2)
    segment.rate = -1.0;
  if (which & 4)
    segment.start = segment.position = 7;
  return gst_event_new_segment (&segment);
}

static GstEvent *
make_custom (guint8 which)
{
  static const char *const names[] = { "rstranscribe/final-transcript",
                                       "rstranscribe/speaker-change",
                                       "neither" };

  return gst_event_new_custom (
      GST_EVENT_CUSTOM_DOWNSTREAM,
      gst_structure_new_empty (names[which % G_N_ELEMENTS (names)]));
}

static GstEvent *
make_event (Run *run)
{
  guint8 which = take_byte (run), more = take_byte (run);

  switch (which % 8) {
  case 0:
    return gst_event_new_stream_start (more & 1 ? "a" : "b");
  case 1:
    return make_segment (more);
  case 2:
    return make_caps (more);
  case 3:
    return gst_event_new_gap (more & 1 ? run->pts : 0,
                              more & 2 ? GST_SECOND : GST_CLOCK_TIME_NONE);
  case 4:
    return gst_event_new_flush_start ();
  case 5:
    return gst_event_new_flush_stop (TRUE);
  case 6:
    return more & 1 ? gst_event_new_eos ()
                    : gst_event_new_tag (gst_tag_list_new_empty ());
  default:
    return make_custom (more);
  }
}

static void
ask (Run *run)
{
  GstQuery *query;

  switch (take_byte (run) % 3) {
  case 0:
    query = gst_query_new_caps (NULL);
    break;
  case 1:
    query = gst_query_new_latency ();
    break;
  default:
    query = gst_query_new_position (GST_FORMAT_TIME);
  }
  gst_pad_peer_query (run->src, query);
  gst_pad_peer_query (run->sink, query);
  gst_query_unref (query);
}

static void
set_text (Run *run, const char *name, const char *value)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (run->element), name))
    gst_util_set_object_arg (G_OBJECT (run->element), name, value);
}

static void
set_property (Run *run)
{
  static const char *const values[][2] = {
    { "threshold", "0.1" },
    { "reset-on", "stream-start+flush+discont+gap+segment+buffer" },
    { "reset-on", "final-transcript+speaker-change" },
    { "post-messages", "false" },
    { "append-newline", "true" },
    { "drain-on", "buffer" },
    { "max-delay", "1" }
  };
  gsize i = take_byte (run) % G_N_ELEMENTS (values);

  set_text (run, values[i][0], values[i][1]);
}

/* Through READY, where framing, output and labels may change. */
static void
restart (Run *run)
{
  static const char *const values[][2] = {
    { "framing", "line" },       { "framing", "word" },
    { "output", "last" },        { "labels", "a,b,c" },
    { "model-file", "missing" }, { "model-file", MODEL_FILE }
  };
  gsize i = take_byte (run) % G_N_ELEMENTS (values);

  gst_element_set_state (run->element, GST_STATE_READY);
  set_text (run, values[i][0], values[i][1]);
  gst_element_set_state (run->element, GST_STATE_PLAYING);
}

static void
act (Run *run)
{
  static const GstFlowReturn flows[] = { GST_FLOW_OK,
                                         GST_FLOW_OK,
                                         GST_FLOW_EOS,
                                         GST_FLOW_FLUSHING,
                                         GST_FLOW_NOT_NEGOTIATED,
                                         GST_FLOW_ERROR };

  switch (take_byte (run) % 8) {
  case 0:
  case 1:
  case 2:
    gst_pad_push (run->src, take_buffer (run));
    break;
  case 3:
  case 4:
    gst_pad_push_event (run->src, make_event (run));
    break;
  case 5:
    ask (run);
    break;
  case 6:
    set_property (run);
    break;
  default:
    if (take_byte (run) & 1)
      run->flow = flows[take_byte (run) % G_N_ELEMENTS (flows)];
    else
      restart (run);
  }
}

static void
link_pads (Run *run)
{
  GstPad *in = gst_element_get_static_pad (run->element, "sink");
  GstPad *out = gst_element_get_static_pad (run->element, "src");

  run->src = gst_pad_new ("src", GST_PAD_SRC);
  run->sink = gst_pad_new ("sink", GST_PAD_SINK);
  gst_pad_set_chain_function_full (run->sink, receive, &run->flow, NULL);
  gst_pad_set_active (run->src, TRUE);
  gst_pad_set_active (run->sink, TRUE);
  g_assert_cmpint (gst_pad_link (run->src, in), ==, GST_PAD_LINK_OK);
  g_assert_cmpint (gst_pad_link (out, run->sink), ==, GST_PAD_LINK_OK);
  gst_object_unref (in);
  gst_object_unref (out);
}

/* Data before its stream-start, and the like: what this is here to send. */
static void
ignore (const char *domain, GLogLevelFlags level, const char *message,
        gpointer data)
{
}

static void
init_once (void)
{
  static gboolean is_done;

  if (is_done)
    return;
  is_done = TRUE;
  /* No other plugin is wanted, nor a look at which there are. */
  g_setenv ("GST_REGISTRY_DISABLE", "yes", TRUE);
  gst_init (NULL, NULL);
  gst_plugin_rnn_register ();
  /* Held to the end, so that not each run reads the file. */
  g_assert_nonnull (rnn_model_load_shared (MODEL_FILE, NULL));
  g_log_set_handler ("GStreamer", G_LOG_LEVEL_WARNING, ignore, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  static const char *const names[] = { "rnntagbin", "rnntokenizer", "rnntagger",
                                       "rnnannotator" };
  Run run = { data, n_bytes, NULL, NULL, NULL, GST_FLOW_OK, 0 };

  init_once ();
  run.element = gst_element_factory_make (
      names[take_byte (&run) % G_N_ELEMENTS (names)], NULL);
  g_assert_nonnull (run.element);
  gst_object_ref_sink (run.element);
  set_text (&run, "model-file", MODEL_FILE);
  link_pads (&run);
  g_assert_cmpint (gst_element_set_state (run.element, GST_STATE_PLAYING), ==,
                   GST_STATE_CHANGE_SUCCESS);
  while (run.n_bytes > 0)
    act (&run);
  gst_element_set_state (run.element, GST_STATE_NULL);
  gst_pad_set_active (run.src, FALSE);
  gst_pad_set_active (run.sink, FALSE);
  gst_object_unref (run.element);
  gst_object_unref (run.src);
  gst_object_unref (run.sink);
  return 0;
}
