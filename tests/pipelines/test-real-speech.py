# SPDX-License-Identifier: LGPL-2.1-or-later
"""Speech of people, recognised by pocketsphinx, with hypotheses and without.

Takes recordings of the Free Spoken Digit Dataset; skips where there are none.
"""
import glob
import json
import os
import sys
import tempfile
import wave

from streams import TEXT, Gst, main, model, root, run

PAUSE = 2  # seconds
recordings = os.path.join(root, "../shared/data/tasks/speech/wav")
SPOKEN = [["7_george_5", "3_george_6", "9_george_5"], ["1_jackson_5", "0_jackson_6"]]


def join(path):
    """Write the recordings as two utterances; return how long they are in ns."""
    with wave.open(path, "wb") as out:
        for utterance in SPOKEN:
            for name in utterance:
                with wave.open(os.path.join(recordings, name + ".wav")) as one:
                    if out.getnframes() == 0:
                        out.setparams(one.getparams())
                    out.writeframes(one.readframes(one.getnframes()))
            out.writeframes(bytes(2 * PAUSE * 8000))
        return out.getnframes() * Gst.SECOND // 8000


def recognise(path, behind):
    return run(f"filesrc location={path} ! wavparse ! audioconvert ! audioresample"
               f" ! pocketsphinx ! {behind} ! appsink name=out")


def speech_is_tagged_with_its_hypotheses_and_the_same_without():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "speech.wav")
        length = join(path)
        tagged = recognise(path, f"rnninterim ! rnntagbin model-file=\"{model}\""
                                 " ! application/x-json")
        plain = recognise(path, "text/plain ! capssetter caps=text/x-raw,format=utf8"
                                f" replace=true join=false ! {TEXT}")
    texts = [json.loads(data) for data in tagged.bytes]
    finals = [one for one in texts if not one.get("interim")]
    hypotheses = [one for one in texts if one.get("interim")]
    print("#", [one["text"] for one in finals], len(hypotheses), "hypotheses")
    assert "".join(one["text"] for one in finals) == plain.text
    assert plain.text.split(), "nothing was recognised"
    assert hypotheses and texts[0].get("interim"), "no hypothesis came first"
    for one in finals:
        assert 0 <= one["pts"] <= one["pts"] + one["duration"] <= length, one


if __name__ == "__main__":
    if not glob.glob(os.path.join(recordings, "*.wav")):
        print("1..0 # SKIP no recordings of speech in", recordings)
        sys.exit(0)
    main(dict(globals()))
