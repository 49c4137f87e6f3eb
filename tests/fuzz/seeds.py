# SPDX-License-Identifier: LGPL-2.1-or-later
"""Write the seed corpora: seeds.py FOLDER makes FOLDER/TARGET/NAME."""
import json
import pathlib
import struct
import sys

SIZES = {"F32": 4, "F16": 2, "BF16": 2, "I8": 1, "U8": 1}
WORDS = "<UNK>\nharry\npotter\nand\nhermione\n.\nö"
ITEMS = {"F32": struct.pack("<f", 0.5), "F16": struct.pack("<e", 0.5),
         "BF16": b"\x00\x3f", "I8": b"\x05"}


def header_of(tensors, metadata):
    """The JSON and the data of @tensors, {name: (dtype, shape)} or bytes."""
    entries, data = {"__metadata__": metadata}, b""
    for name, tensor in tensors.items():
        if isinstance(tensor, bytes):
            dtype, shape, content = "U8", [len(tensor)], tensor
        else:
            dtype, shape = tensor
            count = 1
            for size in shape:
                count *= size
            content = ITEMS[dtype] * count
        entries[name] = {"dtype": dtype, "shape": shape,
                         "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    return json.dumps(entries, separators=(",", ":")).encode(), data


def safetensors(tensors, metadata):
    header, data = header_of(tensors, metadata)
    return struct.pack("<Q", len(header)) + header + data


def course(dtype="F32", **extra):
    return {"Waa": (dtype, [2, 2]), "Wax": (dtype, [2, 7]),
            "Wya": (dtype, [3, 2]), "ba": ("F32", [2, 1]),
            "by": ("F32", [3]), **extra}


def pytorch(gates, directions=1, layers=1, embedding=True):
    tensors = {"embedding.weight": ("F32", [7, 2])} if embedding else {}
    for layer in range(layers):
        n_in = 2 * directions if layer else 2 if embedding else 7
        for end in ["", "_reverse"][:directions]:
            tensors |= {
                f"rnn.weight_ih_l{layer}{end}": ("F32", [2 * gates, n_in]),
                f"rnn.weight_hh_l{layer}{end}": ("F32", [2 * gates, 2]),
                f"rnn.bias_ih_l{layer}{end}": ("F32", [2 * gates]),
                f"rnn.bias_hh_l{layer}{end}": ("F32", [2 * gates])}
    return tensors | {"output.weight": ("F32", [3, 2 * directions]),
                      "output.bias": ("F32", [3])}


def models():
    words = {"vocab": WORDS.encode()}
    named = {"rnn.labels": "O\nB-PER\nI-PER", "rnn.normalize": "nfc lowercase"}
    features = {"rnn.features": "word shape suffix2:8 ngram3:8*4 "
                                "list.a:2"}
    int8 = {"Waa.scale": ("F32", [2]), "Wax.scale": ("F32", [2]),
            "Wya.scale": ("F32", [3])}
    wide = course(**words, **{"list.a": b"harry\nron"})
    wide["Wax"] = ("F32", [2, 7 + 16 + 8 + 8 + 2])
    return {
        "course": safetensors(course(**words), named),
        "joined": safetensors({"Wa": ("F32", [2, 9]), "Wya": ("F32", [1, 2]),
                               "ba": ("F32", [2]), "by": ("F32", [1]),
                               "a0": ("F32", [2])},
                              {"rnn.activation": "relu", "rnn.unk": "0"}),
        "int8": safetensors(course("I8", **int8), {"rnn.output": "linear"}),
        "half": safetensors(course("F16"), {"rnn.lookahead": "2"}),
        "bfloat": safetensors(course("BF16"), {}),
        "features": safetensors(wide, named | features),
        "elman": safetensors(pytorch(1) | words, named),
        "gru": safetensors(pytorch(3, layers=2) | words, {"rnn.cell": "gru"}),
        "lstm": safetensors(pytorch(4, embedding=False), {"rnn.cell": "lstm"}),
        "both-ways": safetensors(pytorch(3, directions=2), {"rnn.cell": "gru"}),
    }


def headers():
    seeds = {}
    for name, tensors in {"course": course(), "gru": pytorch(3),
                          "empty": {}}.items():
        header, data = header_of(tensors, {"rnn.cell": "elman"})
        seeds[name] = bytes([min(len(data), 255)]) + header
    seeds["hole"] = (b'\x08{"a":{"dtype":"U8","shape":[4],'
                     b'"data_offsets":[4,8]}}')
    seeds["product"] = (b'\x00{"a":{"dtype":"U8","shape":[4294967296,'
                        b'4294967296,0],"data_offsets":[0,0]}}')
    seeds["twice"] = b'\x00{"a":1,"a":1}'
    seeds["deep"] = b"\x00{" + b'"a":[' * 20
    return seeds


def lexicons():
    def join(*parts):
        return "\f".join(parts).encode()
    return {
        "plain": join("", "word", WORDS, "", "Harry"),
        "lower": join("nfc lowercase digits", "word", WORDS, "", "Ö 1984 ǅ İ"),
        "features": join("lowercase", "word shape suffix3:50 ?prefix2:9 "
                         "ngram3:100*8 list.a:4", WORDS, "über\nunter", "Über"),
        "twice": join("", "", "a\nb\na", "", ""),
        "unknown": join("upper", "letter", "a", "", "b"),
        "long": join("lowercase", "word ngram4:10*64", "a\n\n\nb", "", "Ö" * 400),
        "broken": b"nfc\fword\f\xff\xc3\n\xed\xa0\x80\f\f\xf4\x90\x80\x80",
    }


def texts():
    plain = ("Mr. Harry Potter's owl can't reach harry@example.org or "
             "https://example.org/a, at 5:30 – said J. K. Rowling…\n")
    wide = "ハリー・ポッターは魔法使い。哈利波特，你好！สวัสดีครับ 👨‍👩‍👧 e-mail\u2028x\r\n"
    odd = b"\xef\xbb\xbf\xc3\xff\xe2\x82 \xed\xa0\x80\x00\xf0\x9f\x91a''s n't@a.b."
    return {f"{name}-{framing}": bytes([framing]) + data
            for name, data in {"plain": plain.encode(), "wide": wide.encode(),
                               "odd": odd}.items() for framing in range(3)}


def markups():
    return {"span": b'<span foreground="red">Tom &amp; Jerry</span> &lt;3',
            "numbers": b"&#233;&#x41;&#0;&#xd800;&#x110000;&nbsp;&unknown;&",
            "open": b"a < b <i>x </ <!-- <v Roger Bingham>", "deep": b"<b>" * 99}


def states():
    empty = b"RNNSTATE" + struct.pack("<I", 1) + b"0" * 64
    return {"zeros": empty + bytes(8 * 4 + 32),
            "infinite": empty + struct.pack("<8f", 1, -1, float("inf"), 0, 0, 0,
                                            0, 1e-42) + bytes(32),
            "short": empty + bytes(4 + 32), "none": b""}


def corpora():
    return {"two": b"Harry\tB-PER\nPotter\tI-PER\n.\tO\n\nHi\tO\n",
            "windows": b"Harry\tB-PER\r\n\r\n\r\nsaid\tO",
            "columns": b"Harry\tNNP\tB-PER\n", "no-tab": b"Harry B-PER\n",
            "nothing": b"\n\n", "odd": b"\xff\tO\n\x00\tO\n\tO\na\t\n"}


def tensor(kind, dims, data):
    words = [0xfeedcced, 0xde001000, kind] + dims
    words += [0] * (19 - len(words)) + [1, 4]
    return struct.pack(f"<{len(words)}I", *words).ljust(128, b"\0") + data


def tensors():
    return {"int32": tensor(0, [3], bytes(12)),
            "float32": tensor(7, [3, 2], bytes(24)),
            "int64": tensor(8, [1, 1, 1, 1], bytes(8)),
            "full": tensor(1, [1] * 16, bytes(4)),
            "huge": tensor(0, [0xffffffff] * 4, b""), "short": b"\xed\xcc"}


def pipelines():
    def start(element, caps):
        return bytes([element, 3, 0, 1, 3, 2, caps, 3, 1, 1])

    def push(data, kind=8):
        return bytes([0, kind, len(data)]) + data
    text = push(b"Harry Potter ") + push(b"and Hermione\n", 10)
    flush = bytes([3, 4, 0, 3, 5, 0, 3, 1, 1])
    eos = bytes([3, 6, 1])
    indices = tensor(0, [3], struct.pack("<3i", 1, 2, -1))
    yhat = tensor(7, [3, 2], struct.pack("<6f", 1, 0, 0, 0, 1, 0))
    return {
        "text": start(0, 0) + text + bytes([3, 3, 1]) + text + eos,
        "markup": start(0, 1) + push(b"<b>Harry</b> &amp; Ron") + eos,
        "flush": start(0, 2) + text + flush + text + eos,
        "events": start(0, 0) + text + bytes([3, 7, 0, 3, 7, 1, 3, 7, 2, 5, 0,
                                              5, 1, 6, 1, 7, 0, 1]) + text,
        "words": bytes([1, 7, 0, 1]) + start(1, 0)[1:] + text + eos,
        "tokens": start(2, 3) + push(indices) + push(indices[:50]) + eos,
        "one": start(2, 4) + push(struct.pack("<i", 2)) * 3 + eos,
        "yhat": start(3, 3) + push(yhat) + push(yhat, 26) + eos,
        "static": start(3, 5) + push(yhat[128:]) + eos,
        "reverse-without-stop": start(0, 0) + bytes([3, 1, 3]) + text + eos,
        "wrong": start(2, 7) + text + bytes([7, 1, 2]) + text,
    }


def main():
    kinds = {"model": models, "safetensors": headers, "lexicon": lexicons,
             "tokenizer": texts, "markup": markups, "state": states,
             "corpus": corpora, "tensors": tensors, "pipeline": pipelines}
    for target, make in kinds.items():
        folder = pathlib.Path(sys.argv[1]) / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in make().items():
            (folder / name).write_bytes(data)


main()
