#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# quickstart.sh prints the tagged text on stdout, and nothing else.
set -eu
script=$1/pipelines/quickstart.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# strip: take the brackets away again.
strip () { sed -E 's/\[[A-Z]+ ([^]]*)\]/\1/g'; }
expect () { # WHAT WANTED GOT
  [ "$2" = "$3" ] || { printf '%s\nwanted: %s\ngot:    %s\n' "$1" "$2" "$3"; exit 1; }
}
tags () { # WHAT TEXT ARGUMENT…: the text comes back whole, with a name in brackets
  local what=$1 text=$2 tagged
  shift 2
  tagged=$("$script" "$@")
  echo "$tagged"
  expect "$what is untouched but for the brackets" "$text" "$(strip <<<"$tagged")"
  case $tagged in *"[PER "*) ;; *) echo "$what: no name was found"; exit 1 ;; esac
}

text="Harry Potter and Hermione Granger invented a new spell."
tags "a text" "$text" "$text"
tags "a text that begins like an option" "-- Mary Smith met him." \
  "-- Mary Smith met him."
tags "a text of two lines" $'He came.\nMary Smith left.' \
  $'He came.\nMary Smith left.'
tags "a text with signs of other languages" 'Tom & <b>Mary</b> Smith 100% $x \n "q"' \
  'Tom & <b>Mary</b> Smith 100% $x \n "q"'
tags "the transcript that ships" "$(cat "$1/pipelines/transcript.txt")"
expect "a text without words has none to tag" "" "$("$script" "")"

# Files by name, from another folder, with signs that a shell or a pipeline
# description would take for their own.
cd "$folder"
mkdir "a folder"
printf 'Mary Smith came.\nSo did John Brown' >"a folder/it's ! \"x\".txt"
tags "a file without a newline at its end" $'Mary Smith came.\nSo did John Brown' \
  "a folder/it's ! \"x\".txt"
printf '1\n00:00:00,000 --> 00:00:02,000\nMary <i>Smith</i> & John\n' >cue.srt
tags "an .srt file" "Mary Smith & John" cue.srt
printf 'WEBVTT\n\n00:00.000 --> 00:02.000\n<v Ann>Mary Smith came.\n\n00:02.500 --> 00:04.000\nWhy?\n' \
  >cue.vtt
tags "a .vtt file" $'Mary Smith came.\nWhy?' cue.vtt

cp "$1/pipelines/models/names-en-elman.safetensors" "a folder/my model.safetensors"
RNN_MODEL="a folder/my model.safetensors" tags "another model's text" "$text" "$text"
if RNN_MODEL=none.safetensors "$script" "$text" >out 2>err; then
  echo "a model that is not there made no failure"; exit 1
fi
expect "a failure leaves stdout empty" "" "$(cat out)"
grep -q "none.safetensors" err || { echo "a failure names the file"; exit 1; }

echo before >out
"$script" "$text" >>out
(echo before; "$script" "$text") >out2
expect "what a file held before stays" "$(cat out)" "$(cat out2)"
expect "what a file held before stays" before "$(head -n 1 out2)"
