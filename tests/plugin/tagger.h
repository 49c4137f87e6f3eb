/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An rnntagger with a random network, and what goes in and comes out. */
#pragma once

#include "../core/network.h"
#include "tensors.h"

#include <gst/check/gstharness.h>
#include <rnn/rnn.h>

/* The network's words: zero, one, two, three, four and the full stop. */
#define TEST_N_WORDS 6
#define TEST_MARK 5
#define MS GST_MSECOND

typedef struct {
  char *path;
  RnnModel *model;
  GstHarness *harness;
  GstElement *tagger;
  GstBus *bus;
  GArray *rows; /* float: all yhat so far */
} TestTagger;

/* A random number below @n, the same ones in each run. */
gsize test_below (gsize n);
/* A file with a random network of look-ahead @k and @n_outputs. (transfer
 * full): unlink and free it. */
char *test_tagger_write_network (gsize k, gsize n_outputs);
/* An rnntagger of a random network, with @properties, that plays. */
TestTagger test_tagger_new (gsize k, const char *properties);
void test_tagger_free (TestTagger *f);

/* One buffer of @n tokens at @pts, whose duration is a tenth of a second. */
void test_push_at (TestTagger *f, const gint32 *tokens, gsize n,
                   GstClockTime pts, GstBufferFlags flags);
/* @n <= 10 words in a buffer each, without times. */
void test_push_words (TestTagger *f, gsize n);
void test_push_custom (TestTagger *f, const char *name);
/* Move the rows of what has left to f->rows; returns how many buffers. */
gsize test_pull_all (TestTagger *f);

/* All rows so far are @wanted, float[n][n_y], bit for bit. */
void test_assert_rows (const TestTagger *f, const float *wanted, gsize n);
