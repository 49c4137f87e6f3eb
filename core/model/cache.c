/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/cache.h"

#include <sys/stat.h>

static GMutex lock;
static GHashTable *models; /* key -> RnnModel, not owned */

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

/* Under the lock: loading holds it too, so that two users who ask at once get
 * one copy. */
static RnnModel *
load_locked (const char *path, GError **error)
{
  char *before = key_of (path), *after;
  RnnModel *model = before ? g_hash_table_lookup (models, before) : NULL;

  if (model) {
    g_free (before);
    return rnn_model_ref (model);
  }
  model = rnn_model_load (path, error);
  after = key_of (path);
  if (model && before && g_strcmp0 (before, after) == 0) {
    model->cache_key = g_steal_pointer (&before);
    g_hash_table_insert (models, model->cache_key, model);
  }
  g_free (before);
  g_free (after);
  return model;
}

RnnModel *
rnn_model_load_shared (const char *path, GError **error)
{
  RnnModel *model;

  g_return_val_if_fail (path != NULL, NULL);
  g_mutex_lock (&lock);
  if (!models)
    models = g_hash_table_new (g_str_hash, g_str_equal);
  model = load_locked (path, error);
  g_mutex_unlock (&lock);
  return model;
}

gboolean
_rnn_cache_drop (RnnModel *model)
{
  gboolean last;

  g_mutex_lock (&lock);
  last = g_atomic_ref_count_dec (&model->ref_count);
  if (last)
    g_hash_table_remove (models, model->cache_key);
  g_mutex_unlock (&lock);
  return last;
}
