/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A wait on an element's clock for something that does not come: one at a time,
 * and no thread polls. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What to do when the time is over; on the clock's thread, without a lock. */
typedef void (*GstRnnWaitFunc) (GstElement *element, gpointer data);

/* A member of the element that waits. */
typedef struct {
  GMutex lock;
  GstClockID id; /* of the wait under way, or NULL */
} GstRnnWait;

void gst_rnn_wait_init (GstRnnWait *wait);
void gst_rnn_wait_clear (GstRnnWait *wait);
/* Call @func at running time @due of @element, however long it took to say so,
 * and not for an earlier start. Without a clock, or for a time that no clock
 * gets to, there is no wait. Any thread. */
void gst_rnn_wait_until (GstRnnWait *wait, GstElement *element,
                         GstClockTime due, GstRnnWaitFunc func, gpointer data);
/* Call @func after @delay on the clock of @element, and not for an earlier
 * start; -1, too, is a time that no clock gets to. Any thread. */
void gst_rnn_wait_start (GstRnnWait *wait, GstElement *element,
                         GstClockTime delay, GstRnnWaitFunc func,
                         gpointer data);
/* After this no func begins. One that has begun may still run. Any thread. */
void gst_rnn_wait_cancel (GstRnnWait *wait);

G_END_DECLS
