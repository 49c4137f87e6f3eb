#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# entities.py reads from the bus the entities that the JSON of the same subtitles
# has, with their times.
set -eu -o pipefail
"$1/pipelines/setup.sh" python3-gi gir1.2-gstreamer-1.0
export GST_PLUGIN_PATH=$1/build/plugin
subtitles=$1/pipelines/captions.srt
model=$1/pipelines/models/names-en-elman.safetensors

got=$("$1/pipelines/entities.py" "$subtitles" "$model")
echo "$got"
grep -qx "2.500 PER Buzz Aldrin" <<<"$got"
wanted=$(gst-launch-1.0 -q filesrc location="$subtitles" ! subparse \
  ! rnntagbin model-file="$model" ! application/x-json ! fdsink \
  | /usr/bin/python3 -c '
import json, sys
for line in sys.stdin:
    for entity in json.loads (line)["entities"]:
        print ("%.3f" % (entity["pts"] / 1e9), entity["label"], entity["text"])')
[ "$got" = "$wanted" ] || { echo "JSON has: $wanted"; exit 1; }
if "$1/pipelines/entities.py" "$subtitles" none.safetensors; then exit 1; fi
