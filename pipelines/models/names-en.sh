#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Train the best tagger of names: pipelines/models/names-en.sh FOLDER [OUT]
#
# FOLDER holds the corpora, CORPUS/train.tsv and CORPUS/dev.tsv, names/ and
# glove100/ (see names-en.md). The same folder gives the same file on the same
# kind of CPU. Beside OUT a log of each epoch is left, OUT.csv.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
data=$1
out=${2-$here/names-en.safetensors}
requests=$(mktemp)
trap 'rm -f "$requests"' EXIT
"$here/requests.py" "$data/names" 5000 1 0.35 >"$requests"

arguments=()
for corpus in uner-ewt gum-spoken gum-written wikigold litbank btc wnut17; do
  arguments+=(--train "$data/$corpus/train.tsv")
done
for corpus in uner-ewt gum-spoken gum-written wikigold litbank; do
  arguments+=(--dev "$data/$corpus/dev.tsv")
done
# wnut17 (weight 0) is not read: it only says which words and names there are.
"$here/../../build/core/rnntool/rnntool" train "${arguments[@]}" \
  --train "$requests" --weights 1,1,1,1,1,1,0,1 --out "$out" --log "$out.csv" \
  --cell gru --hidden 200 --lookahead 2 --all-tags \
  --embeddings "$data/glove100" --words 300000 --normalize "nfc lowercase" \
  --features "word shape list.first:17 list.last:17 ?ngram3:2048*12 ?suffix2:512 ?prefix2:512" \
  --list first="$data/names/first.tsv" --list last="$data/names/last.tsv" \
  --substitute 0.3 --styles 0.1 --errors 0.02 --unknown 0.3 \
  --input-dropout 0.1 --dropout 0.5 --average 0.999 --store int8 \
  --epochs 12 --patience 0 --seed 1
