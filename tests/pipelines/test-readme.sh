#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What README.md shows works as it stands there: the recipes, training, the Python
# that writes a model, and a C program against the installed library.
set -eu -o pipefail
root=$1
build=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$root"

# The shell blocks of the recipes, as they stand there but for the folders.
sed -n '/^## Five recipes/,/^## Bring/p' README.md \
  | sed "s|/tmp|$folder|g; s|build/plugin|'$build/plugin'|" \
  | awk -v folder="$folder" '/^```sh/ { n++; on = 1; next } /^```/ { on = 0 }
      on { print > (folder "/recipe-" n ".sh") }'
# recipe N: run the Nth block after the first, which sets what all of them need.
recipe () {
  cat "$folder/recipe-1.sh" "$folder/recipe-$(($1 + 1)).sh" >"$folder/run.sh"
  bash -eu -o pipefail "$folder/run.sh"
}
expect () { # WANTED GOT
  [ "$1" = "$2" ] || { printf 'wanted: %s\ngot:    %s\n' "$1" "$2"; exit 1; }
}

echo "== text from a program"
expect $'[PER Mary Smith] came.\nSo did [PER John Brown].' "$(recipe 1)"

echo "== subtitles drawn on video"
recipe 2
[ -s "$folder/captions.webm" ] && [ -s "$folder/captions.png" ]

echo "== speech"
[ "$(recipe 3 | wc -w)" -ge 3 ]

echo "== JSON"
recipe 4 | /usr/bin/python3 -c '
import json, sys
cues = [json.loads(line) for line in sys.stdin]
assert len(cues) == 2 and cues[1]["pts"] == 2500000000, cues
assert {"label", "text", "start", "end", "score"} <= set(cues[1]["entities"][0]), cues'

echo "== tokens over a network"
recipe 5 | /usr/bin/python3 -c '
import json, sys
names = [entity["label"] for line in sys.stdin for entity in json.loads(line)["entities"]]
assert names.count("PER") == 2, names'
[ ! -e "$folder/recipe-7.sh" ]

echo "== train, draw, measure"
for i in $(seq 20); do
  printf 'Mary\tB-PER\nSmith\tI-PER\ncame\tO\n.\tO\n\nThe\tO\ncat\tO\nslept\tO\n.\tO\n\n'
done >"$folder/train.tsv"
for copy in dev mine mine-dev; do
  cp "$folder/train.tsv" "$folder/$copy.tsv"
done
# Commands, with the lines that they go on in.
awk '/^    \.\/rnntool/ { on = 1 } on { print; on = /\\$/ }' README.md \
  | sed "s|^    \./||; s|\(\.\./\)*pipelines/|'$root'/pipelines/|" >"$folder/commands.sh"
[ "$(grep -c '^rnntool' "$folder/commands.sh")" = 4 ]
(cd "$folder" && PATH=$build/core/rnntool:$PATH bash -eu commands.sh)
[ -s "$folder/mine.svg" ]

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
"$build/core/rnntool/rnntool" info "$folder/mine.safetensors" | grep -E '^cell +"gru"'
if /usr/bin/python3 -c 'import torch' 2>/dev/null; then
  echo "== the same from PyTorch"
  sed -n '/^import torch/,/^```/p; /^import json, struct/,/^```/p' README.md \
    | sed '/^```/d' >"$folder/net.py"
  {
    echo 'words = ["<UNK>", "Mary", "came"]; net = Tagger(3, 4, 5, 3)'
    sed -n '/^vocab = torch/,/^```/p' README.md \
      | sed "/^\`\`\`/d; s|\"mine.safetensors\"|\"$folder/mine.safetensors\"|"
  } >>"$folder/net.py"
  /usr/bin/python3 "$folder/net.py"
  "$build/core/rnntool/rnntool" info "$folder/mine.safetensors" | grep -E '^cell +"gru"'
fi

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
