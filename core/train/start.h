/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A model that a training goes on from: its shape, words, labels and weights
 * are those of the net that learns. */
#pragma once

#include "model/safetensors.h"
#include "train/net.h"
#include "train/trainer.h"

struct _RnnStart {
  RnnModel *model;
  RnnTensorTable *table;
  guint8 *bytes; /* the whole file */
  char *path;
};

/* Read the model @path. Errors: those of rnn_model_load(), and MODEL for one
 * that cannot be trained. */
RnnStart *_rnn_start_read (const char *path, GError **error);
void _rnn_start_free (RnnStart *start);
/* Let @options ask for the model's shape, words and labels; @start must outlive
 * them. */
void _rnn_start_fill_options (const RnnStart *start, RnnTrainOptions *options);
/* Find the model's text tensor @name; NULL: it has none. */
const char *_rnn_start_find_text (const RnnStart *start, const char *name,
                                  gsize *n_bytes);
/* Write the model's weights into @net. Error: MODEL, where @net has another
 * shape; @net is as it was then. */
gboolean _rnn_start_fill_net (const RnnStart *start, RnnNet *net,
                              GError **error);
