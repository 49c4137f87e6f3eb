#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Recognise speech and tag it, live: pipelines/speech.sh [FILE.wav]
#
# With a file: that speech. Without: the microphone. pocketsphinx writes lower
# case without punctuation, one buffer an utterance, and sends no caps of its
# own: a capsfilter and capssetter name them.
. "$(dirname "$0")/environment.sh"
prepare gstreamer1.0-plugins-good gstreamer1.0-pocketsphinx pocketsphinx-en-us

if [ $# -gt 0 ]; then
  exec <"$1"
  source=(fdsrc fd=0 ! wavparse)
else
  source=(autoaudiosrc)
fi
# pocketsphinx logs all it does to stderr. A failure still says why.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
launch "${source[@]}" ! audioconvert ! audioresample ! pocketsphinx \
  ! text/plain ! capssetter caps=text/x-raw,format=utf8 replace=true join=false \
  ! rnntagbin model-file="$model" framing=line ! text/x-raw,format=utf8 \
  ! fdsink fd=3 2>"$log" || { grep -E '^(ERROR|WARNING)' "$log" >&2; exit 1; }
