"""Two sequences that are mostly the same → what answers to what: only the part between their ends is worked on."""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterator, Sequence
from typing import TypeVar

from copycheck.model.line_matcher import Opcode

Thing = TypeVar("Thing", bound=Hashable)


def opcodes(mine: Sequence[Thing], theirs: Sequence[Thing]) -> Iterator[Opcode]:
    """The edits that make the second sequence of the first, as `difflib` says them, `equal` among them."""
    start, stop, other_stop = _between(mine, theirs)
    if start:
        yield "equal", 0, start, 0, start
    if start in (stop, other_stop):
        if start < max(stop, other_stop):
            yield "delete" if start < stop else "insert", start, stop, start, other_stop
    elif set(mine[start:stop]).isdisjoint(theirs[start:other_stop]):
        yield "replace", start, stop, start, other_stop
    else:
        matcher = difflib.SequenceMatcher(None, mine[start:stop], theirs[start:other_stop], autojunk=False)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            yield tag, i1 + start, i2 + start, j1 + start, j2 + start
    if stop < len(mine):
        yield "equal", stop, len(mine), other_stop, len(theirs)


def _between(mine: Sequence[Thing], theirs: Sequence[Thing]) -> tuple[int, int, int]:
    """Where the part begins that the two do not begin or end with in common, and where it stops on either side."""
    least = min(len(mine), len(theirs))
    start = 0
    while start < least and mine[start] == theirs[start]:
        start += 1
    stop, other_stop = len(mine), len(theirs)
    while stop > start and other_stop > start and mine[stop - 1] == theirs[other_stop - 1]:
        stop -= 1
        other_stop -= 1
    return start, stop, other_stop
