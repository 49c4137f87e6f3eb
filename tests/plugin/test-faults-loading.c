/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the plugin comes into a process: fault 76. */
#include <glib/gstdio.h>
#include <gst/gst.h>

#define N_THREADS 8

static const char *const elements[] = { "rnntokenizer", "rnntagger",
                                        "rnnannotator", "rnntagbin",
                                        "rnninterim" };

static gpointer
make_elements (gpointer unused)
{
  (void) unused;
  for (gsize i = 0; i < G_N_ELEMENTS (elements); i++) {
    GstElement *element = gst_element_factory_make (elements[i], NULL);
    g_assert_nonnull (element);
    gst_object_unref (gst_object_ref_sink (element));
  }
  return NULL;
}

/* The first case: nothing has loaded the plugin before. */
static void
fault_76_eight_threads_load_the_plugin_at_once (void)
{
  GThread *threads[N_THREADS];

  for (gsize i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("loader", make_elements, NULL);
  for (gsize i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
}

static void
fault_76_a_copy_of_the_plugin_changes_nothing (void)
{
  char *folder = g_dir_make_tmp ("rnn-plugin-XXXXXX", NULL);
  char *copy = g_build_filename (folder, "libgstrnn.so", NULL), *bytes;
  GstElement *element = gst_element_factory_make ("rnntagger", NULL);
  GType type = G_OBJECT_TYPE (element);
  GstPlugin *plugin = gst_registry_find_plugin (gst_registry_get (), "rnn");
  GError *error = NULL;
  GstPlugin *again;
  gsize n;

  g_assert_true (
      g_file_get_contents (gst_plugin_get_filename (plugin), &bytes, &n, NULL));
  g_assert_true (g_file_set_contents (copy, bytes, (gssize) n, NULL));
  again = gst_plugin_load_file (copy, &error);
  g_assert_no_error (error);
  g_assert_true (again == plugin);
  gst_object_unref (element);
  make_elements (NULL);
  element = gst_element_factory_make ("rnntagger", NULL);
  g_assert_true (G_OBJECT_TYPE (element) == type);
  gst_object_unref (element);
  gst_object_unref (again);
  gst_object_unref (plugin);
  g_remove (copy);
  g_rmdir (folder);
  g_free (bytes);
  g_free (copy);
  g_free (folder);
}

#define ADD(function) g_test_add_func ("/faults-loading/" #function, function)

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  ADD (fault_76_eight_threads_load_the_plugin_at_once);
  ADD (fault_76_a_copy_of_the_plugin_changes_nothing);
  return g_test_run ();
}
