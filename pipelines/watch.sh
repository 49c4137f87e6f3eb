#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Watch names light up in a terminal: pipelines/watch.sh [FILE|- [WORDS_A_SECOND]]
#
# No FILE: the transcript beside this script; `-`: stdin, as its words come; a
# .srt or .vtt at its own times; a .wav through a speech recogniser; any other
# file word by word. Words stand pale as they arrive and get their colour when
# the network is sure; so do hypotheses, until the text itself replaces them.
# WORDS_A_SECOND: how fast a text is read, 3 by default; 0: all as fast as it goes.
. "$(dirname "$0")/environment.sh"
input=${1-$here/transcript.txt}
packages=(python3-gi gir1.2-gstreamer-1.0)
case $input in
  *.wav) packages+=(gstreamer1.0-plugins-good gstreamer1.0-pocketsphinx
                    pocketsphinx-en-us) ;;
esac
prepare "${packages[@]}"
# pocketsphinx logs all it does to stderr. A failure still says why.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
/usr/bin/python3 "$here/watch.py" "$model" "$input" "${2-3}" 2>"$log" \
  || { grep -vE '^(INFO|DEBUG)' "$log" >&2; exit 1; }
