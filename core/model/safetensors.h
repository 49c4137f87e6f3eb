/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A safetensors header as a table of tensors. Knows no networks and no files.
 *
 * Invariant: a table that was returned covers its data bytes from first to
 * last, without overlap and without a hole, and each span is shape times item
 * size. */
#pragma once

#include "model/model.h"

#define RNN_SAFETENSORS_MAX_HEADER (1024 * 1024)
#define RNN_SAFETENSORS_MAX_TENSORS 4096
#define RNN_SAFETENSORS_MAX_RANK 8
#define RNN_SAFETENSORS_MAX_DEPTH 8

typedef struct {
  char *name;
  RnnDtype dtype;
  gsize rank;
  gsize shape[RNN_SAFETENSORS_MAX_RANK];
  gsize begin; /* bytes from the start of the data */
  gsize end;
} RnnTensorInfo;

typedef struct {
  RnnTensorInfo *tensors; /* [n_tensors], by begin */
  gsize n_tensors;
  GHashTable *metadata; /* char * -> char *, never NULL */
  gsize data_start;     /* bytes from the start of the file */
} RnnTensorTable;

/**
 * _rnn_tensor_table_parse:
 * @bytes: the file from its first byte on, at least the whole header
 * @n_bytes: how many of them are there
 * @n_file: size of the whole file
 * @name: what messages call it
 *
 * Read and check a header: strict JSON, no duplicate keys at any level, whole
 * numbers only, known types, no overlap, hole or trailing byte.
 *
 * Returns: (transfer full) (nullable): the table, or %NULL with @error set
 *   (FORMAT, LIMIT)
 */
RnnTensorTable *_rnn_tensor_table_parse (const guint8 *bytes, gsize n_bytes,
                                         gsize n_file, const char *name,
                                         GError **error);
void _rnn_tensor_table_free (RnnTensorTable *table);
/* The tensor of that name, or NULL; owned by the table. */
const RnnTensorInfo *_rnn_tensor_table_find (const RnnTensorTable *table,
                                             const char *name);
gsize _rnn_dtype_size (RnnDtype dtype);
/* As files write it: "F32". */
const char *_rnn_dtype_name (RnnDtype dtype);
