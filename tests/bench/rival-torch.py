#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""PyTorch's nn.RNN, nn.GRU or nn.LSTM on the network of the benchmark.

rival-torch.py FOLDER N_STREAMS N_TOKENS. FOLDER has the model,
net.safetensors. Reads lines on stdin: `yhat` runs FOLDER/tokens (int32) from
a<0>, writes FOLDER/yhat (float32) and answers `done`; `run N` answers the ns of
N more calls by the process's own clock, one thread; all else ends.
"""
import json
import struct
import sys
import time

import numpy
import torch


def load(path):
    """The tensors of a safetensors file of float32, and its metadata."""
    with open(path, "rb") as file:
        data = file.read()
    n_header = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + n_header])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        floats = numpy.frombuffer(data[8 + n_header + start:8 + n_header + end], "<f4")
        tensors[name] = torch.from_numpy(floats.copy().reshape(entry["shape"]))
    return tensors, metadata


class Tagger(torch.nn.Module):
    def __init__(self, tensors, cell):
        super().__init__()
        n_words, n_embedding = tensors["embedding.weight"].shape
        n_y, n_a = tensors["output.weight"].shape
        kind = {"elman": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[cell]
        self.embedding = torch.nn.Embedding(n_words, n_embedding)
        self.rnn = kind(n_embedding, n_a)
        self.output = torch.nn.Linear(n_a, n_y)
        self.load_state_dict(tensors)

    def forward(self, tokens, state):
        hidden, state = self.rnn(self.embedding(tokens), state)
        return torch.softmax(self.output(hidden), -1), state


def read_tokens(path, n_streams, n_tokens):
    """The benchmark's tokens are [stream][token], nn.RNN's [token][stream]."""
    indices = numpy.fromfile(path, "<i4").astype(numpy.int64)
    return torch.from_numpy(indices.reshape(n_streams, n_tokens).T.copy())


def main():
    folder, n_streams, n_tokens = sys.argv[1:]
    torch.set_num_threads(1)
    tensors, metadata = load(folder + "/net.safetensors")
    net = Tagger(tensors, metadata["rnn.cell"]).eval()
    indices = state = None
    with torch.inference_mode():
        for line in sys.stdin:
            if line.strip() == "yhat":
                indices = read_tokens(folder + "/tokens", int(n_streams), int(n_tokens))
                yhat, state = net(indices, None)
                yhat.transpose(0, 1).contiguous().numpy().tofile(folder + "/yhat")
                print("done", flush=True)
            elif line.startswith("run "):
                start = time.process_time_ns()
                for _ in range(int(line[4:])):
                    _, state = net(indices, state)
                print(time.process_time_ns() - start, flush=True)
            else:
                break


main()
