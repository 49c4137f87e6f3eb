# SPDX-License-Identifier: LGPL-2.1-or-later
"""Score a model on the dev files: the mean over five corpora, cased and lower-cased
without punctuation, of the mean of token F1 and exact-entity F1 for PER; each
file one stream. Exit 1 below the least score, 77 where the corpora are missing.

    score.py RNNTOOL MODEL FOLDER [LEAST]"""
import json
import pathlib
import subprocess
import sys

CORPORA = ["uner-ewt", "gum-spoken", "gum-written", "wikigold", "litbank"]


def evaluate(rnntool, model, data, options):
    command = [rnntool, "eval", "--model", model, "--data", data, "--json"]
    out = subprocess.run(command + options, check=True, capture_output=True)
    return json.loads(out.stdout)


def main(rnntool, model, folder, least="0"):
    data = pathlib.Path(folder)
    if not data.is_dir():
        print(f"skipped: no corpora in {data}")
        return 77
    means = []
    for corpus in CORPORA:
        for options in ([], ["--lowercase"]):
            scores = evaluate(rnntool, model, data / corpus / "dev.tsv", options)
            token, span = scores["token"]["f1"], scores["span"]["f1"]
            means.append(50 * (token + span))
            way = "lower-cased" if options else "cased"
            print(f"{corpus:12} {way:12} token {100 * token:5.1f}  "
                  f"entity {100 * span:5.1f}")
    score = sum(means) / len(means)
    print(f"score {score:.1f}")
    return 0 if score >= float(least) else 1


sys.exit(main(*sys.argv[1:]))
