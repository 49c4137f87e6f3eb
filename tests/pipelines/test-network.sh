#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Tokens cross a network and are tagged on the other side, every one of them.
set -eu
json=$(timeout 60 "$1/pipelines/network.sh" "Mary went to London ." 5099)
echo "$json"
echo "$json" | /usr/bin/python3 -c '
import json, sys
tokens = [t for line in sys.stdin for t in json.loads(line)["tokens"]]
assert len(tokens) == 5, tokens
'
