# SPDX-License-Identifier: LGPL-2.1-or-later
"""rnntool tag: text in, tagged text out, line by line."""
import json
import subprocess
import unittest

from cli import RNNTOOL, Case, rewrite_header, write_model

TEXT = "Mary came.\nMary & Ann came\n"


class Tag(Case):
    def setUp(self):
        super().setUp()
        self.model = write_model(self.folder / "m.safetensors",
                                 {"Mary": 0.9, "Ann": 0.6, "came": 0, "Mr": 0.9},
                                 latch="Mr")

    def tag(self, text, *arguments):
        return self.done("tag", "--model", self.model, *arguments, stdin=text)

    def test_names_are_bracketed_and_the_rest_is_untouched(self):
        self.assertEqual(self.tag(TEXT), "[PER Mary] came.\n[PER Mary] & [PER Ann] came\n")

    def test_brackets_are_the_default_format(self):
        for option in "--format", "-f":
            self.assertEqual(self.tag(TEXT, option, "brackets"), self.tag(TEXT))

    def test_markup_is_escaped_text_with_names_in_a_span(self):
        line = self.tag(TEXT, "--format", "markup").splitlines()[1]
        self.assertRegex(line, r"\A<span [^>]*>Mary</span> &amp; <span [^>]*>Ann</span> came\Z")

    def test_json_is_one_object_a_line_with_offsets_and_scores(self):
        lines = self.tag("Mary\nEin Bär, Ann\n", "--format", "json").splitlines()
        first, second = map(json.loads, lines)
        self.assertEqual(first["text"], "Mary\n")
        self.assertIsNone(first["pts"])
        entity = second["entities"][0]
        self.assertEqual([entity[key] for key in ("label", "text", "start", "end")],
                         ["PER", "Ann", 9, 12])
        self.assertAlmostEqual(entity["score"], 0.6, places=3)
        self.assertEqual([token["text"] for token in second["tokens"]],
                         ["Ein", "Bär", ",", "Ann"])

    def test_threshold_is_the_probability_from_which_a_word_counts(self):
        self.assertEqual(self.tag("Mary Ann\n", "--threshold", "0.7"), "[PER Mary] Ann\n")
        self.assertEqual(self.tag("Mary Ann\n", "--threshold", "1"), "Mary Ann\n")
        self.assertEqual(self.tag("came\n", "--threshold", "0"), "[PER came]\n")

    def test_an_unknown_word_is_an_error_where_the_model_has_no_unk(self):
        model = write_model(self.folder / "n.safetensors", {"Mary": 0.9}, unk="came")
        self.assertEqual(self.done("tag", "--model", model, stdin="Mary came"),
                         "[PER Mary] came")
        result = self.run_tool("tag", "--model", model, stdin="Mary came\nMary sang")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout, "[PER Mary] came\n")
        self.assertRegex(result.stderr, r"\Arnntool[^\n]*no <UNK>, got “sang”\n\Z")
        self.assertIn(f"{model}: stdin:2: vocab: ", result.stderr)
        text = self.write("text.txt", "Mary\n\n\nMary\nsang")
        result = self.run_tool("tag", "--model", model, text)
        self.assertIn(f"{model}: {text}:5: vocab: ", result.stderr)

    def test_a_network_that_overflows_is_told_with_its_file_and_the_texts(self):
        growing = write_model(self.folder / "g.safetensors", {"Mary": 0.9}, latch="Mary")
        model = rewrite_header(growing, lambda header: header["__metadata__"].update(
            {"rnn.activation": "relu", "rnn.output": "linear"}))
        text = self.write("text.txt", "Mary\n" + "Mary " * 60)
        result = self.run_tool("tag", "--model", model, text)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, rf"{model}: {text}:2: [^\n]*overflowed\n\Z")
        data = self.write("text.tsv", "Mary\tO\n" * 60)
        self.fails(f"{model}: {data}: steps ", "eval", "--model", model, "--data", data)

    def test_the_state_goes_on_from_line_to_line(self):
        self.assertEqual(self.tag("Mr\n\ncame\n"), "[PER Mr]\n\n[PER came]\n")

    def test_paragraphs_begin_anew_where_a_line_has_no_words(self):
        self.assertEqual(self.tag("Mr\ncame\n\ncame\n", "--paragraphs"),
                         "[PER Mr]\n[PER came]\n\ncame\n")

    def test_text_comes_from_a_file_or_from_stdin(self):
        path = self.write("text.txt", TEXT)
        self.assertEqual(self.tag("", path), self.tag(TEXT))
        self.assertEqual(self.tag(TEXT, "-"), self.tag(TEXT))

    def test_text_without_a_newline_at_its_end_gets_none(self):
        self.assertEqual(self.tag("Mary"), "[PER Mary]")

    def test_text_without_anything_is_tagged_as_that(self):
        self.assertEqual(self.tag(""), "")

    def test_a_line_is_tagged_before_the_next_one_comes(self):
        process = subprocess.Popen([RNNTOOL, "tag", "--model", self.model], text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(3):
            process.stdin.write("Mary came\n")
            process.stdin.flush()
            self.assertEqual(process.stdout.readline(), "[PER Mary] came\n")
        process.stdin.close()
        process.stdout.close()
        self.assertEqual(process.wait(), 0)

    def test_values_that_cannot_be_are_misuse(self):
        for options, message in (
                (["--format", "xml"], "--format: expected brackets, markup or json"),
                (["--threshold", "1.5"], "--threshold: expected 0 … 1"),
                (["--threshold", "-1"], "--threshold: expected 0 … 1"),
                (["--threshold", "nan"], "--threshold: expected 0 … 1"),
                (["--threshold", "half"], "for --threshold"),
                (["one", "two"], "too many arguments")):
            self.is_misused(message, "tag", "--model", self.model, *options)
        self.is_misused("--model: expected a file", "tag")

    def test_text_that_cannot_be_read_is_named(self):
        self.fails("none.txt: cannot open: No such file", "tag", "--model", self.model,
                   "none.txt")
        self.fails(f"{self.folder}: cannot read: Is a directory", "tag", "--model",
                   self.model, self.folder)


if __name__ == "__main__":
    unittest.main()
