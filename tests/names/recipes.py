# SPDX-License-Identifier: LGPL-2.1-or-later
"""The recipes of the models that ship run from end to end, on a small folder:

    recipes.py RNNTOOL MODELS
"""
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import unittest

RNNTOOL, MODELS = sys.argv[1], pathlib.Path(sys.argv[2])
CORPORA = "uner-ewt gum-spoken gum-written wikigold litbank btc wnut17".split()
FIRST, LAST = "harry mary john rose mark".split(), "potter smith granger jones".split()
WORDS = "the spell was new and met saw in a garden by word bears are here".split()
PLACES, COMPANIES = ["London", "Paris"], ["Google", "Intel"]


def sentence(numbers):
    """A person meets somebody somewhere; some begin with a word of two uses."""
    name = [(numbers.choice(FIRST).title(), "B-PER"), (numbers.choice(LAST).title(), "I-PER")]
    some = [(numbers.choice(WORDS), "O") for _ in range(4)]
    other = [("a", "O"), (numbers.choice(["rose", "mark"]), "O"), ("in", "O"), ("the", "O"),
             (numbers.choice(PLACES), "B-LOC"), ("by", "O"), (numbers.choice(COMPANIES), "B-ORG"),
             ("New", "B-LOC"), ("York", "I-LOC"), ("Red", "B-ORG"), ("Cross", "I-ORG"), (".", "O")]
    return numbers.choice([name + some + other, some + other])


def write_folder(folder):
    numbers = random.Random(1)
    for corpus in CORPORA:
        (folder / corpus).mkdir()
        for part, n in ("train", 60), ("dev", 20):
            text = "\n\n".join("\n".join("\t".join(pair) for pair in sentence(numbers))
                               for _ in range(n))
            (folder / corpus / f"{part}.tsv").write_text(text + "\n", encoding="utf-8")
    (folder / "names").mkdir()
    for path, names in ("first.tsv", FIRST), ("last.tsv", LAST):
        (folder / "names" / path).write_text("".join(f"{n}\t9\n" for n in names),
                                             encoding="utf-8")
    words = ["the", ".", ","] + WORDS[1:] + FIRST + LAST
    (folder / "glove100").mkdir()
    (folder / "glove100" / "words.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    (folder / "glove100" / "vec.i8").write_bytes(numbers.randbytes(100 * len(words)))
    (folder / "glove100" / "scale.f32").write_bytes(struct.pack(f"<{len(words)}f",
                                                                *[0.01] * len(words)))
    (folder / "reviews").write_text("1\tgood\tthe film was n't new. mary smith met a rose!\n",
                                    encoding="utf-8")


class Recipes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory(prefix="recipes-")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        write_folder(cls.folder)

    def run_recipe(self, name, *files):
        """Run it for one epoch, and tell what came out."""
        out = self.folder / f"{name}.safetensors"
        subprocess.run([MODELS / f"{name}.sh", self.folder, *files, out, "--epochs", "1"],
                       check=True, capture_output=True, env={**os.environ, "RNNTOOL": RNNTOOL})
        told = subprocess.run([RNNTOOL, "info", out], check=True, capture_output=True, text=True)
        self.assertTrue(out.with_name(out.name + ".csv").exists() or name == "names-en-elman")
        return told.stdout

    def test_the_lectures_net(self):
        self.assertIn("elman", self.run_recipe("names-en-elman"))

    def test_the_small_tagger(self):
        self.assertIn("gru", self.run_recipe("names-en-tiny"))

    def test_the_best_tagger_and_its_teachers(self):
        told = self.run_recipe("names-en", self.folder / "reviews")
        self.assertIn("gru", told)
        self.assertIn("B-PER", told)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
