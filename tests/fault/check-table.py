# SPDX-License-Identifier: LGPL-2.1-or-later
"""Check the table of faults: that all of 1 to 78 are there, in order, and that
each test that it names exists. check-table.py README.md build/tests"""
import pathlib
import re
import subprocess
import sys

N_FAULTS = 78
NO_TEST = "no test yet"
NO_USE = "does not apply: "
ROW = re.compile(r"^\| (\d+) \| (.+) \| (.+) \|$")
TESTS = re.compile(r"`[^`]+`(, `[^`]+`)*")


def cases_of(program):
    """The paths of the cases of a test program of GLib."""
    listed = subprocess.run([program, "-l"], capture_output=True, text=True)
    return [line for line in listed.stdout.splitlines() if line.startswith("/")]


def find_fault(name, programs, cases):
    """What is wrong with the test `name`; None: it exists."""
    program, _, path = name.partition(" ")
    if program not in programs:
        return f"no program {program}"
    if not path:
        return None
    if program not in cases:
        cases[program] = cases_of(programs[program])
    if path.endswith("…"):
        known = any(case.startswith(path[:-1]) for case in cases[program])
    else:
        known = path in cases[program]
    return None if known else f"{program} has no case {path}"


def main():
    table, build = map(pathlib.Path, sys.argv[1:])
    programs = {path.name: path for path in build.glob("*/*") if path.is_file()}
    programs |= {path.name: path for path in table.parent.glob("test-*.sh")}
    lines = table.read_text(encoding="utf-8").splitlines()
    rows = [match.groups() for match in map(ROW.match, lines) if match]
    cases, wrong, waiting = {}, [], []

    numbers = [int(number) for number, _, _ in rows]
    if numbers != list(range(1, N_FAULTS + 1)):
        wrong.append(f"expected rows 1 to {N_FAULTS}, got {numbers}")
    for number, _, tests in rows:
        if tests == NO_TEST:
            waiting.append(number)
        elif TESTS.fullmatch(tests):
            faults = [find_fault(name, programs, cases) for name in tests[1:-1].split("`, `")]
            wrong += [f"row {number}: {fault}" for fault in faults if fault]
        elif not tests.startswith(NO_USE):
            wrong.append(f"row {number}: expected tests, got {tests}")
    print(f"{len(rows)} rows, {len(waiting)} without a test: {' '.join(waiting)}")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
