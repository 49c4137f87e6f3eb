# SPDX-License-Identifier: LGPL-2.1-or-later
"""What every command of rnntool does alike."""
import re
import subprocess
import unittest

from cli import FAILED, MISUSE, MODELS, RNNTOOL, Case, commands

MODEL = MODELS / "names-en-elman.safetensors"


class Usage(Case):
    def test_without_a_command_the_usage_goes_to_stderr(self):
        result = self.run_tool()
        self.assertEqual((result.returncode, result.stdout), (MISUSE, ""))
        self.assertIn("Usage: rnntool COMMAND", result.stderr)

    def test_help_lists_each_command_with_what_it_does(self):
        for flag in "--help", "-h":
            text = self.done(flag)
            for name in "train", "eval", "plot", "tag", "info":
                self.assertRegex(text, rf"(?m)^  {name} +\w")

    def test_version_is_told(self):
        self.assertRegex(self.done("--version"), r"\Arnntool \d+\.\d+\.\d+\n\Z")

    def test_a_command_that_is_none_is_misuse(self):
        self.is_misused("no command 'tga'", "tga")

    def test_each_command_has_help_that_explains_every_option(self):
        for command in commands():
            text = self.done(command, "--help")
            self.assertIn(f"rnntool {command}", text)
            options = re.findall(r"(?m)^  (?:-\w, )?--[\w-]+(?:=\S+)?(.*)$", text)
            for explained in options:
                self.assertRegex(explained, r"\w|^$")

    def test_each_command_refuses_an_option_that_it_does_not_have(self):
        for command in commands():
            self.is_misused("Unknown option --nope", command, "--nope")
            self.is_misused(f"see `rnntool {command} --help`", command, "--nope")

    def test_a_command_without_its_files_is_misuse(self):
        for command in "train", "eval", "plot", "tag", "info", "quantize":
            self.is_misused("expected", command)

    def test_each_command_refuses_too_many_arguments(self):
        for command in commands():
            self.is_misused("too many arguments", command, "a", "b", "c", "d")

    def test_an_option_without_its_value_is_misuse(self):
        for command in "train", "eval", "tag", "info":
            option = "--out" if command == "train" else "--model"
            self.is_misused(f"Missing argument for {option}", command, option)

    def test_a_model_that_is_not_there_is_named(self):
        data = self.write_data("data.tsv", "Mary/B-PER came/O")
        self.fails("none.safetensors: cannot open: No such file", "info",
                   "none.safetensors")
        self.fails("none.safetensors: cannot open: No such file", "tag", "--model",
                   "none.safetensors", data)
        self.fails("none.safetensors: cannot open: No such file", "eval", "--model",
                   "none.safetensors", "--data", data)

    def test_a_file_that_is_no_model_is_named(self):
        text = self.write("text.txt", "no model at all")
        for arguments in (["info", text], ["tag", "--model", text, text],
                          ["eval", "--model", text, "--data", text]):
            self.fails("text.txt: ", *arguments)

    def test_a_full_disk_at_stdout_is_a_failure(self):
        data = self.write_data("data.tsv", "Mary/B-PER came/O")
        for arguments in (["--help"], ["--version"], *([command, "--help"] for command in commands()),
                          ["info", MODEL], ["tag", "--model", MODEL, data],
                          ["eval", "--model", MODEL, "--data", data]):
            with open("/dev/full", "w", encoding="utf-8") as full:
                result = subprocess.run([RNNTOOL, *arguments], stdout=full,
                                        stderr=subprocess.PIPE, text=True)
            self.assertEqual(result.returncode, FAILED, arguments)
            self.assertRegex(result.stderr, r"\Arnntool[ \w]*: stdout: cannot write\n\Z")

    def test_a_reader_that_goes_away_is_a_failure_and_no_signal(self):
        text = self.write("long.txt", "Mary came.\n" * 10000)
        process = subprocess.Popen([RNNTOOL, "tag", "--model", MODEL, text],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.read(10)
        process.stdout.close()
        self.assertIn(b"stdout: cannot write", process.stderr.read())
        process.stderr.close()
        self.assertEqual(process.wait(), FAILED)


if __name__ == "__main__":
    unittest.main()
