/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One element between two pads, and what goes in and comes out. */
#pragma once

#include <gst/check/gstharness.h>

#define FLEXIBLE "other/tensors,format=(string)flexible,framerate=(fraction)0/1"
#define STATIC(TYPE, DIMENSIONS)                                               \
  "other/tensors,format=(string)static,num_tensors=(int)1,types=(string)" TYPE \
  ",dimensions=(string)" DIMENSIONS ",framerate=(fraction)0/1"

typedef struct {
  GstElement *element; /* owned by the harness */
  GstHarness *harness;
  GstBus *bus;
} TestStream;

/* Make the one element that @launch describes, PLAYING. @in: caps that come
 * first, NULL: none; @out: what downstream takes, NULL: anything. */
TestStream test_stream_open (const char *launch, const char *in,
                             const char *out) G_GNUC_WARN_UNUSED_RESULT;
/* The same of an rnntagger of the file @model, with @properties. */
TestStream test_stream_open_tagger (const char *model, const char *properties)
    G_GNUC_WARN_UNUSED_RESULT;
/* An rnntagger of the file @model between caps, as test_stream_open() has them.
 */
TestStream test_stream_open_tensors (const char *model, const char *in,
                                     const char *out) G_GNUC_WARN_UNUSED_RESULT;
void test_stream_close (TestStream *stream);

/* What is pushed: all (transfer full). */
GstFlowReturn test_stream_push (TestStream *stream, GstBuffer *buffer);
gboolean test_stream_send (TestStream *stream, GstEvent *event);
gboolean test_stream_send_caps (TestStream *stream, const char *caps);
/* A TIME segment from 0 on. */
void test_stream_send_segment (TestStream *stream);
void test_stream_flush (TestStream *stream);

/* Bytes in one buffer. */
GstBuffer *test_buffer (gconstpointer bytes, gsize n_bytes);
GstBuffer *test_text (const char *text);
GstBuffer *test_timed (GstBuffer *buffer, GstClockTime pts,
                       GstClockTime duration);
/* A flexible tensor of NNStreamer's layout: 128 bytes, then int32[@n]. */
GstBuffer *test_tokens (const gint32 *tokens, gsize n);

/* All the text that has come out, in order. (transfer full) */
char *test_stream_take_text (TestStream *stream);
void test_stream_expect_text (TestStream *stream, const char *wanted);
/* The values behind the headers of all flexible tensors that have come out,
 * each 4 bytes long; checks the headers. (transfer full) */
GArray *test_stream_take_values (TestStream *stream);
/* That these are the values, bit for bit. */
void test_stream_expect_values (TestStream *stream, gconstpointer wanted,
                                gsize n);
/* The next buffer is these values without a header, each 4 bytes long. */
void test_stream_expect_raw (TestStream *stream, gconstpointer wanted, gsize n);
/* The type of the next event that came out, 0: none; its name for a custom
 * one in *@name. */
GstEvent *test_stream_next_event (TestStream *stream, GstEventType type);

/* Exactly one error is on the bus, of this kind, and names @text. */
void test_stream_expect_error (TestStream *stream, GQuark domain, int code,
                               const char *text);
/* How many messages of @type are on the bus; it is empty then. */
guint test_stream_count_messages (TestStream *stream, GstMessageType type);
