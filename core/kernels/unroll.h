/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What makes an array of sums an array of registers: sizes that are constants
 * once inlined, and loops that are unrolled over them. */
#pragma once

#define INLINE static inline __attribute__ ((always_inline))
#ifdef __clang__
#define UNROLL _Pragma ("clang loop unroll(full)")
#else
#define UNROLL _Pragma ("GCC unroll 16")
#endif
