#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A processor without AVX runs the same program, and it says the same: by
# qemu-user, wherever this is.
#
#   test-no-avx.sh RNNTOOL MODEL TEXT
set -eu
rnntool=$1 model=$2 text=$3
if [ "$(uname -m)" != x86_64 ]; then
  echo "Skipped: not an x86-64"
  exit 77
fi
if ! command -v qemu-x86_64 >/dev/null; then
  echo "Skipped: no qemu-x86_64 (package qemu-user)"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

old="qemu-x86_64 -cpu core2duo"
# It is one that dies of an instruction of AVX.
printf 'int main (void) { __asm__ volatile ("vxorps %%ymm0, %%ymm0, %%ymm0"); }' |
  cc -x c -o "$work/avx" -
if $old "$work/avx" 2>/dev/null; then
  echo "expected core2duo to have no AVX"
  exit 1
fi

"$rnntool" quantize --model "$model" --out "$work/int8.safetensors" --type int8
for of in "$model" "$work/int8.safetensors"; do
  "$rnntool" tag --model "$of" --format json "$text" >"$work/here"
  $old "$rnntool" tag --model "$of" --format json "$text" >"$work/there"
  [ -s "$work/here" ]
  cmp "$work/here" "$work/there"
  echo "the same words, tags and scores: $(wc -l <"$work/here") lines"
done
