/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bad and unusual buffers: what a stream may bring. */
#include "elements.h"
#include "model.h"

#include <string.h>

#define FOREACH_ELEMENT(E)                                                     \
  for (const TestElement *E = test_elements;                                   \
       E < test_elements + TEST_N_ELEMENTS; E++)

static char *model;

/* All bytes that have come out. */
static GBytes *
take_bytes (TestStream *stream)
{
  return gst_harness_take_all_data_as_bytes (stream->harness);
}

static void
expect_same_bytes (GBytes *a, GBytes *b)
{
  g_assert_cmpmem (g_bytes_get_data (a, NULL), g_bytes_get_size (a),
                   g_bytes_get_data (b, NULL), g_bytes_get_size (b));
}

/* What comes out of a new @element for its buffer. */
static GBytes *
output_of (const TestElement *element, GstBuffer *buffer)
{
  TestStream stream = test_element_open (element, model, "");
  GBytes *bytes;

  g_assert_cmpint (test_stream_push (&stream, buffer), ==, GST_FLOW_OK);
  bytes = take_bytes (&stream);
  g_assert_cmpuint (g_bytes_get_size (bytes), >, 0);
  test_stream_close (&stream);
  return bytes;
}

/* Memory that cannot be mapped. */
typedef GstAllocator SealedAllocator;
typedef GstAllocatorClass SealedAllocatorClass;
GType sealed_allocator_get_type (void);
G_DEFINE_TYPE (SealedAllocator, sealed_allocator, GST_TYPE_ALLOCATOR)

static guint n_sealed; /* alive */

static gpointer
refuse_to_map (GstMemory *memory, gsize size, GstMapFlags flags)
{
  return NULL;
}

static void
free_sealed (GstAllocator *allocator, GstMemory *memory)
{
  n_sealed--;
  g_free (memory);
}

static void
sealed_allocator_class_init (SealedAllocatorClass *klass)
{
  klass->free = free_sealed;
}

static void
sealed_allocator_init (SealedAllocator *self)
{
  self->mem_type = "sealed";
  self->mem_map = refuse_to_map;
}

static GstBuffer *
sealed_buffer (GstAllocator *allocator)
{
  GstMemory *memory = g_new0 (GstMemory, 1);
  GstBuffer *buffer = gst_buffer_new ();

  gst_memory_init (memory, 0, allocator, NULL, 136, 0, 0, 136);
  n_sealed++;
  gst_buffer_append_memory (buffer, memory);
  return buffer;
}

static void
fault_22_an_empty_buffer_passes_empty_and_changes_nothing (void)
{
  FOREACH_ELEMENT (e)
  {
    gboolean takes_text = strstr (e->caps, "text") != NULL;
    TestStream stream = test_element_open (e, model, "");
    GBytes *wanted = output_of (e, e->new_buffer ()), *came;
    GstBuffer *buffer;
    GstEvent *gap;
    GstClockTime at = 0;

    g_assert_cmpint (
        test_stream_push (&stream, test_timed (gst_buffer_new (),
                                               3 * GST_SECOND, GST_SECOND)),
        ==, GST_FLOW_OK);
    buffer = gst_harness_try_pull (stream.harness);
    if (takes_text) {
      g_assert_null (buffer);
      gap = test_stream_next_event (&stream, GST_EVENT_GAP);
      g_assert_nonnull (gap);
      gst_event_parse_gap (gap, &at, NULL);
      g_assert_cmpuint (at, ==, 3 * GST_SECOND);
      gst_event_unref (gap);
    } else {
      g_assert_nonnull (buffer);
      g_assert_cmpuint (gst_buffer_get_size (buffer), ==, 0);
      g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, 3 * GST_SECOND);
      g_assert_cmpuint (GST_BUFFER_DURATION (buffer), ==, GST_SECOND);
      gst_buffer_unref (buffer);
    }
    test_stream_push (&stream, e->new_buffer ());
    came = take_bytes (&stream);
    expect_same_bytes (came, wanted);
    g_bytes_unref (came);
    g_bytes_unref (wanted);
    test_stream_close (&stream);
  }
}

static void
expect_refused (const char *launch, const char *caps, GstBuffer *buffer,
                int code, const char *text)
{
  TestStream stream = test_stream_open (launch, caps, NULL);

  g_assert_cmpint (test_stream_push (&stream, buffer), ==, GST_FLOW_ERROR);
  test_stream_expect_error (&stream, GST_STREAM_ERROR, code, text);
  g_assert_null (gst_harness_try_pull (stream.harness));
  test_stream_close (&stream);
}

/* A header that says what it should not, before 8 bytes of data. */
static GstBuffer *
buffer_with (gsize word, guint32 value)
{
  guint32 words[34] = { 0xfeedccedu, 0xde001000u, 0, 2, [32] = 1, [33] = 2 };

  words[word] = value;
  return test_buffer (words, sizeof words);
}

static void
fault_23_a_size_that_is_no_whole_number_of_values_is_refused (void)
{
  static const char bytes[200];
  char *tagger = g_strdup_printf ("rnntagger model-file=%s", model);

  for (gsize n = 1; n < 4; n++) {
    expect_refused (tagger, STATIC ("int32", "1"), test_buffer (bytes, 4 + n),
                    GST_STREAM_ERROR_FORMAT, "expected a buffer of 4 bytes");
    expect_refused ("rnnannotator", STATIC ("float32", "1:1"),
                    test_buffer (bytes, 4 + n), GST_STREAM_ERROR_FORMAT,
                    "bytes came");
  }
  g_free (tagger);
}

/* The caps' error comes before the buffer. */
static void
expect_caps_refused (const char *launch, const char *caps, const char *text)
{
  TestStream stream = test_stream_open (launch, NULL, NULL);

  gst_harness_set_src_caps_str (stream.harness, caps);
  g_assert_cmpint (test_stream_push (&stream, test_text ("1234")), ==,
                   GST_FLOW_NOT_NEGOTIATED);
  test_stream_expect_error (&stream, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
                            text);
  test_stream_close (&stream);
}

static void
dimensions_of_too_many_values_are_called_so (void)
{
  guint32 words[34] = { 0xfeedccedu, 0xde001000u,          0,
                        1u << 31,    [4] = (1u << 31) + 1, [32] = 1 };
  char *tagger = g_strdup_printf ("rnntagger model-file=%s", model);

  expect_caps_refused (tagger, STATIC ("int32", "65536:65536:65536:65536"),
                       "too many values");
  expect_caps_refused ("rnnannotator",
                       STATIC ("float32", "65536:65536:65536:65536"),
                       "65536:65536:65536:65536 came");
  expect_refused (tagger, FLEXIBLE, test_buffer (words, sizeof words),
                  GST_STREAM_ERROR_FORMAT, "2147483648:2147483649 came");
  g_free (tagger);
}

static void
tokens_that_no_tagger_read_are_named_by_their_type (void)
{
  expect_refused ("rnnannotator", FLEXIBLE, buffer_with (0, 0xfeedccedu),
                  GST_STREAM_ERROR_FORMAT,
                  "expected float32, which rnntagger makes of tokens, int32 "
                  "came");
}

static void
fault_36_a_buffer_that_is_not_as_caps_or_header_say_is_refused (void)
{
  static const struct {
    gsize word;
    guint32 value;
    const char *says;
  } rows[] = {
    { 0, 0, "magic" },
    { 1, 7, "version" },
    { 2, 3, "type" },
    { 2, 0xffffffffu, "type" },
    { 2, 7, "float32" },
    { 3, 0, "dimensions" },
    { 3, 1, "bytes" },
    { 3, 3, "bytes" },
    { 3, 0xffffffffu, "bytes" },
    { 4, 0xffffffffu, "bytes" },
    { 4, 2, "bytes" },
  };
  static const char bytes[200];
  char *tagger = g_strdup_printf ("rnntagger model-file=%s", model);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    expect_refused (tagger, FLEXIBLE, buffer_with (rows[i].word, rows[i].value),
                    GST_STREAM_ERROR_FORMAT, rows[i].says);
  for (gsize n = 1; n < 128; n += 9)
    expect_refused (tagger, FLEXIBLE, test_buffer (bytes, n),
                    GST_STREAM_ERROR_FORMAT, "128");
  expect_refused (tagger, STATIC ("int32", "2"), test_buffer (bytes, 4),
                  GST_STREAM_ERROR_FORMAT, "expected a buffer of 8 bytes");
  expect_refused (tagger, STATIC ("int32", "2"), test_buffer (bytes, 12),
                  GST_STREAM_ERROR_FORMAT, "expected a buffer of 8 bytes");
  expect_refused ("rnnannotator", FLEXIBLE, buffer_with (2, 0),
                  GST_STREAM_ERROR_FORMAT, "float32");
  g_free (tagger);
}

static void
fault_24_memory_that_cannot_be_mapped_is_one_error_and_no_leak (void)
{
  GstAllocator *allocator = g_object_new (sealed_allocator_get_type (), NULL);

  gst_object_ref_sink (allocator);
  FOREACH_ELEMENT (e)
  {
    TestStream stream = test_element_open (e, model, "");
    g_assert_cmpint (test_stream_push (&stream, sealed_buffer (allocator)), ==,
                     GST_FLOW_ERROR);
    test_stream_expect_error (&stream, GST_RESOURCE_ERROR,
                              GST_RESOURCE_ERROR_READ, "cannot read");
    test_stream_close (&stream);
    g_assert_cmpuint (n_sealed, ==, 0);
  }
  gst_object_unref (allocator);
}

/* The bytes of @buffer (owned), one a memory, each at an odd address. */
static GstBuffer *
scatter (GstBuffer *buffer, gsize piece)
{
  GstBuffer *scattered = gst_buffer_new ();
  gsize size = gst_buffer_get_size (buffer);

  for (gsize at = 0; at < size; at += piece) {
    gsize n = MIN (piece, size - at);
    guint8 *bytes = g_malloc (n + 1);
    gst_buffer_extract (buffer, at, bytes + 1, n);
    gst_buffer_append_memory (
        scattered,
        gst_memory_new_wrapped (0, bytes, n + 1, 1, n, bytes, g_free));
  }
  gst_buffer_unref (buffer);
  return scattered;
}

static void
fault_25_multi_memory_and_unaligned_buffers_give_the_same_result (void)
{
  static const gsize pieces[] = { 1000, 3, 13 };

  FOREACH_ELEMENT (e)
  {
    GBytes *wanted = output_of (e, e->new_buffer ());
    for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++) {
      GBytes *came = output_of (e, scatter (e->new_buffer (), pieces[i]));
      expect_same_bytes (came, wanted);
      g_bytes_unref (came);
    }
    g_bytes_unref (wanted);
  }
}

static void
fault_26_a_shared_buffer_is_never_written (void)
{
  FOREACH_ELEMENT (e)
  {
    GstBuffer *fresh = e->new_buffer (), *shared;
    gsize n, size = gst_buffer_get_size (fresh);
    gpointer bytes, before;
    TestStream stream = test_element_open (e, model, "");

    gst_buffer_extract_dup (fresh, 0, size, &bytes, &n);
    before = g_memdup2 (bytes, n);
    shared = gst_buffer_new ();
    gst_buffer_append_memory (
        shared, gst_memory_new_wrapped (GST_MEMORY_FLAG_READONLY, bytes, n, 0,
                                        n, NULL, NULL));
    test_stream_push (&stream, gst_buffer_ref (shared));
    gst_buffer_unref (gst_harness_pull (stream.harness));
    g_assert_cmpmem (bytes, n, before, n);
    g_assert_null (gst_buffer_iterate_meta (shared, &(gpointer){ NULL }));
    g_assert_cmpint (GST_MINI_OBJECT_REFCOUNT_VALUE (shared), ==, 1);
    gst_buffer_unref (shared);
    gst_buffer_unref (fresh);
    test_stream_close (&stream);
    g_free (bytes);
    g_free (before);
  }
}

static void
fault_29_a_size_that_overflows_is_refused_and_nothing_allocated (void)
{
  static const guint32 dims[][4] = {
    { 0xffffffffu, 0xffffffffu, 0, 0 },
    { 0xffffffffu, 0xffffffffu, 0xffffffffu, 0 },
    { 0x80000000u, 0x80000000u, 4, 0 },
    { 0x10000u, 0x10000u, 0x10000u, 0x10000u },
  };
  char *tagger = g_strdup_printf ("rnntagger model-file=%s", model);

  for (gsize i = 0; i < G_N_ELEMENTS (dims); i++) {
    guint32 words[34] = { 0xfeedccedu, 0xde001000u, 0 };
    memcpy (words + 3, dims[i], sizeof dims[i]);
    expect_refused (tagger, FLEXIBLE, test_buffer (words, sizeof words),
                    GST_STREAM_ERROR_FORMAT, "flexible tensor");
    words[2] = 7;
    expect_refused ("rnnannotator", FLEXIBLE, test_buffer (words, sizeof words),
                    GST_STREAM_ERROR_FORMAT, "flexible tensor");
  }
  g_free (tagger);
}

static void
fault_46_strange_times_are_copied (void)
{
  static const GstClockTime times[][2] = {
    { GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE },
    { GST_CLOCK_TIME_NONE, GST_SECOND },
    { 9 * GST_SECOND, GST_SECOND },
    { GST_SECOND, GST_SECOND }, /* backwards */
    { G_MAXUINT64 - 1, G_MAXUINT64 - 1 },
    { G_MAXUINT64 - 1, 1 },
    { 0, G_MAXUINT64 - 1 },
  };

  FOREACH_ELEMENT (e)
  {
    TestStream stream = test_element_open (e, model, "");
    for (gsize i = 0; i < G_N_ELEMENTS (times); i++) {
      GstBuffer *buffer =
          test_timed (e->new_buffer (), times[i][0], times[i][1]);
      g_assert_cmpint (test_stream_push (&stream, buffer), ==, GST_FLOW_OK);
      buffer = gst_harness_pull (stream.harness);
      g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, times[i][0]);
      g_assert_cmpuint (GST_BUFFER_DURATION (buffer), ==, times[i][1]);
      gst_buffer_unref (buffer);
    }
    test_stream_close (&stream);
  }
}

static glong
resident_kib (void)
{
  char *status = NULL;
  glong kib = 0;

  if (g_file_get_contents ("/proc/self/status", &status, NULL, NULL)) {
    const char *line = strstr (status, "VmHWM:");
    kib = line ? strtol (line + strlen ("VmHWM:"), NULL, 10) : 0;
  }
  g_free (status);
  return kib;
}

/* Its words get lost on the way, too, which costs the most. */
static void
fault_28_the_memory_of_a_huge_buffer_is_bounded (void)
{
  gsize n = 1 << 20;
  gint32 *tokens = g_new0 (gint32, n);
  char *launch = g_strdup_printf ("rnntagger model-file=%s", model);
  TestStream stream = test_stream_open (launch, FLEXIBLE, NULL);
  GstBuffer *buffer = test_tokens (tokens, n);
  glong before = resident_kib ();

  g_assert_cmpint (test_stream_push (&stream, buffer), ==, GST_FLOW_OK);
  g_assert_cmpint (resident_kib () - before, <, 200 * (glong) (n / 1024));
  buffer = gst_harness_pull (stream.harness);
  g_assert_cmpuint (gst_buffer_get_size (buffer), ==, 128 + n * sizeof (float));
  gst_buffer_unref (buffer);
  test_stream_close (&stream);
  g_free (launch);
  g_free (tokens);
}

#define N_HUGE 10000
static guint8 huge[128 + N_HUGE * sizeof (gint32)];
static TestStream *flushed; /* when the huge buffer is mapped */

static gpointer
flush_and_map (GstMemory *memory, gsize size, GstMapFlags flags)
{
  GstPad *pad = gst_element_get_static_pad (flushed->element, "sink");

  gst_pad_send_event (pad, gst_event_new_flush_start ());
  gst_object_unref (pad);
  return huge;
}

static void
unmap (GstMemory *memory)
{
}

/* A buffer with the bytes of @huge, whose reader is flushed. */
static GstBuffer *
flushing_buffer (GstAllocator *allocator)
{
  GstMemory *memory = g_new0 (GstMemory, 1);
  GstBuffer *buffer = gst_buffer_new ();

  allocator->mem_map = flush_and_map;
  allocator->mem_unmap = unmap;
  gst_memory_init (memory, 0, allocator, NULL, sizeof huge, 0, 0, sizeof huge);
  n_sealed++;
  gst_buffer_append_memory (buffer, memory);
  return buffer;
}

static TestStream
open_lasting_tagger (const char *path)
{
  char *launch =
      g_strdup_printf ("rnntagger reset-on=stream-start model-file=%s", path);
  TestStream stream = test_stream_open (launch, FLEXIBLE, NULL);

  g_free (launch);
  return stream;
}

/* The state is that after 0, 1, 2: not one step of @huge was taken. */
static void
expect_to_go_on (TestStream *stream, const char *path)
{
  static const gint32 tokens[] = { 0, 1, 2, 2, 1, 0 };
  float *wanted = test_model_run (path, tokens, 6);

  g_assert_null (gst_harness_try_pull (stream->harness));
  test_stream_push (stream, test_tokens (tokens + 3, 3));
  test_stream_expect_values (stream, wanted + 3, 3);
  g_free (wanted);
}

static void
fault_28_a_flush_is_heard_within_a_huge_buffer (void)
{
  GstAllocator *allocator = g_object_new (sealed_allocator_get_type (), NULL);
  TestStream stream = open_lasting_tagger (model);
  static gint32 tokens[N_HUGE] = { 0, 1, 2 };
  GstBuffer *buffer = test_tokens (tokens, N_HUGE);

  gst_object_ref_sink (allocator);
  gst_buffer_extract (buffer, 0, huge, sizeof huge);
  gst_buffer_unref (buffer);
  test_stream_push (&stream, test_tokens (tokens, 3));
  gst_buffer_unref (gst_harness_pull (stream.harness));
  flushed = &stream;
  g_assert_cmpint (test_stream_push (&stream, flushing_buffer (allocator)), ==,
                   GST_FLOW_FLUSHING);
  g_assert_cmpuint (test_stream_count_messages (&stream, GST_MESSAGE_ERROR), ==,
                    0);
  test_stream_flush (&stream);
  expect_to_go_on (&stream, model);
  test_stream_close (&stream);
  g_assert_cmpuint (n_sealed, ==, 0);
  gst_object_unref (allocator);
}

/* Its steps are taken in blocks, and undone together. */
static void
fault_28_an_error_late_in_a_huge_buffer_leaves_the_state (void)
{
  const TestModel bare = { TEST_N_WORDS, 4, 1, NULL, NULL, 0 };
  char *path = test_model_new (&bare);
  TestStream stream = open_lasting_tagger (path);
  static gint32 tokens[N_HUGE] = { 0, 1, 2, [N_HUGE - 1] = TEST_N_WORDS };

  test_stream_push (&stream, test_tokens (tokens, 3));
  gst_buffer_unref (gst_harness_pull (stream.harness));
  g_assert_cmpint (test_stream_push (&stream, test_tokens (tokens, N_HUGE)), ==,
                   GST_FLOW_ERROR);
  test_stream_expect_error (&stream, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE,
                            "n_x");
  expect_to_go_on (&stream, path);
  test_stream_close (&stream);
  test_model_free (path);
}

int
main (int argc, char **argv)
{
  const TestModel net = { TEST_N_WORDS, 4, 1, TEST_WORDS, NULL, 0 };
  int failed;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  model = test_model_new (&net);
#define ADD(test) g_test_add_func ("/faults-buffers/" #test, test)
  ADD (fault_22_an_empty_buffer_passes_empty_and_changes_nothing);
  ADD (fault_23_a_size_that_is_no_whole_number_of_values_is_refused);
  ADD (fault_24_memory_that_cannot_be_mapped_is_one_error_and_no_leak);
  ADD (fault_25_multi_memory_and_unaligned_buffers_give_the_same_result);
  ADD (fault_26_a_shared_buffer_is_never_written);
  ADD (fault_28_a_flush_is_heard_within_a_huge_buffer);
  ADD (fault_28_an_error_late_in_a_huge_buffer_leaves_the_state);
  ADD (fault_28_the_memory_of_a_huge_buffer_is_bounded);
  ADD (fault_29_a_size_that_overflows_is_refused_and_nothing_allocated);
  ADD (dimensions_of_too_many_values_are_called_so);
  ADD (tokens_that_no_tagger_read_are_named_by_their_type);
  ADD (fault_36_a_buffer_that_is_not_as_caps_or_header_say_is_refused);
  ADD (fault_46_strange_times_are_copied);
  failed = g_test_run ();
  test_model_free (model);
  return failed;
}
