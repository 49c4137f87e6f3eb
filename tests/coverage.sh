#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Print the lines and branches that the tests reach, of core/ and of plugin/.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
pipelines/setup.sh gcovr python3-numpy
[ -f build-coverage/build.ninja ] \
  || meson setup build-coverage -Db_coverage=true -Doptimization=0 \
    -Dc_args=-DRNN_COUNTED >/dev/null
ninja -C build-coverage >build-coverage/ninja.log \
  || { cat build-coverage/ninja.log; exit 1; }
meson test -C build-coverage --no-suite pipelines --timeout-multiplier 5 \
  --print-errorlogs
# Threads count without locks, so that a counter may have gone below 0; gcovr
# then leaves that branch out.
report () {
  gcovr --root . --exclude core/rnntool/ --gcov-ignore-parse-errors "$@" \
    build-coverage
}
for part in core plugin; do
  echo "== $part"
  report --filter "$part/"
  report --filter "$part/" --branches | tail -4
done
