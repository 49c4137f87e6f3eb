/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Events that came while a word or a line was cut off: they wait behind it. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* One thread. */
typedef struct _GstRnnEvents GstRnnEvents;

GstRnnEvents *gst_rnn_events_new (void);
void gst_rnn_events_free (GstRnnEvents *events);
gboolean gst_rnn_events_are_waiting (const GstRnnEvents *events);
/* @event (transfer full) came behind byte @place of the stream. */
void gst_rnn_events_add (GstRnnEvents *events, GstEvent *event, guint64 place);
/* The next event whose place is not behind @place; NULL: none. (transfer full)
 */
GstEvent *gst_rnn_events_take (GstRnnEvents *events, guint64 place);

G_END_DECLS
