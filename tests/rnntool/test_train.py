# SPDX-License-Identifier: LGPL-2.1-or-later
"""rnntool train: each option has its effect on the file or on what is told."""
import csv
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import unittest

from cli import DONE, RNNTOOL, Case, read_header

FIRST, LAST, VERBS = ["Mary", "John", "Ann", "Tom"], ["Smith", "Brown"], ["came", "saw"]
SMALL = ["--hidden", "6", "--streams", "4", "--steps", "8", "--epochs", "2"]


def sentences():
    for i in range(20):
        verb = VERBS[i % 2]
        yield f"{FIRST[i % 4]}/B-PER {LAST[i % 2]}/I-PER {verb}/O ./O"
        yield f"The/O cat/O {verb}/O Paris/B-LOC ./O"


class Train(Case):
    def setUp(self):
        super().setUp()
        self.data = self.write_data("train.tsv", *sentences())
        self.write("first.txt", "\n".join(FIRST) + "\n")
        self.write("last.txt", "\n".join(LAST) + "\n")
        self.write("vectors.txt", "<unk> 0 0 0\nmary 1 0 0\nsmith 0 1 0\ncame 0 0 1\n")

    def arguments(self, *options, out="m.safetensors"):
        return ["train", "--train", self.data, "--out", out, *SMALL, *options]

    def train(self, *options, out="m.safetensors"):
        """Train, and return the file's bytes."""
        self.told = self.done(*self.arguments(*options, out=out))
        return (self.folder / out).read_bytes()

    def info(self, *options):
        self.train(*options)
        return json.loads(self.done("info", "--json", "m.safetensors"))

    def tensor(self, name):
        return read_header(self.folder / "m.safetensors").get(name)


class Network(Train):
    """What the file holds."""

    def test_the_net_of_the_lectures_is_the_default(self):
        told = self.info()
        self.assertEqual(
            {key: told[key] for key in ("cell", "activation", "output", "labels",
                                        "layers", "directions", "slots", "lookahead")},
            {"cell": "elman", "activation": "tanh", "output": "sigmoid",
             "labels": ["PER"], "layers": 1, "directions": 1, "slots": 1,
             "lookahead": 0})

    def test_options_of_the_net_are_in_the_file(self):
        for options, key, value in (
                (["--cell", "gru"], "cell", "gru"),
                (["--cell", "lstm"], "cell", "lstm"),
                (["--activation", "relu"], "activation", "relu"),
                (["--hidden", "7"], "n_a", 7),
                (["-n", "5"], "n_a", 5),
                (["--layers", "2"], "layers", 2),
                (["--bidirectional"], "directions", 2),
                (["--lookahead", "2"], "lookahead", 2),
                (["-k", "1"], "lookahead", 1),
                (["--words", "6"], "n_x", 6),
                (["--features", "word suffix2:16"], "slots", 2),
                (["--entity", "LOC"], "labels", ["LOC"])):
            with self.subTest(options):
                self.assertEqual(self.info(*options)[key], value)

    def test_all_tags_is_a_softmax_over_them(self):
        told = self.info("--all-tags")
        self.assertEqual(told["output"], "softmax")
        self.assertEqual(sorted(told["labels"]), ["B-LOC", "B-PER", "I-PER", "O"])

    def test_embedding_puts_a_matrix_before_the_cell(self):
        self.train()
        self.assertIsNone(self.tensor("embedding.weight"))
        self.train("--embedding", "5")
        self.assertEqual(self.tensor("embedding.weight")["shape"][1], 5)

    def test_embed_all_lets_features_through_the_embedding(self):
        features = ["--embedding", "5", "--features", "word suffix2:16"]
        self.train(*features)
        words = self.tensor("embedding.weight")["shape"][0]
        self.train(*features, "--embed-all")
        self.assertEqual(self.tensor("embedding.weight")["shape"][0], words + 16)

    def test_normalize_is_what_the_file_does_to_words(self):
        self.train("--normalize", "lowercase digits")
        metadata = read_header(self.folder / "m.safetensors")["__metadata__"]
        self.assertEqual(metadata["rnn.normalize"], "lowercase digits")

    def test_store_is_the_type_of_the_weights(self):
        for storage, dtype in (("f32", "F32"), ("f16", "F16")):
            self.train("--embedding", "4", "--store", storage)
            self.assertEqual(self.tensor("embedding.weight")["dtype"], dtype)
        self.train("--embedding", "4", "--store", "int8")
        self.assertEqual(self.tensor("embedding.weight")["dtype"], "I8")
        self.assertEqual(self.tensor("embedding.weight.scale")["dtype"], "F32")

    def test_word_vectors_stay_as_they_are_unless_they_are_tuned(self):
        vectors = ["--embeddings", "vectors.txt", "--normalize", "lowercase"]

        def rows(*options):
            data = self.train(*vectors, *options)
            start, end = self.tensor("embedding.weight")["data_offsets"]
            header = int.from_bytes(data[:8], "little")
            return data[8 + header + start:8 + header + end]

        frozen = rows()
        self.assertTrue(frozen == rows("--rate", "0.01"))
        self.assertTrue(frozen != rows("--tune-from", "1"))


class Learning(Train):
    """How it is learned."""

    def test_the_same_seed_gives_the_same_file_and_another_another(self):
        first = self.train("--seed", "5")
        self.assertTrue(first == self.train("--seed", "5"))
        self.assertTrue(first != self.train("--seed", "6"))

    def test_options_of_learning_change_what_is_learned(self):
        lists = ["--list", "first=first.txt", "--list", "last=last.txt"]
        plain = self.train(*lists)
        for options in (["--rate", "0.01"], ["--decay", "0.1"], ["--clip", "0.01"],
                        ["--dropout", "0.6"], ["--unknown", "9"], ["--lowercase", "0"],
                        ["--average", "0.9"], ["--substitute", "1"], ["--errors", "0.9"],
                        ["--weights", "2"],
                        ["--streams", "3"], ["--steps", "5"], ["--epochs", "1"]):
            with self.subTest(options):
                self.assertTrue(self.train(*lists, *options) != plain)

    def test_a_model_is_what_a_training_can_go_on_from(self):
        first = self.train("--features", "word shape", "--lookahead", "1")
        (self.folder / "first.safetensors").write_bytes(first)
        self.done("train", "--train", self.data, "--out", "next.safetensors",
                  "--from", "first.safetensors", "--epochs", "1", "--rate", "0")
        self.assertTrue((self.folder / "next.safetensors").read_bytes() == first)

    def test_options_that_want_another_beside_them_change_what_is_learned(self):
        for beside, option, values in ((["--embedding", "4"], "--input-dropout", "0.5 0"),
                                       (["--lowercase", "0"], "--styles", "1 0"),
                                       (["--lookahead", "2"], "--ends", "1 0")):
            with self.subTest(option):
                files = {self.train(*beside, option, value) for value in values.split()}
                self.assertEqual(len(files), 2)

    def test_a_teacher_changes_what_is_learned_as_far_as_it_is_trusted(self):
        self.train(out="teacher.safetensors")
        teacher = ["--teacher", "teacher.safetensors", "--seed", "3"]
        learned = {self.train(*teacher, "--trust", trust) for trust in ("0.2", "0.9")}
        self.assertEqual(len(learned | {self.train("--seed", "3")}), 3)

    def test_names_are_learned(self):
        self.train("--epochs", "60", "--patience", "0", "--rate", "0.02",
                   "--lowercase", "0", "--dropout", "0")
        told = json.loads(self.done("eval", "--model", "m.safetensors", "--data",
                                    self.data, "--json"))
        self.assertGreater(told["span"]["f1"], 0.95)

    def test_patience_ends_a_training_that_gets_no_better(self):
        still = ["--dev", self.data, "--rate", "0", "--epochs", "9"]
        self.train(*still, "--patience", "2")
        self.assertEqual(len(self.told.splitlines()), 3)
        self.train(*still, "--patience", "0")
        self.assertEqual(len(self.told.splitlines()), 9)

    def blas_cores(self, **environment):
        """The codes that OpenBLAS chose, one after the other."""
        own = {key: value for key, value in os.environ.items() if key != "OPENBLAS_CORETYPE"}
        result = subprocess.run([RNNTOOL, *map(str, self.arguments())], cwd=self.folder,
                                env={**own, "OPENBLAS_VERBOSE": "2", **environment},
                                capture_output=True, text=True, timeout=120)
        self.assertEqual(result.returncode, DONE)
        cores = re.findall(r"^Core: (\w+)$", result.stderr, re.MULTILINE)
        if not cores:
            self.skipTest("this OpenBLAS has one code only")
        return cores

    def test_the_processor_does_not_choose_the_order_of_sums(self):
        if " avx2 " not in pathlib.Path("/proc/cpuinfo").read_text():
            self.skipTest("this processor has no AVX2")
        self.assertEqual(self.blas_cores()[-1], "Haswell")

    def test_the_code_that_the_user_wants_is_taken(self):
        self.assertEqual(self.blas_cores(OPENBLAS_CORETYPE="Prescott"), ["Prescott"])

    def test_a_checkpoint_goes_on_to_the_same_file(self):
        whole = self.train("--epochs", "30", "--patience", "0")
        options = self.arguments("--epochs", "30", "--patience", "0", "--checkpoint",
                                 "c", "--checkpoint-minutes", "0", out="n.safetensors")
        process = subprocess.Popen([RNNTOOL, *map(str, options)], text=True,
                                   cwd=self.folder, stdout=subprocess.PIPE)
        process.stdout.readline()
        process.kill()
        process.wait()
        process.stdout.close()
        self.assertTrue((self.folder / "c").exists())
        self.done(*options, "--resume")
        self.assertTrue((self.folder / "n.safetensors").read_bytes() == whole)

    def test_the_best_epoch_is_of_the_entity_that_decides(self):
        options = self.arguments("--all-tags", "--dev", self.data, "--rate", "0.02",
                                 "--epochs", "20", "--checkpoint", "c")
        self.done(*options, "--score", "LOC")
        self.fails("c: score: expected LOC, as the training began, PER came",
                   *options, "--resume")
        self.fails("score: expected all or an entity of the tags (B-PER I-PER O B-LOC), "
                   "'ORG' came", *options, "--score", "ORG")

    def test_a_checkpoint_of_other_options_is_refused_by_the_first_of_them(self):
        self.train("--checkpoint", "c")
        self.fails("c: hidden size: expected 6, as the training began, 7 came",
                   *self.arguments("--checkpoint", "c", "--resume", "--hidden", "7"))


class Telling(Train):
    """What is told on the way."""

    def test_elsewhere_than_on_a_terminal_each_epoch_is_a_line(self):
        self.train("--dev", self.data)
        self.assertRegex(self.told, r"\Aepoch 1/2  loss \d\.\d{4}  F1 \d+\.\d  best "
                                    r"\d+\.\d  \d+ words/s\nepoch 2/2 [^\n]*\n\Z")

    def test_a_model_that_finds_nothing_is_told_of(self):
        nobody = self.write_data("nobody.tsv", "The/O cat/O came/O")
        result = self.run_tool(*self.arguments("--dev", nobody))
        self.assertEqual((result.returncode, result.stderr), (
            DONE, "rnntool train: warning: m.safetensors: F1 is 0 on the dev files after "
                  "each epoch; try more --epochs or fewer --streams\n"))
        self.assertTrue((self.folder / "m.safetensors").exists())

    def test_on_a_terminal_a_bar_shows_loss_speed_and_time_left(self):
        ours, theirs = pty.openpty()
        options = self.arguments("--epochs", "3000", "--patience", "0")
        with subprocess.Popen([RNNTOOL, *map(str, options)], cwd=self.folder,
                              stdout=subprocess.DEVNULL, stderr=theirs) as process:
            os.close(theirs)
            shown = b""
            while b"left" not in shown:
                shown += os.read(ours, 4096)
            process.send_signal(signal.SIGINT)
        os.close(ours)
        self.assertRegex(shown.decode(), r"\[[#.]{24}\] epoch \d+/3000  loss \d\.\d+  "
                                         r"F1 -  \d+ words/s  \d+:\d\d left")

    def test_interrupted_it_leaves_the_best_model_so_far(self):
        for number in signal.SIGINT, signal.SIGTERM:
            options = self.arguments("--epochs", "90000", "--patience", "0",
                                     out="i.safetensors")
            process = subprocess.Popen([RNNTOOL, *map(str, options)], text=True,
                                       cwd=self.folder, stdout=subprocess.PIPE)
            process.stdout.readline()
            process.send_signal(number)
            process.stdout.read()
            process.stdout.close()
            self.assertEqual(process.wait(), DONE)
            self.done("info", "i.safetensors")
            (self.folder / "i.safetensors").unlink()

    def test_the_log_has_a_line_of_figures_for_each_epoch_and_can_be_drawn(self):
        self.train("--dev", self.data, "--log", "log.csv")
        with open(self.folder / "log.csv", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["epoch"] for row in rows], ["1", "2"])
        losses = re.findall(r"loss (\S+)", self.told)
        self.assertEqual([f"{float(row['loss']):.4f}" for row in rows], losses)
        self.done("plot", "log.csv", "log.svg")


class Refusals(Train):
    """What cannot be is refused before anything is learned."""

    def test_values_that_cannot_be_are_misuse(self):
        for option, values in {
                "--cell": ["rnn"], "--activation": ["sigmoid"], "--store": ["f64"],
                "--hidden": ["0", "-1", "9000", "1.5", "x", "99999999999"],
                "--layers": ["0", "9"], "--lookahead": ["-1", "65"],
                "--embedding": ["-1", "5000"], "--words": ["1", "-5"],
                "--epochs": ["0", "-1"], "--patience": ["-1"], "--steps": ["0"],
                "--streams": ["0", "5000"], "--tune-from": ["-1"], "--seed": ["x"],
                "--rate": ["-1", "11", "nan"], "--decay": ["-1", "2"],
                "--clip": ["-1", "inf"], "--dropout": ["-0.1", "1"],
                "--unknown": ["-1"], "--lowercase": ["-1", "2"],
                "--input-dropout": ["1"], "--keep": ["-1", "2"], "--average": ["1"], "--styles": ["2"],
                "--ends": ["-1", "2"], "--substitute": ["2"], "--errors": ["2"],
                "--checkpoint-minutes": ["-1", "nan"]}.items():
            for value in values:
                with self.subTest(f"{option} {value}"):
                    self.is_misused("", *self.arguments(option, value))
        self.assertFalse((self.folder / "m.safetensors").exists())

    def test_a_number_out_of_range_is_told_as_it_came(self):
        self.is_misused("hidden size: expected 1 … 8192, 9000 came",
                        *self.arguments("--hidden", "9000"))
        self.is_misused("--hidden: expected 0 or more, -1 came",
                        *self.arguments("--hidden", "-1"))
        self.is_misused("dropout: expected 0 … 0.95, 1 came",
                        *self.arguments("--dropout", "1"))

    def test_options_that_do_not_go_together_are_misuse(self):
        for options, message in (
                (["--activation", "relu", "--cell", "gru"], "expected with elman only"),
                (["--all-tags", "--entity", "PER"], "expected without --all-tags"),
                (["--embeddings", "vectors.txt", "--embedding", "4"], "embeddings: "),
                (["--entity", "O"], "entity: expected a name as PER, which tags B-PER "
                                    "and I-PER are of, 'O' came"),
                (["--entity", "B-X"], "entity: expected a name as PER"),
                (["--entity", ""], "entity: expected a name as PER"),
                (["--score", "PER"], "score: expected with all tags, as PER alone"),
                (["--keep", "0.5"], "keep: expected the model to go on from"),
                (["--resume"], "resume: expected the name of a checkpoint")):
            self.is_misused(message, *self.arguments(*options))
        self.is_misused("--train: expected a file", "train", "--out", "m")
        self.is_misused("--out: expected a file", "train", "--train", self.data)

    def test_files_that_cannot_be_read_are_named(self):
        self.write("bad.tsv", "Mary B-PER\n")
        for option, value, message in (
                ("--train", "none.tsv", "none.tsv: cannot open"),
                ("--train", "bad.tsv", "bad.tsv:1: expected token<TAB>tag"),
                ("--dev", "none.tsv", "none.tsv: cannot open"),
                ("--embeddings", "none.txt", "none.txt: cannot open"),
                ("--embeddings", "bad.tsv", "bad.tsv:1: expected a word and numbers"),
                ("--list", "first=none.txt", "none.txt: cannot open"),
                ("--teacher", "none.safetensors", "none.safetensors: cannot open")):
            self.fails(message, *self.arguments(option, value))

    def test_words_that_come_twice_are_told_with_their_file(self):
        self.write("twice.txt", "mary\njohn\nmary\n")
        self.write("twice.vec", "a 1 0\nb 0 1\nb 0 2\n")
        self.write("unk.vec", "a 1 0\n<UNK> 0 1\n")
        for options, message in (
                (["--list", "first=twice.txt", "--features", "word list.first:4"],
                 "twice.txt: list.first: vocab: expected different words, but rows 0 "
                 "and 2 are the same, “mary”"),
                (["--embeddings", "twice.vec"], "twice.vec: behind <UNK>, row 0: vocab: "
                 "expected different words, but rows 2 and 3 are the same, “b”"),
                (["--embeddings", "unk.vec"], "unk.vec: behind <UNK>, row 0: vocab: "
                 "expected different words, but rows 0 and 2 are the same, “<UNK>”")):
            self.fails(message, *self.arguments(*options))

    def test_what_a_model_says_is_not_asked_for_besides(self):
        begun = ["train", "--train", self.data, "--out", "m", "--from", "none.safetensors"]
        for option in (["--cell", "gru"], ["--hidden", "9"], ["--hidden", "100"],
                       ["--lookahead", "0"], ["--all-tags"], ["--bidirectional"],
                       ["--words", "7"], ["--features", "word"],
                       ["--embeddings", "vectors.txt"], ["--list", "first=first.txt"]):
            self.is_misused(f"{option[0]}: expected without --from", *begun, *option)
        self.fails("none.safetensors: cannot open", *begun)

    def test_files_that_cannot_be_written_are_named_before_hours_are_spent(self):
        for option in "--out", "--log", "--checkpoint":
            self.fails("nowhere/file: cannot write", *self.arguments(option, "nowhere/file"))
            (self.folder / "taken").mkdir(exist_ok=True)
            self.fails("taken: cannot write: ", *self.arguments(option, "taken"))

    def test_outputs_do_not_take_each_others_place(self):
        (self.folder / "link").symlink_to("m.safetensors")
        (self.folder / "here").symlink_to(".")
        for name in "m.safetensors", "./m.safetensors", "link", "here/m.safetensors":
            for option in "--checkpoint", "--log":
                self.is_misused(f"{option}: expected another file than that of --out, "
                                f"'{name}' came", *self.arguments(option, name))
        self.is_misused("--log: expected another file than that of --checkpoint",
                        *self.arguments("--checkpoint", "c", "--log", "here/c"))

    def test_text_that_teaches_nothing_is_refused(self):
        self.fails("--entity: expected a tag B-CITY or I-CITY",
                   *self.arguments("--entity", "CITY"))
        self.fails("expected a word at least for each of 4000 streams",
                   *self.arguments("--streams", "4000"))

    def test_lists_in_options_are_checked(self):
        for option, value, message in (
                ("--weights", "1,2", "--weights: expected a number of 0 … 1000"),
                ("--weights", "-1", "--weights: expected a number of 0 … 1000"),
                ("--weights", "x", "--weights: expected a number of 0 … 1000"),
                ("--list", "first", "list: expected NAME=FILE, 'first' came"),
                ("--list", "=first.txt", "list: expected NAME=FILE, '=first.txt' came"),
                ("--list", "first=", "list: expected NAME=FILE, 'first=' came"),
                ("--trust", "-1", "--trust: expected a number of 0 … 1"),
                ("--trust", "2", "--trust: expected a number of 0 … 1"),
                ("--normalize", "upper", 'got "upper"'),
                ("--features", "letters", 'got "letters"')):
            self.is_misused(message, *self.arguments(option, value))
        self.is_misused("list: expected different names, 'first' came twice",
                        *self.arguments("--list", "first=a", "--list", "first=b"))
        self.is_misused("features: expected a list of words last, as list.last wants",
                        *self.arguments("--list", "first=first.txt", "--features",
                                        "word list.first:4 list.last:4"))


if __name__ == "__main__":
    unittest.main()
