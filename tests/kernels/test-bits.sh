#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# 1,000 random networks give the same bits by each instruction set of this
# machine: test-bits.sh BITS
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags=$(grep -m1 -E '^(flags|Features)' /proc/cpuinfo || true)
RNN_CPU_MASK=c "$1" >"$work/c"
[ "$(wc -l <"$work/c")" = 1000 ]
[ "$(sort -u "$work/c" | wc -l)" -gt 990 ] # they are 1,000 different ones
for name in avx2 avx2,avxvnni avx512 neon; do
  case "$name $flags" in
    avx2\ *\ avx2*|*avxvnni*\ avx_vnni*|avx512*\ avx512f*|neon*\ asimd*) ;;
    *) echo "$name: not on this machine"; continue ;;
  esac
  RNN_CPU_MASK=$name "$1" >"$work/$name"
  cmp "$work/c" "$work/$name"
  echo "$name: 1,000 cases with the bits of c"
done
