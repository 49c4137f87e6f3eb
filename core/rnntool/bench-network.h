/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `rnntool bench` runs when it is given no model file, and the speed at
 * which a model's weights can be read. */
#pragma once

#include "model/model.h"

/* A network of random weights over one-hot words, one layer, softmax. */
RnnModel *bench_network_new (RnnCellKind cell, gsize n_hidden, gsize n_outputs,
                             GError **error);
/* Bytes that a step of @model reads at least: all products' matrices as the
 * model stores them, and one row of sums. */
gsize bench_network_step_bytes (const RnnModel *model);
