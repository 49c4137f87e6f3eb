/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The two ways to name the tensors of a network. */
#pragma once

#include "model/source.h"

/* Fill sizes and weights of source->model from tensors in the course's names
 * (one Elman layer) or in PyTorch's. */
gboolean _rnn_naming_is_course (const RnnSource *source);
gboolean _rnn_naming_read_course (RnnSource *source, GError **error);
gboolean _rnn_naming_read_pytorch (RnnSource *source, GError **error);

/* Check n_a, n_x, n_y and depth against the limits. */
gboolean _rnn_naming_check_limits (const RnnSource *source, GError **error);
