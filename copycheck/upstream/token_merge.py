"""Settles a conflict between lines by their tokens, where both changes are kept for certain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

_TOKEN = re.compile(r"\w+|[ \t\f]+|\n|.", re.DOTALL)
_MOST = 4000
"""No conflict with more tokens than this on one side is looked into."""
_APART = 3
"""Changes of one side with fewer unchanged words between them are one change."""
_FENCES = frozenset((",", "\n"))
"""What has to be unchanged between two changes of different sides: they are about other things then."""


class _Change(NamedTuple):
    """The tokens of the base from `start` up to `end`, and those that came in their place."""

    start: int
    end: int
    tokens: tuple[str, ...]


def merge_tokens(base: str, ours: str, theirs: str) -> str | None:
    """The base with the changes of both sides; None where these may be about the same thing.

    A side has to keep half of the words of the base, and an unchanged comma or line end has to be between any two
    changes of different sides. A change that both sides made is made once.
    """
    old, *sides = (_TOKEN.findall(text) for text in (base, ours, theirs))
    if max(map(len, (old, *sides))) > _MOST or not old:
        return None
    changes: list[list[_Change]] = []
    for side in sides:
        found = _changes(old, side)
        if found is None:
            return None
        changes.append(found)
    if set(changes[1]) <= set(changes[0]):
        return ours  # it has been merged before
    if set(changes[0]) <= set(changes[1]):
        return theirs
    changes = [list(_joined(old, side)) for side in changes]
    both = sorted({*changes[0], *changes[1]})
    if not all(_apart(old, one, other, changes) for one, other in pairwise(both)):
        return None
    merged: list[str] = []
    at = 0
    for change in both:
        merged += [*old[at : change.start], *change.tokens]
        at = change.end
    return "".join([*merged, *old[at:]])


def _apart(old: Sequence[str], one: _Change, other: _Change, changes: Sequence[Sequence[_Change]]) -> bool:
    """Whether two neighbouring changes are about other things, or both of one side."""
    if any(one in side and other in side for side in changes):
        return True
    between = old[one.end : other.start]
    if one.end > other.start or _FENCES.isdisjoint(between):
        return False
    # Two new lines, or two new arguments, with no word between them: nobody can tell which of them comes first.
    return _words(between) > 0 or _fences(old, one).isdisjoint(_fences(old, other))


def _fences(old: Sequence[str], change: _Change) -> frozenset[str]:
    """The commas and line ends that a change puts in or takes out."""
    return _FENCES.intersection((*old[change.start : change.end], *change.tokens))


def _changes(old: Sequence[str], new: Sequence[str]) -> list[_Change] | None:
    """What changed between two lists of tokens; None where less than half of the words were kept."""
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    kept = sum(_words(old[i1:i2]) for tag, i1, i2, _, _ in opcodes if tag == "equal")
    if 2 * kept < _words(old):
        return None
    return [_Change(i1, i2, tuple(new[j1:j2])) for tag, i1, i2, j1, j2 in opcodes if tag != "equal"]


def _joined(old: Sequence[str], changes: Sequence[_Change]) -> Iterator[_Change]:
    """The changes, those that are close to each other as one."""
    last: _Change | None = None
    for change in changes:
        if last is None:
            last = change
            continue
        between = old[last.end : change.start]
        if _words(between) < _APART:
            last = _Change(last.start, change.end, (*last.tokens, *between, *change.tokens))
        else:
            yield last
            last = change
    if last is not None:
        yield last


def _words(tokens: Sequence[str]) -> int:
    return sum(token[0].isalnum() or token[0] == "_" for token in tokens)
