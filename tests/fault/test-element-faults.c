/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gst/gst.h>
#include <string.h>

/* Count the errors on @pipeline's bus; each must name @file. */
static guint
count_errors (GstElement *pipeline, const char *file)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR))) {
    GError *error = NULL;
    char *debug = NULL;
    gst_message_parse_error (message, &error, &debug);
    g_assert_true (strstr (error->message, file) ||
                   (debug && strstr (debug, file)));
    g_error_free (error);
    g_free (debug);
    gst_message_unref (message);
    n++;
  }
  gst_object_unref (bus);
  return n;
}

static void
an_element_posts_one_error_and_recovers_with_a_good_file (gconstpointer data)
{
  const char *element = data;
  char *good = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "pipelines",
                                 "models", "names-en-elman.safetensors", NULL);
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstElement *one = gst_element_factory_make (element, NULL);

  g_assert_nonnull (one);
  gst_bin_add (GST_BIN (pipeline), one);
  g_object_set (one, "model-file", "/nowhere/bad.safetensors", NULL);
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_PAUSED), ==,
                   GST_STATE_CHANGE_FAILURE);
  g_assert_cmpuint (count_errors (pipeline, "/nowhere/bad.safetensors"), ==, 1);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_object_set (one, "model-file", good, NULL);
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_PLAYING), !=,
                   GST_STATE_CHANGE_FAILURE);
  g_assert_cmpuint (count_errors (pipeline, good), ==, 0);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  g_free (good);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/element-faults/01 rnntokenizer", "rnntokenizer",
                        an_element_posts_one_error_and_recovers_with_a_good_file);
  g_test_add_data_func ("/element-faults/01 rnntagger", "rnntagger",
                        an_element_posts_one_error_and_recovers_with_a_good_file);
  return g_test_run ();
}
