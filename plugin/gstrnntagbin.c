/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-rnntagbin
 * @title: rnntagbin
 * @short_description: text to tagged text
 *
 * rnntokenizer, rnntagger and rnnannotator in one, with the properties of all
 * three.
 *
 * |[
 * gst-launch-1.0 filesrc location=talk.srt ! subparse !
 *   rnntagbin model-file=names.safetensors ! text/x-raw,format=utf8 ! fdsink
 * ]|
 */
#include "gstrnntagbin.h"

#include "gstrnnannotator.h"
#include "gstrnntagger.h"
#include "gstrnntokenizer.h"

#include <string.h>

struct _GstRnnTagBin {
  GstBin parent;
  GstElement *tokenizer;
  GstElement *tagger;
  GstElement *annotator;
};

G_DEFINE_TYPE (GstRnnTagBin, gst_rnn_tag_bin, GST_TYPE_BIN)

static const char *const factories[] = { "rnntokenizer", "rnntagger",
                                         "rnnannotator" };

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("text/x-raw, format=(string){ utf8, pango-markup }; "
                     "text/plain"));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("text/x-raw, format=(string){ utf8, pango-markup }; "
                     "application/x-json"));

/* Set @name wherever one of the three has it, downstream first: a tagger must
 * know of the model that tokens of another dictionary will be for. */
static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GstRnnTagBin *self = GST_RNN_TAG_BIN (object);
  GstElement *children[] = { self->tokenizer, self->tagger, self->annotator };

  for (gsize i = G_N_ELEMENTS (children); i-- > 0;)
    if (children[i]
        && g_object_class_find_property (G_OBJECT_GET_CLASS (children[i]),
                                         spec->name))
      g_object_set_property (G_OBJECT (children[i]), spec->name, value);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  GstRnnTagBin *self = GST_RNN_TAG_BIN (object);
  GstElement *children[] = { self->tokenizer, self->tagger, self->annotator };

  for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
    if (children[i]
        && g_object_class_find_property (G_OBJECT_GET_CLASS (children[i]),
                                         spec->name)) {
      g_object_get_property (G_OBJECT (children[i]), spec->name, value);
      return;
    }
}

static void
add_ghost (GstRnnTagBin *self, GstElement *element, const char *name)
{
  GstPadTemplate *template =
      gst_element_class_get_pad_template (GST_ELEMENT_GET_CLASS (self), name);
  GstPad *pad = gst_element_get_static_pad (element, name);

  gst_element_add_pad (GST_ELEMENT (self),
                       gst_ghost_pad_new_from_template (name, pad, template));
  gst_object_unref (pad);
}

static void
gst_rnn_tag_bin_init (GstRnnTagBin *self)
{
  self->tokenizer = gst_element_factory_make (factories[0], "tokenizer");
  self->tagger = gst_element_factory_make (factories[1], "tagger");
  self->annotator = gst_element_factory_make (factories[2], "annotator");
  gst_bin_add_many (GST_BIN (self), self->tokenizer, self->tagger,
                    self->annotator, NULL);
  gst_element_link_many (self->tokenizer, self->tagger, self->annotator, NULL);
  add_ghost (self, self->tokenizer, "sink");
  add_ghost (self, self->annotator, "src");
}

/* A property of the same name, type and default as one of the three has. */
static GParamSpec *
copy_spec (GParamSpec *spec)
{
  const char *name = spec->name, *nick = g_param_spec_get_nick (spec);
  const char *blurb = g_param_spec_get_blurb (spec);
  const GValue *value = g_param_spec_get_default_value (spec);
  GParamFlags flags = spec->flags & ~(GParamFlags) G_PARAM_STATIC_STRINGS;

  if (G_IS_PARAM_SPEC_STRING (spec))
    return g_param_spec_string (name, nick, blurb, g_value_get_string (value),
                                flags);
  if (G_IS_PARAM_SPEC_ENUM (spec))
    return g_param_spec_enum (name, nick, blurb, spec->value_type,
                              g_value_get_enum (value), flags);
  if (G_IS_PARAM_SPEC_FLAGS (spec))
    return g_param_spec_flags (name, nick, blurb, spec->value_type,
                               g_value_get_flags (value), flags);
  if (G_IS_PARAM_SPEC_BOOLEAN (spec))
    return g_param_spec_boolean (name, nick, blurb, g_value_get_boolean (value),
                                 flags);
  if (G_IS_PARAM_SPEC_FLOAT (spec)) {
    GParamSpecFloat *range = G_PARAM_SPEC_FLOAT (spec);
    return g_param_spec_float (name, nick, blurb, range->minimum,
                               range->maximum, range->default_value, flags);
  }
  if (G_IS_PARAM_SPEC_DOUBLE (spec)) {
    GParamSpecDouble *range = G_PARAM_SPEC_DOUBLE (spec);
    return g_param_spec_double (name, nick, blurb, range->minimum,
                                range->maximum, range->default_value, flags);
  }
  if (G_IS_PARAM_SPEC_UINT (spec)) {
    GParamSpecUInt *range = G_PARAM_SPEC_UINT (spec);
    return g_param_spec_uint (name, nick, blurb, range->minimum, range->maximum,
                              range->default_value, flags);
  }
  if (G_IS_PARAM_SPEC_UINT64 (spec)) {
    GParamSpecUInt64 *range = G_PARAM_SPEC_UINT64 (spec);
    return g_param_spec_uint64 (name, nick, blurb, range->minimum,
                                range->maximum, range->default_value, flags);
  }
  return g_param_spec_boxed (name, nick, blurb, spec->value_type, flags);
}

/* Install the properties of the three, each name once. */
static void
install_properties (GObjectClass *object, const GType *types, gsize n_types)
{
  guint id = 1;

  for (gsize i = 0; i < n_types; i++) {
    guint n;
    GObjectClass *child = g_type_class_ref (types[i]);
    GParamSpec **specs = g_object_class_list_properties (child, &n);
    for (guint p = 0; p < n; p++)
      if (specs[p]->owner_type == types[i]
          && !g_object_class_find_property (object, specs[p]->name))
        g_object_class_install_property (object, id++, copy_spec (specs[p]));
    g_free (specs);
    g_type_class_unref (child);
  }
}

static GBytes *
save_state (GstRnnTagBin *self)
{
  GBytes *bytes = NULL;

  g_signal_emit_by_name (self->tagger, "save-state", &bytes);
  return bytes;
}

static gboolean
load_state (GstRnnTagBin *self, GBytes *bytes)
{
  gboolean ok = FALSE;

  g_signal_emit_by_name (self->tagger, "load-state", bytes, &ok);
  return ok;
}

/* The tagger's two. */
static void
install_signals (GType type)
{
  const GSignalFlags flags = G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION;

  g_signal_new_class_handler ("save-state", type, flags,
                              G_CALLBACK (save_state), NULL, NULL, NULL,
                              G_TYPE_BYTES, 0);
  g_signal_new_class_handler ("load-state", type, flags,
                              G_CALLBACK (load_state), NULL, NULL, NULL,
                              G_TYPE_BOOLEAN, 1, G_TYPE_BYTES);
}

static void
gst_rnn_tag_bin_class_init (GstRnnTagBinClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS (klass);
  GstElementClass *element = GST_ELEMENT_CLASS (klass);
  const GType types[] = { GST_TYPE_RNN_TOKENIZER, GST_TYPE_RNN_TAGGER,
                          GST_TYPE_RNN_ANNOTATOR };

  object->set_property = set_property;
  object->get_property = get_property;
  install_properties (object, types, G_N_ELEMENTS (types));
  install_signals (G_TYPE_FROM_CLASS (klass));
  gst_element_class_add_static_pad_template (element, &sink_template);
  gst_element_class_add_static_pad_template (element, &src_template);
  gst_element_class_set_static_metadata (
      element, "RNN tag bin", "Filter/Analyzer/Text",
      "Tag text with a recurrent neural network", "The gst-rnn authors");
}
