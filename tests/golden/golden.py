#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compare yhat with an independent implementation in numpy (float64).

Usage: golden.py LIBRNNCORE.SO

Writes random models of every cell, naming, depth, direction, output and stored
type, runs them through the C API, and prints the largest difference.
"""
import ctypes
import itertools
import json
import os
import struct
import sys
import tempfile

try:
    import numpy as np
except ImportError:
    print("SKIP: python3-numpy is not installed")
    sys.exit(77)

LIMIT = 2e-6
GATES = {"elman": 1, "gru": 3, "lstm": 4}
random = np.random.default_rng(7)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


# --- an independent writer of safetensors -----------------------------------

def store(dtype, values):
    """The bytes of values as dtype, the floats they stand for, and a scale."""
    values = np.asarray(values, np.float32)
    if dtype == "F16":
        stored = values.astype("<f2")
        return stored.tobytes(), stored.astype(np.float64), None
    if dtype == "BF16":
        bits = (values.view("<u4") + 0x8000) >> 16
        return (bits.astype("<u2").tobytes(),
                (bits << 16).astype("<u4").view("<f4").astype(np.float64), None)
    if dtype == "I8" and values.ndim == 2:
        scale = (np.abs(values).max(axis=1) / 127 + 1e-9).astype("<f4")
        stored = np.rint(values / scale[:, None]).astype(np.int8)
        return stored.tobytes(), stored * scale[:, None].astype(np.float64), scale
    return values.astype("<f4").tobytes(), values.astype(np.float64), None


def write(path, tensors, metadata, dtype):
    """Write tensors; return them as the float64 values that the file holds."""
    header, data, held = {"__metadata__": metadata}, b"", {}

    def add(name, kind, shape, raw):
        nonlocal data
        header[name] = {"dtype": kind, "shape": list(shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw

    for name, values in tensors.items():
        if name == "vocab":
            add(name, "U8", [len(values)], values)
            continue
        kind = dtype if values.ndim == 2 or dtype != "I8" else "F32"
        raw, held[name], scale = store(kind, values)
        add(name, kind, values.shape, raw)
        if scale is not None:
            add(name + ".scale", "F32", scale.shape, scale.tobytes())
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
    return held


# --- an independent forward pass, equations as in the lectures ---------------

def step(cell, act, gx, Whh, bhh, h, c):
    n = len(h)
    gh = Whh @ h + bhh
    if cell == "elman":
        return act(gx + gh), c
    if cell == "gru":
        r, z = sigmoid(gx[:n] + gh[:n]), sigmoid(gx[n:2 * n] + gh[n:2 * n])
        new = np.tanh(gx[2 * n:] + r * gh[2 * n:])
        return (1 - z) * new + z * h, c
    i, f, g, o = np.split(gx + gh, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def direction(cell, act, w, suffix, inputs, h, reverse):
    c, out = np.zeros_like(h), [None] * len(inputs)
    order = range(len(inputs))
    for t in reversed(order) if reverse else order:
        gx = w["rnn.weight_ih_" + suffix] @ inputs[t] + w["rnn.bias_ih_" + suffix]
        h, c = step(cell, act, gx, w["rnn.weight_hh_" + suffix],
                    w["rnn.bias_hh_" + suffix], h, c)
        out[t] = h
    return out


def output(kind, logits):
    if kind == "sigmoid":
        return sigmoid(logits)
    if kind == "softmax":
        e = np.exp(logits - logits.max())
        return e / e.sum()
    return logits


def forward(case, w, tokens):
    n_x, n_a = case["n_x"], case["n_a"]
    act = np.tanh if case["activation"] == "tanh" else lambda x: np.maximum(x, 0)
    rows = []
    for token in tokens:
        one_hot = np.zeros(n_x)
        if token != -1:
            one_hot[token if 0 <= token < n_x else 0] = 1
        rows.append(one_hot @ w["embedding.weight"]
                    if "embedding.weight" in w else one_hot)
    for layer in range(case["layers"]):
        start = w.get("a0", np.zeros(n_a)).reshape(-1)
        out = direction(case["cell"], act, w, f"l{layer}", rows, start, False)
        if case["directions"] == 2:
            back = direction(case["cell"], act, w, f"l{layer}_reverse", rows,
                             np.zeros(n_a), True)
            out = [np.concatenate(pair) for pair in zip(out, back)]
        rows = out
    return np.array([output(case["output"],
                            w["output.weight"] @ a + w["output.bias"].reshape(-1))
                     for a in rows])


# --- random networks ---------------------------------------------------------

def normal(*shape):
    return (random.standard_normal(shape) / np.sqrt(shape[-1])).astype(np.float32)


def recurrent(case, rows):
    # A ReLU net whose a<t> grows without end would only measure its size.
    shrink = 0.5 if case["activation"] == "relu" else 1
    return normal(rows, case["n_a"]) * np.float32(shrink)


def pytorch_network(case):
    rows, n_a, D = GATES[case["cell"]] * case["n_a"], case["n_a"], case["directions"]
    tensors = {}
    n_in = case["n_x"]
    if case["n_e"]:
        tensors["embedding.weight"] = normal(case["n_x"], case["n_e"])
        n_in = case["n_e"]
    for layer in range(case["layers"]):
        for suffix in [f"l{layer}", f"l{layer}_reverse"][:D]:
            tensors["rnn.weight_ih_" + suffix] = normal(rows, n_in)
            tensors["rnn.weight_hh_" + suffix] = recurrent(case, rows)
            tensors["rnn.bias_ih_" + suffix] = normal(rows)
            tensors["rnn.bias_hh_" + suffix] = normal(rows)
        n_in = n_a * D
    tensors["output.weight"] = normal(case["n_y"], n_a * D)
    tensors["output.bias"] = normal(case["n_y"])
    return tensors


def course_network(case):
    n_a, n_x, n_y = case["n_a"], case["n_x"], case["n_y"]
    column = lambda v: v.reshape(-1, 1) if case["column"] else v
    tensors = {"Waa": recurrent(case, n_a), "Wax": normal(n_a, n_x),
               "Wya": normal(n_y, n_a), "ba": column(normal(n_a)),
               "by": column(normal(n_y))}
    if case["joined"]:
        tensors["Wa"] = np.hstack([tensors.pop("Waa"), tensors.pop("Wax")])
    return tensors


def to_pytorch(case, w):
    if "Wya" not in w:
        return w
    n_a = case["n_a"]
    Waa, Wax = (w["Wa"][:, :n_a], w["Wa"][:, n_a:]) if "Wa" in w \
        else (w["Waa"], w["Wax"])
    named = {"rnn.weight_hh_l0": Waa, "rnn.weight_ih_l0": Wax,
             "rnn.bias_ih_l0": w["ba"].reshape(-1),
             "rnn.bias_hh_l0": np.zeros(n_a),
             "output.weight": w["Wya"], "output.bias": w["by"].reshape(-1)}
    if "a0" in w:
        named["a0"] = w["a0"]
    return named


def cases():
    sizes = itertools.cycle([(13, 5, 1), (40, 100, 3), (7, 17, 2), (9, 33, 5)])
    kinds = itertools.cycle(["sigmoid", "softmax", "linear"])
    dtypes = itertools.cycle(["F32", "F32", "F16", "BF16", "I8"])
    for cell, activation, layers, D, n_e, a0, _ in itertools.product(
            GATES, ["tanh", "relu"], [1, 2, 3], [1, 2], [0, 6], [False, True],
            range(2)):
        if activation == "relu" and cell != "elman":
            continue
        n_x, n_a, n_y = next(sizes)
        yield dict(naming="pytorch", cell=cell, activation=activation,
                   layers=layers, directions=D, n_e=n_e, a0=a0, n_x=n_x,
                   n_a=n_a, n_y=n_y, output=next(kinds), dtype=next(dtypes))
    for activation, joined, column, a0 in itertools.product(
            ["tanh", "relu"], [False, True], [False, True], [False, True]):
        n_x, n_a, n_y = next(sizes)
        yield dict(naming="course", cell="elman", activation=activation,
                   layers=1, directions=1, n_e=0, a0=a0, n_x=n_x, n_a=n_a,
                   n_y=n_y, output=next(kinds), dtype=next(dtypes),
                   joined=joined, column=column)


# --- the C API ---------------------------------------------------------------

class Error(ctypes.Structure):
    _fields_ = [("domain", ctypes.c_uint32), ("code", ctypes.c_int),
                ("message", ctypes.c_char_p)]


def open_library(path):
    lib = ctypes.CDLL(path)
    pointer = ctypes.c_void_p
    lib.rnn_model_load.restype = pointer
    lib.rnn_model_load.argtypes = [ctypes.c_char_p, pointer]
    lib.rnn_model_unref.argtypes = [pointer]
    lib.rnn_state_new.restype = pointer
    lib.rnn_state_new.argtypes = [pointer]
    lib.rnn_state_free.argtypes = [pointer]
    lib.rnn_state_run.argtypes = [pointer, pointer, ctypes.c_size_t, pointer,
                                  pointer]
    return lib


def run(lib, path, tokens, n_y, cuts):
    error = ctypes.POINTER(Error)()
    model = lib.rnn_model_load(path.encode(), ctypes.byref(error))
    if not model:
        raise SystemExit(error.contents.message.decode())
    state = lib.rnn_state_new(model)
    yhat = np.zeros((len(tokens), n_y), np.float32)
    for begin, end in zip([0] + cuts, cuts + [len(tokens)]):
        part = np.ascontiguousarray(tokens[begin:end], np.int32)
        out = np.zeros((end - begin, n_y), np.float32)
        if not lib.rnn_state_run(state, part.ctypes.data, len(part),
                                 out.ctypes.data, ctypes.byref(error)):
            raise SystemExit(error.contents.message.decode())
        yhat[begin:end] = out
    lib.rnn_state_free(state)
    lib.rnn_model_unref(model)
    return yhat


def check(lib, folder, case):
    tensors = (course_network if case["naming"] == "course"
               else pytorch_network)(case)
    if case["a0"]:
        tensors["a0"] = normal(case["n_a"])
    metadata = {"rnn.cell": case["cell"], "rnn.output": case["output"],
                "rnn.unk": "0"}
    if case["cell"] == "elman":
        metadata["rnn.activation"] = case["activation"]
    path = os.path.join(folder, "model.safetensors")
    held = to_pytorch(case, write(path, tensors, metadata, case["dtype"]))
    tokens = random.integers(-1, case["n_x"] + 1, 70)
    want = forward(case, held, list(tokens))
    cuts = [] if case["directions"] == 2 else sorted(
        random.choice(np.arange(1, 70), 5, replace=False).tolist())
    return np.abs(run(lib, path, tokens, case["n_y"], cuts) - want).max()


def main():
    lib = open_library(sys.argv[1])
    worst, n = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for case in cases():
            difference = check(lib, folder, case)
            worst, n = max(worst, difference), n + 1
            if not difference <= LIMIT:
                raise SystemExit(f"difference {difference:.3g} > {LIMIT}: {case}")
    print(f"{n} networks, largest difference {worst:.3g}, limit {LIMIT}")


main()
