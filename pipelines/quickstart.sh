#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Tag the names in a text: pipelines/quickstart.sh [FILE or TEXT]
#
# No argument: the short transcript beside this script. A name that is a file:
# that .srt, .vtt or .txt. Anything else: that text. Installs and builds what is
# missing first. Tagged text goes to stdout, and nothing else does.
#
# RNN_MODEL names another model than the one that ships.
. "$(dirname "$0")/environment.sh"
input=${1-$here/transcript.txt}
prepare

# tag FRAMING ELEMENT…: stdin, through the elements, to tagged text.
tag () {
  local framing=$1
  shift
  launch fdsrc fd=0 "$@" ! rnntagbin model-file="$model" framing="$framing" \
    append-newline=true ! text/x-raw,format=utf8 ! fdsink fd=3
}

plain=(! text/x-raw,format=utf8)
if [ ! -f "$input" ]; then
  printf '%s\n' "$input" | tag line "${plain[@]}"
else
  case $input in
    # A cue is whole, and ends without a newline of its own.
    *.srt|*.vtt) tag buffer ! subparse ;;
    *) tag line "${plain[@]}" ;;
  esac <"$input"
fi
