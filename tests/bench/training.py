#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Words a second of `rnntool train` beside PyTorch: training.py RNNTOOL CORES.

The same job for both, in turns: made-up text of 10,000 words, the same batch,
BPTT length, optimiser and clipping. A training's time is that of three epochs
less that of one, so that reading and starting cancel out; with one core by the
process's own clock, with two by the wall's. Prints medians of the rounds.
"""
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = 3
N_WORDS, N_TOKENS, SENTENCE = 10000, 40960, 20
STREAMS, STEPS = 16, 32
#       name, cell, n_a, n_e
JOBS = [("lectures' net, Elman 100", "elman", 100, 0), ("GRU 128", "gru", 128, 64)]


def write_text(path, n_tokens, seed):
    """Words by Zipf's law; each of the N_WORDS at least once in a long text."""
    draw = random.Random(seed)
    weights = [1 / (i + 3) for i in range(N_WORDS)]
    words = draw.choices(range(N_WORDS), weights, k=n_tokens)
    words[:N_WORDS] = range(min(N_WORDS, n_tokens))
    draw.shuffle(words)
    with open(path, "w", encoding="utf-8") as file:
        for i, word in enumerate(words):
            tag = "B-PER" if word % 20 == 7 else "O"
            file.write(f"word{word}\t{tag}\n" + ("\n" if i % SENTENCE == SENTENCE - 1 else ""))


def ours(rnntool, folder, job, epochs):
    _, cell, n_a, n_e = job
    return [rnntool, "train", "--train", folder + "/train.tsv", "--dev", folder + "/dev.tsv",
            "--out", folder + "/net.safetensors", "--cell", cell, "--hidden", str(n_a),
            "--embedding", str(n_e), "--words", str(N_WORDS), "--streams", str(STREAMS),
            "--steps", str(STEPS), "--epochs", str(epochs), "--patience", "9",
            "--dropout", "0", "--unknown", "0", "--lowercase", "0"]


def pytorch(folder, job, epochs, way):
    _, cell, n_a, n_e = job
    return ["/usr/bin/python3", HERE + "/training-torch.py", folder + "/train.tsv", cell,
            str(n_a), str(n_e), str(STREAMS), str(STEPS), str(epochs), way]


def seconds(command, cores):
    environment = dict(os.environ, OPENBLAS_NUM_THREADS=str(cores), OMP_NUM_THREADS=str(cores))
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if cores > 1:
        return time.monotonic() - start
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main():
    rnntool, cores = sys.argv[1], int(sys.argv[2])
    print("| job | cores | rnntool train, words/s | PyTorch | PyTorch, sparse embedding "
          "| ratio to the faster (wanted) |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        write_text(folder + "/train.tsv", N_TOKENS, 1)
        write_text(folder + "/dev.tsv", 200, 2)
        for job in JOBS:
            speeds, ratios = [[], [], []], []
            for _ in range(ROUNDS):
                commands = [lambda n: ours(rnntool, folder, job, n),
                            lambda n: pytorch(folder, job, n, "dense"),
                            lambda n: pytorch(folder, job, n, "sparse")]
                for speed, command in zip(speeds, commands):
                    spent = seconds(command(3), cores) - seconds(command(1), cores)
                    speed.append(2 * N_TOKENS / spent)
                ratios.append(speeds[0][-1] / max(speeds[1][-1], speeds[2][-1]))
            figures = " | ".join(f"{statistics.median(speed):.0f}" for speed in speeds)
            print(f"| {job[0]} | {cores} | {figures} | {statistics.median(ratios):.2f}x (2) |",
                  flush=True)


main()
