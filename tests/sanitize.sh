#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Run the tests under the sanitizers and valgrind: tests/sanitize.sh [KIND…]
#
# KIND: address (with undefined and leaks), thread, valgrind, criticals; all of
# them by default. Each has a build folder of its own, build-KIND. By hand: this
# takes longer than tests/run.sh.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
pipelines/setup.sh valgrind python3-numpy

configure () { # FOLDER OPTION…
  folder=$1
  shift
  [ -f "$folder/build.ninja" ] || meson setup "$folder" "$@" >/dev/null
  ninja -C "$folder" >"$folder/ninja.log" || { cat "$folder/ninja.log"; exit 1; }
}

for kind in ${*:-address thread valgrind criticals}; do
  echo "== $kind"
  case $kind in
    address)
      configure build-address -Db_sanitize=address,undefined -Db_lundef=false
      # Whole stacks, so that leaks.supp finds whose a leak is. Python and
      # gst-inspect-1.0, which golden and docs run, were not built for it.
      ASAN_OPTIONS=detect_leaks=1:fast_unwind_on_malloc=0 \
        LSAN_OPTIONS=suppressions=$root/tests/leaks.supp:print_suppressions=0 \
        UBSAN_OPTIONS=halt_on_error=1 \
        meson test -C build-address --print-errorlogs --timeout-multiplier 5 \
        --no-suite pipelines --no-suite golden --no-suite docs ;;
    thread)
      configure build-thread -Db_sanitize=thread -Db_lundef=false
      meson test -C build-thread --print-errorlogs --timeout-multiplier 5 \
        --no-suite pipelines ;;
    valgrind)
      configure build-valgrind
      meson test -C build-valgrind --print-errorlogs --setup valgrind \
        --suite core ;;
    criticals)
      configure build
      meson test -C build --print-errorlogs --setup criticals ;;
    *)
      echo "unknown kind \"$kind\": address, thread, valgrind, criticals" >&2
      exit 2 ;;
  esac
done
