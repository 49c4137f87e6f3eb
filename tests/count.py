# SPDX-License-Identifier: LGPL-2.1-or-later
"""Print `N passed, N failed, N skipped` of the last `meson test`; exit 1 if any
failed or none ran. A program that dies counts as one failure."""
import json
import pathlib
import sys

PASSED = {"OK", "EXPECTEDFAIL"}
SKIPPED = {"SKIP"}

log = pathlib.Path(sys.argv[1]) / "testlog.json"
passed = failed = skipped = 0
if log.exists():
    for line in log.read_text(encoding="utf-8").splitlines():
        result = json.loads(line)["result"]
        if result in PASSED:
            passed += 1
        elif result in SKIPPED:
            skipped += 1
        else:
            failed += 1
if passed + failed == 0:
    failed = 1
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(1 if failed else 0)
