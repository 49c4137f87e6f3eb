# SPDX-License-Identifier: LGPL-2.1-or-later
"""rnntool eval: figures that can be counted by hand, and what is written beside."""
import json
import os
import subprocess
import unittest
from unittest import mock

from cli import Case, write_model

# The model below finds Mary, Smith and rose: one word too many, and not John.
SENTENCES = ("Mary/B-PER Smith/I-PER saw/O a/O rose/O ./O", "John/B-PER came/O ./O")
WORDS = {"Mary": 0.9, "Smith": 0.9, "rose": 0.7, "came": 0, "saw": 0}


class Eval(Case):
    def setUp(self):
        super().setUp()
        self.model = write_model(self.folder / "m.safetensors", WORDS)
        self.data = self.write_data("data.tsv", *SENTENCES)

    def eval(self, *options, model=None, data=None):
        return self.done("eval", "--model", model or self.model, "--data",
                         data or self.data, *options)

    def eval_json(self, *options, **files):
        return json.loads(self.eval("--json", *options, **files))

    def counts(self, *options, **files):
        """Tokens and spans that are right, found, and in the data."""
        told = self.eval_json(*options, **files)
        return [[told[kind][key] for key in ("correct", "found", "gold")]
                for kind in ("token", "span")]

    def test_tokens_and_exact_spans_are_counted(self):
        self.assertEqual(self.counts(), [[2, 3, 3], [1, 2, 2]])

    def test_precision_recall_and_f1_follow_from_the_counts(self):
        token = self.eval_json()["token"]
        self.assertAlmostEqual(token["precision"], 2 / 3, places=5)
        self.assertAlmostEqual(token["recall"], 2 / 3, places=5)
        self.assertAlmostEqual(token["f1"], 2 / 3, places=5)

    def test_text_has_the_same_figures_in_percent(self):
        lines = self.eval().splitlines()
        self.assertEqual(lines[0], "token  precision  66.7  recall  66.7  F1  66.7  "
                                   "(2 right, 3 found, 3 in the data)")
        self.assertTrue(lines[1].startswith("span   precision  50.0  recall  50.0"))

    def test_an_entity_must_have_both_its_ends_right(self):
        data = self.write_data("more.tsv", "Mary/B-PER Smith/I-PER Jones/I-PER came/O")
        self.assertEqual(self.counts(data=data), [[2, 2, 3], [0, 1, 1]])

    def test_lowercase_reads_without_capitals_and_punctuation(self):
        told = self.eval_json("--lowercase")
        self.assertEqual(told["tokens"], 7)
        # mary and smith are unknown words; rose is still found.
        self.assertEqual(self.counts("--lowercase"), [[0, 1, 3], [0, 1, 2]])
        self.assertEqual(self.counts("-l"), self.counts("--lowercase"))

    def test_lower_case_is_the_same_in_every_locale(self):
        made = subprocess.run(["localedef", "-i", "tr_TR", "-f", "UTF-8",
                               self.folder / "tr_TR.UTF-8"], capture_output=True)
        if not (self.folder / "tr_TR.UTF-8").is_dir():
            self.skipTest(f"no Turkish locale: {made.stderr}")
        model = write_model(self.folder / "i.safetensors", {"ian": 0.9})
        data = self.write_data("i.tsv", "IAN/B-PER came/O")
        turkish = {"LOCPATH": str(self.folder), "LC_ALL": "tr_TR.UTF-8"}
        with mock.patch.dict(os.environ, turkish):
            self.assertEqual(self.counts("--lowercase", model=model, data=data),
                             [[1, 1, 1], [1, 1, 1]])

    def test_a_byte_order_mark_is_no_part_of_the_first_word(self):
        self.write("mark.tsv", "\ufeff" + (self.folder / self.data).read_text())
        self.assertEqual(self.counts(data="mark.tsv"), self.counts())

    def test_blanks_behind_a_tag_are_no_part_of_it(self):
        self.write("blanks.tsv", "Mary\tB-PER \nSmith\tI-PER\t\ncame\tO\n")
        self.assertEqual(self.counts(data="blanks.tsv"), [[2, 2, 2], [1, 1, 1]])

    def test_threshold_is_the_probability_from_which_a_word_counts(self):
        self.assertEqual(self.counts("--threshold", "0.8"), [[2, 2, 3], [1, 1, 2]])
        self.assertEqual(self.counts("--threshold", "0.95"), [[0, 0, 3], [0, 0, 2]])

    def test_entity_is_the_one_that_is_counted(self):
        model = write_model(self.folder / "org.safetensors", WORDS, labels="ORG")
        data = self.write_data("org.tsv", "Mary/B-ORG met/O Smith/B-PER")
        self.assertEqual(self.counts("--entity", "ORG", model=model, data=data),
                         [[1, 2, 1], [1, 2, 1]])

    def test_an_unknown_word_is_an_error_where_the_model_has_no_unk(self):
        model = write_model(self.folder / "n.safetensors", {"Mary": 0.9}, unk="came")
        data = self.write("unknown.tsv", "Mary\tB-PER\n\n\nsang\tO\n")
        self.fails("“sang”", "eval", "--model", model, "--data", data)
        self.fails(f"{model}: {data}:4: vocab: ", "eval", "--model", model, "--data", data)

    def test_an_entity_that_the_model_does_not_have_is_refused(self):
        self.fails("labels PER: expected one of the entity 'CITY'", "eval", "--model",
                   self.model, "--data", self.data, "--entity", "CITY")

    def test_state_fresh_begins_each_sentence_anew(self):
        model = write_model(self.folder / "latch.safetensors",
                            {"Mr": 0.9, "came": 0}, latch="Mr")
        data = self.write_data("latch.tsv", "Mr/O", "came/B-PER")
        self.assertEqual(self.counts(model=model, data=data)[0], [1, 2, 1])
        self.assertEqual(self.counts("--state", "carried", model=model, data=data)[0],
                         [1, 2, 1])
        self.assertEqual(self.counts("--state", "fresh", model=model, data=data)[0],
                         [0, 1, 1])

    def test_where_ends_are_unknown_the_next_sentence_speaks_of_the_last_word(self):
        # A word is found when "came" follows it.
        model = write_model(self.folder / "ahead.safetensors", {"came": 0.9},
                            lookahead=1)
        data = self.write_data("ahead.tsv", "Mary/B-PER came/O", "came/O")
        self.assertEqual(self.counts(model=model, data=data)[0], [1, 1, 1])
        self.assertEqual(self.counts("--ends", "known", model=model, data=data)[0],
                         [1, 1, 1])
        self.assertEqual(self.counts("--ends", "unknown", model=model, data=data)[0],
                         [1, 2, 1])

    def test_matrix_reads_in_six_ways_and_each_is_as_alone(self):
        rows = self.eval_json("--matrix")["matrix"]
        self.assertEqual(len(rows), 6)
        for row in rows:
            options = ["--ends", row["ends"], "--state", row["state"]]
            options += ["--lowercase"] if row["lowercase"] else []
            alone = self.eval_json(*options)
            self.assertAlmostEqual(row["mean_f1"], alone["mean_of_files"], places=5)
        self.assertIn("lower-cased unknown  carried", self.eval("--matrix"))

    def test_the_score_is_the_mean_of_cased_and_lower_cased(self):
        told = self.eval_json("--matrix")
        cased, lower = (self.eval_json(*options)["mean_of_files"]
                        for options in ([], ["--lowercase"]))
        self.assertAlmostEqual(told["score"], (cased + lower) / 2, places=5)

    def test_several_files_are_streams_of_their_own_with_a_mean(self):
        other = self.write_data("other.tsv", "Mary/B-PER came/O")
        told = self.eval_json("--data", other)
        self.assertEqual([file["tokens"] for file in told["files"]], [9, 2])
        self.assertEqual(told["tokens"], 11)
        first, second = (file["mean_f1"] for file in told["files"])
        self.assertEqual(second, 1)
        self.assertAlmostEqual(told["mean_of_files"], (first + 1) / 2, places=5)
        text = self.eval("--data", other)
        self.assertIn("mean of the files", text)
        self.assertIn("all files together", text)

    def test_names_of_the_training_files_are_counted_apart(self):
        train = self.write_data("train.tsv", "Mary/B-PER Smith/I-PER came/O",
                                "Tom/B-PER came/O")
        names = self.eval_json("--train", train)["names"]
        self.assertEqual(names, {"known": 2, "seen": 1, "seen_recall": 1.0, "unseen": 1,
                                 "unseen_recall": 0.0})
        self.assertIn("not seen", self.eval("-t", train))

    def test_errors_are_listed_with_the_words_around_them(self):
        self.eval("--errors", "errors.tsv")
        lines = (self.folder / "errors.tsv").read_text(encoding="utf-8").splitlines()
        rows = [line.split("\t") for line in lines]
        self.assertEqual(rows[0], ["kind", "place", "before", "words", "after", "found"])
        self.assertEqual(sorted((row[0], row[3]) for row in rows[1:]),
                         [("invented", "rose"), ("missed", "John")])
        self.assertIn("Mary Smith saw a", [row[2] for row in rows])

    def test_calibration_compares_probabilities_with_what_is_right(self):
        bins = self.eval_json()["calibration"]["bins"]
        self.assertEqual(sum(part["tokens"] for part in bins), 9)
        rose = [part for part in bins if 0.65 < part["mean"] < 0.75]
        self.assertEqual([part["share"] for part in rose], [0.0])
        # |0.9 - 1| twice, |0.7 - 0| once, |0 - 1| of 6 words as |0 - 1/6|.
        self.assertAlmostEqual(self.eval_json()["calibration"]["error"],
                               (2 * 0.1 + 0.7 + 1) / 9, places=3)

    def test_pictures_are_drawn_as_their_names_end(self):
        self.eval("--reliability", "r.svg", "--curve", "c.png")
        self.assertIn(b"<svg", (self.folder / "r.svg").read_bytes()[:200])
        self.assertTrue((self.folder / "c.png").read_bytes().startswith(b"\x89PNG"))

    def test_values_that_cannot_be_are_misuse(self):
        for options, message in (
                (["--threshold", "2"], "--threshold: expected 0 … 1"),
                (["--threshold", "nan"], "--threshold: expected 0 … 1"),
                (["--threshold", "x"], "for --threshold"),
                (["--ends", "maybe"], "--ends: expected known or unknown"),
                (["--state", "new"], "--state: expected carried or fresh"),
                (["--state", "fresh", "--ends", "unknown"], "expected known ends"),
                (["--reliability", "r.jpg"], "--reliability: expected a name"),
                (["--curve", "c"], "--curve: expected a name"),
                (["more"], "too many arguments")):
            self.is_misused(message, "eval", "--model", self.model, "--data", self.data,
                            *options)
        self.is_misused("--model: expected a file", "eval", "--data", self.data)
        self.is_misused("--data: expected a file", "eval", "--model", self.model)

    def test_files_that_cannot_be_used_are_named(self):
        self.write("bad.tsv", "Mary B-PER\n")
        self.write("empty.tsv", "")
        for options, message in (
                (["--data", "none.tsv"], "none.tsv: cannot open"),
                (["--data", "bad.tsv"], "bad.tsv:1: expected token<TAB>tag"),
                (["--data", "empty.tsv"], "empty.tsv:0: expected labelled tokens"),
                (["--train", "none.tsv"], "none.tsv: cannot open"),
                (["--errors", "nowhere/e.tsv"], "nowhere/e.tsv: cannot"),
                (["--reliability", "nowhere/r.svg"], "nowhere/r.svg: cannot write"),
                (["--curve", "nowhere/c.png"], "nowhere/c.png: cannot write")):
            self.fails(message, "eval", "--model", self.model, "--data", self.data,
                       *options)


if __name__ == "__main__":
    unittest.main()
