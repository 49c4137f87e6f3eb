/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RnnModel: the immutable, reference-counted weights of one network.
 *
 * Invariant: a model that was returned is complete, checked and never changes;
 * its bytes are private memory, so the file may be replaced or deleted.
 * Any number of threads may use one model at once.
 */
#pragma once

#include <glib.h>
#include <rnn/rnn-text.h>

G_BEGIN_DECLS

typedef struct _RnnModel RnnModel;

typedef enum { RNN_CELL_ELMAN, RNN_CELL_GRU, RNN_CELL_LSTM } RnnCellKind;
typedef enum { RNN_ACTIVATION_TANH, RNN_ACTIVATION_RELU } RnnActivation;
typedef enum {
  RNN_OUTPUT_SIGMOID,
  RNN_OUTPUT_SOFTMAX,
  RNN_OUTPUT_LINEAR
} RnnOutputKind;

/**
 * rnn_model_load:
 * @path: a `.safetensors` file (its format: core/model/README.md)
 *
 * Read a model into private memory and check all of it.
 *
 * Returns: (transfer full) (nullable): the model, or %NULL with @error set to
 *   any of the codes of #RnnError but TOKEN.
 */
RnnModel *rnn_model_load (const char *path, GError **error);

/**
 * rnn_model_load_shared:
 *
 * Like rnn_model_load(), but return the model that this process already holds
 * of the same unchanged file, if there is one. Any thread; who asks for a file
 * that another thread is reading waits for it, nobody else does.
 *
 * Returns: (transfer full) (nullable): the model
 */
RnnModel *rnn_model_load_shared (const char *path, GError **error);

RnnModel *rnn_model_ref (RnnModel *model);
void rnn_model_unref (RnnModel *model);

gsize rnn_model_get_n_inputs (const RnnModel *model);  /* n_x */
gsize rnn_model_get_n_hidden (const RnnModel *model);  /* n_a */
gsize rnn_model_get_n_outputs (const RnnModel *model); /* n_y */
gsize rnn_model_get_n_layers (const RnnModel *model);
/* 2 when bidirectional, else 1. */
gsize rnn_model_get_n_directions (const RnnModel *model);
/* F: how many indices describe one token; 1 for a plain one-hot x<t>. */
gsize rnn_model_get_n_slots (const RnnModel *model);
/* k of `rnn.lookahead`: step t+k yields the prediction of token t. */
gsize rnn_model_get_lookahead (const RnnModel *model);
RnnCellKind rnn_model_get_cell (const RnnModel *model);
RnnActivation rnn_model_get_activation (const RnnModel *model);
RnnOutputKind rnn_model_get_output (const RnnModel *model);
/* n_y names, %NULL-terminated, owned by the model. */
const char *const *rnn_model_get_labels (const RnnModel *model);
/* What turns words into token indices; %NULL: the model knows only indices. */
const RnnLexicon *rnn_model_get_lexicon (const RnnModel *model);
/* The row that stands for unknown words, or -1. */
gint32 rnn_model_get_unk (const RnnModel *model);
/* A value of the file's `__metadata__`, or %NULL. */
const char *rnn_model_get_metadata (const RnnModel *model, const char *key);
/* Hash of the vocabulary, 16 hex digits (caps field `vocab-id`), or %NULL. */
const char *rnn_model_get_vocab_id (const RnnModel *model);
/* Fingerprint of the whole file, 64 hex digits; not cryptographic. */
const char *rnn_model_get_file_hash (const RnnModel *model);

G_END_DECLS
