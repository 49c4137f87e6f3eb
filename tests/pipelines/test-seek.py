# SPDX-License-Identifier: LGPL-2.1-or-later
"""Seeks in a stream of texts: what comes from there on is as in a stream that
begins there, at any rate. JSON shows it: its scores depend on all texts before."""
import os
import tempfile

from streams import TEXT, Gst, Pipeline, main, model, run

TEXTS = ["Yesterday Mary", "Smith met", "her brother John", "Brown in London."] * 5
DURATION = 900 * Gst.MSECOND
TAGBIN = f"rnntagbin model-file=\"{model}\" ! application/x-json ! appsink name=out"
ROOM = "queue max-size-time=0 max-size-buffers=0 max-size-bytes=0"


class Reader(Pipeline):
    """A source that can be sought in; it gives texts as they are asked for."""

    def __init__(self, numbers=range(len(TEXTS))):
        self.numbers = numbers  # of the texts, from the next seek on
        self.rest = iter(())
        super().__init__("appsrc name=in format=time stream-type=seekable max-buffers=2"
                         f" caps={TEXT} ! identity sleep-time=500 ! {TAGBIN}",
                         Gst.State.READY)
        source = self.element.get_by_name("in")
        source.connect("seek-data", self.sought)
        source.connect("need-data", self.give)
        self.element.set_state(Gst.State.PAUSED)
        assert self.element.get_state(60 * Gst.SECOND)[1] == Gst.State.PAUSED

    def sought(self, _source, _position):
        self.rest = iter(self.numbers)
        return True

    def give(self, source, _n_bytes):
        number = next(self.rest, None)
        if number is None:
            source.emit("end-of-stream")
        else:
            buffer = Gst.Buffer.new_wrapped(TEXTS[number].encode())
            buffer.pts = number * Gst.SECOND
            buffer.duration = DURATION
            source.emit("push-buffer", buffer)

    def seek(self, rate, numbers):
        self.numbers = numbers
        assert self.element.seek(rate, Gst.Format.TIME, Gst.SeekFlags.FLUSH,
                                 Gst.SeekType.SET, min(numbers) * Gst.SECOND,
                                 Gst.SeekType.SET, (max(numbers) + 1) * Gst.SECOND)

    def play(self):
        self.element.set_state(Gst.State.PLAYING)
        self.wait()
        return self.bytes


def alone(numbers):
    """Return what the elements make of a stream of these texts."""
    pipeline = Pipeline(f"appsrc name=in format=time caps={TEXT} ! {TAGBIN}")
    for n in numbers:
        pipeline.push("in", TEXTS[n], n * Gst.SECOND, DURATION)
    pipeline.end("in")
    return pipeline.bytes


def texts_behind_a_seek_are_a_stream_that_begins_there():
    for rate in (1, 0.5, 2, 16):
        for numbers in (range(20), range(9, 20), range(3, 10)):
            reader = Reader()
            reader.seek(rate, numbers)
            assert reader.play() == alone(numbers), (rate, numbers)


def the_last_of_many_seeks_while_it_plays_counts():
    reader = Reader()
    reader.element.set_state(Gst.State.PLAYING)
    for number in range(50):
        numbers = range(number * 7 % 20, 20)
        reader.seek(1, numbers)
        n = len(reader.bytes)
        # Some at once, others after a text or two.
        while len(reader.bytes) < n + number % 3 and number % 3 < len(numbers):
            assert not reader.element.get_bus().pop_filtered(Gst.MessageType.ERROR)
    reader.seek(1, range(5, 20))
    reader.wait()
    wanted = alone(range(5, 20))
    assert reader.bytes[-len(wanted):] == wanted
    assert len(reader.bytes) > len(wanted) + 40, len(reader.bytes)


def backwards_each_text_is_one_of_its_own():
    reader = Reader()
    reader.seek(-1, range(7, -1, -1))
    wanted = [alone([n])[0] for n in range(7, -1, -1)]
    assert reader.play() == wanted
    assert wanted[::-1] != alone(range(8)), "nothing depends on what comes before"


def captions_of_a_file_are_sought_with_the_sound_beside_them():
    with tempfile.TemporaryDirectory() as folder:
        subtitles, talk = (os.path.join(folder, name) for name in ("in.srt", "talk.mkv"))
        with open(subtitles, "w", encoding="utf-8") as file:
            for n, text in enumerate(TEXTS):
                file.write(f"{n + 1}\n00:00:{n:02},000 --> 00:00:{n:02},900\n{text}\n\n")
        run("audiotestsrc num-buffers=1000 samplesperbuffer=441"
            f" ! audio/x-raw,rate=22050,channels=1 ! flacenc ! {ROOM} ! matroskamux name=m"
            f" ! filesink location={talk} filesrc location={subtitles} ! subparse"
            " ! queue ! m.")
        pipeline = Pipeline(
            f"filesrc location={talk} ! matroskademux name=d d.subtitle_0 ! queue"
            f" ! {TAGBIN} d.audio_0 ! {ROOM} ! fakesink sync=false", Gst.State.PAUSED)
        assert pipeline.element.get_state(60 * Gst.SECOND)[1] == Gst.State.PAUSED
        assert pipeline.element.seek_simple(Gst.Format.TIME, Gst.SeekFlags.FLUSH,
                                            9 * Gst.SECOND)
        pipeline.element.set_state(Gst.State.PLAYING)
        pipeline.wait()
        # The demuxer may begin with captions before, which the sink leaves out.
        assert pipeline.bytes in [alone(range(first, 20))[9 - first:]
                                  for first in range(10)]


if __name__ == "__main__":
    main(dict(globals()))
