"""Names, and calls of names, as a text shows them: a quick look that takes no tree, and strings for code."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

_CHAIN = re.compile(r"(?<![\w.])[^\W\d]\w*(?:\.\w+)*")
_WORD = re.compile(r"\w+")
_NAME = re.compile(r"\w+$")
_LETTERS = "_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_BRACKET = re.compile(r"[()\[\]{}]")
_LAYOUT = re.compile(r"\s+|,(?=\s*[)\]}])")
_NEAR = 200
"""So many characters before a bracket are looked at for the name that is called: a row may have thousands of calls."""
_FEW, _RARE = 50, 20
"""So few names are looked for one by one, where they are at most in every twentieth place; else by the pattern."""


def chains_in(text: str) -> set[str]:
    """What reads like a name, with the attributes that are taken of it."""
    return set(_CHAIN.findall(text))


def chains_among(chains: Collection[str], text: str) -> set[str]:
    """Those of some names with their attributes that a text has, each as a whole."""
    return _among(chains, text, _CHAIN, "._")


def words_among(words: Collection[str], text: str) -> set[str]:
    """Those of some words that a text has, each as a whole."""
    return _among(words, text, _WORD, "_")


def _among(names: Collection[str], text: str, pattern: re.Pattern[str], joining: str) -> set[str]:
    """Those of some names that a pattern finds in a text; it takes `joining`, beside letters, for a part of a name."""
    if len(names) > _FEW or sum(map(text.count, names)) * _RARE > len(text):
        return set(pattern.findall(text)).intersection(names)
    return {name for name in names if next(places_of(name, text, joining=joining), None) is not None}


def places_of(name: str, text: str, start: int = 0, end: int | None = None, *, joining: str = "_") -> Iterator[int]:
    """Where a part of a text has a name as a whole; `joining` are parts of a name, beside letters."""
    at = text.find(name, start, end)
    while at >= 0:
        stop = at + len(name)
        before, behind = text[at - 1 : at], text[stop : stop + 2]
        goes_on = _is_of_name(behind[:1], "_") or (behind[:1] in joining and _is_of_name(behind[1:], "_"))
        if not goes_on and not _is_of_name(before, joining):
            yield at
        at = text.find(name, stop, end)


def _is_of_name(character: str, joining: str) -> bool:
    return character != "" and (character.isalnum() or character in joining)


class Written(NamedTuple):
    """A call as it is written: whether it is one of `self` or `cls`, the name, and its arguments without layout."""

    is_own: bool
    name: str
    arguments: str


def calls_in(text: str, known: Mapping[bool, Collection[str]]) -> Iterator[Written]:
    """What looks like a call of a known name: `known` has those of the module, and by True those of the class."""
    at = text.find("(")
    while at >= 0:
        name, is_own = _called_at(text, at, known)
        if name:
            yield Written(is_own, name, _LAYOUT.sub("", text[at : _end_of_bracket(text, at)]))
        at = text.find("(", at + 1)


def _end_of_bracket(text: str, start: int) -> int:
    depth, end = 0, start
    for bracket in _BRACKET.finditer(text, start):
        depth += 1 if bracket.group() in "([{" else -1
        end = bracket.end()
        if depth <= 0:
            break
    return end


class _Called(NamedTuple):
    name: str
    is_own: bool


def _called_at(text: str, bracket: int, known: Mapping[bool, Collection[str]]) -> _Called:
    """The known name that a bracket is behind, and whether it is one of `self` or `cls`; an empty one for none."""
    for begin in (max(bracket - _NEAR, 0), 0):
        head = text[max(begin, text.rfind("\n", begin, bracket) + 1) : bracket].rstrip(" \t")
        name = _last_name(head)
        if name != head or not begin:
            break
    before = head[: len(head) - len(name)].rstrip(" \t")
    if not before.endswith("."):
        return _Called(name if name in known[False] else "", False)
    return _Called(name if name in known[True] and _is_self(before[:-1].rstrip(" \t")) else "", True)


def _is_self(text: str) -> bool:
    """Whether a text ends with `self` or `cls`, and not as an attribute of another object."""
    name = _last_name(text)
    return name in ("self", "cls") and not text[: len(text) - len(name)].endswith(".")


def _last_name(text: str) -> str:
    """The name that a text ends with; empty for none."""
    if text.isascii():
        return text[len(text.rstrip(_LETTERS)) :]
    found = _NAME.search(text)
    return found.group() if found else ""
