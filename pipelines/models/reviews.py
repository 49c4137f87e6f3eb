#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Write film reviews as text that nobody has labelled, on stdout.

    reviews.py FILE

FILE has a review a line, in the last of its columns (apart by tabs). Out come
`word<TAB>?` lines, a blank line between sentences; endings are apart as in the
labelled corpora: "it 's", "do n't". The words are for `rnntool train --teacher`.
"""
import re
import sys

ENDING = r"'(?:s|m|re|ve|d|ll)\b"
WORD = re.compile(
    rf"n't|{ENDING}"                      # endings
    r"|(?:[a-z]\.)+(?=\s|$)(?<!\w\w\.)"  # initials
    r"|\w+(?:[-']\w+)*|\.\.\.|[^\w\s]",  # words, signs
    re.IGNORECASE)
ENDS_OF_SENTENCES = {".", "!", "?"}


def words(text):
    text = re.sub(r"n't\b", " n't", text)
    return WORD.findall(re.sub(rf"(?<=\w)({ENDING})", r" \1", text))


def main():
    with open(sys.argv[1], encoding="utf-8") as reviews:
        for review in reviews:
            sentence = []
            for word in words(review.rstrip("\n").split("\t")[-1]):
                sentence.append(word + "\t?\n")
                if word in ENDS_OF_SENTENCES:
                    print("".join(sentence))
                    sentence = []
            if sentence:
                print("".join(sentence))


if __name__ == "__main__":
    main()
