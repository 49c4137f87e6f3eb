# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of rnntool share: running it, and files for it to read."""
import json
import math
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import unittest

DONE, FAILED, MISUSE = 0, 1, 2
RNNTOOL = os.environ["RNNTOOL"]
MODELS = pathlib.Path(os.environ["RNN_MODELS"])


def run(*arguments, stdin="", cwd=None):
    return subprocess.run([RNNTOOL, *map(str, arguments)], input=stdin, cwd=cwd,
                          capture_output=True, text=True, timeout=120)


def commands():
    """The names of the commands, as `rnntool --help` lists them."""
    lines = run("--help").stdout.splitlines()
    return [line.split()[0] for line in lines if line.startswith("  ")]


class Case(unittest.TestCase):
    """Each test has an empty folder, where rnntool runs."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rnntool-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def run_tool(self, *arguments, stdin=""):
        return run(*arguments, stdin=stdin, cwd=self.folder)

    def done(self, *arguments, stdin=""):
        """Run, and return stdout; all is well and stderr is silent."""
        result = self.run_tool(*arguments, stdin=stdin)
        self.assertEqual((result.returncode, result.stderr), (DONE, ""))
        return result.stdout

    def refused(self, code, message, *arguments):
        """One line on stderr has the command's name and `message` in it."""
        result = self.run_tool(*arguments)
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertRegex(result.stderr, r"\Arnntool[^:\n]*: [^\n]+\n\Z")
        self.assertIn(message, result.stderr)

    def fails(self, message, *arguments):
        self.refused(FAILED, message, *arguments)

    def is_misused(self, message, *arguments):
        self.refused(MISUSE, message, *arguments)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def write_data(self, name, *sentences):
        """Labelled text: `Mary/B-PER came/O`."""
        lines = ["".join(word.replace("/", "\t") + "\n" for word in sentence.split())
                 for sentence in sentences]
        return self.write(name, "\n".join(lines))


def read_header(path):
    """The header of a safetensors file."""
    data = pathlib.Path(path).read_bytes()
    return json.loads(data[8:8 + struct.unpack("<Q", data[:8])[0]])


def rewrite_header(path, change):
    """A copy of a model with its header changed; its name."""
    data = pathlib.Path(path).read_bytes()
    n = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + n])
    change(header)
    text = json.dumps(header).encode()
    copy = path.with_name("strange.safetensors")
    copy.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + n:])
    return copy


def logit(p):
    return math.log(p / (1 - p))


def write_model(path, words, latch=None, lookahead=0, labels="PER", unk="<UNK>"):
    """A model that can be worked out by hand; yhat is 0 but where it is said here.

    `words`: yhat of each word, {"Mary": 0.9, "came": 0}. `latch`: a word from which
    on each word has at least its yhat, until the state is reset. `lookahead`: what a
    word says is said of the word so many before it. `unk`: how the unknown word is
    called.

    Unit i is 1 when word i comes, else -1, so that
    yhat = sigmoid(-10 + the sum of 2 w_i over the units that are 1).
    """
    names = [unk, *words]
    n = len(names)
    waa = [[30.0 * (i == j and names[i] == latch) for j in range(n)] for i in range(n)]
    wax = [[60.0 * (i == j) for j in range(n)] for i in range(n)]
    wya = [(logit(p) + 10) / 2 if p else 0.0 for p in [0, *words.values()]]
    tensors = {"Waa": ([n, n], sum(waa, [])), "Wax": ([n, n], sum(wax, [])),
               "ba": ([n], [-20.0] * n),
               "Wya": ([1, n], wya), "by": ([1], [-10 + sum(wya)])}
    header = {"__metadata__": {"rnn.labels": labels, "rnn.lookahead": str(lookahead)}}
    data = b""
    for name, (shape, values) in tensors.items():
        header[name] = {"dtype": "F32", "shape": shape,
                        "data_offsets": [len(data), len(data) + 4 * len(values)]}
        data += struct.pack(f"<{len(values)}f", *values)
    vocab = "\n".join(names).encode()
    header["vocab"] = {"dtype": "U8", "shape": [len(vocab)],
                       "data_offsets": [len(data), len(data) + len(vocab)]}
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data + vocab)
    return path
