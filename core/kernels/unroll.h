/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What makes an array of sums an array of registers: sizes that are constants
 * once inlined, and loops that are unrolled over them. */
#pragma once

/* Where branches are counted (tests/coverage.sh), a copy for each constant would
 * have some that nothing can reach. */
#ifdef RNN_COUNTED
#define INLINE static inline
#else
#define INLINE static inline __attribute__ ((always_inline))
#endif
#ifdef __clang__
#define UNROLL _Pragma ("clang loop unroll(full)")
#else
#define UNROLL _Pragma ("GCC unroll 16")
#endif
