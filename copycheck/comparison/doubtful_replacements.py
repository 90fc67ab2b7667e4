"""Replacements that may be why a copy has drifted: they change too much, or nothing (contract 5.12)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from copycheck.comparison.missing_replacement import PART
from copycheck.directives.replacements import apply_replacements, fed_replacement, unused_replacements
from copycheck.model.directive import Replacement, print_replacement
from copycheck.model.errors import GrowthError
from copycheck.model.wording import listed

_WORD = re.compile(r"\w+")
_MOST_WORDS = 3


def doubt_about(replacements: Sequence[Replacement], source: str, expected: str, actual: str) -> str:
    """What may be wrong with the replacements of a copy that has drifted, as a sentence; empty for nothing.

    `source` is the text before them, `expected` the one after them, and `actual` that of the copy.
    """
    if fed := fed_replacement(replacements):
        before, after = map(print_replacement, fed)
        return f"`{after}` also changes what `{before}` has made: if that is not meant, put it first."
    try:
        for replacement in replacements:
            if words := _hit_inside(replacement, replacements, source, expected, actual):
                shown = print_replacement(replacement)
                return (
                    f"`{shown}` also changes a part of {listed(words)}, which the copy has as it is: if that is not "
                    "meant, write more of what is to be replaced on both sides of the arrow."
                )
        unused = [print_replacement(replacements[number]) for number in unused_replacements(source, replacements)]
    except GrowthError:
        return ""
    if not unused:
        return ""
    what, it = ("is", "it") if len(unused) == 1 else ("are", "them")
    return f"{listed(unused)} {what} nowhere in the source: if that is a slip, correct {it} in the directive."


def _hit_inside(
    replacement: Replacement, replacements: Sequence[Replacement], source: str, expected: str, actual: str
) -> list[str]:
    """The words of a source of which a replacement hits a part that is no word by itself, and which the copy keeps."""
    if not _WORD.fullmatch(replacement.left):
        return []
    hit = [
        word for word in _words_with(replacement.left, source) if word in actual and _is_inside(replacement.left, word)
    ]
    if not hit:
        return []  # most texts: their words need not be told apart
    own, made = set(_WORD.findall(actual)), set(_WORD.findall(expected))
    found = []
    for word in hit:
        new = apply_replacements(word, replacements) if word in own and word not in made else ""
        if new in made and new not in own:
            found.append(word)
    return found[:_MOST_WORDS]


def _words_with(part: str, text: str) -> Sequence[str]:
    """The words of a text that have a part, each once, in order."""
    found: dict[str, None] = {}
    at = text.find(part)
    while at >= 0:
        start = at
        while start and _WORD.match(text, start - 1):
            start -= 1
        word = _WORD.match(text, at)
        end = word.end() if word else at + 1
        found[text[start:end]] = None
        at = text.find(part, end)
    return list(found)


def _is_inside(left: str, word: str) -> bool:
    """Whether no place where a text occurs in a word begins and ends where a part of the word does."""
    edges = {edge for part in PART.finditer(word) for edge in part.span()}
    return not any({start, start + len(left)} <= edges for start in _places(left, word))


def _places(left: str, word: str) -> Iterator[int]:
    start = word.find(left)
    while start >= 0:
        yield start
        start = word.find(left, start + 1)
