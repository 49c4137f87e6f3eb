#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Draw tagged captions on video: pipelines/captions.sh [FILE.srt|FILE.vtt [FOLDER]]
#
# Writes captions.webm and captions.png (the picture at one second) to FOLDER,
# the current one by default. The names stand in colour, as Pango markup.
# Needs no display.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
input=${1-$here/captions.srt}
folder=${2-.}
model=${RNN_MODEL:-$here/models/names-en-elman.safetensors}

"$here/setup.sh" gstreamer1.0-plugins-good fonts-dejavu-core
export GST_PLUGIN_PATH="$here/../build/plugin${GST_PLUGIN_PATH:+:$GST_PLUGIN_PATH}"

# draw N SINK…: N frames of 25 a second through the overlay.
draw () {
  frames=$1
  shift
  gst-launch-1.0 -q videotestsrc pattern=gradient num-buffers="$frames" \
    ! video/x-raw,width=640,height=360,framerate=25/1 \
    ! textoverlay name=overlay font-desc="DejaVu Sans 20" ! videoconvert "$@" \
    filesrc location="$input" ! subparse ! rnntagbin model-file="$model" \
    ! text/x-raw,format=pango-markup ! queue ! overlay.text_sink
}

draw 125 ! vp8enc deadline=1 ! webmmux ! filesink location="$folder/captions.webm"
draw 25 ! pngenc ! multifilesink location="$folder/captions.png"
