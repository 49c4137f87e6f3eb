/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A target is one source file with LLVMFuzzerTestOneInput(), and, where a
 * checksum or a length would stop nearly all that a mutation makes, with
 * fuzz_repair(). libFuzzer, AFL++ and driver.c run the same targets. */
#pragma once

#include <glib.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes);

/* Make lengths and checksums in @data, uint8[@n_bytes], fit the rest of it. */
void fuzz_repair (guint8 *data, gsize n_bytes);

/* The next @n of the *@n_bytes at *@data, or what is left; both move on. */
static inline const guint8 *
fuzz_take (const guint8 **data, gsize *n_bytes, gsize n, gsize *n_taken)
{
  const guint8 *here = *data;

  *n_taken = MIN (n, *n_bytes);
  *data += *n_taken;
  *n_bytes -= *n_taken;
  return here;
}

/* One byte of the same; 0 when there is none left. */
static inline guint8
fuzz_take_byte (const guint8 **data, gsize *n_bytes)
{
  gsize n;
  const guint8 *byte = fuzz_take (data, n_bytes, 1, &n);

  return n == 1 ? *byte : 0;
}
