#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""PyTorch's side of training.py.

training-torch.py FILE CELL N_A N_E STREAMS STEPS EPOCHS dense|sparse. A net without an
embedding, x<t> one-hot into the cell, is an embedding of n_a here, which is the
fastest that PyTorch has for it. `sparse`: gradients of the words that came only.
"""
import os
import sys

import torch


def read(path):
    words, tokens, tags = {}, [], []
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip():
                word, tag = line.split()
                tokens.append(words.setdefault(word, len(words)))
                tags.append(0.0 if tag == "O" else 1.0)
    return torch.tensor(tokens), torch.tensor(tags), len(words)


class Tagger(torch.nn.Module):
    def __init__(self, cell, n_words, n_e, n_a, sparse):
        super().__init__()
        kind = {"elman": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[cell]
        self.embedding = torch.nn.Embedding(n_words, n_e, sparse=sparse)
        self.rnn = kind(n_e, n_a)
        self.output = torch.nn.Linear(n_a, 1)

    def forward(self, x, state):
        hidden, state = self.rnn(self.embedding(x), state)
        return self.output(hidden).squeeze(-1), state


def main():
    path, cell, n_a, n_e, streams, steps, epochs, way = sys.argv[1:]
    n_a, n_e, streams, steps = int(n_a), int(n_e) or int(n_a), int(streams), int(steps)
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    x, y, n_words = read(path)
    stretch = len(x) // streams
    x, y = (all_of[:stretch * streams].view(streams, stretch).T for all_of in (x, y))
    net = Tagger(cell, n_words, n_e, n_a, way == "sparse")
    rest = [p for name, p in net.named_parameters() if not name.startswith("embedding")]
    embedding = torch.optim.SparseAdam if way == "sparse" else torch.optim.Adam
    optimisers = [embedding(list(net.embedding.parameters()), lr=0.002),
                  torch.optim.Adam(rest, lr=0.002)]
    clipped = rest if way == "sparse" else list(net.parameters())
    for _ in range(int(epochs)):
        state = None
        for first in range(0, stretch, steps):
            for optimiser in optimisers:
                optimiser.zero_grad()
            logits, state = net(x[first:first + steps], state)
            loss = torch.nn.functional.binary_cross_entropy_with_logits(
                logits, y[first:first + steps])
            loss.backward()
            state = state.detach()
            torch.nn.utils.clip_grad_norm_(clipped, 5.0)
            for optimiser in optimisers:
                optimiser.step()


main()
