#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Draw tagged captions on video: pipelines/captions.sh [FILE.srt|FILE.vtt [FOLDER]]
#
# Writes captions.webm and captions.png (the picture at one second) to FOLDER,
# the current one by default. The names stand in colour, as Pango markup.
# Needs no display.
. "$(dirname "$0")/environment.sh"
input=${1-$here/captions.srt}
folder=${2-.}
prepare gstreamer1.0-x gstreamer1.0-plugins-good fonts-dejavu-core

# draw N SINK…: N frames of 25 a second through the overlay.
draw () {
  local frames=$1
  shift
  launch videotestsrc pattern=gradient num-buffers="$frames" \
    ! video/x-raw,width=640,height=360,framerate=25/1 \
    ! textoverlay name=overlay font-desc="DejaVu Sans 18" ! videoconvert "$@" \
    fdsrc fd=0 ! subparse ! rnntagbin model-file="$model" \
    ! text/x-raw,format=pango-markup ! queue ! overlay.text_sink <"$input"
}

draw 125 ! vp8enc deadline=1 ! webmmux ! filesink location="$folder/captions.webm"
draw 25 ! pngenc ! multifilesink location="$folder/captions.png"
