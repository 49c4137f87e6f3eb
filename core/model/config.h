/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `__metadata__`: what kind of network the tensors are. */
#pragma once

#include "model/model.h"

#define RNN_MAX_LOOKAHEAD 1024

gboolean _rnn_config_read_kind (GHashTable *metadata, const char *name,
                                RnnConfig *config, GError **error);
gboolean _rnn_config_read_output (GHashTable *metadata, const char *name,
                                  RnnConfig *config, char ***labels,
                                  GError **error);
gboolean _rnn_config_read_unk (GHashTable *metadata, const char *name,
                               gint32 *unk, GError **error);
