#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Train the lectures' net: pipelines/models/names-en-elman.sh FOLDER [OUT [OPTION…]]
#
# FOLDER holds the corpora, CORPUS/train.tsv and CORPUS/dev.tsv, and names/ (see
# names-en-elman.md). The same folder gives the same file on any x86 processor with
# AVX2. OPTIONs are for `rnntool train`.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/../setup.sh"
data=$1
out=${2-$here/names-en-elman.safetensors}

arguments=()
for corpus in btc gum-spoken gum-written litbank uner-ewt wikigold wnut17; do
  arguments+=(--train "$data/$corpus/train.tsv")
done
for corpus in uner-ewt gum-spoken gum-written wikigold litbank; do
  arguments+=(--dev "$data/$corpus/dev.tsv")
done
"${RNNTOOL-$here/../../build/core/rnntool/rnntool}" train "${arguments[@]}" --out "$out" \
  --cell elman --hidden 100 --words 10000 --normalize "lowercase digits" \
  --list first="$data/names/first.tsv" --list last="$data/names/last.tsv" \
  --substitute 0.3 --streams 16 --seed 1 "${@:3}"
