# SPDX-License-Identifier: LGPL-2.1-or-later
"""Streams that are joined, chosen, doubled, and lose buffers on their way, words
that another program writes, and streams that come and leave in a file beside others."""
import html
import os
import select
import subprocess
import tempfile

from streams import TEXT, Gst, Pipeline, main, model, root, run

# It looks ahead by two words, so that some are held back between texts.
AHEAD = model.replace("-elman", "-tiny")
TAGBIN = f"rnntagbin model-file=\"{AHEAD}\""
IN = f"format=time caps={TEXT}"
# Texts whose names depend on what stands before them.
ONE = ["Yesterday Mary", "Smith met", "her brother John", "Brown in London."]
TWO = ["Mr.", "George", "Washington", "and Martha", "came."]


def alone(texts):
    """Return what the elements make of a stream of these texts."""
    return run(f"appsrc name=in {IN} ! {TAGBIN} ! {TEXT} ! appsink name=out",
               texts).bytes


def push_all(pipeline, name, texts):
    for number, text in enumerate(texts):
        pipeline.push(name, text, number * Gst.SECOND, Gst.SECOND)


def streams_behind_concat_are_tagged_as_if_each_were_alone():
    pipeline = Pipeline(f"concat name=c ! {TAGBIN} ! {TEXT} ! appsink name=out"
                        f" appsrc name=one {IN} ! c. appsrc name=two {IN} ! c."
                        f" appsrc name=three {IN} ! c.")
    # The first one ends within a sentence, with words that are held back.
    for name, texts in (("one", ONE[:3]), ("two", TWO), ("three", ONE)):
        push_all(pipeline, name, texts)
    pipeline.end("one", "two", "three")
    assert pipeline.bytes == alone(ONE[:3]) + alone(TWO) + alone(ONE)


def streams_through_funnel_begin_anew_where_one_follows_another():
    pipeline = Pipeline(f"funnel name=f ! {TAGBIN} ! {TEXT} ! appsink name=out sync=false"
                        f" appsrc name=one {IN} ! f. appsrc name=two {IN} ! f.")
    for done, (name, texts) in enumerate((("one", ONE), ("two", TWO), ("one", ONE)), 1):
        n = len(pipeline.bytes)
        push_all(pipeline, name, texts)
        while len(pipeline.bytes) < n + len(texts):
            assert not pipeline.element.get_bus().pop_filtered(Gst.MessageType.ERROR)
    pipeline.end("one", "two")
    assert pipeline.bytes == alone(ONE) + alone(TWO) + alone(ONE)


def another_input_of_input_selector_begins_anew():
    pipeline = Pipeline(f"input-selector name=s sync-streams=false ! {TAGBIN} ! {TEXT}"
                        f" ! appsink name=out appsrc name=one {IN} ! s.sink_0"
                        f" appsrc name=two {IN} ! s.sink_1")
    selector = pipeline.element.get_by_name("s")
    wanted = []
    for name, pad, texts in (("one", "sink_0", ONE), ("two", "sink_1", TWO),
                             ("one", "sink_0", ONE)):
        selector.set_property("active-pad", selector.get_static_pad(pad))
        push_all(pipeline, name, texts)
        wanted += alone(texts)
        while len(pipeline.bytes) < len(wanted):
            assert not pipeline.element.get_bus().pop_filtered(Gst.MessageType.ERROR)
    pipeline.end("one", "two")
    assert pipeline.bytes == wanted


def both_branches_of_a_tee_say_the_same():
    pipeline = Pipeline(f"appsrc name=in {IN} ! tee name=t"
                        f" t. ! queue ! {TAGBIN} ! {TEXT} ! appsink name=out"
                        f" t. ! queue ! {TAGBIN} ! {TEXT} ! fakesink name=other"
                        " signal-handoffs=true sync=false")
    other = []
    pipeline.element.get_by_name("other").connect(
        "handoff", lambda _sink, buffer, _pad: other.append(
            buffer.extract_dup(0, buffer.get_size())))
    push_all(pipeline, "in", ONE + TWO)
    pipeline.end("in")
    assert pipeline.bytes == other == alone(ONE + TWO)


def what_a_leaky_queue_drops_is_as_if_it_had_never_been():
    """A slow sink behind it, so that it drops most of what comes."""
    for side in ("upstream", "downstream"):
        seen = []
        pipeline = Pipeline(
            f"appsrc name=in {IN} ! queue leaky={side} max-size-buffers=2 ! identity"
            f" name=rest signal-handoffs=true sleep-time=20000 ! {TAGBIN} ! {TEXT}"
            " ! appsink name=out")
        pipeline.element.get_by_name("rest").connect(
            "handoff", lambda _identity, buffer: seen.append(
                buffer.extract_dup(0, buffer.get_size()).decode()))
        texts = (ONE + TWO) * 20
        push_all(pipeline, "in", texts)
        pipeline.end("in")
        assert 0 < len(seen) < len(texts), len(seen)
        assert pipeline.bytes == alone(seen), side


def words_of_a_pipe_leave_before_the_next_ones_come():
    """Also those that are cut in two; the last one at the end."""
    process = subprocess.Popen(
        ["gst-launch-1.0", "-q", "fdsrc", "!", TEXT, "!", "rnntagbin", "framing=word",
         f"model-file={model}", "!", TEXT, "!", "fdsink"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    for written, wanted in (("Yesterday ", "Yesterday "), ("Ma", ""),
                            ("ry met ", "[PER Mary] met "), ("J", ""),
                            ("ohn\nin ", "[PER John]\nin "), ("town", "")):
        process.stdin.write(written.encode())
        got = b""
        while len(got) < len(wanted):
            assert select.select([process.stdout], [], [], 60)[0], (wanted, got)
            got += process.stdout.read(100)
        assert got.decode() == wanted
    process.stdin.close()
    assert process.stdout.read() == b"town"
    assert process.wait() == 0


def subtitles_leave_a_file_tagged_and_the_sound_beside_them_untouched():
    with tempfile.TemporaryDirectory() as folder:
        before, after = (os.path.join(folder, name) for name in ("in.mkv", "out.mkv"))
        run("audiotestsrc num-buffers=250 samplesperbuffer=441 wave=white-noise"
            " ! audio/x-raw,rate=22050,channels=1,format=S16LE"
            " ! flacenc ! queue ! matroskamux name=m"
            f" ! filesink location={before}"
            f" filesrc location=\"{root}/pipelines/captions.srt\" ! subparse ! queue ! m.")
        # The muxer waits for the next caption: the sound needs room till then.
        run(f"filesrc location={before} ! matroskademux name=d d.audio_0 ! flacparse"
            " ! queue max-size-time=0 max-size-buffers=0 max-size-bytes=0 ! m.audio_0"
            f" d.subtitle_0 ! queue ! {TAGBIN} ! {TEXT} ! queue ! m.subtitle_0"
            f" matroskamux name=m ! filesink location={after}")

        def stream(path, audio, text):
            return run(f"filesrc location={path} ! matroskademux name=d"
                       f" d.audio_0 ! queue ! {audio} d.subtitle_0 ! queue ! {text}")
        out, fake = "appsink name=out", "fakesink sync=false async=false"
        sound, again = (stream(path, f"flacparse ! flacdec ! {out}", fake) for path in (before, after))
        assert sum(map(len, sound.bytes)) == 2 * 441 * 250
        assert b"".join(again.bytes) == b"".join(sound.bytes)
        captions, tagged = (stream(path, fake, out) for path in (before, after))
        assert tagged.times == captions.times == [
            (0, 2 * Gst.SECOND), (2500 * Gst.MSECOND, 2 * Gst.SECOND)], tagged.times
        wanted = run(f"filesrc location=\"{root}/pipelines/captions.srt\" ! subparse"
                     f" ! {TAGBIN} ! {TEXT} ! appsink name=out")
        assert "[PER Neil Armstrong] & [PER Buzz Aldrin]" in wanted.text
        # The demuxer takes all text for markup, and escapes what is none.
        assert [html.unescape(text.decode()) for text in tagged.bytes] == [
            text.decode() for text in wanted.bytes], tagged.bytes


if __name__ == "__main__":
    main(dict(globals()))
