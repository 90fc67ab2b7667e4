"""Tests of the quick look at names and calls: patterns that are slow and obvious say the same."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from copycheck.syntax.written_names import calls_in, chains_among, chains_in, words_among

PIECES = [
    "self",
    "cls",
    ".",
    "(",
    ")",
    "hoot",
    "owl",
    "_x",
    "é",
    " ",
    "\t",
    "\n",
    "1",
    ",",
    "[",
    "]",
    "selfish",
    "x" * 250,
]
texts = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)
CALL = re.compile(r"(?<![\w.])(?:(self|cls)[ \t]*\.[ \t]*)?(\w+)[ \t]*\(")
KNOWN = {False: {"hoot", "owl", "é", "x" * 250, "x" * 500}, True: {"hoot", "_x"}}


@settings(max_examples=300, deadline=None)
@given(texts, texts)
def test_names_are_found_as_the_pattern_finds_them(text: str, other: str) -> None:
    chains = chains_in(other)
    assert chains_among(chains, text) == chains & chains_in(text)
    words = set(re.findall(r"\w+", other))
    assert words_among(words, text) == words & set(re.findall(r"\w+", text))


@settings(max_examples=300, deadline=None)
@given(texts)
def test_calls_are_found_as_a_pattern_finds_them(text: str) -> None:
    text = re.sub(r"\.[ \t]+(?=\w)", ".", text)  # `a. b()` is no call of `b`, which the pattern takes for one
    pairs = [(bool(match.group(1)), match.group(2)) for match in CALL.finditer(text)]
    expected = [pair for pair in pairs if pair[1] in KNOWN[pair[0]]]
    assert [(call.is_own, call.name) for call in calls_in(text, KNOWN)] == expected


def test_the_arguments_of_a_call_are_told_without_their_layout() -> None:
    known = {False: {"f", "g"}, True: {"h"}}
    calls = calls_in("x = f(1,\n      g([2,\n      ]),\n)\nself.h (x)\nobj.self.h(1)\nother. g(2)\n", known)
    assert list(calls) == [(False, "f", "(1,g([2]))"), (False, "g", "([2])"), (True, "h", "(x)")]
