#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What `rnntool bench` promises, but for its figures: test-command.py RNNTOOL."""
import json
import math
import os
import subprocess
import sys
import unittest

RNNTOOL = sys.argv.pop(1)
MODEL = sys.argv.pop(1)
QUICK = ["--seconds", "0.02"]
KEYS = ["cell", "n_a", "n_y", "layers", "kernels", "streams", "tokens", "token_ns",
        "tokens_per_second", "step_bytes", "limit_ns", "share_of_limit"]


def bench(*options, mask=None):
    environment = dict(os.environ, RNN_CPU_MASK=mask) if mask else None
    return subprocess.run([RNNTOOL, "bench", *QUICK, *options], env=environment,
                          capture_output=True, text=True, check=False)


def figures(*options, **more):
    done = bench("--json", *options, **more)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    return json.loads(done.stdout)


class Bench(unittest.TestCase):
    def test_json_has_every_key_and_finite_figures(self):
        got = figures()
        self.assertEqual(list(got), KEYS)
        for key in KEYS[7:]:
            self.assertTrue(math.isfinite(got[key]) and got[key] > 0, key)
        self.assertAlmostEqual(got["token_ns"] * got["tokens_per_second"] / 1e9, 1, 3)
        self.assertAlmostEqual(got["limit_ns"] / got["token_ns"] / got["share_of_limit"],
                               1, 3)

    def test_options_say_what_runs(self):
        got = figures("--cell", "gru", "--hidden", "40", "--outputs", "3",
                      "--streams", "5", "--tokens", "7")
        self.assertEqual([got[key] for key in ("cell", "n_a", "n_y", "streams", "tokens")],
                         ["gru", 40, 3, 5, 7])

    def test_a_step_reads_the_recurrent_and_the_output_weights_and_one_row(self):
        for cell, gates in ("elman", 1), ("gru", 3), ("lstm", 4):
            got = figures("--cell", cell, "--hidden", "50", "--outputs", "4")
            floats = gates * 50 * 50 + 4 * 50 + gates * 50
            self.assertEqual(got["step_bytes"], 4 * floats)

    def test_the_mask_of_kernels_is_obeyed_and_told(self):
        self.assertEqual(figures(mask="c")["kernels"], "c")

    def test_a_model_file_can_be_measured(self):
        got = figures("--model", MODEL)
        told = json.loads(subprocess.check_output([RNNTOOL, "info", "--json", MODEL]))
        self.assertEqual([got[key] for key in ("cell", "n_a", "n_y", "layers")],
                         [told[key] for key in ("cell", "n_a", "n_y", "layers")])

    def test_lines_have_the_same_keys_as_the_json(self):
        done = bench()
        self.assertEqual(done.returncode, 0)
        self.assertEqual([line.split()[0] for line in done.stdout.splitlines()], KEYS)

    def test_wrong_usage_is_one_line_and_exit_2(self):
        for options in (["--cell", "rnn"], ["--hidden", "0"], ["--hidden", "8193"],
                        ["--outputs", "0"], ["--outputs", "4097"], ["--streams", "0"],
                        ["--streams", "4097"], ["--tokens", "0"], ["--tokens", "65537"],
                        ["--seconds", "0"], ["--seconds", "nan"], ["--hidden", "many"],
                        ["--model", MODEL, "--cell", "gru"],
                        ["--model", MODEL, "--hidden", "9"], ["extra"], ["--fast"]):
            done = bench(*options)
            self.assertEqual((done.returncode, done.stdout), (2, ""), options)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def test_a_missing_model_is_a_failure_that_names_it(self):
        done = bench("--model", "no/such.safetensors")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("no/such.safetensors", done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1)

    def test_help_is_told_on_stdout(self):
        done = bench("--help")
        self.assertEqual(done.returncode, 0)
        for option in "--model", "--cell", "--hidden", "--streams", "--tokens", "--json":
            self.assertIn(option, done.stdout)


unittest.main()
