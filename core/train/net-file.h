/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A network in training as a model file. */
#pragma once

#include "train/dictionary.h"
#include "train/net.h"

/* What the file says of words and outputs; each may be NULL. */
typedef struct {
  const RnnDictionary *dictionary;
  const char *labels; /* newline-separated */
  const char *normalize;
  const char *features;
} RnnNetText;

GBytes *_rnn_net_to_file (const RnnNet *net, const RnnNetText *text,
                          RnnTrainStorage storage, GError **error);
