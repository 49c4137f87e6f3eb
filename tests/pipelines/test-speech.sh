#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# speech.sh writes down what is said, as a recogniser does: some lower-case words.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
espeak-ng -w "$folder/speech.wav" "the weather is very nice in london today"
text=$(timeout 120 "$1/pipelines/speech.sh" "$folder/speech.wav")
echo "$text"
[ "$(echo "$text" | wc -w)" -ge 3 ]
