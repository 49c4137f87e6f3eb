/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ONNX models as bytes: the few fields of onnx.proto that a small graph needs,
 * written in protobuf's wire format. */
#pragma once

#include <glib.h>

enum { ONNX_FLOAT = 1, ONNX_INT64 = 7 }; /* TensorProto.DataType */

/* A GraphProto under way. Shapes are int64, ended by -1. */
typedef GByteArray OnnxGraph;

OnnxGraph *onnx_graph_new (void);
void onnx_add_input (OnnxGraph *graph, const char *name, int type,
                     const gint64 *shape);
void onnx_add_output (OnnxGraph *graph, const char *name, int type,
                      const gint64 *shape);
/* @data: row-major, copied. */
void onnx_add_constant (OnnxGraph *graph, const char *name, int type,
                        const gint64 *shape, gconstpointer data);
/* @inputs, @outputs: names with a space between; `-` is an input left out.
 * @attributes: `name=1` of integers, with a space between. */
void onnx_add_node (OnnxGraph *graph, const char *op, const char *inputs,
                    const char *outputs, const char *attributes);
/* The ModelProto of @graph, which is freed. (transfer full) */
GByteArray *onnx_model_new (OnnxGraph *graph);
