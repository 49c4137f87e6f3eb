/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bench's network as an ONNX model, in the ways that one would export it.
 *
 * Inputs: x int64[T][S]; a float[S][n_a]; LSTM also c. Outputs: yhat
 * float[T][S][n_y], a_next, c_next.
 */
#pragma once

#include "rival.h"

typedef enum {
  ONNX_NET_GEMM,   /* one step of single operators, product and sum in a Gemm */
  ONNX_NET_MATMUL, /* the same, a MatMul and an Add */
  ONNX_NET_CELL,   /* the operator RNN, GRU or LSTM over all tokens of a call */
  ONNX_NET_N_WAYS
} OnnxNetWay;

/* (transfer full): the model's bytes; a step's ways have T = 1. */
GByteArray *onnx_net_new (const RnnModel *model, OnnxNetWay way, gsize n_tokens,
                          gsize n_streams);
