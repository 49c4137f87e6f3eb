/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "elements.h"

#include <string.h>

static GstBuffer *
new_text (void)
{
  return test_text ("Harry Potter");
}

static GstBuffer *
new_tokens (void)
{
  return test_tokens ((gint32[]){ 1, 2 }, 2);
}

/* float32 [2][1] */
static GstBuffer *
new_yhat (void)
{
  const guint32 header[32] = { 0xfeedccedu, 0xde001000u, 7,       1,
                               2,           [19] = 1,    [20] = 4 };
  const float yhat[] = { 0.875f, 0.75f };

  return gst_buffer_append (test_buffer (header, sizeof header),
                            test_buffer (yhat, sizeof yhat));
}

const TestElement test_elements[TEST_N_ELEMENTS] = {
  { "rnntokenizer", "text/x-raw,format=utf8", new_text },
  { "rnntagger", FLEXIBLE, new_tokens },
  { "rnnannotator", FLEXIBLE, new_yhat },
  { "rnntagbin", "text/x-raw,format=utf8", new_text },
};

char *
test_element_launch (const TestElement *element, const char *model,
                     const char *properties)
{
  if (strcmp (element->name, "rnnannotator") == 0)
    return g_strdup_printf ("rnnannotator %s", properties);
  return g_strdup_printf ("%s model-file=%s %s", element->name, model,
                          properties);
}

TestStream
test_element_open (const TestElement *element, const char *model,
                   const char *properties)
{
  char *launch = test_element_launch (element, model, properties);
  TestStream stream = test_stream_open (launch, element->caps, NULL);

  g_free (launch);
  return stream;
}
