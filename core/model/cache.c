/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/cache.h"

#include <sys/stat.h>

/* Held for a moment only, never while a file is read: users of different files
 * do not wait for each other. */
static GMutex lock;
static GCond loaded;        /* a file is no longer in @loading */
static GHashTable *models;  /* key -> RnnModel, not owned */
static GHashTable *loading; /* keys of files that somebody reads */

/* What changes when a file is written or replaced; NULL: no such file. */
static char *
key_of (const char *path)
{
  struct stat info;

  if (stat (path, &info) < 0)
    return NULL;
  return g_strdup_printf (
      "%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT ":%" G_GINT64_FORMAT
      ":%" G_GINT64_FORMAT ".%09ld:%" G_GINT64_FORMAT ".%09ld",
      (guint64) info.st_dev, (guint64) info.st_ino, (gint64) info.st_size,
      (gint64) info.st_mtim.tv_sec, info.st_mtim.tv_nsec,
      (gint64) info.st_ctim.tv_sec, info.st_ctim.tv_nsec);
}

/* The model of @key, when whoever reads it has it; NULL: the caller is to read
 * it, and @key stays in @loading until announce(). */
static RnnModel *
find_or_claim (const char *key)
{
  RnnModel *model;

  g_mutex_lock (&lock);
  if (!models) {
    models = g_hash_table_new (g_str_hash, g_str_equal);
    loading = g_hash_table_new (g_str_hash, g_str_equal);
  }
  while (g_hash_table_contains (loading, key))
    g_cond_wait (&loaded, &lock);
  model = g_hash_table_lookup (models, key);
  if (model)
    rnn_model_ref (model);
  else
    g_hash_table_add (loading, (gpointer) key);
  g_mutex_unlock (&lock);
  return model;
}

/* @model: what was read, to be found from now on; NULL: nothing was. */
static void
announce (const char *key, RnnModel *model)
{
  g_mutex_lock (&lock);
  g_hash_table_remove (loading, key);
  if (model) {
    model->cache_key = g_strdup (key);
    g_hash_table_insert (models, model->cache_key, model);
  }
  g_cond_broadcast (&loaded);
  g_mutex_unlock (&lock);
}

RnnModel *
rnn_model_load_shared (const char *path, GError **error)
{
  RnnModel *model;
  char *before, *after;
  gboolean is_unchanged;

  g_return_val_if_fail (path != NULL, NULL);
  before = key_of (path);
  if (!before)
    return rnn_model_load (path, error);
  model = find_or_claim (before);
  if (!model) {
    model = rnn_model_load (path, error);
    after = key_of (path);
    is_unchanged = g_strcmp0 (before, after) == 0;
    announce (before, is_unchanged ? model : NULL);
    g_free (after);
  }
  g_free (before);
  return model;
}

gboolean
_rnn_cache_drop (RnnModel *model)
{
  gint n = g_atomic_int_get (&model->ref_count);
  gboolean last;

  /* Only the last one must see to it that nobody finds the model. */
  for (; n > 1; n = g_atomic_int_get (&model->ref_count))
    if (g_atomic_int_compare_and_exchange (&model->ref_count, n, n - 1))
      return FALSE;
  g_mutex_lock (&lock);
  last = g_atomic_ref_count_dec (&model->ref_count);
  if (last)
    g_hash_table_remove (models, model->cache_key);
  g_mutex_unlock (&lock);
  return last;
}
