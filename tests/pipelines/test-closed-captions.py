# SPDX-License-Identifier: LGPL-2.1-or-later
"""Closed captions (CEA-608) go in with video, come out of ccextractor, and their
text is tagged.

GStreamer 1.22 of Debian extracts the bytes, and has no element that reads them
(cea608tott is newer): that part is played here, for the basic letters.
"""
from streams import TEXT, Gst, Pipeline, main, model, run

FRAME = Gst.SECOND // 30
LOAD, ERASE, ROW, SHOW = b"\x14\x20", b"\x14\x2e", b"\x14\x70", b"\x14\x2f"
CAPTIONS = ["Yesterday Mary Smith", "came to London.", "John was not there."]


def with_parity(pair):
    """Set the eighth bit where the number of others is even."""
    return bytes(byte | (0x80 if bin(byte).count("1") % 2 == 0 else 0)
                 for byte in pair)


def encode(text):
    """Return the pairs of bytes, one a frame, of a caption that pops on."""
    letters = text.encode() + b"\0" * (len(text) % 2)
    pairs = [letters[i:i + 2] for i in range(0, len(letters), 2)]
    return [with_parity(pair) for pair in [LOAD, ERASE, ROW, *pairs, SHOW]]


def decode(frames):
    """Yield the text of each caption, with the time at which it is shown."""
    text = ""
    for (pts, _), data in frames:
        for i in range(0, len(data) - 1, 2):
            pair = bytes(byte & 0x7f for byte in data[i:i + 2])
            if pair == SHOW:
                yield pts, text
            if pair[0] < 0x20 and pair != b"\0\0":
                text = ""
            else:
                text += pair.decode().replace("\0", "")


def extract():
    """Send the captions through video, and return the Pipeline at its end."""
    pairs = [pair for text in CAPTIONS for pair in encode(text)]
    pipeline = Pipeline(
        "cccombiner name=c ! ccextractor name=e ! fakesink sync=false async=false"
        " e.caption ! queue ! closedcaption/x-cea-608 ! appsink name=out"
        " appsrc name=in format=time ! closedcaption/x-cea-608,format=raw,framerate=30/1"
        f" ! c.caption videotestsrc num-buffers={len(pairs) + 30}"
        " ! video/x-raw,width=64,height=48,framerate=30/1 ! c.sink")
    for number, pair in enumerate(pairs):
        pipeline.push("in", pair, number * FRAME, FRAME)
    pipeline.end("in")
    return pipeline


def captions_from_video_are_tagged_at_their_times():
    frames = extract()
    captions = list(decode(zip(frames.times, frames.bytes)))
    assert [text for _, text in captions] == CAPTIONS, captions
    tag = f"rnntagbin model-file=\"{model}\" drain-on=buffer ! {TEXT} ! appsink name=out"
    tagger = Pipeline(f"appsrc name=in format=time caps={TEXT} ! {tag}")
    for pts, text in captions:
        tagger.push("in", text, pts)
    tagger.end("in")
    assert [pts for pts, _ in tagger.times] == [pts for pts, _ in captions]
    assert tagger.bytes == run(f"appsrc name=in format=time caps={TEXT} ! {tag}",
                               CAPTIONS).bytes
    assert "[PER Mary Smith]" in tagger.text and "[PER John]" in tagger.text


if __name__ == "__main__":
    main(dict(globals()))
