/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The functions of the small glib.h, and the tables of kernels without
 * select.c: the reference needs no comparison with itself. */
#include "kernels/bytes.h"
#include "kernels/kernels.h"

#include <stdarg.h>

extern const RnnKernels _rnn_kernels_neon;
extern const RnnByteKernels _rnn_byte_kernels_neon;

static const RnnKernels *const tables[] = { &_rnn_kernels_neon, NULL };
static const RnnByteKernels *const byte_tables[] = { &_rnn_byte_kernels_neon,
                                                     NULL };

static gsize n_tests;

const RnnKernels *const *
_rnn_kernels_list (void)
{
  return tables;
}

const RnnByteKernels *const *
_rnn_byte_kernels_list (void)
{
  return byte_tables;
}

const RnnByteKernels *
_rnn_byte_kernels_get (void)
{
  return byte_tables[0];
}

char *
g_strdup_printf (const char *format, ...)
{
  char text[256];
  va_list rest;

  va_start (rest, format);
  vsnprintf (text, sizeof text, format, rest);
  va_end (rest);
  return strdup (text);
}

void
g_test_message (const char *format, ...)
{
  va_list rest;

  printf ("# ");
  va_start (rest, format);
  vprintf (format, rest);
  va_end (rest);
  printf ("\n");
}

void
g_test_init (int *argc, char ***argv, void *end)
{
}

static void
passed (const char *path)
{
  printf ("ok %zu %s\n", ++n_tests, path);
}

void
g_test_add_func (const char *path, GTestFunc test)
{
  test ();
  passed (path);
}

void
g_test_add_data_func (const char *path, gconstpointer data, GTestDataFunc test)
{
  test (data);
  passed (path);
}

int
g_test_run (void)
{
  printf ("1..%zu\n", n_tests);
  return n_tests > 0 ? 0 : 1;
}
