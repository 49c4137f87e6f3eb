#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What README.md shows works as it stands there: the recipes that are no scripts,
# the Python that writes a model, and a C program against the installed library.
set -eu -o pipefail
root=$1
build=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$root"
export GST_PLUGIN_PATH=$build/plugin
M=pipelines/models/names-en.safetensors

echo "== text from a program"
tagged=$(echo "Mary Smith came." | gst-launch-1.0 -q fdsrc \
  ! text/x-raw,format=utf8 ! rnntagbin model-file=$M framing=line \
  ! text/x-raw,format=utf8 ! fdsink)
[ "$tagged" = "[PER Mary Smith] came." ] || { echo "got: $tagged"; exit 1; }

echo "== JSON"
gst-launch-1.0 -q filesrc location=pipelines/captions.srt ! subparse \
  ! rnntagbin model-file=$M ! application/x-json ! fdsink \
  | /usr/bin/python3 -c '
import json, sys
cues = [json.loads (line) for line in sys.stdin]
assert len (cues) == 2 and cues[1]["pts"] == 2500000000, cues'

echo "== a model from Python"
sed -n '/^import json, struct/,/^```/p' README.md | sed '/^```/d' >"$folder/save.py"
cat >>"$folder/save.py" <<'END'
import sys
import numpy
words, n_e, n_a, n_y = ["<UNK>", "Mary", "came"], 4, 5, 3
sizes = {"embedding.weight": (len(words), n_e),
         "rnn.weight_ih_l0": (3 * n_a, n_e), "rnn.weight_hh_l0": (3 * n_a, n_a),
         "rnn.bias_ih_l0": (3 * n_a,), "rnn.bias_hh_l0": (3 * n_a,),
         "output.weight": (n_y, n_a), "output.bias": (n_y,)}
draw = numpy.random.default_rng(1)
state = {name: draw.normal(size=size).astype(numpy.float32)
         for name, size in sizes.items()}
vocab = numpy.array(list("\n".join(words).encode()), dtype=numpy.uint8)
save_file({**state, "vocab": vocab}, sys.argv[1],
          metadata={"rnn.cell": "gru", "rnn.labels": "O\nB-PER\nI-PER"})
END
/usr/bin/python3 "$folder/save.py" "$folder/mine.safetensors"
"$build/core/rnntool/rnntool" info --model "$folder/mine.safetensors" \
  | grep -E '^cell +"gru"'

echo "== a program in C"
DESTDIR=$folder/root meson install -C "$build" --no-rebuild >/dev/null
sed -n '/^#include <rnn\/rnn.h>/,/^```/p' README.md | sed '/^```/d' >"$folder/body.c"
{
  sed -n '/^#include/p' "$folder/body.c"
  echo 'int main (int argc, char **argv) { GError *error = NULL;'
  echo 'gint32 tokens[] = { 1, 2 }; gsize n_tokens = 2; float yhat[6] = { 0 };'
  sed '/^#include/d; s|"m.safetensors"|argv[1]|' "$folder/body.c"
  echo 'return yhat[0] + yhat[1] + yhat[2] > 0.99f ? 0 : 1; }'
} >"$folder/program.c"
pc=$(dirname "$(find "$folder/root" -name rnncore.pc)")
sed -i "s|^prefix=|prefix=$folder/root|" "$pc/rnncore.pc"
flags=$(PKG_CONFIG_PATH=$pc pkg-config --cflags --libs rnncore)
cc -Wall -Wno-unused-parameter "$folder/program.c" -o "$folder/program" $flags
LD_LIBRARY_PATH=${pc%/pkgconfig} "$folder/program" "$folder/mine.safetensors"
