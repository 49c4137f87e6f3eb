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
# Else `rnntool train` begins itself again, outside of valgrind.
export OPENBLAS_CORETYPE=${OPENBLAS_CORETYPE-Haswell}

configure () { # FOLDER OPTION…
  folder=$1
  shift
  [ -f "$folder/build.ninja" ] || meson setup "$folder" "$@" >/dev/null
  ninja -C "$folder" >"$folder/ninja.log" || { cat "$folder/ninja.log"; exit 1; }
}

# Scripts, whose interpreter is not what is to be watched.
scripts='bench-command|big-endian|fault-table|hostile|leaks|resume'

# So that no watched program loads all plugins there are, whose faults are theirs.
scan_plugins () { # FOLDER [NAME=VALUE…]
  env GST_PLUGIN_PATH="$1/plugin" GST_REGISTRY="$1/registry.bin" "${@:2}" \
    gst-inspect-1.0 rnn >/dev/null
}

programs () { # FOLDER LEFT-OUT: programs of tests that no name of LEFT-OUT is
  meson test -C "$1" --list --suite core --suite plugin --suite fault \
    2>/dev/null | sed -n 's|.* / ||p' | grep -vxE "$scripts|$2"
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
      gcc -shared -fPIC -o build-thread/thread-glib.so tests/thread-glib.c \
        $(pkg-config --cflags gstreamer-1.0)
      scan_plugins build-thread LD_PRELOAD="$(gcc -print-file-name=libtsan.so)" \
        TSAN_OPTIONS=report_bugs=0
      # Left out: two cases that count memory, as it has much of its own, and
      # what takes minutes in one thread: many hypotheses with real models
      # (interim), many nets (/forward/level).
      G_SLICE=always-malloc LD_PRELOAD=$PWD/build-thread/thread-glib.so \
        TSAN_OPTIONS=suppressions=$PWD/tests/thread.supp \
        meson test -C build-thread --print-errorlogs --timeout-multiplier 10 \
        --test-args="-s /faults-buffers/fault_28_the_memory_of_a_huge_buffer_is_bounded
          -s /faults-downstream/fault_55_a_thousand_taggers_share_the_weights_and_keep_apart
          -s /forward/level" \
        $(programs build-thread interim) ;;
    valgrind)
      configure build-valgrind
      scan_plugins build-valgrind
      # It is 50 times as slow, and runs one thread at a time. Left out: real time
      # that must not pass (delay, faults-slow, faults-process), much arithmetic
      # (gradients, /forward/level, faults-text, interim), kills (state, kill,
      # kill-training), and cycles, which leaks-valgrind runs in tests/run.sh.
      meson test -C build-valgrind --print-errorlogs --setup valgrind \
        --test-args='-s /forward/level' \
        $(programs build-valgrind "cycles|delay|faults-slow|fault-faults-process|\
gradients|fault-faults-text|interim|state|fault-kill|fault-kill-training") ;;
    criticals)
      configure build
      meson test -C build --print-errorlogs --setup criticals ;;
    *)
      echo "unknown kind \"$kind\": address, thread, valgrind, criticals" >&2
      exit 2 ;;
  esac
done
