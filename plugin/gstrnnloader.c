/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstrnnloader.h"

/* More models than this do not wait to be taken: the oldest go. */
#define MAX_LOADED 8

typedef struct {
  char *file;
  RnnModel *model; /* NULL: still to be loaded */
} Entry;

struct _GstRnnLoader {
  GstRnnFilter *filter;
  GstRnnLoaderCheck check;
  GMutex lock; /* for all below */
  GCond changed;
  char *file; /* at hand */
  gboolean is_running;
  GQueue wanted; /* Entry */
  GQueue loaded; /* Entry, in the order of wanted */
  gint n_loaded; /* atomic */
  GThread *thread;
  gboolean is_busy;
};

static void
entry_free (Entry *entry)
{
  g_clear_pointer (&entry->model, rnn_model_unref);
  g_free (entry->file);
  g_free (entry);
}

GstRnnLoader *
gst_rnn_loader_new (GstRnnFilter *filter, GstRnnLoaderCheck check)
{
  GstRnnLoader *loader = g_new0 (GstRnnLoader, 1);

  loader->filter = filter;
  loader->check = check;
  g_mutex_init (&loader->lock);
  g_cond_init (&loader->changed);
  return loader;
}

void
gst_rnn_loader_free (GstRnnLoader *loader)
{
  gst_rnn_loader_stop (loader);
  g_free (loader->file);
  g_mutex_clear (&loader->lock);
  g_cond_clear (&loader->changed);
  g_free (loader);
}

static void
post (GstRnnLoader *loader, GstProgressType type, const char *format,
      const char *file)
{
  char *text = g_strdup_printf (format, file ? file : "(none)");
  GstElement *element = GST_ELEMENT (loader->filter);

  gst_element_post_message (
      element, gst_message_new_progress (GST_OBJECT (element), type,
                                         "model-file", text));
  g_free (text);
}

static RnnModel *
load (GstRnnLoader *loader, const char *file, GError **error)
{
  RnnModel *model;

  if (!file) {
    g_set_error_literal (error, RNN_ERROR, RNN_ERROR_NOT_FOUND,
                         "model-file: expected the name of a model, none came");
    return NULL;
  }
  model = rnn_model_load_shared (file, error);
  if (model && !loader->check (loader->filter, model, file, error))
    g_clear_pointer (&model, rnn_model_unref);
  return model;
}

/* The message that all is done comes when it is: whoever pushes then meets the
 * new model. */
static void
load_and_tell (GstRnnLoader *loader, Entry *entry)
{
  GError *error = NULL;

  post (loader, GST_PROGRESS_TYPE_START, "Loading %s", entry->file);
  entry->model = load (loader, entry->file, &error);
  if (entry->model) {
    char *file = g_strdup (entry->file);
    g_mutex_lock (&loader->lock);
    g_queue_push_tail (&loader->loaded, entry);
    if (loader->loaded.length > MAX_LOADED)
      entry_free (g_queue_pop_head (&loader->loaded));
    g_atomic_int_set (&loader->n_loaded, (gint) loader->loaded.length);
    g_cond_broadcast (&loader->changed);
    g_mutex_unlock (&loader->lock);
    post (loader, GST_PROGRESS_TYPE_COMPLETE, "Loaded %s", file);
    g_free (file);
    return;
  }
  gst_rnn_filter_warn (loader->filter, error);
  post (loader, GST_PROGRESS_TYPE_ERROR, "Cannot use %s", entry->file);
  entry_free (entry);
}

static gpointer
thread_func (gpointer data)
{
  GstRnnLoader *loader = data;
  Entry *entry;

  g_mutex_lock (&loader->lock);
  while ((entry = g_queue_pop_head (&loader->wanted))) {
    g_mutex_unlock (&loader->lock);
    load_and_tell (loader, entry);
    g_mutex_lock (&loader->lock);
  }
  loader->is_busy = FALSE;
  g_cond_broadcast (&loader->changed);
  g_mutex_unlock (&loader->lock);
  return NULL;
}

RnnModel *
gst_rnn_loader_start (GstRnnLoader *loader, GError **error)
{
  char *file = gst_rnn_loader_dup_file (loader);
  RnnModel *model = load (loader, file, error);

  g_free (file);
  g_mutex_lock (&loader->lock);
  loader->is_running = model != NULL;
  g_mutex_unlock (&loader->lock);
  return model;
}

void
gst_rnn_loader_stop (GstRnnLoader *loader)
{
  GThread *thread;
  Entry *last;

  g_mutex_lock (&loader->lock);
  loader->is_running = FALSE;
  thread = g_steal_pointer (&loader->thread);
  g_mutex_unlock (&loader->lock);
  if (thread)
    g_thread_join (thread);
  g_mutex_lock (&loader->lock);
  last = g_queue_peek_tail (&loader->loaded);
  if (last) {
    g_free (loader->file);
    loader->file = g_steal_pointer (&last->file);
  }
  g_queue_clear_full (&loader->loaded, (GDestroyNotify) entry_free);
  g_atomic_int_set (&loader->n_loaded, 0);
  g_mutex_unlock (&loader->lock);
}

/* Under the lock. */
static void
request (GstRnnLoader *loader, const char *file)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->file = g_strdup (file);
  g_queue_push_tail (&loader->wanted, entry);
  if (loader->is_busy)
    return;
  /* It has nothing left to do but to end. */
  if (loader->thread)
    g_thread_join (loader->thread);
  loader->is_busy = TRUE;
  loader->thread = g_thread_new ("rnn-loader", thread_func, loader);
}

void
gst_rnn_loader_set_file (GstRnnLoader *loader, const char *file)
{
  g_mutex_lock (&loader->lock);
  if (loader->is_running) {
    request (loader, file);
  } else {
    g_free (loader->file);
    loader->file = g_strdup (file);
  }
  g_mutex_unlock (&loader->lock);
}

char *
gst_rnn_loader_dup_file (GstRnnLoader *loader)
{
  char *file;

  g_mutex_lock (&loader->lock);
  file = g_strdup (loader->file);
  g_mutex_unlock (&loader->lock);
  return file;
}

const char *
gst_rnn_loader_get_file (const GstRnnLoader *loader)
{
  return loader->file ? loader->file : "(none)";
}

gboolean
gst_rnn_loader_has_models (GstRnnLoader *loader)
{
  return g_atomic_int_get (&loader->n_loaded) > 0;
}

/* Take the last that fits, and drop those before it. Under the lock. */
static Entry *
take_locked (GstRnnLoader *loader, GstRnnLoaderFits fits, gconstpointer data,
             GQueue *dropped)
{
  Entry *found = NULL;
  GList *at = loader->loaded.tail;

  while (at && fits && !fits (((Entry *) at->data)->model, data))
    at = at->prev;
  while (at && loader->loaded.head->data != at->data)
    g_queue_push_tail (dropped, g_queue_pop_head (&loader->loaded));
  if (at)
    found = g_queue_pop_head (&loader->loaded);
  g_atomic_int_set (&loader->n_loaded, (gint) loader->loaded.length);
  return found;
}

RnnModel *
gst_rnn_loader_take (GstRnnLoader *loader, GstRnnLoaderFits fits,
                     gconstpointer data, gboolean wait)
{
  GQueue dropped = G_QUEUE_INIT;
  RnnModel *model = NULL;
  Entry *found;

  g_mutex_lock (&loader->lock);
  while (!(found = take_locked (loader, fits, data, &dropped)) && wait
         && loader->is_busy)
    g_cond_wait (&loader->changed, &loader->lock);
  if (found) {
    g_free (loader->file);
    loader->file = g_steal_pointer (&found->file);
    model = g_steal_pointer (&found->model);
    entry_free (found);
  }
  g_mutex_unlock (&loader->lock);
  g_queue_clear_full (&dropped, (GDestroyNotify) entry_free);
  return model;
}
