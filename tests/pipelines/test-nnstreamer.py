# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tensors that NNStreamer's elements would send and take, byte by byte.

NNStreamer is no package of Debian, so its side is packed here by its format.
"""
import json
import struct

from streams import (FLEXIBLE, TEXT, Pipeline, main, model, pack_header, run,
                     static)

INT32, UINT32, FLOAT32, INT64 = 0, 1, 7, 8
CODES = {INT32: "i", UINT32: "I", INT64: "q"}
NAMES = {INT32: "int32", UINT32: "uint32", INT64: "int64"}
TOKENS = [[5, 17, 300], [2], [9999, 4]]


def tokens_of(text):
    """Return the indices of a text's words, from the static form."""
    out = run(f"appsrc name=in caps={TEXT} format=time ! rnntokenizer model-file=\"{model}\""
              f" ! {static('int32', 1)} ! appsink name=out", [text])
    return [struct.unpack("=i", data)[0] for data in out.bytes]


def tag(caps, buffers, out_caps=None):
    """Return the bytes of yhat for buffers of bytes."""
    out_caps = f"! capsfilter caps=\"{out_caps}\"" if out_caps else ""
    return run(f"appsrc name=in format=time caps=\"{caps}\""
               f" ! rnntagger model-file=\"{model}\" {out_caps} ! appsink name=out",
               buffers).bytes


def packed(kind, tokens):
    return struct.pack(f"={len(tokens)}{CODES[kind]}", *tokens)


def wanted():
    """Return the raw rows of yhat for TOKENS."""
    rows = [data[128:] for data in tag(FLEXIBLE, [
        pack_header(INT32, [len(some)]) + packed(INT32, some) for some in TOKENS])]
    assert [len(some) for some in rows] == [4 * len(some) for some in TOKENS]
    return rows


def the_tokenizer_writes_a_flexible_tensor_with_its_header():
    words = "Mary Smith came"
    out = run(f"appsrc name=in caps={TEXT} format=time ! rnntokenizer model-file=\"{model}\""
              f" ! {FLEXIBLE} ! appsink name=out", [words, "to London"])
    for data, text in zip(out.bytes, [words, "to London"]):
        tokens = tokens_of(text)
        payload = packed(INT32, tokens)
        # Where readers differ in what they expect, any of NNStreamer's values.
        assert data in [pack_header(INT32, [len(tokens)], form, media) + payload
                        for form in (0, 1) for media in (2, 4)], data[:128].hex()


def the_tagger_writes_rows_of_float32_innermost_dimension_first():
    for data, some in zip(tag(FLEXIBLE, [
            pack_header(INT32, [len(some)]) + packed(INT32, some)
            for some in TOKENS]), TOKENS):
        assert data[:128] in [pack_header(FLOAT32, [1, len(some)], form, media)
                              for form in (0, 1) for media in (2, 4)], data[:128].hex()
        assert len(data) == 128 + 4 * len(some)


def headers_of_any_nnstreamer_give_the_same_yhat():
    rows = wanted()
    for kind in CODES:
        for form in (0, 1):
            for media in (2, 3, 4):
                for ones in ([], [1], [1, 1, 1]):
                    got = tag(FLEXIBLE, [
                        pack_header(kind, [len(some)] + ones, form, media)
                        + packed(kind, some) for some in TOKENS])
                    assert [data[128:] for data in got] == rows, (kind, form, media)


def static_tensors_are_raw_both_ways():
    flat = [token for some in TOKENS for token in some]
    rows = b"".join(wanted())
    for kind in CODES:
        for dimensions in ("1", "1:1", "1:1:1:1"):
            got = tag(static(NAMES[kind], dimensions, "30/1"),
                      [packed(kind, [token]) for token in flat],
                      static("float32", "1:1", "30/1"))
            assert b"".join(got) == rows, (kind, dimensions)
        got = tag(static(NAMES[kind], len(flat)), [packed(kind, flat)],
                  static("float32", f"1:{len(flat)}"))
        assert got == [rows], kind


def static_indices_may_give_flexible_yhat():
    flat = [token for some in TOKENS for token in some]
    rows = b"".join(wanted())
    (got,) = tag(static("int32", len(flat)), [packed(INT32, flat)], FLEXIBLE)
    assert got[128:] == rows


def tensors_whose_memory_and_metas_were_made_anew_are_still_tagged():
    text = "Mary Smith came to London ."
    via = Pipeline(f"appsrc name=in format=time caps=\"{FLEXIBLE}\""
                   f" ! rnntagger model-file=\"{model}\" ! rnnannotator"
                   " ! application/x-json ! appsink name=out")
    tokens = tokens_of(text)
    via.push("in", pack_header(INT32, [len(tokens)], 0) + packed(INT32, tokens), 0)
    via.end("in")
    found = json.loads(via.text)
    assert [token["text"] for token in found["tokens"]] == [
        "mary", "smith", "came", "to", "london", "."]
    assert [one["text"] for one in found["entities"]] == ["mary smith"], found


if __name__ == "__main__":
    main(dict(globals()))
