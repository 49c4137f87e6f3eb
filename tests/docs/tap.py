# SPDX-License-Identifier: LGPL-2.1-or-later
"""Run functions whose names are sentences, as TAP."""
import sys
import traceback


def main(*tests):
    print(f"1..{len(tests)}")
    failed = False
    for number, test in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} {test.__name__}")
        except AssertionError:
            failed = True
            print(f"not ok {number} {test.__name__}")
            print("# " + traceback.format_exc().replace("\n", "\n# "))
    sys.exit(failed)
