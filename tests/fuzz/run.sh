#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Fuzz by hand: tests/fuzz/run.sh LIMIT [TARGET…]
#
# LIMIT: `60s` is seconds a target, `1000000` runs a target. TARGET: model,
# tensors, … as fuzz-TARGET.c is called; all of them by default, one after
# another. What is found is in build-fuzz/found/, what was learnt in
# build-fuzz/corpus/TARGET/, from where the next run goes on.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
[ $# -ge 1 ] || { echo "usage: tests/fuzz/run.sh LIMIT [TARGET…]" >&2; exit 2; }
case $1 in
  *s) limit=-max_total_time=${1%s} ;;
  *) limit=-runs=$1 ;;
esac
shift

pipelines/setup.sh clang libclang-rt-14-dev python3
[ -f build-fuzz/build.ninja ] || CC=clang meson setup build-fuzz -Dfuzz=true \
  -Db_sanitize=address,undefined -Db_lundef=false >/dev/null
targets=${*:-model tensors safetensors state lexicon tokenizer markup corpus
  pipeline}
# Unquoted: words, not a line.
ninja -C build-fuzz $(printf 'tests/fuzz/fuzz-%s ' $targets) \
  >build-fuzz/ninja.log || { cat build-fuzz/ninja.log; exit 1; }
mkdir -p build-fuzz/found

export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export G_SLICE=always-malloc
failed=0
for target in $targets; do
  corpus=build-fuzz/corpus/$target
  mkdir -p "$corpus"
  echo "== $target"
  # Inputs of 4 KiB reach everything; 10 s for one of them is a hang. A pipeline
  # needs few actions, and its threads and caches look like leaks of one run, so
  # that each would run twice; what is lost is found at the end instead.
  size=4096 leaks=1
  [ "$target" != pipeline ] || size=512 leaks=0
  # Without -entropic=0, libFuzzer's own counts take more time than a target.
  build-fuzz/tests/fuzz/fuzz-"$target" "$limit" -max_len=$size -timeout=10 \
    -detect_leaks=$leaks -entropic=0 \
    -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix=build-fuzz/found/"$target"- \
    "$corpus" build-fuzz/tests/fuzz/seeds/"$target" 2>"$corpus.log" \
    || { failed=1; tail -n 40 "$corpus.log"; }
  grep -E 'number_of_executed_units|average_exec_per_sec|peak_rss' \
    "$corpus.log" || true
done
exit $failed
