/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What gst-inspect-1.0 shows of the plugin reads as documentation. */
#include <gst/gst.h>
#include <string.h>

static const char *const elements[] = { "rnntokenizer", "rnntagger",
                                        "rnnannotator", "rnntagbin",
                                        "rnninterim" };

static gboolean
is_ours (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (elements); i++)
    if (strcmp (elements[i], name) == 0)
      return TRUE;
  return FALSE;
}

static void
the_plugin_says_what_it_is_and_whose (void)
{
  GstPlugin *plugin = gst_registry_find_plugin (gst_registry_get (), "rnn");

  g_assert_nonnull (plugin);
  g_assert_cmpstr (gst_plugin_get_license (plugin), ==, "LGPL");
  g_assert_cmpuint (strlen (gst_plugin_get_description (plugin)), >, 20);
  g_assert_nonnull (gst_plugin_get_version (plugin));
  g_assert_nonnull (strstr (gst_plugin_get_filename (plugin), "/libgstrnn."));
  gst_object_unref (plugin);
}

static void
the_plugin_has_these_elements_and_no_others (void)
{
  GList *features =
      gst_registry_get_feature_list_by_plugin (gst_registry_get (), "rnn");
  gsize n = 0;

  for (GList *l = features; l; l = l->next)
    if (GST_IS_ELEMENT_FACTORY (l->data)) {
      g_assert_true (is_ours (GST_OBJECT_NAME (l->data)));
      n++;
    }
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (elements));
  gst_plugin_feature_list_free (features);
}

static void
check_property (const char *element, const GParamSpec *spec)
{
  const char *blurb = g_param_spec_get_blurb ((GParamSpec *) spec);

  if (!blurb || strlen (blurb) < 15)
    g_error ("%s: property %s: expected what it is, '%s' came", element,
             spec->name, blurb ? blurb : "");
  if ((spec->flags & G_PARAM_WRITABLE)
      && !(spec->flags
           & (GST_PARAM_MUTABLE_READY | GST_PARAM_MUTABLE_PAUSED
              | GST_PARAM_MUTABLE_PLAYING)))
    g_error ("%s: property %s: expected in which states it may be set", element,
             spec->name);
}

static void
every_property_says_what_it_is_and_when_it_may_be_set (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (elements); i++) {
    GstElement *element = gst_element_factory_make (elements[i], NULL);
    guint n, n_own = 0;
    GParamSpec **specs;

    g_assert_nonnull (element);
    specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (element), &n);
    for (guint p = 0; p < n; p++)
      if (specs[p]->owner_type == G_OBJECT_TYPE (element)) {
        check_property (elements[i], specs[p]);
        n_own++;
      }
    if (strcmp (elements[i], "rnninterim") != 0)
      g_assert_cmpuint (n_own, >, 0);
    g_free (specs);
    gst_object_unref (gst_object_ref_sink (element));
  }
}

static void
every_element_has_a_name_a_class_a_description_and_an_author (void)
{
  static const char *const keys[] = { GST_ELEMENT_METADATA_LONGNAME,
                                      GST_ELEMENT_METADATA_KLASS,
                                      GST_ELEMENT_METADATA_DESCRIPTION,
                                      GST_ELEMENT_METADATA_AUTHOR };

  for (gsize i = 0; i < G_N_ELEMENTS (elements); i++) {
    GstElementFactory *factory = gst_element_factory_find (elements[i]);
    g_assert_nonnull (factory);
    for (gsize k = 0; k < G_N_ELEMENTS (keys); k++) {
      const char *value = gst_element_factory_get_metadata (factory, keys[k]);
      if (!value || strlen (value) < 4)
        g_error ("%s: %s: expected something, '%s' came", elements[i], keys[k],
                 value ? value : "");
    }
    g_assert_cmpuint (strlen (gst_element_factory_get_metadata (
                          factory, GST_ELEMENT_METADATA_DESCRIPTION)),
                      >, 30);
    gst_object_unref (factory);
  }
}

/* `vocab-id` and `labels` are optional: a template with them would refuse
 * streams without. */
static void
templates_have_no_optional_fields (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (elements); i++) {
    GstElementFactory *factory = gst_element_factory_find (elements[i]);
    const GList *templates =
        gst_element_factory_get_static_pad_templates (factory);
    g_assert_cmpuint (gst_element_factory_get_num_pad_templates (factory), ==,
                      2);
    for (const GList *l = templates; l; l = l->next) {
      const GstStaticPadTemplate *template = l->data;
      g_assert_null (strstr (template->static_caps.string, "vocab-id"));
      g_assert_null (strstr (template->static_caps.string, "labels"));
      g_assert_cmpstr (template->static_caps.string, !=, "ANY");
    }
    gst_object_unref (factory);
  }
}

#define ADD(NAME) g_test_add_func ("/inspect/" #NAME, NAME)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  ADD (the_plugin_says_what_it_is_and_whose);
  ADD (the_plugin_has_these_elements_and_no_others);
  ADD (every_property_says_what_it_is_and_when_it_may_be_set);
  ADD (every_element_has_a_name_a_class_a_description_and_an_author);
  ADD (templates_have_no_optional_fields);
  return g_test_run ();
}
