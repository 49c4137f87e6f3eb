#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Show words as they arrive and names as they are confirmed: watch.py MODEL FILE PACE

What watch.sh runs; it says what the arguments are.
"""
import codecs
import html
import json
import os
import re
import shutil
import sys
import threading
import time
import unicodedata

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst  # noqa: E402

COLOURS = {"PER": "33", "ORG": "36", "LOC": "32"}
PALE = "2"


def width(text):
    """Return how many columns of a terminal the text takes."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def styled(text, *codes):
    codes = ";".join(code for code in codes if code)
    return f"\033[{codes}m{text}\033[0m" if codes else text


class Screen:
    """Confirmed text, and behind it, up to the line's end, what is not yet.

    What is confirmed is written once and stays. The pale rest is written behind
    the cursor and wiped with each change; it never wraps, so the cursor can go
    back. Without a terminal there is no pale rest.
    """

    def __init__(self):
        self.is_terminal = sys.stdout.isatty()
        self.columns = shutil.get_terminal_size().columns
        self.column = 0

    def write(self, pieces):
        """Write (text, code) pieces behind what is confirmed."""
        if self.is_terminal:
            sys.stdout.write("\033[K")
        for text, code in pieces:
            for word in re.findall(r"\n|[^\S\n]*\S+|[^\S\n]+", text):
                if word == "\n":
                    self.end_line()
                    continue
                if self.is_terminal and self.column + width(word) >= self.columns:
                    self.end_line()
                    word = word.lstrip()
                sys.stdout.write(styled(word, code and "1", code))
                self.column += width(word)
        sys.stdout.flush()

    def end_line(self):
        sys.stdout.write("\n")
        self.column = 0

    def write_pale(self, pieces):
        """Write (text, code) pieces that the next change replaces."""
        if not self.is_terminal:
            return
        room = self.columns - self.column - 1
        shown = []
        for text, code in reversed(pieces):
            text = text.replace("\n", " ")
            while text and width(text) > room:
                text = text[1:]
            room -= width(text)
            shown.insert(0, styled(text, PALE, code) if text else "")
        sys.stdout.write("\033[K\0337" + "".join(shown) + "\0338")
        sys.stdout.flush()


class Watch:
    """A pipeline whose words and names a Screen shows."""

    def __init__(self, description, text_end=""):
        self.pipeline = Gst.parse_launch(description)
        self.text_end = text_end
        self.screen = Screen()
        self.waiting = []  # (pts, text) of what the network has not judged
        self.lock = threading.Lock()
        tag = self.pipeline.get_by_name("tag")
        tag.get_static_pad("sink").add_probe(Gst.PadProbeType.BUFFER, self.arrived)
        sink = self.pipeline.get_by_name("sink")
        sink.set_property("emit-signals", True)
        sink.connect("new-sample", self.tagged)

    def arrived(self, _pad, info):
        buffer = info.get_buffer()
        if not buffer.has_flags(Gst.BufferFlags.DROPPABLE):
            text = buffer.extract_dup(0, buffer.get_size()).decode(errors="replace")
            text = html.unescape(re.sub("<[^>]*>", "", text)) + self.text_end
            with self.lock:
                self.waiting.append((buffer.pts, text))
                self.screen.write_pale([(text, "") for _, text in self.waiting])
        return Gst.PadProbeReturn.OK

    def tagged(self, sink):
        buffer = sink.emit("pull-sample").get_buffer()
        found = json.loads(buffer.extract_dup(0, buffer.get_size()))
        pieces = []
        done = 0
        for entity in found["entities"]:
            pieces.append((found["text"][done:entity["start"]], ""))
            pieces.append((found["text"][entity["start"]:entity["end"]],
                           COLOURS.get(entity["label"], "35")))
            done = entity["end"]
        pieces.append((found["text"][done:] + self.text_end, ""))
        with self.lock:
            if found.get("interim"):
                self.screen.write_pale(pieces)
            else:
                self.waiting = [one for one in self.waiting if one[0] > buffer.pts]
                self.screen.write(pieces)
                self.screen.write_pale([(text, "") for _, text in self.waiting])
        return Gst.FlowReturn.OK

    def run(self):
        """Play to the end; return None, or what went wrong."""
        loop = GLib.MainLoop()
        failure = []

        def message(_bus, message):
            if message.type == Gst.MessageType.ERROR:
                failure.append(message.parse_error()[0].message)
            if message.type in (Gst.MessageType.ERROR, Gst.MessageType.EOS):
                loop.quit()

        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message", message)
        self.pipeline.set_state(Gst.State.PLAYING)
        try:
            loop.run()
        except KeyboardInterrupt:
            pass
        self.pipeline.set_state(Gst.State.NULL)
        if self.screen.column:
            self.screen.write([("\n", "")])
        return failure[0] if failure else None


def feed(source, file, pace):
    """Push the words of a file, one a buffer, with the space behind it."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    n_words = 0
    rest = ""
    while rest is not None:
        block = os.read(file.fileno(), 4096)
        rest += decoder.decode(block, final=not block)
        words = re.findall(r"\s*\S+\s+" if block else r"\s*\S+\s*", rest)
        rest = rest[sum(map(len, words)):] if block else None
        for word in words:
            buffer = Gst.Buffer.new_wrapped(word.encode())
            buffer.pts = n_words * Gst.MSECOND
            n_words += 1
            source.emit("push-buffer", buffer)
            if pace:
                time.sleep(1 / pace)
    source.emit("end-of-stream")


def main(model, name, pace):
    pace = float(pace)
    Gst.init(None)
    at_pace = "identity sync=true !" if pace else ""
    tag = (f'rnntagbin name=tag model-file="{model}" post-messages=false'
           " ! application/x-json ! appsink name=sink sync=false")
    if name.endswith((".srt", ".vtt")):
        watch = Watch(f"filesrc name=file ! subparse ! {at_pace} {tag}", "\n")
    elif name.endswith(".wav"):
        watch = Watch("filesrc name=file ! wavparse ! audioconvert ! audioresample"
                      f" ! {at_pace} pocketsphinx ! rnninterim ! {tag}")
    else:
        watch = Watch("appsrc name=source is-live=true format=time"
                      f" caps=text/x-raw,format=utf8 ! {tag}")
        file = sys.stdin if name == "-" else open(name)
        threading.Thread(target=feed, daemon=True, args=(
            watch.pipeline.get_by_name("source"), file, pace)).start()
    source = watch.pipeline.get_by_name("file")
    if source:
        source.set_property("location", name)
    failure = watch.run()
    if failure:
        sys.exit(f"watch: {failure}")


if __name__ == "__main__":
    main(*sys.argv[1:])
