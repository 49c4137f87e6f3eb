/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an RnnModel is made of: weights as the file stores them, checked.
 *
 * x<t> of layer 0 is built from token indices in two ways, side by side:
 * indices below n_words go through `embedding` where there is one; all others
 * (and all, without an embedding) are one-hot and pick a column of W_ax. A
 * token's F indices add up. So
 *   W_ax x<t> = W_ih0 sum(embedding[i], i < n_words) + sum(columns[i]).
 */
#pragma once

#include <rnn/rnn-error.h>
#include <rnn/rnn-model.h>

typedef enum {
  RNN_DTYPE_F32,
  RNN_DTYPE_F16,
  RNN_DTYPE_BF16,
  RNN_DTYPE_I8,
  RNN_DTYPE_U8
} RnnDtype;

/* [rows][cols], row-major, as stored. rows == 0: absent. */
typedef struct {
  RnnDtype dtype;
  gsize rows;
  gsize cols;
  const void *data;       /* 64-byte aligned, owned by the model */
  const float *row_scale; /* I8: [rows], or NULL */
  const float *col_scale; /* I8 columns that were transposed: [cols] */
} RnnMatrix;

/* One direction of one layer. G = 1, 3, 4 blocks of n_a rows, in PyTorch's
 * order: GRU r z n; LSTM i f g o. */
typedef struct {
  RnnMatrix weight_ih;  /* [G n_a][n_in]; layer 0: n_in = n_e, absent if 0 */
  RnnMatrix weight_hh;  /* [G n_a][n_a] */
  const float *bias_ih; /* [G n_a], never NULL */
  const float *bias_hh; /* [G n_a], never NULL */
} RnnLayer;

typedef struct {
  RnnCellKind cell;
  RnnActivation activation;
  RnnOutputKind output;
  gsize n_inputs;    /* n_x: all token indices */
  gsize n_words;     /* those that go through the embedding; 0 without one */
  gsize n_embedding; /* n_e; 0 without an embedding */
  gsize n_slots;     /* F */
  gsize n_hidden;    /* n_a, of every layer and direction */
  gsize n_layers;
  gsize n_directions; /* 1 or 2 */
  gsize n_outputs;    /* n_y */
  gsize lookahead;    /* k */
  gboolean is_int8;   /* I8 matrices meet vectors that are rounded to bytes */
  gint32 unk;         /* row of the unknown word, or -1 */
} RnnConfig;

struct _RnnModel {
  gatomicrefcount ref_count;
  RnnConfig config;
  RnnMatrix embedding;      /* [n_words][n_e] */
  RnnMatrix columns[2];     /* by direction: [n_x - n_words][G n_a], a row a
                             * column of W_ax of layer 0 */
  RnnLayer *layers;         /* [n_layers * n_directions], forward first */
  RnnMatrix output_weight;  /* [n_y][n_a * n_directions] */
  const float *output_bias; /* [n_y], never NULL */
  const float *a0;          /* [n_a]: where every layer's forward direction
                             * starts; NULL: zeros */
  RnnLexicon *lexicon;      /* or NULL */
  char **labels;            /* n_y names */
  GHashTable *metadata;     /* char * -> char *: the file's __metadata__ */
  char vocab_id[17];        /* "" without words */
  char file_hash[65];
  char *cache_key;   /* of rnn_model_load_shared(), or NULL */
  GPtrArray *blocks; /* the memory that all pointers above point into */

  /* forward/ keeps its packed form of the weights here: made once, by the
   * first state (g_once_init style, under the lock), freed with the model. */
  GMutex packed_lock;
  gpointer packed;
  GDestroyNotify packed_free;
};

/* G of a cell: 1, 3 or 4. */
static inline gsize
_rnn_cell_gates (RnnCellKind cell)
{
  return cell == RNN_CELL_ELMAN ? 1 : cell == RNN_CELL_GRU ? 3 : 4;
}

/* Write row @row of @matrix as floats to @out, float[cols]. */
void _rnn_matrix_get_row (const RnnMatrix *matrix, gsize row, float *out);
/* All of it as a new float[rows][cols], 64-byte aligned, free with
 * _rnn_free(); NULL: no memory. */
float *_rnn_matrix_to_floats (const RnnMatrix *matrix);

/* Read a model from the bytes of a whole file (fuzzable: no file I/O). @name is
 * what messages call it. The model takes what it needs; @bytes may go. */
RnnModel *_rnn_model_parse (const guint8 *bytes, gsize n_bytes,
                            const char *name, GError **error);
