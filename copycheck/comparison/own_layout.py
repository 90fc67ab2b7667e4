"""What fix writes where the project has no formatter configured: lines as the copy and the source have them.

There the formatter says what is the same, and not how it is to be written (contract 5.2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from copycheck.comparison.tied_units import Laid, Side, Unit, side_of, units_of
from copycheck.directives.compared_regions import reindent
from copycheck.model.line_matcher import LineMatcher

_STEP = 4
"""So many blanks are one step of the formatter that is taken where none is configured."""


class _Piece(NamedTuple):
    """A unit as a side has it, by the number of its tie there. It takes the place of `length` formatted units."""

    number: int
    unit: Unit
    length: int


def in_own_layout(
    text: str, copy: Laid, source: Laid, as_formatted: Collection[int] = (), *, blank_lines_count: bool = False
) -> str | None:
    """A formatted text, in which each line that the copy has is the copy's, and each other one the source's own.

    The statements and comments with the numbers `as_formatted` stay as they are. Blank lines are the copy's between
    lines that follow each other there, where they do not count or are the same. None where nobody can tell which lines
    belong together.
    """
    units, own, theirs = units_of(text), side_of(copy), side_of(source)
    if units is None or own is None or theirs is None:
        return None
    kept, new = (_pieces(side, units, frozenset(as_formatted)) for side in (own, theirs))
    covered = {place + number for place, piece in kept.items() for number in range(piece.length)}
    indents = _Indents(units, kept, own.indents(), theirs.indents())
    lines: list[str] = []
    place, before = 0, -2
    while place < len(units):
        piece, other = kept.get(place), new.get(place)
        if lines:
            follows = piece is not None and piece.number == before + 1
            if follows and piece is not None and blank_lines_count:
                follows = own.formatted[own.ties[piece.number].start].gap == units[place].gap
            nearest = (piece if follows else None) or other or piece
            lines += nearest.unit.gap if nearest else units[place].gap
        if piece is None and (other is None or any(place + number in covered for number in range(other.length))):
            other = _Piece(0, units[place], 1)  # a part of what a side has in one line: as it is formatted
        taken = piece or other
        assert taken is not None, "one of the two is there"
        lines += indents.at(place, taken.unit, piece is not None)
        before = piece.number if piece else -2
        place += taken.length
    return "\n".join(lines)


def _pieces(side: Side, units: Sequence[Unit], but: frozenset[int]) -> dict[int, _Piece]:
    """What a side has of some formatted units, by the places of these: all that one of its own units makes."""
    matcher = LineMatcher([unit.lines for unit in side.formatted], [unit.lines for unit in units])
    places = {
        old: new
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag == "equal"
        for old, new in zip(range(i1, i2), range(j1, j2), strict=True)
        if new not in but
    }
    found = {}
    for number, (start, end, unit) in enumerate(side.ties):
        made = [places.get(one, -1) for one in range(start, end)]
        if unit is not None and made[0] >= 0 and made == list(range(made[0], made[0] + end - start)):
            found[made[0]] = _Piece(number, unit, end - start)
    return found


class _Indents:
    """Gives the units that are written, one after the other, the indents of the copy."""

    def __init__(
        self,
        units: Sequence[Unit],
        kept: Mapping[int, _Piece],
        own: Mapping[str, Counter[str]],
        theirs: Mapping[str, Counter[str]],
    ) -> None:
        self._units, self._kept = units, kept
        self._own, self._theirs = own, theirs
        self._open: list[tuple[str, str]] = []
        """The blocks around the next unit: the formatter's indent of each, and the one that was written."""

    def at(self, place: int, unit: Unit, is_own: bool) -> Sequence[str]:
        """The lines of a unit for a place; those of the copy stay, and what is in a string stays where it is."""
        formatted = self._units[place].indent
        if not unit.is_comment:
            while self._open and len(self._open[-1][0]) > len(formatted):
                self._open.pop()
        old, new = unit.indent, unit.indent if is_own else self._of(place, formatted)
        if not unit.is_comment and (not self._open or self._open[-1][0] != formatted):
            self._open.append((formatted, new))
        if old == new or (unit.is_comment and old not in self._theirs.get(formatted, {formatted: 1})):
            return unit.lines
        return reindent("\n".join(unit.lines), old, new).split("\n")

    def _of(self, place: int, formatted: str) -> str:
        """The indent of a unit that the copy does not have: that of its block, else one step more than around it."""
        around = [block for block in self._open if len(block[0]) <= len(formatted)]
        if around and around[-1][0] == formatted:
            return around[-1][1]
        for number in range(place, len(self._units)):
            if len(self._units[number].indent) < len(formatted):
                break
            piece = self._kept.get(number)
            if piece is not None and not piece.unit.is_comment and self._units[number].indent == formatted:
                return piece.unit.indent
        if not around:
            return formatted
        above, written = around[-1]
        return written + (_step(self._own) or _step(self._theirs) or formatted.removeprefix(above))


def _step(indents: Mapping[str, Counter[str]]) -> str:
    """By how much a text indents most of its blocks; empty where it has none."""
    steps = Counter[str]()
    for formatted, found in indents.items():
        around = indents.get(formatted[:-_STEP]) if formatted else None
        if around is not None:
            own, above = found.most_common(1)[0][0], around.most_common(1)[0][0]
            steps[own.removeprefix(above)] += found.total()
    return steps.most_common(1)[0][0] if steps else ""
