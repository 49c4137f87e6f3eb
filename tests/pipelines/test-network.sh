#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Tokens cross a network and are tagged on the other side, every one of them.
set -eu
port=$(/usr/bin/python3 -c '
import socket
with socket.socket () as s:
    s.bind (("127.0.0.1", 0))
    print (s.getsockname ()[1])')
json=$(timeout 60 "$1/pipelines/network.sh" "Mary went to London ." "$port")
echo "$json"
/usr/bin/python3 -c '
import json, sys
found = [json.loads (line) for line in sys.stdin]
words = [token["text"] for one in found for token in one["tokens"]]
names = [entity["text"] for one in found for entity in one["entities"]
         if entity["label"] == "PER"]
assert words == ["mary", "went", "to", "london", "."], words
assert names == ["mary"], names
' <<<"$json"
