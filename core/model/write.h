/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Safetensors out: the same tensors and metadata give the same bytes. */
#pragma once

#include "model/model.h"

/* A tensor to write, row-major; the caller's. */
typedef struct {
  const char *name;
  RnnDtype dtype;
  gsize n_dims; /* 1 or 2 */
  gsize shape[2];
  const void *data;
} RnnTensorOut;

GBytes *_rnn_safetensors_serialize (const RnnTensorOut *tensors,
                                    gsize n_tensors,
                                    const char *const *metadata,
                                    GError **error);
gboolean _rnn_safetensors_write (const char *path, const RnnTensorOut *tensors,
                                 gsize n_tensors, const char *const *metadata,
                                 GError **error);
