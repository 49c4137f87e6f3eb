# SPDX-License-Identifier: LGPL-2.1-or-later
"""rnntool info: what a model file holds."""
import json
import unittest

from cli import MODELS, Case, rewrite_header, write_model


class Info(Case):
    def setUp(self):
        super().setUp()
        self.model = write_model(self.folder / "m.safetensors", {"Mary": 0.9, "came": 0},
                                 lookahead=1, labels="NAME")

    def test_json_says_all_sizes_and_kinds(self):
        told = json.loads(self.done("info", "--json", self.model))
        self.assertRegex(told.pop("vocab_id"), r"\A[0-9a-f]{16}\Z")
        self.assertRegex(told.pop("file_hash"), r"\A[0-9a-f]{64}\Z")
        self.assertEqual(told, {
            "cell": "elman", "activation": "tanh", "output": "sigmoid",
            "labels": ["NAME"], "n_x": 3, "n_a": 3, "n_y": 1, "layers": 1,
            "directions": 1, "slots": 1, "lookahead": 1, "unk": 0,
            "arithmetic": "float"})

    def test_text_has_a_line_for_each_key_of_the_json(self):
        told = json.loads(self.done("info", "--json", self.model))
        lines = self.done("info", self.model).splitlines()
        self.assertEqual([line.split()[0] for line in lines], list(told))
        self.assertIn('labels      ["NAME"]', lines)

    def test_the_model_comes_as_an_argument_or_by_an_option(self):
        wanted = self.done("info", self.model)
        self.assertEqual(self.done("info", "--model", self.model), wanted)
        self.assertEqual(self.done("info", "-m", self.model), wanted)

    def test_the_hash_is_the_files_bytes_and_not_its_names(self):
        def hash_of(path):
            return json.loads(self.done("info", "--json", path))["file_hash"]

        copy = self.folder / "copy.safetensors"
        copy.write_bytes(self.model.read_bytes())
        other = write_model(self.folder / "other.safetensors", {"Mary": 0.8, "came": 0})
        self.assertEqual(hash_of(copy), hash_of(self.model))
        self.assertNotEqual(hash_of(other), hash_of(self.model))

    def test_what_a_file_says_cannot_drive_the_terminal_or_flood_it(self):
        for key in ("cell", "activation", "output", "arithmetic", "unk", "lookahead",
                    "features", "normalize"):
            for value, shown in (("a\x1b[31m", r"a\x1b[31m"), ("x" * 5000, "x…")):
                path = rewrite_header(self.model, lambda header: header["__metadata__"]
                                      .update({f"rnn.{key}": value}))
                self.fails(shown, "info", path)
                self.assertLess(len(self.run_tool("info", path).stderr), 400)

        def rename(header):
            header["voc\nab\x1b[31m"] = header.pop("vocab")
        self.fails(r"tensor voc\nab\x1b[31m: expected no such tensor", "info",
                   rewrite_header(self.model, rename))

    def test_two_models_are_misuse(self):
        self.is_misused("too many arguments", "info", self.model, self.model)
        self.is_misused("too many arguments", "info", "--model", self.model, self.model)

    def test_the_models_that_ship_are_what_the_readme_says(self):
        told = {name: json.loads(self.done(
            "info", "--json", MODELS / f"{name}.safetensors"))
            for name in ("names-en", "names-en-tiny", "names-en-elman")}
        self.assertEqual([(m["cell"], m["n_a"], m["lookahead"]) for m in told.values()],
                         [("gru", 200, 2), ("gru", 128, 2), ("elman", 100, 0)])
        self.assertEqual(told["names-en-elman"]["n_x"], 10000)


if __name__ == "__main__":
    unittest.main()
