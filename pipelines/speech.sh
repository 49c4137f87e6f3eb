#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Recognise speech and tag it, live: pipelines/speech.sh [FILE.wav]
#
# With a file: that speech. Without: the microphone. pocketsphinx writes lower
# case without punctuation, one buffer an utterance, and sends no caps of its
# own: a capsfilter and capssetter name them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
model=${RNN_MODEL:-$here/models/names-en-elman.safetensors}

"$here/setup.sh" gstreamer1.0-plugins-good gstreamer1.0-pocketsphinx \
  pocketsphinx-en-us
export GST_PLUGIN_PATH="$here/../build/plugin${GST_PLUGIN_PATH:+:$GST_PLUGIN_PATH}"

if [ $# -gt 0 ]; then
  source="filesrc location=$1 ! wavparse"
else
  source=autoaudiosrc
fi
# pocketsphinx logs to stdout and stderr: the tagged text has descriptor 3.
gst-launch-1.0 -q $source ! audioconvert ! audioresample ! pocketsphinx \
  ! text/plain ! capssetter caps=text/x-raw,format=utf8 replace=true join=false \
  ! rnntagbin model-file="$model" framing=line ! text/x-raw,format=utf8 \
  ! fdsink fd=3 3>&1 1>&2 2>/dev/null
