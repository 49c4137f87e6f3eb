/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the bytes of a file to a complete model, and the model's life. */
#include "base/checked.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "model/cache.h"
#include "model/config.h"
#include "model/naming.h"
#include "text/features.h"
#include "text/lexicon.h"
#include "text/normalize.h"

#include <string.h>

/* Larger files than any machine's memory are refused before they are read. */
#define MAX_FILE ((gsize) 1 << 38)

static RnnModel *
model_new (void)
{
  RnnModel *model = g_new0 (RnnModel, 1);

  g_atomic_ref_count_init (&model->ref_count);
  g_mutex_init (&model->packed_lock);
  model->blocks = g_ptr_array_new_with_free_func (_rnn_free);
  model->config.unk = -1;
  model->config.n_slots = 1;
  return model;
}

static void
model_free (RnnModel *model)
{
  if (model->packed)
    model->packed_free (model->packed);
  g_mutex_clear (&model->packed_lock);
  g_clear_pointer (&model->lexicon, _rnn_lexicon_free);
  g_clear_pointer (&model->metadata, g_hash_table_unref);
  g_strfreev (model->labels);
  g_free (model->layers);
  g_ptr_array_unref (model->blocks);
  g_free (model->cache_key);
  g_free (model);
}

static void
set_vocab_id (RnnModel *model, const guint8 *vocab, gsize n_bytes)
{
  char fingerprint[RNN_FINGERPRINT_SIZE];

  _rnn_fingerprint (vocab, n_bytes, fingerprint);
  memcpy (model->vocab_id, fingerprint, sizeof model->vocab_id - 1);
}

/* The lists of words that the file holds: tensors `list.NAME`. */
static gboolean
read_lists (RnnSource *source, GArray *lists, GError **error)
{
  for (gsize i = 0; i < source->table->n_tensors; i++) {
    const char *tensor = source->table->tensors[i].name;
    RnnWordList list = { .file = NULL };
    if (!g_str_has_prefix (tensor, "list."))
      continue;
    list.name = tensor + strlen ("list.");
    list.bytes = _rnn_source_take_bytes (source, tensor, &list.n_bytes, error);
    if (!list.bytes)
      return FALSE;
    g_array_append_val (lists, list);
  }
  return TRUE;
}

static gboolean
make_lexicon (RnnSource *source, const guint8 *vocab, gsize n_vocab,
              GError **error)
{
  RnnModel *model = source->model;
  GHashTable *metadata = source->table->metadata;
  GArray *lists = g_array_new (FALSE, FALSE, sizeof (RnnWordList));
  RnnLexiconParts parts = { vocab,
                            n_vocab,
                            g_hash_table_lookup (metadata, "rnn.normalize"),
                            g_hash_table_lookup (metadata, "rnn.features"),
                            model->config.unk,
                            NULL,
                            0 };
  GError *why = NULL;

  if (read_lists (source, lists, error)) {
    parts.lists = (const RnnWordList *) (gpointer) lists->data;
    parts.n_lists = lists->len;
    model->lexicon = _rnn_lexicon_new (&parts, &why);
    if (why)
      g_propagate_prefixed_error (error, why, "%s: ", source->name);
  }
  g_array_free (lists, TRUE);
  return model->lexicon != NULL;
}

/* What the metadata say of words is right where there are none, too, and
 * features have to be of some. */
static gboolean
check_no_words (const RnnSource *source, GError **error)
{
  GHashTable *metadata = source->table->metadata;
  const char *features = g_hash_table_lookup (metadata, "rnn.features");
  RnnNormalize normalize;
  RnnFeatures parsed;
  GError *why = NULL;

  if (_rnn_source_has (source, "vocab"))
    return TRUE;
  if (!_rnn_normalize_parse (g_hash_table_lookup (metadata, "rnn.normalize"),
                             &normalize, &why)
      || !_rnn_features_parse (features, 0, &parsed, &why)) {
    g_propagate_prefixed_error (error, why, "%s: ", source->name);
    return FALSE;
  }
  if (parsed.n_items == 1)
    return TRUE;
  g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
               "%s: rnn.features: expected `word` alone, as there is no tensor "
               "vocab, \"%s\" came",
               source->name, features);
  return FALSE;
}

/* The words, and how they become indices; a model may have none. */
static gboolean
read_lexicon (RnnSource *source, GError **error)
{
  RnnModel *model = source->model;
  GHashTable *metadata = source->table->metadata;
  const guint8 *vocab;
  gsize n_bytes;

  if (!_rnn_config_read_unk (metadata, source->name, &model->config.unk, error))
    return FALSE;
  if (!_rnn_source_has (source, "vocab"))
    return TRUE;
  vocab = _rnn_source_take_bytes (source, "vocab", &n_bytes, error);
  if (!vocab)
    return FALSE;
  if (!make_lexicon (source, vocab, n_bytes, error))
    return FALSE;
  set_vocab_id (model, vocab, n_bytes);
  model->config.unk = _rnn_lexicon_get_unk (model->lexicon);
  model->config.n_slots = rnn_lexicon_get_n_slots (model->lexicon);
  return TRUE;
}

static gboolean
check_lexicon (const RnnSource *source, GError **error)
{
  const RnnModel *model = source->model;
  gsize n_x = model->config.n_inputs;
  gsize rows = model->lexicon ? rnn_lexicon_get_n_rows (model->lexicon) : n_x;
  gsize n_words =
      model->lexicon ? _rnn_lexicon_get_n_words (model->lexicon) : 0;

  if (model->config.n_embedding > 0 && model->config.n_words < n_words) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
                 "%s: tensor embedding.weight: expected at least "
                 "%" G_GSIZE_FORMAT " rows (vocab), %" G_GSIZE_FORMAT " came",
                 source->name, n_words, model->config.n_words);
    return FALSE;
  }
  if (rows != n_x) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
                 "%s: tensor vocab: expected %" G_GSIZE_FORMAT
                 " rows (n_x), %" G_GSIZE_FORMAT " came",
                 source->name, n_x, rows);
    return FALSE;
  }
  if (model->config.unk >= 0 && (gsize) model->config.unk >= n_x) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_MODEL,
                 "%s: rnn.unk: expected a row below %" G_GSIZE_FORMAT
                 " (n_x), %d came",
                 source->name, n_x, model->config.unk);
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_model (RnnSource *source, GError **error)
{
  RnnModel *model = source->model;
  GHashTable *metadata = source->table->metadata;

  return _rnn_config_read_kind (metadata, source->name, &model->config, error)
         && check_no_words (source, error)
         && (_rnn_naming_is_course (source)
                 ? _rnn_naming_read_course (source, error)
                 : _rnn_naming_read_pytorch (source, error))
         && _rnn_config_read_output (metadata, source->name, &model->config,
                                     &model->labels, error)
         && (!_rnn_source_has (source, "a0")
             || _rnn_source_take_vector (source, "a0", model->config.n_hidden,
                                         &model->a0, error))
         && read_lexicon (source, error) && check_lexicon (source, error)
         && _rnn_source_check_all_taken (source, error);
}

/* @spare: @bytes where they may be lost on the way, or NULL. */
static RnnModel *
parse (const guint8 *bytes, guint8 *spare, gsize n_bytes, const char *name,
       GError **error)
{
  RnnSource source = { .name = name };
  RnnTensorTable *table =
      _rnn_tensor_table_parse (bytes, n_bytes, n_bytes, name, error);
  RnnModel *model;

  if (!table)
    return NULL;
  model = model_new ();
  model->metadata = g_hash_table_ref (table->metadata);
  _rnn_fingerprint (bytes, n_bytes, model->file_hash);
  source.data = bytes + table->data_start;
  source.spare = spare ? spare + table->data_start : NULL;
  source.table = table;
  source.taken = g_new0 (gboolean, table->n_tensors);
  source.model = model;
  if (!read_model (&source, error))
    g_clear_pointer (&model, model_free);
  g_free (source.taken);
  _rnn_tensor_table_free (table);
  return model;
}

RnnModel *
_rnn_model_parse (const guint8 *bytes, gsize n_bytes, const char *name,
                  GError **error)
{
  return parse (bytes, NULL, n_bytes, name, error);
}

RnnModel *
rnn_model_load (const char *path, GError **error)
{
  RnnModel *model;
  guint8 *bytes;
  gsize n_bytes;

  g_return_val_if_fail (path != NULL, NULL);
  if (!_rnn_file_read (path, MAX_FILE, &bytes, &n_bytes, error))
    return NULL;
  model = parse (bytes, bytes, n_bytes, path, error);
  _rnn_free (bytes);
  return model;
}

RnnModel *
rnn_model_ref (RnnModel *model)
{
  g_return_val_if_fail (model != NULL, NULL);
  g_atomic_ref_count_inc (&model->ref_count);
  return model;
}

void
rnn_model_unref (RnnModel *model)
{
  g_return_if_fail (model != NULL);
  if (model->cache_key ? _rnn_cache_drop (model)
                       : g_atomic_ref_count_dec (&model->ref_count))
    model_free (model);
}
