"""What two texts have in common, line by line, in time that grows with their length alone."""

from __future__ import annotations

import bisect
import functools
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Generic, NamedTuple, TypeVar

Line = TypeVar("Line", bound=Hashable)
Opcode = tuple[str, int, int, int, int]
"""As in difflib: `equal`, `replace`, `delete` or `insert`, and the ranges of both sides."""

_MANY = 1000
"""So many lines are compared at once. In longer texts, the lines that occur once on both sides are matched first."""


class LineMatcher(Generic[Line]):
    """Matches lines as difflib does, each as it is; of thousands of lines it takes time in their number."""

    def __init__(self, old: Sequence[Line], new: Sequence[Line]) -> None:
        self._old, self._new = tuple(old), tuple(new)

    def get_opcodes(self) -> list[Opcode]:
        """The edits that make the new lines of the old ones; the caller may change the list."""
        of_texts = _of_long if max(len(self._old), len(self._new)) > _MANY else _of_short
        return list(of_texts(self._old, self._new))

    def get_grouped_opcodes(self, around: int) -> Iterable[list[Opcode]]:
        """The edits in groups, each with so many equal lines around it."""
        return _Known(self.get_opcodes()).get_grouped_opcodes(around)


class _Known(SequenceMatcher[str]):
    """difflib's groups of edits that are known."""

    def __init__(self, opcodes: list[Opcode]) -> None:
        super().__init__()
        self._known = opcodes

    def get_opcodes(self) -> list[Opcode]:  # type: ignore[override]
        return self._known


@functools.lru_cache(maxsize=32)  # copies of one source differ from it in the same way, in file after file
def _of_short(old: tuple[Hashable, ...], new: tuple[Hashable, ...]) -> Sequence[Opcode]:
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


@functools.lru_cache(maxsize=2)  # a difference is asked for and then shown
def _of_long(old: tuple[Hashable, ...], new: tuple[Hashable, ...]) -> Sequence[Opcode]:
    return list(_joined(_opcodes(old, new)))


def common_beginning(one: Iterable[Line], other: Iterable[Line]) -> int:
    """How many lines two texts have in common from their beginning on."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


class CommonEnds(NamedTuple):
    """How many lines two texts have in common from their beginning on, and behind these up to their end."""

    head: int
    tail: int


def common_ends(old: Sequence[Line], new: Sequence[Line]) -> CommonEnds:
    """What two texts begin and end with alike: most changes are few lines."""
    head = common_beginning(old, new)
    tail = common_beginning(reversed(old), reversed(new))
    return CommonEnds(head, min(tail, len(old) - head, len(new) - head))


def _opcodes(old: Sequence[Line], new: Sequence[Line]) -> Iterator[Opcode]:
    head, tail = common_ends(old, new)
    if head:
        yield "equal", 0, head, 0, head
    yield from _between_anchors(old[head : len(old) - tail], new[head : len(new) - tail], head)
    if tail:
        yield "equal", len(old) - tail, len(old), len(new) - tail, len(new)


def _between_anchors(old: Sequence[Line], new: Sequence[Line], rows_before: int) -> Iterator[Opcode]:
    anchors = _anchors(old, new) if max(len(old), len(new)) > _MANY else []
    first = second = 0
    for start, behind in [*anchors, (len(old), len(new))]:
        for tag, i1, i2, j1, j2 in _of_gap(old[first:start], new[second:behind]):
            left, right = rows_before + first, rows_before + second
            yield tag, left + i1, left + i2, right + j1, right + j2
        if start < len(old) and behind < len(new):
            left, right = rows_before + start, rows_before + behind
            yield "equal", left, left + 1, right, right + 1
        first, second = start + 1, behind + 1


def _of_gap(old: Sequence[Line], new: Sequence[Line]) -> Sequence[Opcode]:
    """The edits of what is between two anchors: mostly nothing, or lines of one side alone."""
    if old and new:
        return SequenceMatcher(None, old, new, autojunk=len(old) > _MANY).get_opcodes()
    return [("delete" if old else "insert", 0, len(old), 0, len(new))] if old or new else []


def _anchors(old: Sequence[Line], new: Sequence[Line]) -> list[tuple[int, int]]:
    """The most lines that occur once on both sides and are in the same order there."""
    counts, others = Counter(old), Counter(new)
    places = {line: number for number, line in enumerate(new) if others[line] == 1}
    pairs = [(n, places[line]) for n, line in enumerate(old) if counts[line] == 1 and line in places]
    # The longest run of rising places: each is put behind the lowest that ends a run of the length before.
    ends: list[int] = []
    best: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect.bisect_left(ends, place)
        before.append(best[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        best[length : length + 1] = [number]
    chosen: list[tuple[int, int]] = []
    number = best[-1] if best else -1
    while number >= 0:
        chosen.append(pairs[number])
        number = before[number]
    return chosen[::-1]


def _joined(opcodes: Iterator[Opcode]) -> Iterator[Opcode]:
    """The same with neighbours in one: what is equal, and what is not."""
    last: Opcode | None = None
    for tag, i1, i2, j1, j2 in opcodes:
        if last is not None and (last[0] == "equal") == (tag == "equal"):
            both = (last[1], i2, last[3], j2)
            is_insert, is_delete = both[0] == both[1], both[2] == both[3]
            tag = tag if tag == "equal" else "insert" if is_insert else "delete" if is_delete else "replace"  # noqa: PLW2901
            last = (tag, *both)
            continue
        if last is not None:
            yield last
        last = (tag, i1, i2, j1, j2)
    if last is not None:
        yield last
