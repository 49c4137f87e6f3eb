/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs a target without a fuzzer: TARGET [RUNS] FOLDER runs each file of the
 * folder and then RUNS mutations of them, always the same ones; TARGET FILE…
 * runs those files, as AFL++ and whoever repeats a crash want it. */
#include "fuzz.h"

#include "base/random.h"

#include <string.h>

#define MAX_BYTES 4096
#define MAX_CHANGES 6

#pragma weak fuzz_repair

typedef struct {
  guint8 bytes[MAX_BYTES];
  gsize n;
} Input;

static gsize
below (RnnRandom *random, gsize n)
{
  return (gsize) _rnn_random_below (random, n);
}

static void
flip_bit (Input *input, RnnRandom *random)
{
  input->bytes[below (random, input->n)] ^= (guint8) (1 << below (random, 8));
}

static void
set_byte (Input *input, RnnRandom *random)
{
  static const guint8 telling[] = { 0,   1,    '\n', '"',  '{',  '<',
                                    '&', 0x7f, 0x80, 0xc3, 0xf4, 0xff };

  input->bytes[below (random, input->n)] =
      below (random, 2) ? telling[below (random, sizeof telling)]
                        : (guint8) _rnn_random_u64 (random);
}

static void
set_word (Input *input, RnnRandom *random)
{
  static const guint32 telling[] = { 0,          1,          0x7fffffff,
                                     0x80000000, 0xffffffff, 0x7f800000,
                                     0x10000 };
  guint32 word = telling[below (random, G_N_ELEMENTS (telling))];
  gsize at = below (random, input->n);

  memcpy (input->bytes + at, &word, MIN (sizeof word, input->n - at));
}

static void
remove_span (Input *input, RnnRandom *random)
{
  gsize at = below (random, input->n);
  gsize n = 1 + below (random, MIN (input->n - at, 32));

  memmove (input->bytes + at, input->bytes + at + n, input->n - at - n);
  input->n -= n;
}

/* Put a part of @other in. */
static void
splice (Input *input, const Input *other, RnnRandom *random)
{
  gsize at = below (random, input->n + 1);
  gsize from = other->n ? below (random, other->n) : 0;
  gsize n = MIN (other->n - from, 1 + below (random, 64));

  n = MIN (n, MAX_BYTES - input->n);
  memmove (input->bytes + at + n, input->bytes + at, input->n - at);
  memcpy (input->bytes + at, other->bytes + from, n);
  input->n += n;
}

static void
change (Input *input, const Input *other, RnnRandom *random)
{
  gsize kind = input->n == 0 ? 4 : below (random, 5);

  switch (kind) {
  case 0:
    flip_bit (input, random);
    break;
  case 1:
    set_byte (input, random);
    break;
  case 2:
    set_word (input, random);
    break;
  case 3:
    remove_span (input, random);
    break;
  default:
    splice (input, other, random);
  }
}

static void
run_mutations (const Input *seeds, gsize n_seeds, gsize n_runs)
{
  Input *input = g_new (Input, 1);
  RnnRandom random;

  _rnn_random_seed (&random, 1);
  for (gsize i = 0; i < n_runs; i++) {
    gsize n_changes = 1 + below (&random, MAX_CHANGES);
    guint8 *exact;
    *input = seeds[below (&random, n_seeds)];
    for (gsize c = 0; c < n_changes; c++)
      change (input, &seeds[below (&random, n_seeds)], &random);
    if (fuzz_repair && below (&random, 4) > 0)
      fuzz_repair (input->bytes, input->n);
    /* Memory of exactly its size, so that a sanitizer sees the end of it. */
    exact = g_memdup2 (input->bytes, input->n);
    LLVMFuzzerTestOneInput (exact, input->n);
    g_free (exact);
  }
  g_free (input);
}

static void
run_file (const char *path, GArray *seeds)
{
  Input *input = g_new0 (Input, 1);
  char *bytes;
  gsize n;

  if (!g_file_get_contents (path, &bytes, &n, NULL))
    g_error ("%s: cannot read", path);
  LLVMFuzzerTestOneInput ((const guint8 *) bytes, n);
  input->n = MIN (n, MAX_BYTES);
  memcpy (input->bytes, bytes, input->n);
  g_array_append_vals (seeds, input, 1);
  g_free (bytes);
  g_free (input);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* In the order of their names: mutations are the same on each machine. */
static void
run_folder (const char *path, GArray *seeds)
{
  GDir *entries = g_dir_open (path, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while ((name = g_dir_read_name (entries)))
    g_ptr_array_add (names, g_build_filename (path, name, NULL));
  g_dir_close (entries);
  g_ptr_array_sort (names, compare_names);
  for (gsize i = 0; i < names->len; i++)
    run_file (names->pdata[i], seeds);
  g_ptr_array_unref (names);
}

int
main (int argc, char **argv)
{
  GArray *seeds = g_array_new (FALSE, FALSE, sizeof (Input));
  gsize n_runs = 0;

  for (int i = 1; i < argc; i++)
    if (g_file_test (argv[i], G_FILE_TEST_IS_DIR))
      run_folder (argv[i], seeds);
    else if (g_file_test (argv[i], G_FILE_TEST_EXISTS))
      run_file (argv[i], seeds);
    else
      n_runs = (gsize) g_ascii_strtoull (argv[i], NULL, 10);
  if (seeds->len == 0)
    g_error ("expected a file or a folder of files");
  run_mutations (&g_array_index (seeds, Input, 0), seeds->len, n_runs);
  g_print ("%u files, %" G_GSIZE_FORMAT " mutations\n", seeds->len, n_runs);
  g_array_free (seeds, TRUE);
  return 0;
}
