#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# quickstart.sh prints the tagged text on stdout, and nothing else.
set -eu
script=$1/pipelines/quickstart.sh

# strip: take the brackets away again.
strip () { sed -E 's/\[[A-Z]+ ([^]]*)\]/\1/g'; }
expect () { # WHAT WANTED GOT
  [ "$2" = "$3" ] || { printf '%s\nwanted: %s\ngot:    %s\n' "$1" "$2" "$3"; exit 1; }
}

text="Harry Potter and Hermione Granger invented a new spell."
tagged=$("$script" "$text")
echo "$tagged"
expect "the text is untouched but for the brackets" "$text" "$(echo "$tagged" | strip)"
case $tagged in *"[PER "*) ;; *) echo "no name was found"; exit 1 ;; esac

tagged=$("$script")
echo "$tagged"
expect "the transcript keeps its lines" "$(cat "$1/pipelines/transcript.txt")" \
  "$(echo "$tagged" | strip)"
case $tagged in *"[PER "*) ;; *) echo "no name was found"; exit 1 ;; esac

tagged=$("$script" "$1/pipelines/captions.srt")
echo "$tagged"
case $tagged in *"Buzz"*"Moon."*) ;; *) echo "the cues are not there"; exit 1 ;; esac
