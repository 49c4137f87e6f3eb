#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The kernels of AArch64 have the bits of the reference: built by Debian's cross
# compiler and run by qemu-user, wherever this is.
#
#   test-neon.sh ROOT   (ROOT: of the sources)
set -eu
root=$1
for program in aarch64-linux-gnu-gcc qemu-aarch64; do
  command -v $program >/dev/null && continue
  echo "Skipped: no $program (packages gcc-aarch64-linux-gnu, libc6-dev-arm64-cross, qemu-user)"
  exit 77
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

kernels="$root/core/kernels"
for test in kernels bytes; do
  aarch64-linux-gnu-gcc -std=gnu11 -O2 -ffp-contract=off -D_GNU_SOURCE -DN_CASES=20 -static \
    -I "$root/tests/kernels/bare" -I "$root/core" -o "$work/test" \
    "$root/tests/kernels/test-$test.c" "$root/tests/kernels/bare/bare.c" \
    "$root/core/base/checked.c" "$root/core/base/random.c" \
    "$kernels/neon.c" "$kernels/bytes-neon.c" "$kernels/reference.c" \
    "$kernels/bytes-reference.c" "$kernels/pack.c" "$kernels/pack-bytes.c" -lm
  qemu-aarch64 "$work/test" >"$work/log" || { cat "$work/log"; exit 1; }
  grep '^ok .*/neon/' "$work/log"
done
