/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* a<t> as bytes, for programs and for the next start. What is loaded takes the
 * place of a<t> at the next buffer, behind the stream-start that a start
 * brings: that would throw it away. */
#include "gstrnntagger-private.h"

#include <glib/gstdio.h>
#include <string.h>

GST_DEBUG_CATEGORY_EXTERN (gst_rnn_tagger_debug);
#define GST_CAT_DEFAULT gst_rnn_tagger_debug

/* What a saved state begins with. */
#define MAGIC "RNNSTATE"

void
_gst_rnn_keeper_init (GstRnnKeeper *keeper)
{
  g_mutex_init (&keeper->lock);
  g_cond_init (&keeper->wake);
}

void
_gst_rnn_keeper_clear (GstRnnKeeper *keeper)
{
  g_free (keeper->file);
  g_mutex_clear (&keeper->lock);
  g_cond_clear (&keeper->wake);
}

/* What a save is about; under self->lock. */
static RnnState *
get_state (GstRnnTagger *self)
{
  if (self->restored || !self->ahead)
    return self->restored;
  return rnn_ahead_get_state (self->ahead);
}

GBytes *
_gst_rnn_tagger_save_state (GstRnnTagger *self)
{
  RnnState *state;
  GBytes *bytes = NULL;

  g_mutex_lock (&self->lock);
  state = get_state (self);
  if (state)
    bytes = rnn_state_save (state);
  g_mutex_unlock (&self->lock);
  return bytes;
}

/* Put @bytes, or else what is in @path, in the place of a<t>; under self->lock.
 */
static gboolean
restore (GstRnnTagger *self, GBytes *bytes, const char *path, GError **error)
{
  RnnState *state = self->model ? rnn_state_new (self->model) : NULL;
  gboolean ok = FALSE;

  if (!self->model)
    g_set_error_literal (error, RNN_ERROR, RNN_ERROR_ARGUMENT,
                         "saved state: expected an element in PAUSED or "
                         "PLAYING, it has no model yet");
  else if (!state)
    g_set_error_literal (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                         "saved state: no memory for it");
  else
    ok = bytes ? rnn_state_load (state, bytes, error)
               : rnn_state_load_file (state, path, error);
  if (ok) {
    rnn_state_free (self->restored);
    g_atomic_pointer_set (&self->restored, g_steal_pointer (&state));
  }
  rnn_state_free (state);
  return ok;
}

gboolean
_gst_rnn_tagger_load_state (GstRnnTagger *self, GBytes *bytes)
{
  GError *error = NULL;
  gboolean ok;

  if (!bytes)
    return FALSE;
  g_mutex_lock (&self->lock);
  ok = restore (self, bytes, NULL, &error);
  self->is_unsaved |= ok;
  g_mutex_unlock (&self->lock);
  if (!ok)
    gst_rnn_filter_warn (GST_RNN_FILTER (self), error);
  return ok;
}

void
_gst_rnn_tagger_apply_state (GstRnnTagger *self)
{
  if (!g_atomic_pointer_get (&self->restored))
    return;
  _gst_rnn_tagger_drain (GST_RNN_FILTER (self));
  g_mutex_lock (&self->lock);
  rnn_state_assign (rnn_ahead_get_state (self->ahead), self->restored);
  rnn_ahead_forget (self->ahead);
  g_clear_pointer (&self->restored, rnn_state_free);
  g_mutex_unlock (&self->lock);
}

/* Whether @path is a state, of whatever model, or empty: nothing else that is
 * somebody's would be lost with it. */
static gboolean
is_ours (const char *path, const GStatBuf *info)
{
  char begin[sizeof MAGIC - 1];
  gboolean ours;
  FILE *file;

  if (!S_ISREG (info->st_mode))
    return FALSE;
  if (info->st_size == 0)
    return TRUE;
  file = g_fopen (path, "rbe");
  if (!file)
    return FALSE;
  ours = fread (begin, sizeof begin, 1, file) == 1
         && memcmp (begin, MAGIC, sizeof begin) == 0;
  fclose (file);
  return ours;
}

static void
add_to_message (GError *error, const char *text)
{
  char *message = g_strconcat (error->message, text, NULL);

  g_free (error->message);
  error->message = message;
}

/* Returns: whether @path may be written. */
static gboolean
read_file (GstRnnTagger *self, const char *path)
{
  guint max_age = self->keeper.max_age;
  GError *error = NULL;
  GStatBuf info;
  gint64 age;
  gboolean ours, ok;

  if (g_stat (path, &info) < 0) {
    GST_INFO_OBJECT (self, "%s: no state was saved", path);
    return TRUE;
  }
  ours = is_ours (path, &info);
  age = g_get_real_time () / G_USEC_PER_SEC - (gint64) info.st_mtime;
  if (ours && max_age > 0 && age > max_age) {
    GST_INFO_OBJECT (self, "%s: too old, %" G_GINT64_FORMAT " s", path, age);
    return TRUE;
  }
  g_mutex_lock (&self->lock);
  ok = restore (self, NULL, path, &error);
  g_mutex_unlock (&self->lock);
  if (ok)
    return TRUE;
  if (!ours)
    add_to_message (error, "; it stays as it is, and no state is saved");
  gst_rnn_filter_warn (GST_RNN_FILTER (self), error);
  return ours;
}

/* Write a<t> if it has changed. */
static void
write_file (GstRnnTagger *self, const char *path)
{
  RnnState *copy = NULL;
  GError *error = NULL;

  g_mutex_lock (&self->lock);
  if (self->is_unsaved && get_state (self))
    copy = rnn_state_copy (get_state (self));
  self->is_unsaved &= copy == NULL;
  g_mutex_unlock (&self->lock);
  if (!copy)
    return;
  if (rnn_state_save_file (copy, path, &error)) {
    self->keeper.has_failed = FALSE;
  } else {
    g_mutex_lock (&self->lock);
    self->is_unsaved = TRUE;
    g_mutex_unlock (&self->lock);
    /* Once, and not every few seconds. */
    if (self->keeper.has_failed)
      g_error_free (error);
    else
      gst_rnn_filter_warn (GST_RNN_FILTER (self), error);
    self->keeper.has_failed = TRUE;
  }
  rnn_state_free (copy);
}

static gpointer
thread_func (gpointer data)
{
  GstRnnTagger *self = data;
  GstRnnKeeper *keeper = &self->keeper;
  gint64 pause = (gint64) (keeper->interval * G_USEC_PER_SEC);
  gint64 next = g_get_monotonic_time () + pause;

  g_mutex_lock (&keeper->lock);
  while (!keeper->is_over) {
    if (g_cond_wait_until (&keeper->wake, &keeper->lock, next))
      continue;
    g_mutex_unlock (&keeper->lock);
    write_file (self, keeper->path);
    /* A write that took long does not put off the next one. */
    next = MAX (next + pause, g_get_monotonic_time ());
    g_mutex_lock (&keeper->lock);
  }
  g_mutex_unlock (&keeper->lock);
  return NULL;
}

void
_gst_rnn_tagger_start_keeping (GstRnnTagger *self)
{
  GstRnnKeeper *keeper = &self->keeper;

  GST_OBJECT_LOCK (self);
  keeper->path = g_strdup (keeper->file);
  GST_OBJECT_UNLOCK (self);
  g_mutex_lock (&self->lock);
  self->is_unsaved = FALSE;
  g_mutex_unlock (&self->lock);
  keeper->has_failed = keeper->is_over = FALSE;
  if (keeper->path && !read_file (self, keeper->path))
    g_clear_pointer (&keeper->path, g_free);
  if (keeper->path && keeper->interval > 0)
    keeper->thread = g_thread_new ("rnntagger-state", thread_func, self);
}

void
_gst_rnn_tagger_stop_keeping (GstRnnTagger *self)
{
  GstRnnKeeper *keeper = &self->keeper;

  if (keeper->thread) {
    g_mutex_lock (&keeper->lock);
    keeper->is_over = TRUE;
    g_cond_signal (&keeper->wake);
    g_mutex_unlock (&keeper->lock);
    g_thread_join (keeper->thread);
    keeper->thread = NULL;
  }
  if (keeper->path)
    write_file (self, keeper->path);
  g_clear_pointer (&keeper->path, g_free);
}
