# SPDX-License-Identifier: LGPL-2.1-or-later
"""Names over video: the colour says the label, its strength the score."""
import struct

from streams import Gst, Pipeline, main, static

PER, LOC = 1, 2


def brightest(label, score):
    """Return the pixel farthest from grey where a name of this score stands."""
    yhat = [0.0, 0.0, 0.0]
    yhat[label] = score
    yhat[0] = 1 - score - 0.01
    pipeline = Pipeline(
        "videotestsrc pattern=black num-buffers=1 ! video/x-raw,width=320,height=120"
        " ! textoverlay name=o font-desc=\"DejaVu Sans 40\" draw-shadow=false"
        " draw-outline=false"
        " ! videoconvert ! video/x-raw,format=RGB ! appsink name=out"
        f" appsrc name=in format=time caps=\"{static('float32', '3:1')}\""
        " ! rnnannotator labels=\"O,PER,LOC\" ! text/x-raw,format=pango-markup ! o.text_sink")
    pipeline.push("in", struct.pack("=3f", *yhat), 0, Gst.SECOND)
    pipeline.end("in")
    (frame,) = pipeline.bytes
    pixels = [frame[i:i + 3] for i in range(0, len(frame), 3)]
    return max(pixels, key=lambda pixel: max(pixel) - min(pixel))


def labels_have_colours_of_their_own():
    red, green, blue = brightest(PER, 0.95)
    assert red > green > blue, "PER is no yellow"
    red, green, blue = brightest(LOC, 0.95)
    assert green > red > blue, "LOC is no green"


def the_higher_the_score_the_stronger_the_colour():
    strengths = [max(brightest(PER, score)) for score in (0.55, 0.75, 0.95)]
    assert strengths[0] + 20 < strengths[1] < strengths[2] - 20, strengths


if __name__ == "__main__":
    main(dict(globals()))
