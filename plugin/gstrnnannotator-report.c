/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstrnnannotator-report.h"

void
gst_rnn_report_init (GstRnnReport *self, GstRnnFilter *filter)
{
  self->post_messages = TRUE;
  self->words = FALSE;
  self->max_gap = self->max_delay = 0;
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

static void
post (GstRnnReport *self, GQueue *closed)
{
  GstStructure *entity;

  while ((entity = g_queue_pop_head (closed)))
    if (self->post_messages)
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
  GQueue closed = G_QUEUE_INIT;
  gboolean is_open;

  g_mutex_lock (&self->lock);
  tagged->continues =
      tagged->n_tokens > 0
      && gst_rnn_entities_continue (self->entities, tagged->tags[0]);
  if (!tagged->interim)
    gst_rnn_entities_add (self->entities, &text, self->words, &closed);
  is_open = gst_rnn_entities_are_open (self->entities);
  g_mutex_unlock (&self->lock);
  if (tagged->interim)
    return;
  if (is_open && self->max_delay > 0)
    gst_rnn_wait_start (&self->wait, GST_ELEMENT (self->filter),
                        self->max_delay, close_entity, self);
  else
    gst_rnn_wait_cancel (&self->wait);
  post (self, &closed);
}
