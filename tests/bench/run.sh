#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# All benchmarks, beside their rivals; prints tables. Run by hand.
#
#   tests/bench/run.sh [step|pipelines|taggers|training]…
#
# Installs what is missing: PyTorch from Debian, ONNX Runtime from npm into
# build/bench. Everything is pinned to one core, but for what is about two.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
programs=$root/build/tests/bench

packages="python3 python3-numpy python3-torch"
command -v npm >/dev/null || packages="$packages nodejs npm"
# shellcheck disable=SC2086  # words of their own
"$root/pipelines/setup.sh" $packages

# ONNX Runtime's library; of its Node binding nothing is used.
case $(uname -m) in aarch64) machine=arm64 ;; *) machine=x64 ;; esac
library=$root/build/bench/node_modules/onnxruntime-node/bin/napi-v6/linux/$machine/libonnxruntime.so.1
if [ ! -e "$library" ]; then
  mkdir -p "$root/build/bench"
  cp "$root/tests/bench/package.json" "$root/build/bench"
  (cd "$root/build/bench" && npm install --ignore-scripts --no-audit --no-fund --silent 1>&2)
fi
export RNN_BENCH_ONNXRUNTIME=$library RNN_BENCH_TORCH=/usr/bin/python3
export OPENBLAS_NUM_THREADS=1
# It takes an Intel processor that is newer than itself for the least of all.
if grep -q GenuineIntel /proc/cpuinfo; then
  core=
  grep -qw avx2 /proc/cpuinfo && core=Haswell
  grep -qw avx512vl /proc/cpuinfo && core=SkylakeX
  [ -z "$core" ] || export OPENBLAS_CORETYPE=${OPENBLAS_CORETYPE-$core}
fi
export GST_PLUGIN_PATH=$root/build/plugin GST_REGISTRY=$root/build/registry.bin
model=$root/pipelines/models/names-en-elman.safetensors

one_core() { taskset -c 0 "$@"; }

run() {
  case $1 in
    step) one_core "$programs/bench-step" ;;
    pipelines) one_core "$programs/bench-pipelines" "$model" ;;
    taggers) "$programs/bench-taggers" ;;
    training)
      for cores in 1 2; do
        taskset -c 0-$((cores - 1)) /usr/bin/python3 "$root/tests/bench/training.py" \
          "$root/build/core/rnntool/rnntool" $cores
      done ;;
    *) echo "$0: no benchmark '$1'" >&2; exit 2 ;;
  esac
}

grep -m1 "model name" /proc/cpuinfo | sed 's/.*: /CPU: /'
[ $# -gt 0 ] || set -- step pipelines taggers training
for name in "$@"; do
  printf '\n## %s\n\n' "$name"
  run "$name"
done
