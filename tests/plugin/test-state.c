/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A tagger that starts again goes on where it was, or where it was last saved.
 *
 * Run with `child MODEL STATE FIRST N INTERVAL` it is a tagger that is going to
 * be killed: it takes a word a millisecond, from word FIRST of an endless text
 * on, and writes the time to stdout after each. It saves every INTERVAL
 * seconds, and kills itself behind word N, if N is not 0. */
#include "tagger.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utime.h>

/* At times by chance, and between two buffers that the test chooses.
 * RNN_TEST_KILLS in the environment asks for more of both. */
#define N_KILLS 4
#define N_CHOSEN 20
#define INTERVAL "0.2"
#define INTERVAL_US (200 * 1000)
/* What the scheduler of a busy machine may add. */
#define SLACK_US (500 * 1000)
#define MAX_WORDS 20000

/* No stretch of this text is like another one, so no state is. */
static gint32
word_at (gsize i)
{
  guint32 mixed = ((guint32) i + 1) * 0x9e3779b1u;

  mixed = (mixed ^ mixed >> 15) * 0x85ebca6bu;
  return (gint32) ((mixed ^ mixed >> 13) % 5);
}

/* A tagger with a network, and a file for its state that is not there yet. */
typedef struct {
  char *folder, *model_file, *state_file;
  RnnModel *model;
  GstBus *bus;
  GstHarness *harness;
  GstElement *tagger;
} Keeper;

/* One that remembers enough for no two of its states to be the same. */
static char *
write_model (gsize k)
{
  TestNetwork net = { .cell = RNN_CELL_LSTM,
                      .output = RNN_OUTPUT_SOFTMAX,
                      .n_inputs = TEST_N_WORDS,
                      .n_hidden = 16,
                      .n_layers = 1,
                      .n_directions = 1,
                      .n_outputs = 2,
                      .lookahead = k,
                      .gain = 1 };
  RnnRandom weights;

  _rnn_random_seed (&weights, test_below (1000000));
  return test_network_write (&net, &weights);
}

static Keeper
keeper_new (gsize k)
{
  Keeper keeper = { .bus = gst_bus_new () };

  /* Where a write takes no time: how long a disk needs is not ours to test. */
  keeper.folder = g_mkdtemp (g_strdup ("/dev/shm/state-XXXXXX"));
  if (!keeper.folder)
    keeper.folder = g_dir_make_tmp ("state-XXXXXX", NULL);
  keeper.state_file = g_build_filename (keeper.folder, "state", NULL);
  keeper.model_file = write_model (k);
  keeper.model = rnn_model_load (keeper.model_file, NULL);
  return keeper;
}

static void
keeper_start (Keeper *keeper, const char *properties)
{
  char *launch =
      g_strdup_printf ("rnntagger name=tagger model-file=%s state-file=%s %s",
                       keeper->model_file, keeper->state_file, properties);
  GError *error = NULL;
  GstElement *bin = gst_parse_bin_from_description (launch, TRUE, &error);

  g_assert_no_error (error);
  gst_element_set_bus (bin, keeper->bus);
  keeper->harness = gst_harness_new_with_element (bin, "sink", "src");
  keeper->tagger = gst_bin_get_by_name (GST_BIN (bin), "tagger");
  gst_harness_set_src_caps_str (keeper->harness, TEST_FLEXIBLE_CAPS);
  gst_object_unref (bin);
  g_free (launch);
}

static void
keeper_stop (Keeper *keeper)
{
  g_clear_pointer (&keeper->tagger, gst_object_unref);
  gst_element_set_state (keeper->harness->element, GST_STATE_NULL);
  gst_element_set_bus (keeper->harness->element, NULL);
  gst_harness_teardown (keeper->harness);
}

static void
keeper_free (Keeper *keeper)
{
  char *command = g_strdup_printf ("rm -r %s", keeper->folder);

  g_assert_cmpint (system (command), ==, 0);
  unlink (keeper->model_file);
  rnn_model_unref (keeper->model);
  gst_object_unref (keeper->bus);
  g_free (command);
  g_free (keeper->folder);
  g_free (keeper->state_file);
  g_free (keeper->model_file);
}

static void
push_words (Keeper *keeper, gsize from, gsize to)
{
  for (gsize i = from; i < to; i++) {
    gint32 word = word_at (i);
    g_assert_cmpint (
        gst_harness_push (keeper->harness, test_tokens_new (&word, 1)), ==,
        GST_FLOW_OK);
  }
}

/* That the buffers that are out are yhat of words [from, to) of a stream that
 * began with word 0. */
static void
assert_goes_on (Keeper *keeper, gsize from, gsize to)
{
  RnnState *state = rnn_state_new (keeper->model);
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (float));
  float yhat[2];

  for (gsize i = 0; i < to; i++) {
    gint32 word = word_at (i);
    g_assert_true (rnn_state_run (state, &word, 1, yhat, NULL));
    if (i < from)
      continue;
    g_array_set_size (rows, 0);
    GstBuffer *buffer = gst_harness_pull (keeper->harness);
    test_yhat_append (buffer, rows);
    gst_buffer_unref (buffer);
    g_assert_cmpmem (rows->data, rows->len * sizeof (float), yhat, sizeof yhat);
  }
  g_array_unref (rows);
  rnn_state_free (state);
}

static gsize
count_warnings (Keeper *keeper)
{
  GstMessage *message;
  gsize n = 0;

  for (; (message = gst_bus_pop_filtered (keeper->bus, GST_MESSAGE_WARNING));
       n++)
    gst_message_unref (message);
  return n;
}

static void
a_tagger_that_starts_again_goes_on (void)
{
  Keeper keeper = keeper_new (0);

  keeper_start (&keeper, "state-interval=0");
  push_words (&keeper, 0, 10);
  g_assert_false (g_file_test (keeper.state_file, G_FILE_TEST_EXISTS));
  keeper_stop (&keeper);
  keeper_start (&keeper, "state-interval=0");
  push_words (&keeper, 10, 20);
  assert_goes_on (&keeper, 10, 20);
  gst_element_set_state (keeper.harness->element, GST_STATE_READY);
  gst_element_set_state (keeper.harness->element, GST_STATE_PLAYING);
  keeper_stop (&keeper);
  keeper_start (&keeper, "state-interval=0");
  push_words (&keeper, 20, 30);
  assert_goes_on (&keeper, 20, 30);
  keeper_stop (&keeper);
  g_assert_cmpuint (count_warnings (&keeper), ==, 0);
  keeper_free (&keeper);
}

static void
the_file_is_written_while_we_play (void)
{
  Keeper keeper = keeper_new (0);

  keeper_start (&keeper, "state-interval=0.02");
  push_words (&keeper, 0, 3);
  for (gsize i = 0; !g_file_test (keeper.state_file, G_FILE_TEST_EXISTS); i++) {
    g_assert_cmpuint (i, <, 60000);
    g_usleep (1000);
  }
  keeper_stop (&keeper);
  keeper_free (&keeper);
}

static void
an_old_file_is_left_aside (void)
{
  Keeper keeper = keeper_new (0);
  struct utimbuf long_ago;

  keeper_start (&keeper, "");
  push_words (&keeper, 0, 10);
  keeper_stop (&keeper);
  long_ago.actime = long_ago.modtime = time (NULL) - 1000;
  g_assert_cmpint (utime (keeper.state_file, &long_ago), ==, 0);
  keeper_start (&keeper, "state-max-age=900 state-interval=0");
  push_words (&keeper, 0, 1);
  assert_goes_on (&keeper, 0, 1);
  gst_harness_push_event (keeper.harness, gst_event_new_stream_start ("again"));
  keeper_stop (&keeper);
  g_assert_cmpint (utime (keeper.state_file, &long_ago), ==, 0);
  keeper_start (&keeper, "state-max-age=0");
  keeper_stop (&keeper);
  g_assert_cmpuint (count_warnings (&keeper), ==, 0);
  keeper_free (&keeper);
}

static void
damaged_and_foreign_files_are_refused_with_a_warning (void)
{
  Keeper keeper = keeper_new (0), other = keeper_new (0);
  char *bytes;
  gsize n;

  keeper_start (&keeper, "");
  push_words (&keeper, 0, 10);
  keeper_stop (&keeper);
  g_file_get_contents (keeper.state_file, &bytes, &n, NULL);
  for (gsize cut = 0; cut <= n; cut += n / 3) {
    const char *file = cut == n ? other.state_file : keeper.state_file;
    Keeper *reader = cut == n ? &other : &keeper;
    g_assert_true (g_file_set_contents (file, bytes, (gssize) cut, NULL));
    keeper_start (reader, "state-interval=0");
    push_words (reader, 0, 5);
    assert_goes_on (reader, 0, 5);
    g_assert_cmpuint (count_warnings (reader), ==, 1);
    keeper_stop (reader);
  }
  g_free (bytes);
  keeper_free (&keeper);
  keeper_free (&other);
}

/* A mistyped name must cost nobody a text, or a model. */
static void
a_file_that_is_no_state_stays_as_it_is (void)
{
  Keeper keeper = keeper_new (0);
  struct utimbuf long_ago = { time (NULL) - 1000, time (NULL) - 1000 };
  char *files[] = { NULL, g_strdup ("Dear diary,\n"), g_strdup ("?") };
  gsize sizes[] = { 0, strlen (files[1]), 1 };

  g_assert_true (
      g_file_get_contents (keeper.model_file, &files[0], &sizes[0], NULL));
  for (gsize i = 0; i < 2 * G_N_ELEMENTS (files); i++) {
    gsize at = i / 2, n;
    char *bytes;
    g_assert_true (g_file_set_contents (keeper.state_file, files[at],
                                        (gssize) sizes[at], NULL));
    if (i % 2)
      g_assert_cmpint (utime (keeper.state_file, &long_ago), ==, 0);
    keeper_start (&keeper, "state-interval=0.002");
    push_words (&keeper, 0, 5);
    assert_goes_on (&keeper, 0, 5);
    g_usleep (10000);
    keeper_stop (&keeper);
    g_assert_cmpuint (count_warnings (&keeper), ==, 1);
    g_assert_true (g_file_get_contents (keeper.state_file, &bytes, &n, NULL));
    g_assert_cmpmem (bytes, n, files[at], sizes[at]);
    g_free (bytes);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    g_free (files[i]);
  keeper_free (&keeper);
}

/* Else a box with a new model would remember nothing from then on. */
static void
a_state_of_another_model_and_an_empty_file_are_replaced (void)
{
  Keeper keeper = keeper_new (0), other = keeper_new (0);
  char *bytes;
  gsize n;

  keeper_start (&keeper, "");
  push_words (&keeper, 0, 10);
  keeper_stop (&keeper);
  g_assert_true (g_file_get_contents (keeper.state_file, &bytes, &n, NULL));
  for (gsize size = 0; size <= n; size += n) {
    g_assert_true (
        g_file_set_contents (other.state_file, bytes, (gssize) size, NULL));
    keeper_start (&other, "");
    push_words (&other, 0, 5);
    keeper_stop (&other);
    g_assert_cmpuint (count_warnings (&other), ==, 1);
    keeper_start (&other, "");
    push_words (&other, 5, 9);
    assert_goes_on (&other, 5, 9);
    keeper_stop (&other);
    g_assert_cmpuint (count_warnings (&other), ==, 0);
  }
  g_free (bytes);
  keeper_free (&keeper);
  keeper_free (&other);
}

static void
a_folder_that_is_not_there_is_one_warning (void)
{
  Keeper keeper = keeper_new (0);

  g_free (keeper.state_file);
  keeper.state_file = g_build_filename (keeper.folder, "no", "state", NULL);
  keeper_start (&keeper, "state-interval=0.01");
  push_words (&keeper, 0, 3);
  for (gsize i = 0; i < 50; i++)
    g_usleep (2000);
  push_words (&keeper, 3, 5);
  keeper_stop (&keeper);
  g_assert_cmpuint (count_warnings (&keeper), ==, 1);
  keeper_free (&keeper);
}

static void
a_program_saves_and_loads (void)
{
  Keeper keeper = keeper_new (0), foreign = keeper_new (0);
  GBytes *bytes, *other;
  gboolean ok;

  keeper_start (&keeper, "");
  keeper_start (&foreign, "");
  push_words (&keeper, 0, 10);
  g_signal_emit_by_name (keeper.tagger, "save-state", &bytes);
  g_assert_nonnull (bytes);
  push_words (&keeper, 0, 7);
  while (gst_harness_buffers_in_queue (keeper.harness) > 0)
    gst_buffer_unref (gst_harness_pull (keeper.harness));
  g_signal_emit_by_name (keeper.tagger, "load-state", bytes, &ok);
  g_assert_true (ok);
  g_signal_emit_by_name (keeper.tagger, "save-state", &other);
  g_assert_true (g_bytes_equal (bytes, other));
  g_signal_emit_by_name (foreign.tagger, "load-state", bytes, &ok);
  g_assert_false (ok);
  g_assert_cmpuint (count_warnings (&foreign), ==, 1);
  push_words (&keeper, 10, 20);
  assert_goes_on (&keeper, 10, 20);
  gst_element_set_state (keeper.harness->element, GST_STATE_NULL);
  g_bytes_unref (other);
  g_signal_emit_by_name (keeper.tagger, "save-state", &other);
  g_assert_null (other);
  g_signal_emit_by_name (keeper.tagger, "load-state", bytes, &ok);
  g_assert_false (ok);
  keeper_stop (&keeper);
  keeper_stop (&foreign);
  g_bytes_unref (bytes);
  keeper_free (&keeper);
  keeper_free (&foreign);
}

static void
what_is_held_leaves_before_another_state_comes (void)
{
  Keeper keeper = keeper_new (3);
  GBytes *bytes;
  gboolean ok;

  keeper_start (&keeper, "");
  push_words (&keeper, 0, 2);
  g_signal_emit_by_name (keeper.tagger, "save-state", &bytes);
  g_signal_emit_by_name (keeper.tagger, "load-state", bytes, &ok);
  g_assert_true (ok);
  g_assert_cmpuint (gst_harness_buffers_in_queue (keeper.harness), ==, 0);
  push_words (&keeper, 2, 3);
  g_assert_cmpuint (gst_harness_buffers_in_queue (keeper.harness), ==, 2);
  gst_harness_push_event (keeper.harness, gst_event_new_eos ());
  g_assert_cmpuint (gst_harness_buffers_in_queue (keeper.harness), ==, 3);
  keeper_stop (&keeper);
  g_bytes_unref (bytes);
  keeper_free (&keeper);
}

static int
be_killed (char **argv)
{
  Keeper keeper = { .model_file = argv[2],
                    .state_file = argv[3],
                    .bus = gst_bus_new () };
  gsize first = (gsize) g_ascii_strtoull (argv[4], NULL, 10);
  gsize n = (gsize) g_ascii_strtoull (argv[5], NULL, 10);
  char *properties = g_strdup_printf ("state-interval=%s", argv[6]);

  keeper_start (&keeper, properties);
  g_free (properties);
  for (gsize i = first; i < first + MAX_WORDS; i++) {
    gint64 now;
    push_words (&keeper, i, i + 1);
    gst_buffer_unref (gst_harness_pull (keeper.harness));
    now = g_get_monotonic_time ();
    if (write (STDOUT_FILENO, &now, sizeof now) != sizeof now)
      return 1;
    if (i + 1 == first + n)
      kill (getpid (), SIGKILL);
    g_usleep (1000);
  }
  return 0;
}

/* Run a child from word @first on that saves every @interval, and kill it after
 * @life us; or, with @n, wait until it does so itself behind that word. Returns
 * when it was done with each word: gint64. */
static GArray *
run_and_kill (const Keeper *keeper, gsize first, gsize n, const char *interval,
              gulong life)
{
  char *from = g_strdup_printf ("%zu", first), *to = g_strdup_printf ("%zu", n);
  char self[4096], child[] = "child", *every = g_strdup (interval);
  char *argv[] = {
    self, child, keeper->model_file, keeper->state_file, from, to, every, NULL
  };
  GArray *times = g_array_new (FALSE, FALSE, sizeof (gint64));
  gssize length = readlink ("/proc/self/exe", self, sizeof self - 1);
  gint64 now;
  GPid pid;
  int out, status;

  g_assert_cmpint (length, >, 0);
  self[length] = '\0';
  g_assert_true (g_spawn_async_with_pipes (NULL, argv, NULL,
                                           G_SPAWN_DO_NOT_REAP_CHILD, NULL,
                                           NULL, &pid, NULL, &out, NULL, NULL));
  g_assert_cmpint (read (out, &now, sizeof now), ==, sizeof now);
  g_array_append_val (times, now);
  if (n == 0) {
    g_usleep (life);
    kill (pid, SIGKILL);
  }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status));
  while (read (out, &now, sizeof now) == sizeof now)
    g_array_append_val (times, now);
  close (out);
  g_free (from);
  g_free (to);
  g_free (every);
  return times;
}

static gboolean
is_saved (const RnnState *state, const char *bytes, gsize n)
{
  GBytes *now = rnn_state_save (state);
  gboolean is_it = g_bytes_get_size (now) == n
                   && memcmp (g_bytes_get_data (now, NULL), bytes, n) == 0;

  g_bytes_unref (now);
  return is_it;
}

/* After how many words the state was what the file holds: from @from to @to. */
static gsize
find_words (const Keeper *keeper, gsize from, gsize to)
{
  RnnState *state = rnn_state_new (keeper->model);
  gsize i = 0, n;
  char *bytes;

  g_assert_true (g_file_get_contents (keeper->state_file, &bytes, &n, NULL));
  while (i < from || !is_saved (state, bytes, n)) {
    gint32 word = word_at (i++);
    float yhat[2];
    g_assert_cmpuint (i, <=, to);
    g_assert_true (rnn_state_run (state, &word, 1, yhat, NULL));
  }
  g_free (bytes);
  rnn_state_free (state);
  return i;
}

static gsize
count_kills (gsize normally)
{
  const char *more = g_getenv ("RNN_TEST_KILLS");

  return more ? strtoul (more, NULL, 10) : normally;
}

static void
killed_it_loses_no_more_than_what_came_since_the_last_save (void)
{
  gsize n_kills = count_kills (N_KILLS);
  Keeper keeper = keeper_new (0);
  gsize first = 0;

  for (gsize i = 0; i < n_kills; i++) {
    gulong life = INTERVAL_US + SLACK_US + test_below (200000);
    GArray *times = run_and_kill (&keeper, first, 0, INTERVAL, life);
    gint64 last = g_array_index (times, gint64, times->len - 1);
    gsize n_safe = 0, saved;
    while (n_safe < times->len
           && g_array_index (times, gint64, n_safe)
                  <= last - INTERVAL_US - SLACK_US)
      n_safe++;
    /* The last word may be done, and the kill come before it says so. */
    saved = find_words (&keeper, first, first + times->len + 1);
    g_assert_cmpuint (saved, >=, first + n_safe);
    g_test_message ("%u words, killed, %zu of them lost", times->len,
                    first + times->len - saved);
    first = saved;
    g_array_unref (times);
  }
  keeper_free (&keeper);
}

/* As often as it can, the child saves while it is killed. */
static void
killed_behind_any_buffer_it_leaves_a_whole_file (void)
{
  Keeper keeper = keeper_new (0);
  gsize n_kills = count_kills (N_CHOSEN), first = 0, n_goes_on = 0;

  for (gsize n = 1; n <= n_kills; n++) {
    GArray *times = run_and_kill (&keeper, first, n, "0.0005", 0);
    gsize saved = first;
    g_assert_cmpuint (times->len, ==, n);
    if (g_file_test (keeper.state_file, G_FILE_TEST_EXISTS))
      saved = find_words (&keeper, first, first + n);
    n_goes_on += saved > first;
    first = saved;
    g_array_unref (times);
  }
  g_assert_cmpuint (n_goes_on, >, n_kills / 4);
  g_test_message ("killed %zu times, %zu of them with a newer file, %zu words",
                  n_kills, n_goes_on, first);
  keeper_free (&keeper);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  if (argc == 7 && strcmp (argv[1], "child") == 0)
    return be_killed (argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/state/again", a_tagger_that_starts_again_goes_on);
  g_test_add_func ("/state/interval", the_file_is_written_while_we_play);
  g_test_add_func ("/state/old", an_old_file_is_left_aside);
  g_test_add_func ("/state/damaged",
                   damaged_and_foreign_files_are_refused_with_a_warning);
  g_test_add_func ("/state/no-state", a_file_that_is_no_state_stays_as_it_is);
  g_test_add_func ("/state/replaced",
                   a_state_of_another_model_and_an_empty_file_are_replaced);
  g_test_add_func ("/state/no-folder",
                   a_folder_that_is_not_there_is_one_warning);
  g_test_add_func ("/state/signals", a_program_saves_and_loads);
  g_test_add_func ("/state/held",
                   what_is_held_leaves_before_another_state_comes);
  g_test_add_func ("/state/killed",
                   killed_it_loses_no_more_than_what_came_since_the_last_save);
  g_test_add_func ("/state/killed-anywhere",
                   killed_behind_any_buffer_it_leaves_a_whole_file);
  return g_test_run ();
}
