/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whose memory rnntagger writes yhat into: its own, or that of the tokens where
 * nobody else sees it. */
#include "model.h"
#include "stream.h"

#include <string.h>

#define N_X 5
#define N_Y 3
#define HEADER 128
#define ROOM 512 /* bytes, more than yhat takes */

static const gint32 some_tokens[] = { 2, 3, 1, 0 };
#define N_SOME G_N_ELEMENTS (some_tokens)
#define N_TOKEN_BYTES (HEADER + sizeof some_tokens)
#define N_YHAT_BYTES (HEADER + N_SOME * N_Y * sizeof (float))

static char *model; /* without an unknown word */
static float *wanted;

/* The bytes of a buffer of @tokens, with room for @n_bytes. (transfer full) */
static guint8 *
make_bytes (const gint32 *tokens, gsize n_bytes)
{
  guint8 *bytes = g_malloc0 (n_bytes);
  GstBuffer *buffer = test_tokens (tokens, N_SOME);

  gst_buffer_extract (buffer, 0, bytes, N_TOKEN_BYTES);
  gst_buffer_unref (buffer);
  return bytes;
}

/* Tokens in the middle of @room, which lives for longer. */
static GstBuffer *
wrap (guint8 *room, gsize n_bytes, GstMemoryFlags flags, gsize offset)
{
  GstBuffer *buffer = gst_buffer_new ();

  gst_buffer_append_memory (
      buffer, gst_memory_new_wrapped (flags, room, n_bytes, offset,
                                      N_TOKEN_BYTES, NULL, NULL));
  return buffer;
}

/* Yhat of some tokens has come, and nothing else. (transfer full) */
static GstBuffer *
expect_yhat (TestStream *stream)
{
  GstBuffer *buffer = gst_harness_try_pull (stream->harness);
  GstMapInfo map;

  g_assert_nonnull (buffer);
  g_assert_cmpuint (gst_buffer_get_size (buffer), ==, N_YHAT_BYTES);
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  g_assert_cmpuint (GPOINTER_TO_SIZE (map.data) % sizeof (float), ==, 0);
  g_assert_cmpmem (map.data + HEADER, map.size - HEADER, wanted,
                   N_SOME * N_Y * sizeof *wanted);
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

/* Push @buffer (transfer full) of some tokens in @room, which must stay as it
 * is, while yhat comes. */
static void
expect_untouched (GstBuffer *buffer, const guint8 *room, gsize n_bytes)
{
  TestStream stream = test_stream_open_tagger (model, "");
  gpointer before = g_memdup2 (room, n_bytes);

  g_assert_cmpint (test_stream_push (&stream, buffer), ==, GST_FLOW_OK);
  gst_buffer_unref (expect_yhat (&stream));
  g_assert_cmpmem (room, n_bytes, before, n_bytes);
  g_free (before);
  test_stream_close (&stream);
}

static void
memory_of_its_own_becomes_that_of_yhat (void)
{
  TestStream stream = test_stream_open_tagger (model, "");
  guint8 *room = make_bytes (some_tokens, ROOM);
  GstBuffer *tokens = test_timed (wrap (room, ROOM, 0, 0), 5, 7), *yhat;

  test_stream_push (&stream, tokens);
  yhat = expect_yhat (&stream);
  g_assert_true (yhat == tokens);
  g_assert_cmpmem (room + HEADER, N_YHAT_BYTES - HEADER, wanted,
                   N_YHAT_BYTES - HEADER);
  g_assert_cmpuint (GST_BUFFER_PTS (yhat), ==, 5);
  g_assert_cmpuint (GST_BUFFER_DURATION (yhat), ==, 7);
  gst_buffer_unref (yhat);
  test_stream_close (&stream);
  g_free (room);
}

/* Give @buffer the words of some tokens, as a tokenizer does. */
static void
add_words (GstBuffer *buffer)
{
  TestStream stream = test_stream_open_tagger (model, "");
  GstBuffer *yhat;

  test_stream_push (&stream, test_tokens (some_tokens, N_SOME));
  yhat = expect_yhat (&stream);
  gst_buffer_copy_into (buffer, yhat, GST_BUFFER_COPY_META, 0, (gsize) -1);
  gst_buffer_unref (yhat);
  test_stream_close (&stream);
}

/* As behind a tee. */
static void
a_buffer_that_somebody_keeps_is_not_written (void)
{
  guint8 *room = make_bytes (some_tokens, ROOM);
  GstBuffer *kept = wrap (room, ROOM, 0, 0);

  add_words (kept);
  expect_untouched (gst_buffer_ref (kept), room, ROOM);
  g_assert_cmpuint (gst_buffer_get_size (kept), ==, N_TOKEN_BYTES);
  gst_buffer_unref (kept);
  g_free (room);
}

/* As behind a tee and an element that makes its buffer writable. */
static void
memory_that_another_buffer_has_is_not_written (void)
{
  guint8 *room = make_bytes (some_tokens, ROOM);
  GstBuffer *kept = wrap (room, ROOM, 0, 0);

  expect_untouched (gst_buffer_copy (kept), room, ROOM);
  g_assert_cmpuint (gst_buffer_get_size (kept), ==, N_TOKEN_BYTES);
  gst_buffer_unref (kept);
  g_free (room);
}

static void
memory_that_somebody_keeps_is_not_written (void)
{
  guint8 *room = make_bytes (some_tokens, ROOM);
  GstBuffer *tokens = wrap (room, ROOM, 0, 0);
  GstMemory *kept = gst_buffer_get_memory (tokens, 0);

  expect_untouched (tokens, room, ROOM);
  g_assert_cmpuint (kept->size, ==, N_TOKEN_BYTES);
  gst_memory_unref (kept);
  g_free (room);
}

static void
read_only_memory_is_not_written (void)
{
  guint8 *room = make_bytes (some_tokens, ROOM);

  expect_untouched (wrap (room, ROOM, GST_MEMORY_FLAG_READONLY, 0), room, ROOM);
  g_free (room);
}

static void
memory_without_room_is_not_written (void)
{
  guint8 *room = make_bytes (some_tokens, ROOM);

  expect_untouched (wrap (room, N_YHAT_BYTES - 1, 0, 0), room, ROOM);
  g_free (room);
}

/* Floats come where programs may read them as such. */
static void
memory_at_an_odd_address_is_not_written (void)
{
  guint8 *room = make_bytes (some_tokens, ROOM);

  memmove (room + 1, room, N_TOKEN_BYTES);
  expect_untouched (wrap (room, ROOM, 0, 1), room, ROOM);
  g_free (room);
}

/* Many megabytes must not live on for a few numbers. */
static void
memory_far_too_large_is_not_written (void)
{
  const gsize n_bytes = 5 * N_YHAT_BYTES;
  guint8 *room = make_bytes (some_tokens, n_bytes);

  expect_untouched (wrap (room, n_bytes, 0, 0), room, n_bytes);
  g_free (room);
}

static void
memory_that_a_meta_may_be_about_is_not_written (void)
{
  guint8 *room = make_bytes (some_tokens, ROOM);
  GstBuffer *tokens = wrap (room, ROOM, 0, 0);
  GstCaps *caps = gst_caps_new_empty_simple ("test/reference");

  gst_buffer_add_reference_timestamp_meta (tokens, caps, 1,
                                           GST_CLOCK_TIME_NONE);
  expect_untouched (tokens, room, ROOM);
  gst_caps_unref (caps);
  g_free (room);
}

/* A pool of one buffer, with room behind its bytes. */
static GstBufferPool *
new_pool (void)
{
  GstBufferPool *pool = gst_buffer_pool_new ();
  GstStructure *config = gst_buffer_pool_get_config (pool);
  GstAllocationParams params;

  gst_allocation_params_init (&params);
  params.padding = ROOM - N_TOKEN_BYTES;
  gst_buffer_pool_config_set_params (config, NULL, N_TOKEN_BYTES, 1, 1);
  gst_buffer_pool_config_set_allocator (config, NULL, &params);
  g_assert_true (gst_buffer_pool_set_config (pool, config));
  g_assert_true (gst_buffer_pool_set_active (pool, TRUE));
  return pool;
}

static void
memory_of_a_pool_goes_back_as_it_was (void)
{
  TestStream stream = test_stream_open_tagger (model, "");
  GstBufferPool *pool = new_pool ();
  guint8 *bytes = make_bytes (some_tokens, N_TOKEN_BYTES);
  GstBuffer *tokens;

  gst_buffer_pool_acquire_buffer (pool, &tokens, NULL);
  gst_buffer_fill (tokens, 0, bytes, N_TOKEN_BYTES);
  test_stream_push (&stream, tokens);
  gst_buffer_unref (expect_yhat (&stream));
  gst_buffer_pool_acquire_buffer (pool, &tokens, NULL);
  g_assert_cmpint (gst_buffer_memcmp (tokens, 0, bytes, N_TOKEN_BYTES), ==, 0);
  gst_buffer_unref (tokens);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
  test_stream_close (&stream);
  g_free (bytes);
}

typedef GstAllocator TestAllocator;
typedef GstAllocatorClass TestAllocatorClass;
static GType test_allocator_get_type (void);
G_DEFINE_TYPE (TestAllocator, test_allocator, GST_TYPE_ALLOCATOR)

typedef struct {
  GstMemory memory;
  guint8 *room;
} TestMemory;

static gpointer
test_memory_map (GstMemory *memory, gsize n_bytes, GstMapFlags flags)
{
  return ((TestMemory *) memory)->room;
}

static void
test_memory_unmap (GstMemory *memory)
{
}

static void
test_memory_free (GstAllocator *allocator, GstMemory *memory)
{
  g_free (memory);
}

static void
test_allocator_class_init (TestAllocatorClass *klass)
{
  klass->free = test_memory_free;
}

static void
test_allocator_init (TestAllocator *self)
{
  self->mem_type = "test";
  self->mem_map = test_memory_map;
  self->mem_unmap = test_memory_unmap;
}

/* It may be a camera's, or another process's. */
static void
memory_that_is_not_of_the_heap_is_not_written (void)
{
  guint8 *room = make_bytes (some_tokens, ROOM);
  GstAllocator *allocator = g_object_new (test_allocator_get_type (), NULL);
  TestMemory *memory = g_new0 (TestMemory, 1);
  GstBuffer *tokens = gst_buffer_new ();

  gst_memory_init (&memory->memory, 0, allocator, NULL, ROOM, 0, 0,
                   N_TOKEN_BYTES);
  memory->room = room;
  gst_buffer_append_memory (tokens, &memory->memory);
  expect_untouched (tokens, room, ROOM);
  gst_object_unref (allocator);
  g_free (room);
}

static void
a_step_that_fails_has_written_nothing (void)
{
  static const gint32 strange[] = { 2, 77, 1, 0 };
  TestStream stream = test_stream_open_tagger (model, "");
  guint8 *room = make_bytes (strange, ROOM), *before = g_memdup2 (room, ROOM);

  g_assert_cmpint (test_stream_push (&stream, wrap (room, ROOM, 0, 0)), ==,
                   GST_FLOW_ERROR);
  g_assert_cmpmem (room, ROOM, before, ROOM);
  test_stream_close (&stream);
  g_free (room);
  g_free (before);
}

/* The row of the last token is behind those of the others. */
static void
output_last_comes_in_the_memory_of_all_tokens (void)
{
  TestStream stream = test_stream_open_tagger (model, "output=last");
  guint8 *room = make_bytes (some_tokens, ROOM);
  GstBuffer *tokens = wrap (room, ROOM, 0, 0), *yhat;
  float row[N_Y];

  test_stream_push (&stream, tokens);
  yhat = gst_harness_pull (stream.harness);
  g_assert_true (yhat == tokens);
  g_assert_cmpuint (gst_buffer_get_size (yhat), ==, HEADER + sizeof row);
  gst_buffer_extract (yhat, HEADER, row, sizeof row);
  g_assert_cmpmem (row, sizeof row, wanted + (N_SOME - 1) * N_Y, sizeof row);
  gst_buffer_unref (yhat);
  test_stream_close (&stream);
  g_free (room);
}

int
main (int argc, char **argv)
{
  static const char *const metadata[] = { "rnn.labels", "O\nB-PER\nI-PER",
                                          NULL };
  const TestModel net = { N_X, 8, N_Y, NULL, metadata, 0 };
  int failed;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  model = test_model_new (&net);
  wanted = test_model_run (model, some_tokens, N_SOME);
#define ADD(test) g_test_add_func ("/tagger-memory/" #test, test)
  ADD (memory_of_its_own_becomes_that_of_yhat);
  ADD (a_buffer_that_somebody_keeps_is_not_written);
  ADD (memory_that_another_buffer_has_is_not_written);
  ADD (memory_that_somebody_keeps_is_not_written);
  ADD (read_only_memory_is_not_written);
  ADD (memory_without_room_is_not_written);
  ADD (memory_at_an_odd_address_is_not_written);
  ADD (memory_far_too_large_is_not_written);
  ADD (memory_that_a_meta_may_be_about_is_not_written);
  ADD (memory_of_a_pool_goes_back_as_it_was);
  ADD (memory_that_is_not_of_the_heap_is_not_written);
  ADD (a_step_that_fails_has_written_nothing);
  ADD (output_last_comes_in_the_memory_of_all_tokens);
  failed = g_test_run ();
  test_model_free (model);
  g_free (wanted);
  return failed;
}
