/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bytes of a model file on their way into a model: each tensor is taken
 * once, checked, and copied to memory of the model's own. */
#pragma once

#include "model/safetensors.h"

typedef struct {
  const char *name; /* what messages call the file */
  const guint8 *data;
  guint8
      *spare; /* the same where memory may go back to the system as soon as it
               * is copied, so that there are not two whole copies; or NULL */
  const RnnTensorTable *table;
  gboolean *taken; /* [n_tensors] */
  RnnModel *model; /* owns what is copied */
} RnnSource;

/* A part of a stored matrix: columns [first_col, first_col + n_cols) of a
 * tensor that has @rows rows and @all_cols columns. */
typedef struct {
  const char *tensor;
  gsize rows;
  gsize all_cols;
  gsize first_col;
  gsize n_cols;
  gboolean is_transposed; /* wanted as [n_cols][rows] */
} RnnPart;

gboolean _rnn_source_has (const RnnSource *source, const char *tensor);
gboolean _rnn_source_get_shape (const RnnSource *source, const char *tensor,
                                gsize *rows, gsize *cols, GError **error);
gboolean _rnn_source_take_part (RnnSource *source, const RnnPart *part,
                                RnnMatrix *matrix, GError **error);
gboolean _rnn_source_take_vector (RnnSource *source, const char *tensor,
                                  gsize n, const float **vector,
                                  GError **error);
const guint8 *_rnn_source_take_bytes (RnnSource *source, const char *tensor,
                                      gsize *n_bytes, GError **error);
gboolean _rnn_source_check_all_taken (const RnnSource *source, GError **error);
gpointer _rnn_source_alloc (RnnSource *source, gsize n, gsize size,
                            const char *tensor, GError **error);
