#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Train the best tagger of names:
# pipelines/models/names-en.sh FOLDER REVIEWS [OUT [OPTION…]]
#
# FOLDER holds the corpora, CORPUS/train.tsv and CORPUS/dev.tsv, names/ and
# glove100/; REVIEWS is a file of film reviews (see names-en.md). The same files
# give the same model on the same kind of CPU. Beside OUT a log of each epoch is
# left, OUT.csv. OPTIONs are for each `rnntool train`.
#
# Three nets that read each sentence in both directions learn first. The net that
# ships, which reads on as words come, then learns what they think: of the
# labelled text, and of reviews that nobody has labelled.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/../setup.sh" python3
data=$1
reviews=$2
out=${3-$here/names-en.safetensors}
options=("${@:4}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$here/requests.py" "$data/names" 5000 1 0.35 >"$work/requests.tsv"
"$here/reviews.py" "$reviews" >"$work/reviews.tsv"

arguments=()
for corpus in uner-ewt gum-spoken gum-written wikigold litbank btc wnut17; do
  arguments+=(--train "$data/$corpus/train.tsv")
done
for corpus in uner-ewt gum-spoken gum-written wikigold litbank; do
  arguments+=(--dev "$data/$corpus/dev.tsv")
done
arguments+=(--train "$work/requests.tsv" --all-tags
  --embeddings "$data/glove100" --words 300000 --normalize "nfc lowercase"
  --features "word shape list.first:17 list.last:17 ?ngram3:2048*12 ?suffix2:512 ?prefix2:512"
  --list "first=$data/names/first.tsv" --list "last=$data/names/last.tsv"
  --substitute 0.3 --styles 0.1 --errors 0.02 --unknown 0.3
  --input-dropout 0.1 --dropout 0.5 --average 0.999 --store int8
  --epochs 12 --patience 0)

train () {
  "${RNNTOOL-$here/../../build/core/rnntool/rnntool}" train "${arguments[@]}" "$@" "${options[@]}"
}

# wnut17 (weight 0) is not read: it only says which words and names there are.
weights=1,1,1,1,1,1,0,1
train --out "$work/1" --cell gru --hidden 150 --bidirectional --seed 4 --weights $weights
train --out "$work/2" --cell gru --hidden 200 --steps 48 --bidirectional --seed 5 --weights $weights
train --out "$work/3" --cell lstm --hidden 150 --bidirectional --seed 6 --weights $weights
train --out "$out" --log "$out.csv" --cell gru --hidden 200 --lookahead 2 --seed 1 \
  --train "$work/reviews.tsv" --weights $weights,0.5 \
  --teacher "$work/1" --teacher "$work/2" --teacher "$work/3" --trust 0.7
