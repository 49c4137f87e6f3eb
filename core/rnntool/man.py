# SPDX-License-Identifier: LGPL-2.1-or-later
"""Write rnntool.1: man.py RNNTOOL TEMPLATE VERSION

The commands and their options are what `rnntool COMMAND --help` says, so that
page and program cannot part.
"""
import os
import re
import subprocess
import sys


def escape(text):
    text = text.replace("\\", "\\(rs").replace("-", "\\-")
    text = re.sub(r"[^\0-\x7f]", lambda one: f"\\[u{ord(one[0]):04X}]", text)
    return re.sub(r"(?m)^([.'])", r"\\&\1", text)


def ask(*command):
    return subprocess.run(
        [*command, "--help"], check=True, encoding="utf-8", stdout=subprocess.PIPE,
        env={**os.environ, "LC_ALL": "C.UTF-8", "ASAN_OPTIONS": "detect_leaks=0"}
    ).stdout


def write_options(text):
    """Make tagged paragraphs of the lines of an option list."""
    page = []
    for line in text.splitlines():
        option = re.match(r"  (-.*?)(?:\s{2,}(.*))?$", line)
        if option:
            page += [".TP", ".B " + escape(option[1]), escape(option[2] or "")]
    return page


def write_command(program, name):
    usage, rest = ask(program, name).split("\n\n", 1)
    summary = rest.split("\n\nHelp Options:")[0].strip()
    options = rest.partition("Application Options:\n")[2]
    page = [f".SS {name}", ".B " + escape(usage.splitlines()[-1].strip()), ".PP"]
    page += [escape(line) for line in summary.splitlines()]
    return page + write_options(options)


def main(program, template, version):
    names = re.findall(r"(?m)^  (\w+)  ", ask(program))
    page = sum((write_command(program, name) for name in names), [])
    with open(template, encoding="utf-8") as file:
        text = file.read()
    text = text.replace("@VERSION@", version)
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(text.replace("@COMMANDS@", "\n".join(page)))


if __name__ == "__main__":
    main(*sys.argv[1:])
