#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Tokenize in one process, tag in another: pipelines/network.sh [TEXT [PORT]]
#
# Token buffers go over TCP in GStreamer's data protocol, which keeps caps and
# times and loses metadata: the words then come from the model's vocabulary.
. "$(dirname "$0")/environment.sh"
text=${1-Harry Potter and Hermione Granger invented a new spell.}
port=${2-5050}
prepare gstreamer1.0-plugins-bad

# The receiving end listens first, so that nothing is missed; as a job of its own
# (-m) it can be ended whole.
set -m
launch tcpserversrc host=127.0.0.1 port="$port" ! gdpdepay \
  ! rnntagger model-file="$model" ! rnnannotator ! application/x-json \
  ! fdsink fd=3 &
receiver=$!
set +m
trap 'kill -- -$receiver 2>/dev/null || true' EXIT

send () {
  printf '%s\n' "$text" | gst-launch-1.0 -q fdsrc fd=0 \
    ! text/x-raw,format=utf8 ! rnntokenizer model-file="$model" framing=line \
    ! gdppay ! tcpclientsink host=127.0.0.1 port="$port" 1>&2 2>/dev/null
}

for attempt in 1 2 3 4 5 6 7 8 9 10; do
  kill -0 $receiver 2>/dev/null || break
  if send; then
    wait $receiver
    exit
  fi
  sleep 0.5
done
echo "no connection to port $port" 1>&2
exit 1
