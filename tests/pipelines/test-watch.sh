#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# watch.sh shows each word pale when it comes and names in colour when they are
# sure, in a terminal of 60 columns; into a pipe goes what is confirmed.
set -eu -o pipefail
script=$1/pipelines/watch.sh
replay=$1/tests/pipelines/terminal.py
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export RNN_MODEL=$1/pipelines/models/names-en-elman.safetensors

in_terminal () { # ARGUMENT…: what a terminal would get
  script -qec "stty cols 60; $(printf '%q ' "$script" "$@")" /dev/null </dev/null
}
without_colour () { sed 's/\x1b\[[0-9;]*m//g'; }

echo "== a text, word by word, in a terminal"
text="Good morning. Yesterday Mary Smith and her brother went to the market in town, and John Brown came too."
echo "$text" >text.txt
in_terminal text.txt 0 >bytes
/usr/bin/python3 "$replay" 60 bytes \
  --shows "$text" --once-pale Mary --coloured Mary --coloured John --plain market

echo "== hypotheses of a recogniser are pale until the text is there"
espeak-ng -w speech.wav "the weather is very nice"
in_terminal speech.wav 0 >bytes
/usr/bin/python3 "$replay" 60 bytes --once-pale-line

echo "== subtitles into a pipe"
got=$("$script" "$1/pipelines/captions.srt" 0)
[ "$(without_colour <<<"$got")" = "Neil and Buzz, the President of the United States
is in his office now.
Neil Armstrong & Buzz Aldrin
walked on the Moon." ] || { echo "got: $got"; exit 1; }
grep -q $'\x1b\\[1;33m *Aldrin' <<<"$got"

echo "== words of a program, each before the next one is there"
mkfifo words
"$script" - 0 <words >shown &
watcher=$!
exec 3>words
printf 'Mary came. ' >&3
for attempt in $(seq 200); do
  [ "$(without_colour <shown)" = "Mary came. " ] && break
  sleep 0.1
done
[ "$(without_colour <shown)" = "Mary came. " ] || { cat shown; exit 1; }
printf 'John we' >&3
sleep 0.2
printf 'nt.' >&3
exec 3>&-
wait $watcher
[ "$(without_colour <shown)" = "Mary came. John went." ] || { cat shown; exit 1; }

echo "== a model that is not there is one line and a failure"
if RNN_MODEL=none.safetensors "$script" text.txt 0 >out 2>err; then exit 1; fi
[ ! -s out ]
grep -q none.safetensors err
