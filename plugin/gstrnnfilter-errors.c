/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the library says has gone wrong, as messages of an element. */
#include "gstrnnfilter.h"

#include <rnn/rnn-error.h>

/* What kind of trouble a code is, in GStreamer's words. */
static void
translate (const GError *error, GQuark *domain, int *code)
{
  *domain = GST_STREAM_ERROR;
  *code = GST_STREAM_ERROR_FAILED;
  if (error->domain != RNN_ERROR) {
    *domain = error->domain;
    *code = error->code;
    return;
  }
  switch ((RnnError) error->code) {
  case RNN_ERROR_NOT_FOUND:
    *domain = GST_RESOURCE_ERROR;
    *code = GST_RESOURCE_ERROR_NOT_FOUND;
    break;
  case RNN_ERROR_OPEN:
    *domain = GST_RESOURCE_ERROR;
    *code = GST_RESOURCE_ERROR_OPEN_READ;
    break;
  case RNN_ERROR_READ:
    *domain = GST_RESOURCE_ERROR;
    *code = GST_RESOURCE_ERROR_READ;
    break;
  case RNN_ERROR_NO_MEMORY:
    *domain = GST_RESOURCE_ERROR;
    *code = GST_RESOURCE_ERROR_NO_SPACE_LEFT;
    break;
  case RNN_ERROR_FORMAT:
  case RNN_ERROR_MODEL:
  case RNN_ERROR_LIMIT:
    *code = GST_STREAM_ERROR_WRONG_TYPE;
    break;
  case RNN_ERROR_TOKEN:
  case RNN_ERROR_NUMERIC:
    *code = GST_STREAM_ERROR_DECODE;
    break;
  default:
    break;
  }
}

/* The details have the library's own domain and code, which are finer. */
static void
post (GstRnnFilter *self, GstMessageType type, GError *error)
{
  GstStructure *details = gst_structure_new (
      "details", "domain", G_TYPE_STRING, g_quark_to_string (error->domain),
      "code", G_TYPE_INT, error->code, NULL);
  GQuark domain;
  int code;

  translate (error, &domain, &code);
  gst_element_message_full_with_details (
      GST_ELEMENT (self), type, domain, code, g_strdup (error->message), NULL,
      __FILE__, G_STRFUNC, __LINE__, details);
  g_error_free (error);
}

GstFlowReturn
gst_rnn_filter_fail (GstRnnFilter *self, GError *error)
{
  post (self, GST_MESSAGE_ERROR, error);
  return GST_FLOW_ERROR;
}

void
gst_rnn_filter_warn (GstRnnFilter *self, GError *error)
{
  post (self, GST_MESSAGE_WARNING, error);
}
