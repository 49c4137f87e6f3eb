/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-rnntagger
 * @title: rnntagger
 * @short_description: token indices to yhat, by a recurrent network
 *
 * Runs one step of the network for each token. The hidden state lives on from
 * buffer to buffer: any cut of a stream into buffers gives the same yhat, bit
 * for bit. It goes back to its start at every stream-start, after a flush and
 * in READY, and at whatever else `reset-on` names.
 *
 * With a model that looks k words ahead, a buffer leaves when k more tokens
 * have come, or at the end of the text; events keep their place between the
 * buffers.
 *
 * A stream that lost the words of its tokens on the way gets them back from the
 * dictionary of the model.
 *
 * |[
 * gst-launch-1.0 filesrc location=talk.srt ! subparse !
 *   rnntokenizer model-file=names.safetensors !
 *   rnntagger model-file=names.safetensors ! rnnannotator ! fdsink
 * ]|
 */
#include "gstrnntagger.h"

#include "gstrnntagger-private.h"

GST_DEBUG_CATEGORY (gst_rnn_tagger_debug);
#define GST_CAT_DEFAULT gst_rnn_tagger_debug

G_DEFINE_TYPE (GstRnnTagger, gst_rnn_tagger, GST_TYPE_RNN_FILTER)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_RNN_FLEXIBLE_CAPS
                     "; " GST_RNN_STATIC_CAPS ("{ int32, uint32, int64 }")));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_RNN_FLEXIBLE_CAPS
                     "; " GST_RNN_STATIC_CAPS ("float32")));

static gboolean
start (GstRnnFilter *filter, GError **error)
{
  GstRnnTagger *self = GST_RNN_TAGGER (filter);
  RnnModel *model = gst_rnn_loader_start (self->loader, error);
  RnnAhead *ahead = model ? rnn_ahead_new (model) : NULL;

  if (!model)
    return FALSE;
  if (!ahead) {
    g_set_error (error, RNN_ERROR, RNN_ERROR_NO_MEMORY,
                 "%s: no memory for its state",
                 gst_rnn_loader_get_file (self->loader));
    rnn_model_unref (model);
    return FALSE;
  }
  _gst_rnn_tagger_use (self, model, ahead);
  _gst_rnn_tagger_start_keeping (self);
  self->stats = (GstRnnTaggerStats){ 0 };
  g_atomic_int_set (&self->flow, GST_FLOW_OK);
  return TRUE;
}

static void
stop (GstRnnFilter *filter)
{
  GstRnnTagger *self = GST_RNN_TAGGER (filter);

  _gst_rnn_tagger_stop_delay (self);
  gst_rnn_loader_stop (self->loader);
  _gst_rnn_tagger_stop_keeping (self);
  _gst_rnn_tagger_discard (self);
  g_atomic_int_set (&self->lookahead, 0);
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->restored, rnn_state_free);
  g_clear_pointer (&self->ahead, rnn_ahead_free);
  g_clear_pointer (&self->guess, rnn_ahead_free);
  g_clear_pointer (&self->model, rnn_model_unref);
  g_mutex_unlock (&self->lock);
}

/* The running time stands still while we do not play. */
static GstStateChangeReturn
change_state (GstElement *element, GstStateChange transition)
{
  GstRnnTagger *self = GST_RNN_TAGGER (element);
  GstStateChangeReturn changed;

  if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED) {
    g_atomic_int_set (&self->delay.is_playing, FALSE);
    _gst_rnn_tagger_review_delay (self);
  }
  changed = GST_ELEMENT_CLASS (gst_rnn_tagger_parent_class)
                ->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING) {
    g_atomic_int_set (&self->delay.is_playing, TRUE);
    _gst_rnn_tagger_review_delay (self);
  }
  return changed;
}

static void
finalize (GObject *object)
{
  GstRnnTagger *self = GST_RNN_TAGGER (object);

  gst_queue_array_free (self->held);
  gst_rnn_loader_free (self->loader);
  _gst_rnn_delay_clear (&self->delay);
  _gst_rnn_keeper_clear (&self->keeper);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gst_rnn_tagger_parent_class)->finalize (object);
}

/* The pads come with the parent's constructed. */
static void
constructed (GObject *object)
{
  GstPad *pad;

  G_OBJECT_CLASS (gst_rnn_tagger_parent_class)->constructed (object);
  pad = gst_element_get_static_pad (GST_ELEMENT (object), "src");
  gst_pad_set_event_function (pad,
                              GST_DEBUG_FUNCPTR (_gst_rnn_tagger_src_event));
  gst_pad_set_query_function (pad,
                              GST_DEBUG_FUNCPTR (_gst_rnn_tagger_src_query));
  gst_object_unref (pad);
}

/**
 * GstRnnTagger::save-state:
 *
 * Returns: (transfer full) (nullable): a<t> as bytes that only the same model
 *   file can read back, %NULL below PAUSED
 */
/**
 * GstRnnTagger::load-state:
 * @bytes: of save-state
 *
 * Go on from there, from the next buffer on.
 *
 * Returns: %FALSE if the bytes are damaged or another model's; a warning says
 *   so, and nothing has changed
 */
static void
install_signals (GType type)
{
  const GSignalFlags flags = G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION;

  g_signal_new_class_handler ("save-state", type, flags,
                              G_CALLBACK (_gst_rnn_tagger_save_state), NULL,
                              NULL, NULL, G_TYPE_BYTES, 0);
  g_signal_new_class_handler ("load-state", type, flags,
                              G_CALLBACK (_gst_rnn_tagger_load_state), NULL,
                              NULL, NULL, G_TYPE_BOOLEAN, 1, G_TYPE_BYTES);
}

static void
gst_rnn_tagger_class_init (GstRnnTaggerClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS (klass);
  GstElementClass *element = GST_ELEMENT_CLASS (klass);
  GstRnnFilterClass *filter = GST_RNN_FILTER_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_rnn_tagger_debug, "rnntagger", 0,
                           "token indices to yhat");
  object->set_property = _gst_rnn_tagger_set_property;
  object->get_property = _gst_rnn_tagger_get_property;
  object->constructed = constructed;
  object->finalize = finalize;
  element->change_state = change_state;
  filter->start = start;
  filter->stop = stop;
  filter->set_caps = _gst_rnn_tagger_set_caps;
  filter->chain = _gst_rnn_tagger_chain;
  filter->ends = _gst_rnn_tagger_ends;
  filter->drain = _gst_rnn_tagger_drain;
  filter->hold = _gst_rnn_tagger_hold_event;
  filter->reset = _gst_rnn_tagger_reset;
  _gst_rnn_tagger_install_properties (object);
  install_signals (G_TYPE_FROM_CLASS (klass));
  gst_element_class_add_static_pad_template (element, &sink_template);
  gst_element_class_add_static_pad_template (element, &src_template);
  gst_element_class_set_static_metadata (
      element, "RNN tagger", "Filter/Analyzer/Text",
      "Run a recurrent neural network over token indices",
      "The gst-rnn authors");
  gst_type_mark_as_plugin_api (GST_TYPE_RNN_RESET, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_RNN_DRAIN, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_RNN_OUTPUT, 0);
}

static void
gst_rnn_tagger_init (GstRnnTagger *self)
{
  _gst_rnn_tagger_init_properties (self);
  self->loader =
      gst_rnn_loader_new (GST_RNN_FILTER (self), _gst_rnn_tagger_check);
  g_mutex_init (&self->lock);
  self->held = gst_queue_array_new_for_struct (sizeof (GstRnnHeld), 2);
  gst_queue_array_set_clear_func (self->held, _gst_rnn_held_clear);
  _gst_rnn_delay_init (&self->delay);
  _gst_rnn_keeper_init (&self->keeper);
}
