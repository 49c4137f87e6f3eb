#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The examples in the elements' pages work as they stand there, and print or write
# something.
set -eu -o pipefail
root=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export GST_PLUGIN_PATH=$2/plugin M=pipelines/models/names-en-tiny.safetensors
ln -s "$root/pipelines" "$folder/pipelines"
cd "$folder"
# What they take for given.
gst-launch-1.0 -q audiotestsrc num-buffers=200 ! flacenc ! queue ! m.audio_0 \
  filesrc location=pipelines/captions.srt ! subparse ! m.subtitle_0 \
  matroskamux name=m ! filesink location=talk.mkv

n=0
for page in "$root"/plugin/rnn*.md; do
  csplit -sz -f block- <(awk '/^```sh$/ { on = 1; print "#!example"; next }
    /^```$/ { on = 0 } on' "$page") '/^#!example$/' '{*}'
  for block in block-*; do
    n=$((n + 1))
    echo "== $(basename "$page")"
    cat "$block"
    timeout 120 bash -eu -o pipefail "$block" >out 2>err || { cat err; exit 1; }
    head -c 500 out
    grep -qE 'location=(/dev/null|tagged.mkv)' "$block" || [ -s out ]
  done
  rm block-*
done
[ "$n" -ge 8 ]
[ -s tagged.mkv ]
