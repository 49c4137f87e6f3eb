#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Write sentences that only later words tell apart, as labelled text on stdout.

    uses.py NAMES_FOLDER [OPTION…] FILE…

FILEs are labelled text. A word of theirs that may be a name, by first.tsv and
last.tsv of the folder, and is none where it stands, begins a sentence here, with
what followed it; and another one, with what followed a person's name. So "Rose
petals covered …" stands beside "Rose Miller covered …", both of real text, and not
made up as those of requests.py are. The same arguments give the same text.
"""
import argparse
import collections
import random


def sentences(path):
    """Lists of (word, tag)."""
    sentence = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                sentence.append(tuple(line.rstrip("\n").split("\t")))
            elif sentence:
                yield sentence
                sentence = []
    if sentence:
        yield sentence


def read_names(folder, which, most):
    with open(f"{folder}/{which}.tsv", encoding="utf-8") as lines:
        return [line.split("\t")[0].lower() for line, _ in zip(lines, range(most))]


def end_of_person(sentence, start):
    end = start + 1
    while end < len(sentence) and sentence[end][1] == "I-PER":
        end += 1
    return end


class Finder:
    """What real sentences have to offer."""

    def __init__(self, names):
        self.names = names
        self.uses = collections.defaultdict(list)  # word: what follows it
        self.people = []  # (name, after)

    def look_at(self, sentence):
        for i, (word, tag) in enumerate(sentence):
            if tag == "B-PER" and word[0].isupper() and word[1:].islower():
                end = end_of_person(sentence, i)
                self.people.append((sentence[i:end], sentence[end:]))
            if (i > 0 and tag in ("O", "?") and len(word) > 2 and word in self.names
                    and len(sentence) - i >= 3):
                self.uses[word].append(sentence[i + 1:])


def write(sentence):
    for word, tag in sentence:
        print(word + "\t" + tag)
    print()


def mirrored(finder, most, rng):
    """Each use of a word, and as many of it as a name."""
    people = [p for p in finder.people if len(p[0]) + len(p[1]) >= 3]
    for word in sorted(finder.uses):
        uses = finder.uses[word]
        rng.shuffle(uses)
        for after in uses[:most]:
            yield [(word.capitalize(), "O")] + after
            name, rest = rng.choice(people)
            yield [(word.capitalize(), "B-PER")] + name[1:] + rest


def main():
    parser = argparse.ArgumentParser(description="Sentences that only later words "
                                     "tell apart.")
    parser.add_argument("names", metavar="NAMES_FOLDER")
    parser.add_argument("files", metavar="FILE", nargs="+")
    parser.add_argument("--most", type=int, default=9, help="uses of a word")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rng = random.Random(given.seed)
    finder = Finder({name for which in ("first", "last")
                     for name in read_names(given.names, which, 4000)})
    for path in given.files:
        for sentence in sentences(path):
            finder.look_at(sentence)
    made = list(mirrored(finder, given.most, rng))
    rng.shuffle(made)
    for sentence in made:
        write(sentence)


if __name__ == "__main__":
    main()
