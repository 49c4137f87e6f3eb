#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Train the best tagger of names:
# pipelines/models/names-en.sh FOLDER REVIEWS [OUT [OPTION…]]
#
# FOLDER holds the corpora, CORPUS/train.tsv and CORPUS/dev.tsv, names/ and
# glove100/; REVIEWS is a file of film reviews (see names-en.md). The same files
# give the same model on any x86 processor with AVX2. Beside OUT a log of each epoch
# of the last training is left, OUT.csv. OPTIONs are for each `rnntool train`.
#
# 1. Three nets that read each sentence in both directions learn first.
# 2. A net of the kind that ships, which reads on as words come, learns what they
#    think: of the labelled text, and of reviews that nobody has labelled.
# 3. Three trainings go on from there: one sees more words that may be a name or
#    none, one more requests, and the last goes on from the first, taught by both.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/../setup.sh" python3
data=$1
reviews=$2
out=${3-$here/names-en.safetensors}
options=("${@:4}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

corpora=()
for corpus in uner-ewt gum-spoken gum-written wikigold litbank btc; do
  corpora+=("$data/$corpus/train.tsv")
done
"$here/requests.py" "$data/names" 5000 1 0.35 >"$work/requests.tsv"
"$here/requests.py" "$data/names" 5000 2 0.2 0.6 >"$work/others.tsv"
"$here/reviews.py" "$reviews" >"$work/reviews.tsv"
"$here/uses.py" "$data/names" "${corpora[@]}" >"$work/uses.tsv"

text=()
for corpus in "${corpora[@]}" "$data/wnut17/train.tsv" "$work/requests.tsv"; do
  text+=(--train "$corpus")
done
for corpus in uner-ewt gum-spoken gum-written wikigold litbank; do
  text+=(--dev "$data/$corpus/dev.tsv")
done
learning=(--substitute 0.3 --styles 0.1 --errors 0.02 --unknown 0.3
  --input-dropout 0.1 --dropout 0.5 --store int8 --patience 0)
shape=(--all-tags --embeddings "$data/glove100" --words 300000
  --normalize "nfc lowercase"
  --features "word shape list.first:17 list.last:17 ?ngram3:2048*12 ?suffix2:512 ?prefix2:512"
  --list "first=$data/names/first.tsv" --list "last=$data/names/last.tsv")

train () {
  "${RNNTOOL-$here/../../build/core/rnntool/rnntool}" train "${text[@]}" \
    "${learning[@]}" "$@" "${options[@]}"
}

begin () {
  train "${shape[@]}" --average 0.999 --epochs 12 "$@"
}

go_on () {
  train --train "$work/reviews.tsv" --train "$work/uses.tsv" --consistent "$@"
}

# Of a text of weight 0, as wnut17, only names and words are known.
known=1,1,1,1,1,1,0
sure=0.7,0.7,0.7,0.7,0.7,0.7,0.7
begin --out "$work/1" --cell gru --hidden 150 --bidirectional --seed 4 --weights $known,1
begin --out "$work/2" --cell gru --hidden 200 --steps 48 --bidirectional --seed 5 \
  --weights $known,1
begin --out "$work/3" --cell lstm --hidden 150 --bidirectional --seed 6 --weights $known,1
teachers=(--teacher "$work/1" --teacher "$work/2" --teacher "$work/3")
begin --out "$work/first" --cell gru --hidden 200 --lookahead 2 --seed 1 \
  --train "$work/reviews.tsv" --weights $known,1,0.5 "${teachers[@]}" --trust 0.7
go_on --out "$work/uses" --from "$work/first" --seed 13 --weights $known,1.5,0.5,0.5 \
  --teacher "$work/first" --teacher "$work/2" --teacher "$work/3" \
  --trust $sure,0.3,0.7,0.1 --rate 0.001 --epochs 4 --average 0.999
go_on --out "$work/others" --from "$work/first" --keep 0.2 --seed 16 \
  --train "$work/others.tsv" --weights $known,1,0.5,0.15,2 \
  --teacher "$work/first" "${teachers[@]}" \
  --trust $sure,0.5,0.7,0.1,0.1 --rate 0.0007 --epochs 4 --average 0.9995
go_on --out "$work/both" --from "$work/others" --keep 0.4 --seed 17 \
  --train "$work/others.tsv" --weights $known,1,0.5,0.4,2 \
  --teacher "$work/others" --teacher "$work/uses" "${teachers[@]}" \
  --trust $sure,0.5,0.7,0.1,0.1 --rate 0.0007 --epochs 3 --average 0.9995
go_on --out "$out" --log "$out.csv" --from "$work/both" --keep 0.5 --seed 19 \
  --train "$work/others.tsv" --weights $known,1,0.5,0.5,1.5 \
  --teacher "$work/both" --teacher "$work/uses" "${teachers[@]}" \
  --trust $sure,0.5,0.7,0.1,0.1 --rate 0.0007 --epochs 3 --average 0.9995
