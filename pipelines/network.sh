#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Tokenize in one process, tag in another: pipelines/network.sh [TEXT [PORT]]
#
# Token buffers go over TCP in GStreamer's data protocol, which keeps caps and
# times and loses metadata: the words then come from the model's vocabulary.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
text=${1-Harry Potter and Hermione Granger invented a new spell.}
port=${2-5050}
model=${RNN_MODEL:-$here/models/names-en-elman.safetensors}

"$here/setup.sh" gstreamer1.0-plugins-bad
export GST_PLUGIN_PATH="$here/../build/plugin${GST_PLUGIN_PATH:+:$GST_PLUGIN_PATH}"

# The receiving end listens first, so that nothing is missed.
gst-launch-1.0 -q tcpserversrc host=127.0.0.1 port="$port" ! gdpdepay \
  ! rnntagger model-file="$model" ! rnnannotator ! application/x-json \
  ! fdsink fd=3 3>&1 1>&2 &
receiver=$!
trap 'kill $receiver 2>/dev/null || true' EXIT

for attempt in 1 2 3 4 5 6 7 8 9 10; do
  if printf '%s\n' "$text" | gst-launch-1.0 -q fdsrc fd=0 \
    ! text/x-raw,format=utf8 ! rnntokenizer model-file="$model" framing=line \
    ! gdppay ! tcpclientsink host=127.0.0.1 port="$port" 1>&2 2>/dev/null; then
    break
  fi
  [ "$attempt" -lt 10 ] || { echo "no connection to port $port" 1>&2; exit 1; }
  sleep 0.5
done
wait $receiver
