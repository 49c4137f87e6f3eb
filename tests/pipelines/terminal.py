# SPDX-License-Identifier: LGPL-2.1-or-later
"""Replay what a program wrote to a terminal, and check what stood there.

    terminal.py COLUMNS FILE CHECK…

--shows TEXT: in the end it holds these words, and nothing pale
--once-pale WORD: the word stood there pale before it did not
--coloured WORD, --plain WORD: how it stands in the end
--once-pale-line: a line with more than one pale word stood there

It knows the sequences that watch.py uses, and refuses any other.
"""
import re
import sys


class Terminal:
    def __init__(self, columns):
        self.columns = columns
        self.rows = [[]]  # of (character, codes)
        self.column = 0
        self.saved = 0
        self.codes = ()

    def put(self, character):
        assert self.column < self.columns, "a line is longer than the terminal"
        row = self.rows[-1]
        row += [(" ", ())] * (self.column + 1 - len(row))
        row[self.column] = (character, self.codes)
        self.column += 1

    def take(self, token):
        """Take one sequence or character; every row but the last is final."""
        if token == "\033[K":
            del self.rows[-1][self.column:]
        elif token == "\0337":
            self.saved = self.column
        elif token == "\0338":
            self.column = self.saved
        elif token.startswith("\033["):
            assert token.endswith("m"), repr(token)
            codes = tuple(token[2:-1].split(";"))
            self.codes = () if codes == ("0",) else codes
        elif token == "\n":
            self.rows.append([])
        elif token == "\r":
            self.column = 0
        else:
            assert token.isprintable(), repr(token)
            self.put(token)

    def words(self, rows=None):
        """Return (word, codes of its first letter) of the rows."""
        found = []
        for row in rows or self.rows:
            text = "".join(character for character, _ in row)
            found += [(one.group(), row[one.start()][1])
                      for one in re.finditer(r"\w+", text)]
        return found


def main(columns, path, *checks):
    terminal = Terminal(int(columns))
    once_pale, longest = set(), 0
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    for token in re.findall(r"\033\[[0-9;?]*[A-Za-z]|\033.|(?s:.)", text):
        terminal.take(token)
        if token == "\0338":
            pale = [word for word, codes in terminal.words(terminal.rows[-1:])
                    if "2" in codes]
            once_pale.update(pale)
            longest = max(longest, len(pale))
    final = terminal.words()
    print(final)
    assert not any("2" in codes for _, codes in final), "something stays pale"
    look = dict(final)
    checks = list(checks)
    while checks:
        check = checks.pop(0)
        if check == "--once-pale-line":
            assert longest > 1, "no two words were pale at once"
            continue
        wanted = checks.pop(0)
        if check == "--shows":
            assert [word for word, _ in final] == re.findall(r"\w+", wanted)
        elif check == "--once-pale":
            assert wanted in once_pale, once_pale
        elif check == "--coloured":
            assert "33" in look[wanted], look
        elif check == "--plain":
            assert look[wanted] == (), look
        else:
            sys.exit(f"no check {check}")


if __name__ == "__main__":
    main(*sys.argv[1:])
