#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Kill a training at random moments, go on each time, and compare the file.

    tests/fault/resume.py BUILD [KILLS [SEED]]

BUILD is the build folder; KILLS 20 by default. An unbroken run first. Then, for
each kill, a run of its own that gets SIGKILL at a random moment of the time the
first one took, and goes on with --resume. Exit 1 unless every file is the same,
bit for bit.
"""
import pathlib
import random
import subprocess
import sys
import tempfile
import time

WORDS = "the bears of Teddy sleep and Mary said that Harry was here .".split()
NAMES = {"Teddy", "Mary", "Harry"}
# Of this many kills one must have hit a training that had not yet ended.
FEW = 2


def write_corpus(path, rng, n_sentences):
    lines = []
    for _ in range(n_sentences):
        for word in rng.choices(WORDS, k=12):
            lines.append(f"{word}\t{'B-PER' if word in NAMES else 'O'}")
        lines.append("")
    path.write_text("\n".join(lines) + "\n")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        corpus = folder / "corpus.tsv"
        # More kills, a longer training to spread them over.
        write_corpus(corpus, rng, 100 + 20 * kills)

        def train(out):
            return subprocess.Popen(
                [str(build / "core/rnntool/rnntool"), "train", "--train",
                 str(corpus), "--out", str(out), "--cell=gru", "--hidden=20",
                 "--epochs=6", "--streams=4", "--steps=8", "--average=0.9",
                 "--checkpoint", f"{out}.checkpoint", "--resume"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        begin = time.monotonic()
        if train(folder / "unbroken").wait() != 0:
            sys.exit("the unbroken training failed")
        seconds = time.monotonic() - begin
        wanted = (folder / "unbroken").read_bytes()
        n_killed = n_gone_on = n_same = 0
        for i in range(kills):
            out = folder / f"killed-{i}"
            process = train(out)
            time.sleep(rng.uniform(0.05, 0.95) * seconds)
            process.kill()
            n_killed += process.wait() == -9
            n_gone_on += pathlib.Path(f"{out}.checkpoint").exists()
            if train(out).wait() != 0:
                sys.exit(f"{out}: going on failed")
            n_same += out.read_bytes() == wanted
        print(f"{kills} runs of {seconds:.1f} s, {n_killed} of them killed, "
              f"{n_gone_on} went on from a checkpoint, {n_same} the same file")
        sys.exit(n_same != kills or (kills >= FEW and n_killed == 0))


main()
