/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/model.h"

#define DEFINE_GETTER(TYPE, NAME, FIELD)                                       \
  TYPE rnn_model_get_##NAME (const RnnModel *model)                            \
  {                                                                            \
    g_return_val_if_fail (model != NULL, (TYPE) 0);                            \
    return model->FIELD;                                                       \
  }

DEFINE_GETTER (gsize, n_inputs, config.n_inputs)
DEFINE_GETTER (gsize, n_hidden, config.n_hidden)
DEFINE_GETTER (gsize, n_outputs, config.n_outputs)
DEFINE_GETTER (gsize, n_layers, config.n_layers)
DEFINE_GETTER (gsize, n_directions, config.n_directions)
DEFINE_GETTER (gsize, n_slots, config.n_slots)
DEFINE_GETTER (gsize, lookahead, config.lookahead)
DEFINE_GETTER (RnnCellKind, cell, config.cell)
DEFINE_GETTER (RnnActivation, activation, config.activation)
DEFINE_GETTER (RnnOutputKind, output, config.output)
DEFINE_GETTER (const RnnLexicon *, lexicon, lexicon)
DEFINE_GETTER (gint32, unk, config.unk)
DEFINE_GETTER (const char *, file_hash, file_hash)

const char *const *
rnn_model_get_labels (const RnnModel *model)
{
  g_return_val_if_fail (model != NULL, NULL);
  return (const char *const *) model->labels;
}

const char *
rnn_model_get_metadata (const RnnModel *model, const char *key)
{
  g_return_val_if_fail (model != NULL && key != NULL, NULL);
  return g_hash_table_lookup (model->metadata, key);
}

const char *
rnn_model_get_vocab_id (const RnnModel *model)
{
  g_return_val_if_fail (model != NULL, NULL);
  return model->vocab_id[0] ? model->vocab_id : NULL;
}
