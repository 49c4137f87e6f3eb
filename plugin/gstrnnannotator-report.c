/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstrnnannotator-report.h"

void
gst_rnn_report_init (GstRnnReport *self, GstRnnFilter *filter)
{
  self->settings = (GstRnnReportSettings){ .post_messages = TRUE };
  self->filter = filter;
  g_mutex_init (&self->lock);
  self->entities = gst_rnn_entities_new ();
  gst_rnn_wait_init (&self->wait);
}

void
gst_rnn_report_clear (GstRnnReport *self)
{
  gst_rnn_wait_clear (&self->wait);
  gst_rnn_entities_free (self->entities);
  g_mutex_clear (&self->lock);
}

static GstRnnReportSettings
get_settings (GstRnnReport *self)
{
  GstRnnReportSettings settings;

  GST_OBJECT_LOCK (self->filter);
  settings = self->settings;
  GST_OBJECT_UNLOCK (self->filter);
  return settings;
}

static void
post (GstRnnReport *self, GQueue *closed)
{
  gboolean is_wanted = get_settings (self).post_messages;
  GstStructure *entity;

  while ((entity = g_queue_pop_head (closed)))
    if (is_wanted)
      gst_element_post_message (
          GST_ELEMENT (self->filter),
          gst_message_new_element (GST_OBJECT (self->filter), entity));
    else
      gst_structure_free (entity);
}

static void
close_entity (GstElement *element, gpointer data)
{
  GstRnnReport *self = data;
  GQueue closed = G_QUEUE_INIT;

  g_mutex_lock (&self->lock);
  gst_rnn_entities_close (self->entities, &closed);
  g_mutex_unlock (&self->lock);
  post (self, &closed);
}

void
gst_rnn_report_close (GstRnnReport *self)
{
  gst_rnn_wait_cancel (&self->wait);
  close_entity (GST_ELEMENT (self->filter), self);
}

void
gst_rnn_report_gap (GstRnnReport *self, GstClockTime duration)
{
  GstClockTime max_gap = get_settings (self).max_gap;

  if (max_gap == 0 || duration > max_gap)
    gst_rnn_report_close (self);
}

void
gst_rnn_report_discard (GstRnnReport *self)
{
  gst_rnn_wait_cancel (&self->wait);
  g_mutex_lock (&self->lock);
  gst_rnn_entities_discard (self->entities);
  g_mutex_unlock (&self->lock);
}

void
gst_rnn_report_text (GstRnnReport *self, RnnTaggedText *tagged,
                     const GstRnnTokenMeta *meta)
{
  GstRnnEntityText text = { tagged, meta->ends,
                            gst_rnn_filter_get_segment (self->filter),
                            meta->follows };
  GstRnnReportSettings settings = get_settings (self);
  GQueue closed = G_QUEUE_INIT;
  gboolean is_open;

  g_mutex_lock (&self->lock);
  tagged->continues =
      tagged->n_tokens > 0
      && gst_rnn_entities_continue (self->entities, tagged->tags[0]);
  if (!tagged->interim)
    gst_rnn_entities_add (self->entities, &text, settings.words, &closed);
  /* Backwards, the text that comes next stood before this one. */
  if (!tagged->interim && text.segment->rate < 0.0)
    gst_rnn_entities_close (self->entities, &closed);
  is_open = gst_rnn_entities_are_open (self->entities);
  g_mutex_unlock (&self->lock);
  if (tagged->interim)
    return;
  if (is_open && settings.max_delay > 0)
    gst_rnn_wait_start (&self->wait, GST_ELEMENT (self->filter),
                        settings.max_delay, close_entity, self);
  else
    gst_rnn_wait_cancel (&self->wait);
  post (self, &closed);
}
