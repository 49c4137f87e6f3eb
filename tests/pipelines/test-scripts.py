# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every script in pipelines/ is run by a test, or by a script that is. Those of
models/ have their test in tests/names."""
import glob
import os

from streams import main, root


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def find(folder):
    """Return the scripts of these folders of the repository."""
    return [path for kind in ("sh", "py") for path in glob.glob(f"{root}/{folder}/*.{kind}")]


def every_script_runs_in_the_tests():
    scripts = {os.path.basename(path): read(path) for path in find("pipelines")}
    assert len(scripts) > 5, scripts
    runs = [read(path) for path in find("tests/*") if path != os.path.abspath(__file__)]
    left = set(scripts)
    while runs:
        text = runs.pop()
        found = {name for name in left if name in text}
        left -= found
        runs += [scripts[name] for name in found]
    assert not left, left


if __name__ == "__main__":
    main(dict(globals()))
