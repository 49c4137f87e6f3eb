/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The weights of a model in the order in which the step reads them. */
#pragma once

#include "kernels/bytes.h"
#include "kernels/kernels.h"
#include "model/model.h"

#include <stdatomic.h>

/* One direction of one layer. What the step adds up starts from these rows,
 * float[sums_stride], pads 0. */
typedef struct {
  RnnPacked weight_ih; /* n_cols 0: no dense input */
  RnnPacked weight_hh; /* n_cols 0: bytes_hh has the chain */
  /* With whole numbers: n_cols > 0 where these take the place of those. */
  RnnPackedBytes bytes_ih;
  RnnPackedBytes bytes_hh;
  float *input_bias;     /* bias_ih + bias_hh; GRU's n: bias_ih alone */
  float *candidate_bias; /* GRU: bias_hh of n, [pad (n_a)]; else NULL */
  gsize n_folded;        /* layer 0: words whose sums are kept (fold.c), or 0 */
  float *folded;         /* [n_folded][sums_stride] */
  atomic_uchar *row_states; /* [n_folded]: which rows are there */
} RnnPackedLayer;

typedef struct _RnnWorkspaces RnnWorkspaces; /* state.h */

typedef struct {
  const RnnKernels *kernels;
  const RnnByteKernels *byte_kernels;
  gsize n_layers; /* directions counted apart, as in RnnModel */
  RnnPackedLayer *layers;
  float *output_weight; /* [n_y][pad (n_a D)] */
  float *output_bias;   /* [n_y] */
  RnnWorkspaces *workspaces;
} RnnPackedModel;

/* The packed weights of @model, made by the first caller; NULL: no memory. Any
 * thread. */
const RnnPackedModel *_rnn_packed_model_get (RnnModel *model);
/* The same, where the first caller chooses the table that will run. */
const RnnPackedModel *_rnn_packed_model_get_for (RnnModel *model,
                                                 const RnnKernels *kernels);

/* Floats from one row of G n_a sums to the next: cells read a whole panel from
 * where each gate begins. */
static inline gsize
_rnn_sums_stride (const RnnConfig *config)
{
  gsize gates = _rnn_cell_gates (config->cell), n_a = config->n_hidden;

  return _rnn_pad ((gates - 1) * n_a + _rnn_pad (n_a));
}

/* Floats from one row of a layer's output to the next: the directions lie side
 * by side, without a gap. */
static inline gsize
_rnn_hidden_stride (const RnnConfig *config)
{
  gsize n_a = config->n_hidden;

  return _rnn_pad ((config->n_directions - 1) * n_a + _rnn_pad (n_a));
}
