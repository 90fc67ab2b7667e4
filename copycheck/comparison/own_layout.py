"""What fix writes where the project has no formatter configured: lines as the copy and the source have them.

There the formatter says what is the same, and not how it is to be written (contract 5.2).
"""

from __future__ import annotations

import tokenize
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import NamedTuple

from copycheck.comparison.line_numbers import content_of
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
    def content(self) -> str:
        """What a formatter leaves alone of it."""
        return "".join(map(content_of, self.lines))

    @property
    def indent(self) -> str:
        """The blanks before its first line."""
        return indent_of(self.lines[0])


class _Side(NamedTuple):
    """A text in units: `raw[n]` is laid out as the formatted units from `starts[n]` up to `starts[n + 1]`."""

    formatted: Sequence[_Unit]
    raw: Sequence[_Unit]
    starts: Sequence[int]

    def indents(self) -> Mapping[str, str] | None:
        """Its own indent for each of the formatter's; None where it has two for one."""
        found: dict[str, str] = {}
        for unit, start in zip(self.raw, self.starts, strict=False):
            if not unit.is_comment and found.setdefault(self.formatted[start].indent, unit.indent) != unit.indent:
                return None
        return found


class _Piece(NamedTuple):
    """A unit as a side has it, by its number there. It takes the place of `length` formatted units."""

    number: int
    unit: _Unit
    length: int


def in_own_layout(text: str, copy: Laid, source: Laid) -> str | None:
    """A formatted text, in which each line that the copy has is the copy's, and each other one the source's own.

    None where nobody can tell which lines belong together.
    """
    units, own, theirs = _units(text), _side(copy), _side(source)
    if units is None or own is None or theirs is None:
        return None
    indents, their_indents = own.indents(), theirs.indents()
    if indents is None or their_indents is None:
        return None
    kept, new = _pieces(own, units), _pieces(theirs, units)
    target = _Indents(indents, their_indents)
    covered = {place + number for place, piece in kept.items() for number in range(piece.length)}
    lines: list[str] = []
    before = -2
    place = 0
    while place < len(units):
        piece = kept.get(place)
        at_source = new.get(place)
        if lines:
            follows = piece is not None and piece.number == before + 1
            nearest = (piece if follows else None) or at_source or piece
            lines += nearest.unit.gap if nearest else units[place].gap
        if piece is not None:
            lines += piece.unit.lines
        else:
            if at_source is None or any(place + number in covered for number in range(at_source.length)):
                at_source = _Piece(0, units[place], 1)  # a part of what a side has in one line: as it is formatted
            lines += target.moved(at_source.unit, units[place].indent)
        before = piece.number if piece else -2
        place += (piece or at_source or _Piece(0, units[place], 1)).length
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


class _Indents(NamedTuple):
    """The indents of copy and source, for each of the formatter's."""

    own: Mapping[str, str]
    theirs: Mapping[str, str]

    def moved(self, unit: _Unit, formatted: str) -> Sequence[str]:
        """The lines of a unit of the source at the copy's indent; what is in a string stays where it is."""
        old, new = unit.indent, self._of(formatted)
        if old == new or (unit.is_comment and old != self.theirs.get(formatted, formatted)):
            return unit.lines
        inside = read_literals("\n".join(unit.lines)).rows_begun_in_string()
        return [
            new + line.removeprefix(old) if row not in inside and line.startswith(old) else line
            for row, line in enumerate(unit.lines, 1)
        ]

    def _of(self, formatted: str) -> str:
        """The copy's indent for one of the formatter's; for one that it does not have, it goes on by its own steps."""
        if formatted in self.own:
            return self.own[formatted]
        around = max((one for one in self.own if formatted.startswith(one)), key=len, default="")
        above = around[:-_STEP]
        if around and above in self.own:
            step = self.own[around].removeprefix(self.own[above])
            return self.own[around] + step * ((len(formatted) - len(around)) // _STEP)
        rest = self.theirs.get(formatted, formatted).removeprefix(self.theirs.get(around, around))
        return self.own.get(around, "") + rest


def _side(laid: Laid) -> _Side | None:
    """A text in units, its raw ones tied to those that the formatter has made of them; None where they do not tie."""
    formatted, raw = _units(laid.formatted), _units(laid.raw)
    if formatted is None or raw is None:
        return None
    contents = [unit.content for unit in formatted]
    starts, place = [0], 0
    for unit in raw:
        wanted, found = unit.content, contents[place] if place < len(contents) else None
        place += 1
        while found is not None and len(found) < len(wanted) and place < len(contents):
            found += contents[place]
            place += 1
        if found != wanted:
            return None
        starts.append(place)
    return _Side(formatted, raw, starts) if place == len(contents) else None


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
