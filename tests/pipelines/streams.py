# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pipelines for tests: what goes into an appsrc, what comes out of an appsink."""
import os
import struct
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gst  # noqa: E402

Gst.init(None)

root = os.environ["G_TEST_SRCDIR"]
model = os.path.join(root, "pipelines/models/names-en-elman.safetensors")
TEXT = "text/x-raw,format=utf8"
FLEXIBLE = "other/tensors,format=(string)flexible,framerate=(fraction)0/1"


def static(kind, dimensions, framerate="0/1"):
    return ("other/tensors,format=(string)static,num_tensors=(int)1,"
            f"types=(string){kind},dimensions=(string){dimensions},"
            f"framerate=(fraction){framerate}")


class Pipeline:
    """A pipeline whose appsink `out` keeps all that it gets."""

    def __init__(self, launch, state=Gst.State.PLAYING):
        self.element = Gst.parse_launch(launch)
        self.bytes = []
        self.times = []
        sink = self.element.get_by_name("out")
        if sink:
            sink.set_property("emit-signals", True)
            sink.set_property("sync", False)
            sink.connect("new-sample", self.keep)
        self.element.set_state(state)

    def keep(self, sink):
        buffer = sink.emit("pull-sample").get_buffer()
        self.times.append((buffer.pts, buffer.duration))
        self.bytes.append(buffer.extract_dup(0, buffer.get_size()))
        return Gst.FlowReturn.OK

    @property
    def text(self):
        return b"".join(self.bytes).decode()

    def push(self, name, data, pts=None, duration=None):
        buffer = Gst.Buffer.new_wrapped(data if isinstance(data, bytes)
                                        else data.encode())
        buffer.pts = Gst.CLOCK_TIME_NONE if pts is None else pts
        buffer.duration = Gst.CLOCK_TIME_NONE if duration is None else duration
        answer = self.element.get_by_name(name).emit("push-buffer", buffer)
        assert answer == Gst.FlowReturn.OK, answer

    def end(self, *names):
        """End these sources, and wait for the end of all."""
        for name in names:
            self.element.get_by_name(name).emit("end-of-stream")
        self.wait()

    def wait(self, kinds=Gst.MessageType.EOS, seconds=60):
        """Wait for a message of these kinds; stop then."""
        message = self.element.get_bus().timed_pop_filtered(
            seconds * Gst.SECOND, kinds | Gst.MessageType.ERROR)
        self.stop()
        assert message, f"{seconds} s went by"
        if message.type == Gst.MessageType.ERROR:
            assert kinds & Gst.MessageType.ERROR, message.parse_error()
        return message

    def stop(self):
        self.element.set_state(Gst.State.NULL)


def run(launch, buffers=(), name="in"):
    """Push buffers of bytes to appsrc @name, and return the Pipeline at its end."""
    pipeline = Pipeline(launch)
    for number, data in enumerate(buffers):
        pipeline.push(name, data, number * Gst.SECOND, Gst.SECOND)
    pipeline.end(*([name] if pipeline.element.get_by_name(name) else []))
    return pipeline


def main(tests):
    """Run the functions whose names are sentences, of four words or more, as TAP."""
    tests = [test for name, test in tests.items()
             if callable(test) and name.count("_") > 2]
    print(f"1..{len(tests)}", flush=True)
    failed = False
    for number, test in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} {test.__name__}", flush=True)
        except Exception as error:  # an assertion that failed, or any other end
            failed = True
            line = error.__traceback__
            while line.tb_next:
                line = line.tb_next
            print(f"not ok {number} {test.__name__}\n"
                  f"# {line.tb_frame.f_code.co_filename}:{line.tb_lineno}: {error!r}",
                  flush=True)
    sys.exit(failed)


def pack_header(kind, dimensions, written_format=1, media=4):
    """128 bytes as NNStreamer's GstTensorMetaInfo of version 1 lays them out."""
    rank = list(dimensions) + [0] * (16 - len(dimensions))
    header = struct.pack("=IIi16I", 0xfeedcced, 0xDE001000, kind, *rank)
    header += struct.pack("=iiI", written_format, media, 0)
    return header.ljust(128, b"\0")
