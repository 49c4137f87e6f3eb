#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Tag the names in a text: pipelines/quickstart.sh [FILE or TEXT]
#
# No argument: the short transcript beside this script. A name that is a file:
# that .srt, .vtt or .txt. Anything else: that text. Installs and builds what is
# missing first. Tagged text goes to stdout, and nothing else does.
#
# RNN_MODEL names another model than the one that ships.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$here/../build
model=${RNN_MODEL:-$here/models/names-en-elman.safetensors}
input=${1-$here/transcript.txt}

"$here/setup.sh"
export GST_PLUGIN_PATH="$build/plugin${GST_PLUGIN_PATH:+:$GST_PLUGIN_PATH}"

# tag FRAMING SOURCE…: gst-launch-1.0 writes its own messages to stdout; a
# descriptor apart keeps them away from the tagged text.
tag () {
  framing=$1
  shift
  gst-launch-1.0 -q "$@" ! rnntagbin model-file="$model" framing="$framing" \
    append-newline=true ! 'text/x-raw,format=utf8' ! fdsink fd=3 3>&1 1>&2
}

caps='text/x-raw,format=utf8'
if [ ! -f "$input" ]; then
  printf '%s\n' "$input" | tag line fdsrc fd=0 ! "$caps"
else
  case $input in
    # A cue is whole, and ends without a newline of its own.
    *.srt|*.vtt) tag buffer filesrc location="$input" ! subparse ;;
    *) tag line filesrc location="$input" ! "$caps" ;;
  esac
fi
