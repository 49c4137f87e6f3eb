# SPDX-License-Identifier: LGPL-2.1-or-later
"""The man page has the commands and options that rnntool has: RNNTOOL PAGE."""
import os
import re
import shutil
import subprocess
import sys

import tap

program, page = sys.argv[1:]
with open(page, encoding="utf-8") as file:
    source = file.read()
plain = source.replace("\\-", "-").replace("\\[u2026]", "…")


def ask(*command):
    return subprocess.run([program, *command, "--help"], check=True, encoding="utf-8",
                          stdout=subprocess.PIPE,
                          env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout


def sections():
    """Return the text of each command's part of the page by its name."""
    parts = re.split(r"(?m)^\.SS (\w+)\n", plain.split(".SH EXIT STATUS")[0])
    return dict(zip(parts[1::2], parts[2::2]))


def every_command_has_a_section_and_no_other_has():
    assert list(sections()) == re.findall(r"(?m)^  (\w+)  ", ask())


def every_option_of_a_command_is_there_with_what_it_does():
    for name, section in sections().items():
        text = ask(name).partition("Application Options:\n")[2]
        options = re.findall(r"(?m)^  (-.*?)\s{2,}(.*)$", text)
        described = re.findall(r"(?m)^\.TP\n\.B (.*)\n(.*)$", section)
        assert described == options, (name, described, options)


def every_command_shows_its_usage():
    for name, section in sections().items():
        assert section.startswith(f".B rnntool {name} "), section[:80]
        assert ask(name).splitlines()[1].strip() in section


def the_formatter_has_no_complaint():
    if not shutil.which("groff"):
        print("# no groff here")
        return
    said = subprocess.run(["groff", "-man", "-Tutf8", "-ww", page], check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE).stderr
    assert not said, said


tap.main(every_command_has_a_section_and_no_other_has,
         every_option_of_a_command_is_there_with_what_it_does,
         every_command_shows_its_usage, the_formatter_has_no_complaint)
