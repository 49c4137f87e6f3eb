/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words of a chunk: a stretch of text without white space. */
#pragma once

#include "base/bytes.h"

#include <rnn/rnn-text.h>

/* Finds word boundaries; one thread at a time. */
typedef struct _RnnSegmenter RnnSegmenter;

RnnSegmenter *_rnn_segmenter_new (void);
RnnSegmenter *_rnn_segmenter_copy (const RnnSegmenter *segmenter);
void _rnn_segmenter_free (RnnSegmenter *segmenter);
void _rnn_segmenter_run (RnnSegmenter *segmenter, const char *text, gsize start,
                         gsize end, RnnBytes *tokens);
