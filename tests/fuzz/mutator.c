/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For libFuzzer: three mutations of four are repaired. */
#include "fuzz.h"

gsize LLVMFuzzerMutate (guint8 *data, gsize n_bytes, gsize max_bytes);
gsize LLVMFuzzerCustomMutator (guint8 *data, gsize n_bytes, gsize max_bytes,
                               unsigned seed);

gsize
LLVMFuzzerCustomMutator (guint8 *data, gsize n_bytes, gsize max_bytes,
                         unsigned seed)
{
  n_bytes = LLVMFuzzerMutate (data, n_bytes, max_bytes);
  if (seed % 4 != 0)
    fuzz_repair (data, n_bytes);
  return n_bytes;
}
