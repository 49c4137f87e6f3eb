#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Feed hostile input of a given size, and measure the memory it takes.

    tests/fault/hostile.py BUILD [MEGABYTES]

BUILD is the build folder; MEGABYTES the length of the line without a space,
1024 by default. Prints one row a case: what came of it, peak memory, seconds.
Exit 1 where memory went past the bound that tests/SECURITY.md promises, where a
result is not as expected, or where a process did not end by itself.
"""
import os
import pathlib
import resource
import struct
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / "pipelines/models/names-en-tiny.safetensors"
MIB = 1 << 20
# Text that waits for the end of its line, and what one more push may add.
LINE_LIMIT = 256
LINE_BOUND = 600
STREAM_BOUND = 200
HEADER_BOUND = 200
failed = False


def run(command, pieces, environment):
    """Feed @pieces; exit status, the end of stderr, peak MiB, seconds."""
    begin = time.monotonic()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, stderr=errors,
                                   env=environment)
        try:
            for piece in pieces:
                process.stdin.write(piece)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it has refused what came
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        text = errors.read().decode(errors="replace")
    return (process.returncode, text, usage.ru_maxrss / 1024,
            time.monotonic() - begin)


def check(name, command, pieces, bound, status, message, environment):
    global failed
    came, text, peak, seconds = run(command, pieces, environment)
    good = came == status and message in text and peak < bound
    failed |= not good
    print(f"{'ok' if good else 'FAIL'}: {name}: exit {came}, "
          f"{peak:.0f} MiB of {bound}, {seconds:.1f} s", flush=True)
    if not good:
        print(f"  expected exit {status} with {message!r}; {text[-500:]}")


def line(megabytes):
    piece = b"x" * MIB
    for _ in range(megabytes):
        yield piece
    yield b"\n"


def many_tensors(path, n):
    """A child begins with our memory, so take little of it."""
    text = bytearray(b"{")
    for i in range(n):
        text += b'"t%d":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},' % i
    text[-1:] = b"}"
    path.write_bytes(struct.pack("<Q", len(text)) + text)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    megabytes = int(sys.argv[2]) if len(sys.argv) > 2 else 1024
    rnntool = str(build / "core/rnntool/rnntool")
    if "-fsanitize=" in (build / "build.ninja").read_text():
        print("a sanitizer's memory is not ours: skipped")
        sys.exit(77)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ, GST_PLUGIN_PATH=str(build / "plugin"),
                           GST_REGISTRY=str(build / "registry.bin"))
        refused = megabytes > LINE_LIMIT
        check(f"a line of {megabytes} MiB, by lines",
              [rnntool, "tag", "--model", str(MODEL)], line(megabytes),
              LINE_BOUND if refused else STREAM_BOUND,
              1 if refused else 0,
              "text: expected its end" if refused else "", environment)

        header = pathlib.Path(folder) / "many.safetensors"
        many_tensors(header, 100000)
        check("a header of 100,000 tensors",
              [rnntool, "info", "--model", str(header)], [], HEADER_BOUND, 1,
              str(header), environment)

        if not (build / "plugin/libgstrnn.so").exists():
            return
        launch = ["gst-launch-1.0", "-q", "fdsrc", "!"]
        tagger = ["!", "rnntagbin", f"model-file={MODEL}", "framing=word", "!",
                  "application/x-json", "!", "fakesink"]
        check(f"a line of {megabytes} MiB, by words",
              launch + ["text/x-raw,format=utf8"] + tagger, line(megabytes),
              STREAM_BOUND, 0, "", environment)
        deep = b"<b>" * 100000 + b"Harry" + b"</b>" * 100000
        for name, pieces in (
                ("100,000 tags in each other", [deep]),
                ("100,000 tags that do not close", [b"<b>" * 100000 + b"Harry"]),
                ("20,000 beginnings of tags", [b"<b " * 20000])):
            check(name,
                  launch + ["text/x-raw,format=pango-markup"] + tagger, pieces,
                  STREAM_BOUND, 0, "", environment)


main()
sys.exit(failed)
