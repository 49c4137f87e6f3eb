/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernels and their tests want of GLib, so that they can be built for
 * a machine for which there is only a compiler and a C library. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int gboolean;
typedef char gchar;
typedef size_t gsize;
typedef ptrdiff_t gssize;
typedef int8_t gint8;
typedef uint8_t guint8;
typedef int32_t gint32;
typedef uint32_t guint32;
typedef uint64_t guint64;
typedef void *gpointer;
typedef const void *gconstpointer;

#define FALSE 0
#define TRUE 1
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define G_MAXSSIZE PTRDIFF_MAX
#define G_GUINT64_CONSTANT UINT64_C
#define G_PI 3.14159265358979323846
#define G_N_ELEMENTS(array) (sizeof (array) / sizeof *(array))

#define g_malloc malloc
#define g_malloc0(n) calloc (1, n)
#define g_try_malloc malloc
#define g_free free
#define g_new(type, n) ((type *) malloc (sizeof (type) * (n)))
#define g_return_val_if_fail(condition, value)                                 \
  do {                                                                         \
    if (!(condition))                                                          \
      return value;                                                            \
  } while (0)

#define g_assert_true(condition)                                               \
  do {                                                                         \
    if (!(condition)) {                                                        \
      printf ("Bail out! %s:%d: expected %s\n", __FILE__, __LINE__,            \
              #condition);                                                     \
      exit (1);                                                                \
    }                                                                          \
  } while (0)
#define g_assert_false(condition) g_assert_true (!(condition))
#define g_assert_cmphex(a, relation, b) g_assert_true ((a) relation (b))
#define g_assert_cmpfloat(a, relation, b) g_assert_true ((a) relation (b))
#define g_assert_cmpmem(a, n_a, b, n_b)                                        \
  g_assert_true ((n_a) == (n_b) && memcmp (a, b, n_a) == 0)

typedef void (*GTestFunc) (void);
typedef void (*GTestDataFunc) (gconstpointer data);

char *g_strdup_printf (const char *format, ...);
void g_test_message (const char *format, ...);
void g_test_init (int *argc, char ***argv, void *end);
/* Tests run as they are added. */
void g_test_add_func (const char *path, GTestFunc test);
void g_test_add_data_func (const char *path, gconstpointer data,
                           GTestDataFunc test);
int g_test_run (void);
