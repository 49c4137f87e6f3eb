/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Elements whose model file is bad: one error of the right kind, and they live.
 */
#include <glib/gstdio.h>
#include <gst/gst.h>
#include <rnn/rnn-error.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OTHER_USER 65534

/* The one error on @pipeline's bus; it names @file, and its details the kind of
 * error that the library has for it. */
static GError *
pop_error (GstElement *pipeline, const char *file, RnnError kind)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  GError *error = NULL;
  const GstStructure *details;
  char *debug = NULL;
  int code = 0;

  g_assert_nonnull (message);
  gst_message_parse_error (message, &error, &debug);
  gst_message_parse_error_details (message, &details);
  g_assert_nonnull (details);
  g_assert_cmpstr (gst_structure_get_string (details, "domain"), ==,
                   g_quark_to_string (RNN_ERROR));
  g_assert_true (gst_structure_get_int (details, "code", &code));
  g_assert_cmpint (code, ==, (int) kind);
  if (!strstr (error->message, file) && !(debug && strstr (debug, file)))
    g_error ("expected \"%s\" in \"%s\"", file, error->message);
  gst_message_unref (message);
  g_assert_null (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR));
  gst_object_unref (bus);
  g_free (debug);
  return error;
}

/* A pipeline of one element with the model @file. */
static GstElement *
make_pipeline (const char *element, const char *file)
{
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstElement *one = gst_element_factory_make (element, "one");

  g_assert_nonnull (one);
  gst_bin_add (GST_BIN (pipeline), one);
  g_object_set (one, "model-file", file, NULL);
  return pipeline;
}

static void
assert_cannot_start (GstElement *pipeline, const char *file, GQuark domain,
                     int code, RnnError kind)
{
  GError *error;

  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_PAUSED), ==,
                   GST_STATE_CHANGE_FAILURE);
  error = pop_error (pipeline, file, kind);
  g_assert_error (error, domain, code);
  g_error_free (error);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static void
assert_starts_with_a_good_file (GstElement *pipeline)
{
  char *good = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "pipelines",
                                 "models", "names-en-elman.safetensors", NULL);
  GstElement *one = gst_bin_get_by_name (GST_BIN (pipeline), "one");
  GstBus *bus = gst_element_get_bus (pipeline);

  g_object_set (one, "model-file", good, NULL);
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_PLAYING), !=,
                   GST_STATE_CHANGE_FAILURE);
  g_assert_null (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR));
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (one);
  g_free (good);
}

static void
a_file_that_is_not_there_is_one_error_not_found (gconstpointer element)
{
  const char *file = "/nowhere/bad.safetensors";
  GstElement *pipeline = make_pipeline (element, file);

  assert_cannot_start (pipeline, file, GST_RESOURCE_ERROR,
                       GST_RESOURCE_ERROR_NOT_FOUND, RNN_ERROR_NOT_FOUND);
  assert_starts_with_a_good_file (pipeline);
  gst_object_unref (pipeline);
}

static void
a_file_that_may_not_be_read_is_one_error_open_read (gconstpointer element)
{
  char *file = NULL;
  int fd = g_file_open_tmp ("fault-XXXXXX.safetensors", &file, NULL);
  GstElement *pipeline = make_pipeline (element, file);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (fchmod (fd, 0), ==, 0);
  close (fd);
  /* root may read all. */
  if (geteuid () == 0 && seteuid (OTHER_USER) != 0) {
    g_test_skip ("root cannot become another user here");
  } else {
    assert_cannot_start (pipeline, file, GST_RESOURCE_ERROR,
                         GST_RESOURCE_ERROR_OPEN_READ, RNN_ERROR_OPEN);
    g_assert_cmpint (seteuid (getuid ()), ==, 0);
    assert_starts_with_a_good_file (pipeline);
  }
  gst_object_unref (pipeline);
  g_unlink (file);
  g_free (file);
}

static void
what_is_no_regular_file_is_one_error_open_read (gconstpointer element)
{
  const char *file = g_get_tmp_dir ();
  GstElement *pipeline = make_pipeline (element, file);

  assert_cannot_start (pipeline, file, GST_RESOURCE_ERROR,
                       GST_RESOURCE_ERROR_OPEN_READ, RNN_ERROR_OPEN);
  assert_starts_with_a_good_file (pipeline);
  gst_object_unref (pipeline);
}

static void
what_is_no_model_is_one_error_wrong_type (gconstpointer element)
{
  char *file = NULL;
  int fd = g_file_open_tmp ("fault-XXXXXX.safetensors", &file, NULL);
  GstElement *pipeline = make_pipeline (element, file);

  g_assert_cmpint (fd, >=, 0);
  close (fd);
  g_assert_true (g_file_set_contents (file, "no model at all", -1, NULL));
  assert_cannot_start (pipeline, file, GST_STREAM_ERROR,
                       GST_STREAM_ERROR_WRONG_TYPE, RNN_ERROR_FORMAT);
  assert_starts_with_a_good_file (pipeline);
  gst_object_unref (pipeline);
  g_unlink (file);
  g_free (file);
}

static const struct {
  const char *fault; /* its number, and what it is */
  void (*test) (gconstpointer element);
} faults[] = {
  { "01 not there", a_file_that_is_not_there_is_one_error_not_found },
  { "01 may not be read", a_file_that_may_not_be_read_is_one_error_open_read },
  { "02 no regular file", what_is_no_regular_file_is_one_error_open_read },
  { "03 no model", what_is_no_model_is_one_error_wrong_type },
};

int
main (int argc, char **argv)
{
  static const char *const elements[] = { "rnntokenizer", "rnntagger",
                                          "rnntagbin" };

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  for (gsize e = 0; e < G_N_ELEMENTS (elements); e++)
    for (gsize i = 0; i < G_N_ELEMENTS (faults); i++) {
      char *name = g_strdup_printf ("/element-faults/%s, %s", faults[i].fault,
                                    elements[e]);
      g_test_add_data_func (name, elements[e], faults[i].test);
      g_free (name);
    }
  return g_test_run ();
}
