/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstrnnwait.h"

/* Keeps the element, and the wait in it, while the clock knows of it. */
typedef struct {
  GstElement *element;
  GstRnnWait *wait;
  GstRnnWaitFunc func;
  gpointer data;
} Shot;

void
gst_rnn_wait_init (GstRnnWait *wait)
{
  g_mutex_init (&wait->lock);
  wait->id = NULL;
}

void
gst_rnn_wait_clear (GstRnnWait *wait)
{
  gst_rnn_wait_cancel (wait);
  g_mutex_clear (&wait->lock);
}

static void
shot_free (gpointer data)
{
  Shot *shot = data;

  gst_object_unref (shot->element);
  g_free (shot);
}

/* Put @id (nullable, owned) in place of the wait under way. */
static void
replace (GstRnnWait *wait, GstClockID id)
{
  GstClockID last;

  g_mutex_lock (&wait->lock);
  last = wait->id;
  wait->id = id;
  g_mutex_unlock (&wait->lock);
  if (!last)
    return;
  gst_clock_id_unschedule (last);
  gst_clock_id_unref (last);
}

static gboolean
on_time (GstClock *clock, GstClockTime time, GstClockID id, gpointer data)
{
  Shot *shot = data;
  gboolean is_current;

  g_mutex_lock (&shot->wait->lock);
  is_current = shot->wait->id == id;
  if (is_current)
    shot->wait->id = NULL;
  g_mutex_unlock (&shot->wait->lock);
  if (!is_current)
    return TRUE;
  shot->func (shot->element, shot->data);
  gst_clock_id_unref (id);
  return TRUE;
}

/* The sum of two times, as far as there are times. */
static GstClockTime
add_times (GstClockTime a, GstClockTime b)
{
  return b < GST_CLOCK_TIME_NONE - 1 - a ? a + b : GST_CLOCK_TIME_NONE - 1;
}

void
gst_rnn_wait_until (GstRnnWait *wait, GstElement *element, GstClockTime due,
                    GstRnnWaitFunc func, gpointer data)
{
  GstClock *clock = gst_element_get_clock (element);
  GstClockTime time = add_times (gst_element_get_base_time (element), due);
  GstClockID id;
  Shot *shot;

  /* GStreamer's clocks reckon with signed differences. */
  if (!clock || time > G_MAXINT64) {
    replace (wait, NULL);
    gst_clear_object (&clock);
    return;
  }
  shot = g_new (Shot, 1);
  *shot = (Shot){ gst_object_ref (element), wait, func, data };
  id = gst_clock_new_single_shot_id (clock, time);
  /* Before the clock knows of it: it may be over at once. */
  replace (wait, gst_clock_id_ref (id));
  gst_clock_id_wait_async (id, on_time, shot, shot_free);
  gst_clock_id_unref (id);
  gst_object_unref (clock);
}

void
gst_rnn_wait_start (GstRnnWait *wait, GstElement *element, GstClockTime delay,
                    GstRnnWaitFunc func, gpointer data)
{
  GstClockTime now = gst_element_get_current_running_time (element);

  if (GST_CLOCK_TIME_IS_VALID (now))
    gst_rnn_wait_until (wait, element, add_times (now, delay), func, data);
  else
    replace (wait, NULL);
}

void
gst_rnn_wait_cancel (GstRnnWait *wait)
{
  replace (wait, NULL);
}
