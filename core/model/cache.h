/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Models of this process by file, so that many users share one copy. */
#pragma once

#include "model/model.h"

/* Give one reference back; TRUE: it was the last, free the model. */
gboolean _rnn_cache_drop (RnnModel *model);
