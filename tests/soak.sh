#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Keep many streams at work for a long time: tests/soak.sh [SECONDS [STREAMS [SEED]]]
#
# An hour of 64 streams by default. Prints resident memory and the heap in use,
# with their slopes, and lost and wrong buffers; exit 1 when a buffer was lost or
# wrong. tests/soak/soak.c says what happens to the streams.
set -eu
cd "$(dirname "$0")/.."
pipelines/setup.sh
[ -f build/build.ninja ] || meson setup build >/dev/null
ninja -C build >/dev/null
export GST_PLUGIN_PATH=build/plugin GST_REGISTRY=build/registry.bin
# Blocks that each thread keeps for itself, of each size, are some MB that fill
# for hours: a leak would not be seen beside them.
export G_SLICE=always-malloc GLIBC_TUNABLES=glibc.malloc.tcache_count=0
exec build/tests/soak/soak "${1:-3600}" "${2:-64}" "${3:-1}"
