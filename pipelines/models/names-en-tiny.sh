#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Train the small tagger of names: pipelines/models/names-en-tiny.sh FOLDER [OUT [OPTION…]]
#
# FOLDER holds the corpora, CORPUS/train.tsv and CORPUS/dev.tsv, and names/ (see
# names-en-tiny.md). No word vectors from elsewhere. The same folder gives the
# same file on any x86 processor with AVX2. OUT.csv has a log of each epoch.
# OPTIONs are for `rnntool train`.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/../setup.sh" python3
data=$1
out=${2-$here/names-en-tiny.safetensors}
requests=$(mktemp)
trap 'rm -f "$requests"' EXIT
"$here/requests.py" "$data/names" 3000 1 >"$requests"

arguments=()
for corpus in uner-ewt gum-spoken gum-written wikigold litbank btc; do
  arguments+=(--train "$data/$corpus/train.tsv")
done
for corpus in uner-ewt gum-spoken gum-written wikigold litbank; do
  arguments+=(--dev "$data/$corpus/dev.tsv")
done
"${RNNTOOL-$here/../../build/core/rnntool/rnntool}" train "${arguments[@]}" \
  --train "$requests" --out "$out" --log "$out.csv" \
  --cell gru --hidden 128 --lookahead 2 --all-tags \
  --embedding 64 --embed-all --words 20000 --normalize "nfc lowercase" \
  --features "word ngram3:16384*14 suffix2:1024 shape list.first:17 list.last:17" \
  --list first="$data/names/first.tsv" --list last="$data/names/last.tsv" \
  --substitute 0.3 --styles 0.1 --errors 0.02 --unknown 1 \
  --input-dropout 0.1 --dropout 0.5 --average 0.999 --store int8 \
  --epochs 14 --patience 0 --seed 1 "${@:3}"
