#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# captions.sh leaves a picture and a video that can be decoded again.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1/pipelines/captions.sh" "$1/pipelines/captions.srt" "$folder"
gst-launch-1.0 -q filesrc location="$folder/captions.png" ! pngdec ! fakesink
gst-launch-1.0 -q filesrc location="$folder/captions.webm" ! matroskademux \
  ! vp8dec ! fakesink
ls -l "$folder"
[ "$(stat -c %s "$folder/captions.webm")" -gt 1000 ]
