#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Fault 21: a build for a big-endian machine is refused, and the message says why.
set -eu
root=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat >"$folder/big.ini" <<'END'
[binaries]
c = 'cc'
pkgconfig = 'pkg-config'
[properties]
needs_exe_wrapper = true
[host_machine]
system = 'linux'
cpu_family = 's390x'
cpu = 's390x'
endian = 'big'
END
if meson setup --cross-file "$folder/big.ini" "$folder/build" "$root" \
  >"$folder/log" 2>&1; then
  echo "a big-endian machine was taken"
  exit 1
fi
grep "expected a little-endian machine.*big-endian came" "$folder/log" \
  || { cat "$folder/log"; exit 1; }
