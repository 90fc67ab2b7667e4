"""What fix writes where the project has no formatter configured: lines as the copy and the source have them.

There the formatter says what is the same, and not how it is to be written (contract 5.2).
"""

from __future__ import annotations

import tokenize
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import StringIO
from typing import NamedTuple

from copycheck.comparison.line_numbers import content_of, content_with_prefixes
from copycheck.directives.compared_regions import indent_of
from copycheck.model.line_matcher import LineMatcher
from copycheck.syntax.comments_and_strings import read_literals

_SKIPPED = frozenset({tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.ENCODING})
_STEP = 4
"""So many blanks are one step of the formatter that is taken where none is configured."""


class Laid(NamedTuple):
    """A formatted text, and the one that it was made of, as somebody has laid it out."""

    formatted: str
    raw: str


class _Unit(NamedTuple):
    """A statement without its body, or a comment on lines of its own: its lines, and those of the gap above it."""

    lines: tuple[str, ...]
    gap: tuple[str, ...]
    is_comment: bool

    @property
    def indent(self) -> str:
        """The blanks before its first line."""
        return indent_of(self.lines[0])


class _Side(NamedTuple):
    """A text in units: `raw[n]` is laid out as the formatted units from `starts[n]` up to `starts[n + 1]`."""

    formatted: Sequence[_Unit]
    raw: Sequence[_Unit]
    starts: Sequence[int]

    def indents(self) -> Mapping[str, Counter[str]]:
        """Its own indents for each of the formatter's."""
        found: dict[str, Counter[str]] = {}
        for unit, start in zip(self.raw, self.starts, strict=False):
            if not unit.is_comment:
                found.setdefault(self.formatted[start].indent, Counter())[unit.indent] += 1
        return found


class _Piece(NamedTuple):
    """A unit as a side has it, by its number there. It takes the place of `length` formatted units."""

    number: int
    unit: _Unit
    length: int


def in_own_layout(text: str, copy: Laid, source: Laid, *, blank_lines_count: bool = False) -> str | None:
    """A formatted text, in which each line that the copy has is the copy's, and each other one the source's own.

    Blank lines are the copy's between lines that follow each other there, where they do not count or are the same. None
    where nobody can tell which lines belong together.
    """
    units, own, theirs = _units(text), _side(copy), _side(source)
    if units is None or own is None or theirs is None:
        return None
    kept, new = _pieces(own, units), _pieces(theirs, units)
    covered = {place + number for place, piece in kept.items() for number in range(piece.length)}
    indents = _Indents(units, kept, own.indents(), theirs.indents())
    lines: list[str] = []
    place, before = 0, -2
    while place < len(units):
        piece, other = kept.get(place), new.get(place)
        if lines:
            follows = piece is not None and piece.number == before + 1
            if follows and piece is not None and blank_lines_count:
                follows = own.formatted[own.starts[piece.number]].gap == units[place].gap
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


def _pieces(side: _Side, units: Sequence[_Unit]) -> dict[int, _Piece]:
    """What a side has of some formatted units, by the places of these: all that one of its own units makes."""
    matcher = LineMatcher([unit.lines for unit in side.formatted], [unit.lines for unit in units])
    places = {
        old: new
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag == "equal"
        for old, new in zip(range(i1, i2), range(j1, j2), strict=True)
    }
    found = {}
    for number, unit in enumerate(side.raw):
        start, end = side.starts[number], side.starts[number + 1]
        made = [places.get(one, -1) for one in range(start, end)]
        if made[0] >= 0 and made == list(range(made[0], made[0] + end - start)):
            found[made[0]] = _Piece(number, unit, end - start)
    return found


class _Indents:
    """Gives the units that are written, one after the other, the indents of the copy."""

    def __init__(
        self,
        units: Sequence[_Unit],
        kept: Mapping[int, _Piece],
        own: Mapping[str, Counter[str]],
        theirs: Mapping[str, Counter[str]],
    ) -> None:
        self._units, self._kept = units, kept
        self._own, self._theirs = own, theirs
        self._open: list[tuple[str, str]] = []
        """The blocks around the next unit: the formatter's indent of each, and the one that was written."""

    def at(self, place: int, unit: _Unit, is_own: bool) -> Sequence[str]:
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
        inside = read_literals("\n".join(unit.lines)).rows_begun_in_string()
        return [
            new + line.removeprefix(old) if row not in inside and line.startswith(old) else line
            for row, line in enumerate(unit.lines, 1)
        ]

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


def _side(laid: Laid) -> _Side | None:
    """A text in units, its raw ones tied to those that the formatter has made of them; None where they do not tie."""
    formatted, raw = _units(laid.formatted), _units(laid.raw)
    if formatted is None or raw is None:
        return None
    return _tied(formatted, raw, content_of) or _tied(formatted, raw, content_with_prefixes)


def _tied(formatted: Sequence[_Unit], raw: Sequence[_Unit], content: Callable[[str], str]) -> _Side | None:
    """Both texts tied by what the formatter leaves alone; what it has put into one unit becomes one on the raw side."""
    made, own = (["".join(map(content, unit.lines)) for unit in units] for units in (formatted, raw))
    units: list[_Unit] = []
    starts = [0]
    place = number = 0
    while place < len(made) and number < len(own):
        found, wanted, unit = made[place], own[number], raw[number]
        place, number = place + 1, number + 1
        while found != wanted:
            if len(found) < len(wanted) and place < len(made):
                found, place = found + made[place], place + 1
            elif len(found) > len(wanted) and number < len(own):
                more = raw[number]
                unit = _Unit((*unit.lines, *more.gap, *more.lines), unit.gap, unit.is_comment)
                wanted, number = wanted + own[number], number + 1
            else:
                return None
        units.append(unit)
        starts.append(place)
    return _Side(formatted, units, starts) if (place, number) == (len(made), len(own)) else None


def _units(text: str) -> list[_Unit] | None:
    """The statements and comments of a text, in order; None for one that Python's tokenizer does not read."""
    lines = text.split("\n")
    units: list[_Unit] = []
    done = 0
    try:
        for start, end, is_comment in _spans(text):
            units.append(_Unit(tuple(lines[start - 1 : end]), tuple(lines[done : start - 1]), is_comment))
            done = end
    except (tokenize.TokenError, SyntaxError):
        return None
    return units


def _spans(text: str) -> Iterator[tuple[int, int, bool]]:
    """The first and the last row of each unit, and whether it is a comment."""
    start = 0
    for token in tokenize.generate_tokens(StringIO(f"{text}\n").readline):
        if token.type == tokenize.NEWLINE:
            yield start, token.start[0], False
            start = 0
        elif start or token.type in _SKIPPED:
            continue
        elif token.type == tokenize.COMMENT:
            yield token.start[0], token.start[0], True
        else:
            start = token.start[0]
