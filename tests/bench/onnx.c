/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "onnx.h"

#include <stdlib.h>
#include <string.h>

enum { WIRE_VARINT = 0, WIRE_BYTES = 2 };
#define IR_VERSION 8
#define OPSET 17

static void
put_varint (GByteArray *out, guint64 value)
{
  do {
    guint8 byte = (value & 127) | (value > 127 ? 128 : 0);
    g_byte_array_append (out, &byte, 1);
    value >>= 7;
  } while (value);
}

static void
put_int (GByteArray *out, guint field, gint64 value)
{
  put_varint (out, field << 3 | WIRE_VARINT);
  put_varint (out, (guint64) value);
}

static void
put_bytes (GByteArray *out, guint field, gconstpointer data, gsize n)
{
  put_varint (out, field << 3 | WIRE_BYTES);
  put_varint (out, n);
  g_byte_array_append (out, data, (guint) n);
}

static void
put_string (GByteArray *out, guint field, const char *text)
{
  put_bytes (out, field, text, strlen (text));
}

/* A message inside of another; @part is freed. */
static void
put_message (GByteArray *out, guint field, GByteArray *part)
{
  put_bytes (out, field, part->data, part->len);
  g_byte_array_unref (part);
}

OnnxGraph *
onnx_graph_new (void)
{
  OnnxGraph *graph = g_byte_array_new ();

  put_string (graph, 2, "net");
  return graph;
}

/* ValueInfoProto: name 1, type 2 { tensor_type 1 { elem_type 1, shape 2 { dim 1
 * { dim_value 1 } } } } */
static void
put_value (OnnxGraph *graph, guint field, const char *name, int type,
           const gint64 *shape)
{
  GByteArray *value = g_byte_array_new (), *outer = g_byte_array_new ();
  GByteArray *tensor = g_byte_array_new (), *dims = g_byte_array_new ();

  for (; *shape >= 0; shape++) {
    GByteArray *dim = g_byte_array_new ();
    put_int (dim, 1, *shape);
    put_message (dims, 1, dim);
  }
  put_int (tensor, 1, type);
  put_message (tensor, 2, dims);
  put_message (outer, 1, tensor);
  put_string (value, 1, name);
  put_message (value, 2, outer);
  put_message (graph, field, value);
}

void
onnx_add_input (OnnxGraph *graph, const char *name, int type,
                const gint64 *shape)
{
  put_value (graph, 11, name, type, shape);
}

void
onnx_add_output (OnnxGraph *graph, const char *name, int type,
                 const gint64 *shape)
{
  put_value (graph, 12, name, type, shape);
}

/* TensorProto: dims 1, data_type 2, name 8, raw_data 9. */
void
onnx_add_constant (OnnxGraph *graph, const char *name, int type,
                   const gint64 *shape, gconstpointer data)
{
  GByteArray *tensor = g_byte_array_new ();
  gsize n_bytes = type == ONNX_INT64 ? sizeof (gint64) : sizeof (float);

  for (; *shape >= 0; shape++) {
    put_int (tensor, 1, *shape);
    n_bytes *= (gsize) *shape;
  }
  put_int (tensor, 2, type);
  put_string (tensor, 8, name);
  put_bytes (tensor, 9, data, n_bytes);
  put_message (graph, 5, tensor);
}

static void
put_names (GByteArray *node, guint field, const char *names)
{
  char **all = g_strsplit (names, " ", -1);

  for (gsize i = 0; all[i]; i++)
    put_string (node, field, strcmp (all[i], "-") == 0 ? "" : all[i]);
  g_strfreev (all);
}

/* AttributeProto: name 1, i 3, type 20 (2: an integer). */
static void
put_attributes (GByteArray *node, const char *attributes)
{
  char **all = g_strsplit (attributes, " ", -1);

  for (gsize i = 0; all[i]; i++) {
    GByteArray *attribute = g_byte_array_new ();
    char *value = strchr (all[i], '=');
    *value++ = 0;
    put_string (attribute, 1, all[i]);
    put_int (attribute, 3, atoll (value));
    put_int (attribute, 20, 2);
    put_message (node, 5, attribute);
  }
  g_strfreev (all);
}

/* NodeProto: input 1, output 2, op_type 4, attribute 5. */
void
onnx_add_node (OnnxGraph *graph, const char *op, const char *inputs,
               const char *outputs, const char *attributes)
{
  GByteArray *node = g_byte_array_new ();

  put_names (node, 1, inputs);
  put_names (node, 2, outputs);
  put_string (node, 4, op);
  if (attributes)
    put_attributes (node, attributes);
  put_message (graph, 1, node);
}

GByteArray *
onnx_model_new (OnnxGraph *graph)
{
  GByteArray *model = g_byte_array_new (), *opset = g_byte_array_new ();

  put_string (opset, 1, "");
  put_int (opset, 2, OPSET);
  put_int (model, 1, IR_VERSION);
  put_message (model, 7, graph);
  put_message (model, 8, opset);
  return model;
}
