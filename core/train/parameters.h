/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What training changes: matrices with their gradients and Adam's moments. */
#pragma once

#include "base/random.h"

/* Row-major [rows][cols], columns padded to a panel by whoever makes it: pads
 * are 0 and stay so, as their gradient is. */
typedef struct {
  gsize rows;
  gsize cols;
  gsize n_rows_used; /* rows and columns that are no pad */
  gsize n_cols_used;
  gboolean is_frozen; /* never changes: values are all there is */
  float *values;
  float *gradient;
  float *mean;     /* Adam's first moment */
  float *variance; /* and second */
  /* Rows with a gradient, where only a few have one (look-ups); else NULL. */
  guint32 *touched;
  guint8 *is_touched;
  gsize n_touched;
} RnnParameter;

RnnParameter *_rnn_parameter_new (gsize rows, gsize cols, gboolean is_sparse);
RnnParameter *_rnn_parameter_new_frozen (gsize rows, gsize cols);
/* Let a frozen parameter learn, by rows; FALSE: no memory, still frozen. */
gboolean _rnn_parameter_thaw (RnnParameter *parameter);
void _rnn_parameter_free (RnnParameter *parameter);
void _rnn_parameter_touch (RnnParameter *parameter, gsize row);
void _rnn_parameter_clear_gradient (RnnParameter *parameter);
double _rnn_parameter_square_norm (const RnnParameter *parameter);

typedef struct {
  float learning_rate;
  float beta1;
  float beta2;
  float epsilon;
  float decay; /* of weights, by rate and step (Loshchilov and Hutter 2019) */
  guint64 n_steps; /* taken so far */
} RnnAdam;

/* Take Adam's step with the gradient times @scale (Kingma and Ba 2015,
 * algorithm 1; matrices decay besides; of a sparse parameter only the touched
 * rows move). Call once a parameter after adam->n_steps has been raised. */
void _rnn_adam_step (const RnnAdam *adam, RnnParameter *parameter, float scale);
