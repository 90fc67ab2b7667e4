"""Definitions that are nearly equal: found by what they share, in time linear in the project (contract 14).

Each definition has a sketch, a few numbers that nearly equal definitions are likely to share. Those with a number in
common are held against each other; a number that too many have says nothing, and is passed over.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from copycheck.directives.replacements import apply_replacements
from copycheck.model.directive import Replacement
from copycheck.model.errors import GrowthError
from copycheck.parallel import map_shares
from copycheck.suggestion.alignment import opcodes
from copycheck.suggestion.definition_scan import Candidate
from copycheck.suggestion.inference import Text, aligned, can_be_written, makes, shortest
from copycheck.suggestion.word_pairs import Pair, greedy, is_in

MOST_ALIKE = 24
"""A number that more definitions have in their sketches is passed over."""
_PARTNERS = 3
_WEIGHT, _RUN = 250, 256
"""About so much work a definition is, in bytes, for sharing it; and so many of them are one piece of work."""
_COMMON = 0.8
_WORD = re.compile(r"\w+")


class Near(NamedTuple):
    """How one definition comes nearly of another: the replacements, and how many lines differ after them."""

    replacements: tuple[Replacement, ...]
    changed: int


class Likely(NamedTuple):
    """The numbers of two definitions that may be nearly equal, the lower one first."""

    first: int
    second: int


def partners(candidates: Mapping[int, Candidate], most: int) -> list[Likely]:
    """Pairs of definitions that may differ in so few lines."""
    holders: dict[int, list[tuple[int, int, str]]] = {}
    for number, candidate in candidates.items():
        for value in candidate.sketch:
            holders.setdefault(value, []).append((number, candidate.punctuated, candidate.kind))
    shared_out = {value: some for value, some in holders.items() if 1 < len(some) <= MOST_ALIKE}

    numbers = list(candidates)

    def pairs(share: Sequence[range]) -> list[tuple[int, int]]:
        some = [number for run in share for number in numbers[run.start : run.stop]]
        found = ((number, _likeliest(number, candidates[number], shared_out, most)) for number in some)
        return [(min(number, other), max(number, other)) for number, others in found for other in others]

    runs = [range(start, min(start + _RUN, len(numbers))) for start in range(0, len(numbers), _RUN)]
    return [Likely(*pair) for pair in set(map_shares(pairs, {run: len(run) * _WEIGHT for run in runs}))]


def _likeliest(
    number: int, candidate: Candidate, holders: Mapping[int, Sequence[tuple[int, int, str]]], most: int
) -> list[int]:
    """The definitions that have most of a sketch in common with one, by their numbers."""
    own, least = candidate.kind, candidate.punctuated - most
    fitting = [
        other
        for value in candidate.sketch
        for other, punctuated, kind in holders.get(value, ())
        if least <= punctuated <= least + 2 * most and kind == own and other != number
    ]
    return [other for other, _ in Counter(fitting).most_common(_PARTNERS)] if fitting else []


def may_be_near(mine: Counter[bytes], theirs: Counter[bytes], most: int) -> bool:
    """Whether so few lines may differ, by the shapes of the lines alone."""
    longest = max(mine.total(), theirs.total())
    if abs(mine.total() - theirs.total()) > most:
        return False
    common = sum((mine & theirs).values())
    return longest - common <= most and common >= _COMMON * longest


def differ_in_more(mine: Counter[int], theirs: Counter[int], most: int) -> bool:
    """Whether more lines differ than allowed, by the rows that hold more than words: no text is cut out for it."""
    return max(mine.total(), theirs.total()) - sum((mine & theirs).values()) > most


def nearly(source: Text, copy: Text, most_replacements: int, most_changed: int) -> Near | None:
    """How a copy comes nearly of a source; None where more differs than allowed."""
    pairs = Counter(_paired(source, copy))
    tried: tuple[Replacement, ...] | None = None
    for least in (2, 1):
        replacements = greedy(pairs, most_replacements, least).replacements
        if replacements == tried:
            break
        tried = replacements
        replacements = tuple(one for one in replacements if _is_name(one, source))
        near = _near(source, copy, replacements, most_changed) if can_be_written(replacements) else None
        if near is not None:
            return near
    return None


def _near(source: Text, copy: Text, replacements: Sequence[Replacement], most_changed: int) -> Near | None:
    """How near some replacements bring a source to a copy; None where that is not near enough."""
    try:
        expected = apply_replacements(source.text, replacements)
    except GrowthError:
        return None
    changed = _changed(expected.split("\n"), copy.lines)
    if changed is None or changed > most_changed:
        return None
    if changed == 0 and makes(source.text, copy.text, replacements):
        replacements = shortest(source.text, copy.text, replacements)
    return Near(tuple(replacements), changed)


def _paired(source: Text, copy: Text) -> Iterator[Pair]:
    """The words of the lines that answer to each other."""
    mine, theirs = source.lines, copy.lines
    for tag, i1, i2, j1, j2 in opcodes(source.shapes, copy.shapes):
        if tag != "equal":
            continue
        for left, right in zip(mine[i1:i2], theirs[j1:j2], strict=True):
            if left == right:
                continue
            words, others = _WORD.findall(left), _WORD.findall(right)
            if len(words) == len(others):
                yield from zip(words, others, strict=True)
            else:
                yield from (pair for pair in aligned(left, right) if pair is not None)


def _changed(expected: Sequence[str], actual: Sequence[str]) -> int | None:
    """How many lines differ; None where too few are common."""
    longest = max(len(expected), len(actual))
    differing = same = 0
    for tag, i1, i2, j1, j2 in opcodes(expected, actual):
        if tag == "equal":
            same += i2 - i1
        else:
            differing += max(i2 - i1, j2 - j1)
    return differing if same >= _COMMON * longest else None


def differing_lines(diff: str) -> int:
    """How many lines a difference is about, as `_changed` counts them."""
    total = removed = added = 0
    for line in [*diff.split("\n")[2:], " "]:
        if line.startswith("-"):
            removed += 1
        elif line.startswith("+"):
            added += 1
        else:
            total += max(removed, added)
            removed = added = 0
    return total


def _is_name(replacement: Replacement, source: Text) -> bool:
    """Whether a replacement gives a thing of the source another name.

    What comes to be another word of the source is another argument, say; some words in the place of others, or others
    in the place of some, are another sentence, or another line.
    """
    if replacement.right in source.vocabulary or " " in replacement.left + replacement.right:
        return False
    return is_in(source.text, replacement)
