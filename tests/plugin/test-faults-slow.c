/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Downstream takes its time: fault 78. */
#include "elements.h"
#include "model.h"

#define N_BUFFERS 200

static char *model;

typedef struct {
  TestStream *stream;
  const TestElement *element;
  gint n_pushed; /* buffers that the element has answered for */
} Pusher;

static gpointer
push_all (gpointer data)
{
  Pusher *pusher = data;

  for (gsize i = 0; i < N_BUFFERS; i++) {
    g_assert_cmpint (
        test_stream_push (pusher->stream, pusher->element->new_buffer ()), ==,
        GST_FLOW_OK);
    g_atomic_int_inc (&pusher->n_pushed);
  }
  return NULL;
}

static GstPadProbeReturn
tell_and_block (GstPad *pad, GstPadProbeInfo *info, gpointer blocked)
{
  (void) pad;
  (void) info;
  g_atomic_int_set ((gint *) blocked, TRUE);
  return GST_PAD_PROBE_OK;
}

/* Nothing is queued: while downstream takes no buffer, upstream waits. */
static void
fault_78_while_downstream_waits_upstream_waits (void)
{
  for (gsize i = 0; i < TEST_N_ELEMENTS; i++) {
    const TestElement *e = &test_elements[i];
    TestStream stream = test_element_open (e, model, "");
    GstPad *pad = gst_element_get_static_pad (stream.element, "src");
    Pusher pusher = { &stream, e, 0 };
    gint blocked = FALSE;
    gulong probe = gst_pad_add_probe (
        pad, GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER,
        tell_and_block, &blocked, NULL);
    GThread *thread = g_thread_new ("pusher", push_all, &pusher);
    while (!g_atomic_int_get (&blocked))
      g_usleep (1000);
    g_usleep (50000);
    g_assert_cmpint (g_atomic_int_get (&pusher.n_pushed), <=, 1);
    gst_pad_remove_probe (pad, probe);
    g_thread_join (thread);
    g_assert_cmpint (pusher.n_pushed, ==, N_BUFFERS);
    gst_object_unref (pad);
    test_stream_close (&stream);
  }
}

int
main (int argc, char **argv)
{
  const TestModel small = { TEST_N_WORDS, 5, 1, TEST_WORDS, NULL, 0 };
  int code;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  model = test_model_new (&small);
  g_test_add_func (
      "/faults-slow/fault_78_while_downstream_waits_upstream_waits",
      fault_78_while_downstream_waits_upstream_waits);
  code = g_test_run ();
  test_model_free (model);
  return code;
}
