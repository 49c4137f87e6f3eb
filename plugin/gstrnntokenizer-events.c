/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstrnntokenizer-events.h"

typedef struct {
  GstEvent *event;
  guint64 place;
} Waiting;

struct _GstRnnEvents {
  GQueue items; /* Waiting, in order */
};

static void
free_waiting (gpointer data)
{
  gst_event_unref (((Waiting *) data)->event);
  g_free (data);
}

GstRnnEvents *
gst_rnn_events_new (void)
{
  GstRnnEvents *self = g_new (GstRnnEvents, 1);

  g_queue_init (&self->items);
  return self;
}

void
gst_rnn_events_free (GstRnnEvents *self)
{
  g_queue_clear_full (&self->items, free_waiting);
  g_free (self);
}

gboolean
gst_rnn_events_are_waiting (const GstRnnEvents *self)
{
  return self->items.length > 0;
}

void
gst_rnn_events_add (GstRnnEvents *self, GstEvent *event, guint64 place)
{
  Waiting *waiting = g_new (Waiting, 1);

  *waiting = (Waiting){ event, place };
  g_queue_push_tail (&self->items, waiting);
}

GstEvent *
gst_rnn_events_take (GstRnnEvents *self, guint64 place)
{
  Waiting *first = g_queue_peek_head (&self->items);
  GstEvent *event;

  if (!first || first->place > place)
    return NULL;
  event = first->event;
  g_free (g_queue_pop_head (&self->items));
  return event;
}
