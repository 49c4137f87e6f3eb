/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Elements between two pads of ours, in the caller's thread: what they cost,
 * without the threads and queues of a whole pipeline. */
#pragma once

#include <gst/gst.h>

typedef struct {
  GstElement *element; /* NULL: the pads are linked with each other */
  GstPad *in;          /* ours: what is pushed here goes through */
  GstPad *out;
  GPtrArray *kept; /* what came out, or NULL: nothing is kept */
} BenchPads;

/* @launch: one element, as gst-launch-1.0 has it, or NULL; @caps of what goes
 * in. @kept: (nullable): what comes out goes there. */
BenchPads *bench_pads_new (const char *launch, const GstCaps *caps,
                           GPtrArray *kept);
void bench_pads_push (BenchPads *pads, GstBuffer *buffer); /* owned */
GstCaps *bench_pads_get_caps (BenchPads *pads); /* of what came out */
void bench_pads_free (BenchPads *pads);
