# SPDX-License-Identifier: LGPL-2.1-or-later
"""The elements' pages say what gst-inspect-1.0 says: FOLDER."""
import os
import re
import subprocess
import sys

import tap

folder = sys.argv[1]
elements = ["rnntokenizer", "rnntagger", "rnnannotator", "rnntagbin", "rnninterim"]
# What every element or bin has.
inherited = {"name", "parent", "async-handling", "message-forward"}


def inspect(element):
    return subprocess.run(["gst-inspect-1.0", element], check=True, encoding="utf-8",
                          stdout=subprocess.PIPE,
                          env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout


def read_page(element):
    with open(os.path.join(folder, element + ".md"), encoding="utf-8") as file:
        return file.read()


def default_of(text):
    """Return the default that an inspected property has, as pages write it."""
    found = re.search(r"Default: (.*)", text)
    value = found[1].strip() if found else "null"
    if value.endswith('"'):
        value = value.split('"')[1]
    return {"null": "none", "18446744073709551615": "-1"}.get(value, value)


def states_of(text):
    if "writable" not in text:
        return "never"
    return "PLAYING" if "PLAYING" in text else "READY"


def inspected_properties(element):
    text = inspect(element).partition("Element Properties:\n")[2]
    text = text.partition("\n\n\n")[0].partition("Element Actions:")[0]
    parts = re.split(r"(?m)^  ([a-z][a-z-]*) *: ", text)
    return {name: (default_of(part), states_of(part.split("flags:")[1].split("\n")[0]))
            for name, part in zip(parts[1::2], parts[2::2]) if name not in inherited}


def flags(value):
    return set(value.split("+"))


def properties_with_their_defaults_and_states_are_there():
    for element in elements:
        rows = re.findall(r"(?m)^\| `([a-z-]+)` \| [^|]+ \| (\S+) \| (\w+) \|",
                          read_page(element).partition("## Properties")[2]
                          .partition("\n## ")[0])
        page = {name: (default.strip("`"), states) for name, default, states in rows}
        known = inspected_properties(element)
        assert set(page) == set(known), (element, set(page) ^ set(known))
        for name, (default, states) in known.items():
            assert flags(page[name][0]) == flags(default), (element, name, default)
            assert page[name][1] == states, (element, name, states)


def every_value_of_an_enum_or_flags_is_explained():
    """By the element's own page; the bin's points there."""
    for element in elements:
        if element == "rnntagbin":
            continue
        for value in re.findall(r"(?m)^ +\((?:0x)?[0-9a-f]+\): (\S+) ", inspect(element)):
            assert f"`{value}`" in read_page(element), (element, value)


def media_types_formats_and_types_of_the_pads_are_there():
    for element in elements:
        pads = inspect(element).partition("Pad Templates:")[2]
        pads = pads.partition("Element has")[0]
        page = read_page(element).partition("## Pads")[2].partition("\n## ")[0]
        words = set(re.findall(r"(?m)^      (\S+/\S+)$", pads))
        for values in re.findall(r"(?m)^ +(?:format|types): (.*)$", pads):
            words |= set(re.findall(r"[a-z][a-z0-9-]+", values.replace("(string)", "")))
        assert words, element
        for word in words:
            assert f"`{word}`" in page, (element, word)


def action_signals_are_there():
    for element in elements:
        actions = inspect(element).partition("Element Actions:")[2]
        for name in re.findall(r'"([a-z-]+)" :', actions):
            assert f"`{name}`" in read_page(element), (element, name)


def every_page_has_an_example_and_stands_in_the_list():
    with open(os.path.join(folder, "README.md"), encoding="utf-8") as file:
        index = file.read()
    for element in elements:
        page = read_page(element)
        assert element in page.partition("```sh\n")[2].partition("```")[0], element
        assert f"({element}.md)" in index, element


tap.main(properties_with_their_defaults_and_states_are_there,
         every_value_of_an_enum_or_flags_is_explained,
         media_types_formats_and_types_of_the_pads_are_there,
         action_signals_are_there, every_page_has_an_example_and_stands_in_the_list)
