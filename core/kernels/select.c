/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which tables of kernels run here. */
#include "kernels/bytes.h"
#include "kernels/kernels.h"

#include <string.h>

#ifdef RNN_HAVE_AVX2
extern const RnnKernels _rnn_kernels_avx2;
#endif
#ifdef RNN_HAVE_AVX512
extern const RnnKernels _rnn_kernels_avx512;
#endif
#ifdef RNN_HAVE_NEON
extern const RnnKernels _rnn_kernels_neon;
#endif

#ifdef RNN_HAVE_BYTES_AVX2
extern const RnnByteKernels _rnn_byte_kernels_avx2;
#endif
#ifdef RNN_HAVE_BYTES_AVXVNNI
#include <cpuid.h>
extern const RnnByteKernels _rnn_byte_kernels_avxvnni;
#endif
#ifdef RNN_HAVE_BYTES_AVX512
extern const RnnByteKernels _rnn_byte_kernels_avx512;
#endif
#ifdef RNN_HAVE_BYTES_NEON
extern const RnnByteKernels _rnn_byte_kernels_neon;
#endif

#define MAX_TABLES 4

static const RnnKernels *tables[MAX_TABLES + 1];
static const RnnKernels *chosen;
static const RnnByteKernels *byte_tables[MAX_TABLES + 1];
static const RnnByteKernels *chosen_bytes;

static void
find_tables (void)
{
  gsize n = 0;

  tables[n++] = &_rnn_kernels_reference;
  /* __builtin_cpu_supports() asks XGETBV as well: it is false where the
   * operating system does not save the registers. */
#ifdef RNN_HAVE_AVX2
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
    tables[n++] = &_rnn_kernels_avx2;
#endif
#ifdef RNN_HAVE_AVX512
  if (__builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("fma"))
    tables[n++] = &_rnn_kernels_avx512;
#endif
#ifdef RNN_HAVE_NEON
  tables[n++] = &_rnn_kernels_neon;
#endif
  tables[n] = NULL;
}

#ifdef RNN_HAVE_BYTES_AVXVNNI
/* Not all compilers' __builtin_cpu_supports() know it. Its registers are those
 * of AVX2. */
static gboolean
has_avxvnni (void)
{
  unsigned a, b, c, d;

  return __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma")
         && __get_cpuid_count (7, 1, &a, &b, &c, &d) && (a & 1u << 4);
}
#endif

static void
find_byte_tables (void)
{
  gsize n = 0;

  byte_tables[n++] = &_rnn_byte_kernels_reference;
#ifdef RNN_HAVE_BYTES_AVX2
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
    byte_tables[n++] = &_rnn_byte_kernels_avx2;
#endif
#ifdef RNN_HAVE_BYTES_AVXVNNI
  if (has_avxvnni ())
    byte_tables[n++] = &_rnn_byte_kernels_avxvnni;
#endif
#ifdef RNN_HAVE_BYTES_AVX512
  if (__builtin_cpu_supports ("avx512vnni")
      && __builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("fma"))
    byte_tables[n++] = &_rnn_byte_kernels_avx512;
#endif
#ifdef RNN_HAVE_BYTES_NEON
  byte_tables[n++] = &_rnn_byte_kernels_neon;
#endif
  byte_tables[n] = NULL;
}

/* Of tables that begin with their name, and get faster, the last whose name is
 * in @names (NULL: all are); *@is_known: there is one. */
static gconstpointer
find_last (const void *const *list, char **names, gboolean *is_known)
{
  gconstpointer best = list[0];

  *is_known = FALSE;
  for (gsize i = 0; list[i]; i++) {
    const char *name = *(const char *const *) list[i];
    if (!names || g_strv_contains ((const char *const *) names, name)) {
      best = list[i];
      *is_known = TRUE;
    }
  }
  return best;
}

/* RNN_CPU_MASK is a list of names, e.g. `c` or `avx2,avxvnni`; `c` is always
 * allowed, and stands in where there is no table of bytes for what is named. */
static void
choose (const char *mask)
{
  char **names = mask ? g_strsplit_set (mask, ", ", -1) : NULL;
  gboolean is_known, has_bytes;

  chosen = find_last ((const void *const *) tables, names, &is_known);
  if (!is_known) {
    g_warning ("RNN_CPU_MASK=%s names no instruction set of this machine; "
               "expected some of c, avx2, avxvnni, avx512, neon; using all",
               mask);
    g_clear_pointer (&names, g_strfreev);
    chosen = find_last ((const void *const *) tables, names, &is_known);
  }
  chosen_bytes =
      find_last ((const void *const *) byte_tables, names, &has_bytes);
  g_strfreev (names);
}

static void
init (void)
{
  static gsize done;

  if (g_once_init_enter (&done)) {
    find_tables ();
    find_byte_tables ();
    choose (g_getenv ("RNN_CPU_MASK"));
    g_once_init_leave (&done, 1);
  }
}

const RnnKernels *
_rnn_kernels_get (void)
{
  init ();
  return chosen;
}

const RnnKernels *const *
_rnn_kernels_list (void)
{
  init ();
  return tables;
}

const RnnByteKernels *
_rnn_byte_kernels_get (void)
{
  init ();
  return chosen_bytes;
}

const RnnByteKernels *const *
_rnn_byte_kernels_list (void)
{
  init ();
  return byte_tables;
}
