#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Our model beside npm's compromise on labelled text; run by hand.
#
#   tests/compare/run.sh [MODEL [FOLDER]]
#
# FOLDER holds one folder a corpus with a dev.tsv in it (../shared/data/ner).
# MODEL is the best model that ships, else the lectures' net. Prints one table.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
models=$root/pipelines/models
model=${1-$models/names-en.safetensors}
[ -e "$model" ] || [ $# -gt 0 ] || model=$models/names-en-elman.safetensors
data=${2-$root/../shared/data/ner}
# From here on paths are read from another folder.
model=$(realpath "$model")
data=$(realpath "$data")

packages=
command -v npm >/dev/null || packages="nodejs npm"
# shellcheck disable=SC2086  # two words, or none
"$root/pipelines/setup.sh" $packages
mkdir -p "$root/build/compare"
cp "$root/tests/compare/package.json" "$root/tests/compare/compare.mjs" \
  "$root/build/compare"
cd "$root/build/compare"
npm install --no-audit --no-fund --silent 1>&2
exec node compare.mjs "$root/build/core/rnntool/rnntool" "$model" \
  "$data"/*/dev.tsv
