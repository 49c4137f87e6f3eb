#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# captions.sh leaves a video that can be decoded again, and a picture where the
# names have colour and the words between them have none.
set -eu
folder="$(mktemp -d)/with a space"
mkdir "$folder"
trap 'rm -rf "$folder"; rmdir "$(dirname "$folder")"' EXIT
unset DISPLAY WAYLAND_DISPLAY
"$1/pipelines/captions.sh" "$1/pipelines/captions.srt" "$folder"
gst-launch-1.0 -q filesrc location="$folder/captions.webm" ! matroskademux \
  ! vp8dec ! filesink location="$folder/frames"
[ "$(stat -c %s "$folder/frames")" = $((125 * 640 * 360 * 3 / 2)) ]

gst-launch-1.0 -q filesrc location="$folder/captions.png" ! pngdec \
  ! videoconvert ! video/x-raw,format=RGB ! filesink location="$folder/rgb"
/usr/bin/python3 - "$folder/rgb" <<'END'
import sys
pixels = open (sys.argv[1], "rb").read ()
assert len (pixels) == 640 * 360 * 3, len (pixels)
# The background and the other words are grey: red, green and blue alike.
coloured = [i // 3 % 640 for i in range (0, len (pixels), 3)
            if max (pixels[i:i + 3]) - min (pixels[i:i + 3]) > 60]
assert len (coloured) > 50, "no name has colour"
columns = sorted (set (coloured))
gaps = [b - a for a, b in zip (columns, columns[1:])]
assert max (gaps) > 25, "no word without colour stands between the names"
END
