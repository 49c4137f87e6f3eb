/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program may save and load a<t> from threads of its own while the tagger
 * starts and stops. What goes wrong crashes here now and then; the thread
 * sanitizer sees it each time. */
#include "tagger.h"

#include <glib/gstdio.h>

#define N_CYCLES 3000

typedef struct {
  GstElement *tagger;
  GBytes *saved; /* what the loader puts back */
  gint is_over;
} Users;

static gpointer
save_again_and_again (gpointer data)
{
  Users *users = data;

  while (!g_atomic_int_get (&users->is_over)) {
    GBytes *bytes = NULL;
    g_signal_emit_by_name (users->tagger, "save-state", &bytes);
    if (bytes)
      g_assert_cmpuint (g_bytes_get_size (bytes), ==,
                        g_bytes_get_size (users->saved));
    g_clear_pointer (&bytes, g_bytes_unref);
  }
  return NULL;
}

static gpointer
load_again_and_again (gpointer data)
{
  Users *users = data;

  while (!g_atomic_int_get (&users->is_over)) {
    gboolean ok;
    g_signal_emit_by_name (users->tagger, "load-state", users->saved, &ok);
  }
  return NULL;
}

static void
states_are_saved_and_loaded_while_the_tagger_stops (void)
{
  char *path = test_tagger_write_network (0, 1);
  Users users = { gst_element_factory_make ("rnntagger", NULL), NULL, FALSE };
  GThread *saver, *loader;
  GBytes *none = NULL;

  gst_object_ref_sink (users.tagger);
  g_object_set (users.tagger, "model-file", path, NULL);
  gst_element_set_state (users.tagger, GST_STATE_PAUSED);
  g_signal_emit_by_name (users.tagger, "save-state", &users.saved);
  g_assert_nonnull (users.saved);
  saver = g_thread_new ("save", save_again_and_again, &users);
  loader = g_thread_new ("load", load_again_and_again, &users);
  for (gsize i = 0; i < N_CYCLES; i++) {
    gst_element_set_state (users.tagger, GST_STATE_READY);
    g_assert_cmpint (gst_element_set_state (users.tagger, GST_STATE_PAUSED), !=,
                     GST_STATE_CHANGE_FAILURE);
  }
  gst_element_set_state (users.tagger, GST_STATE_NULL);
  g_atomic_int_set (&users.is_over, TRUE);
  g_thread_join (saver);
  g_thread_join (loader);
  g_signal_emit_by_name (users.tagger, "save-state", &none);
  g_assert_null (none);
  gst_object_unref (users.tagger);
  g_bytes_unref (users.saved);
  g_unlink (path);
  g_free (path);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/state-threads/stop",
                   states_are_saved_and_loaded_while_the_tagger_stops);
  return g_test_run ();
}
