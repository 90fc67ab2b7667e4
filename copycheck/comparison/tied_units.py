"""The statements and comments of a text, tied to those that the formatter has made of them (contract 5.2)."""

from __future__ import annotations

import tokenize
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import NamedTuple

from copycheck.directives.compared_regions import indent_of

_SKIPPED = frozenset({tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.ENCODING})
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_LAMBDA = {"lambda": 1, ":": -1}


class Laid(NamedTuple):
    """A formatted text, and the one that it was made of, as somebody has laid it out."""

    formatted: str
    raw: str


class Unit(NamedTuple):
    """Statements that share lines, or a comment on lines of its own: these lines, and those of the gap above.

    `parts` counts the statements, and the headers of blocks; a comment has none.
    """

    lines: tuple[str, ...]
    gap: tuple[str, ...]
    parts: int

    @property
    def is_comment(self) -> bool:
        """Whether it is a comment alone."""
        return not self.parts

    @property
    def indent(self) -> str:
        """The blanks before its first line."""
        return indent_of(self.lines[0])


class Tie(NamedTuple):
    """Formatted units from `start` up to `end`, and what was written for them; None where nobody can tell."""

    start: int
    end: int
    unit: Unit | None


class Side(NamedTuple):
    """A formatted text in units, all of them tied to those of the text that it was made of."""

    formatted: Sequence[Unit]
    ties: Sequence[Tie]

    def indents(self) -> Mapping[str, Counter[str]]:
        """Its own indents for each of the formatter's."""
        found: dict[str, Counter[str]] = {}
        for tie in self.ties:
            if tie.unit is not None and not tie.unit.is_comment:
                found.setdefault(self.formatted[tie.start].indent, Counter())[tie.unit.indent] += 1
        return found


def side_of(laid: Laid) -> Side | None:
    """A text in units; None where these do not tie.

    A formatter changes strings, brackets and comments in many ways, but neither the number nor the order of statements.
    """
    formatted, raw = units_of(laid.formatted), units_of(laid.raw)
    if formatted is None or raw is None:
        return None
    ties: list[Tie] = []
    place = number = 0
    while place < len(formatted) or number < len(raw):
        made, own = _behind_comments(formatted, place), _behind_comments(raw, number)
        alike = made - place == own - number  # else it has put some into a statement, or taken some out of one
        ties += [Tie(at, at + 1, raw[number + at - place] if alike else None) for at in range(place, made)]
        place, number = made, own
        if place < len(formatted) or number < len(raw):
            tied = _statements(formatted, raw, place, number)
            if tied is None:
                return None
            tie, number = tied
            ties.append(tie)
            place = tie.end
    return Side(formatted, ties)


def _behind_comments(units: Sequence[Unit], number: int) -> int:
    """The number of the first unit from a place on that is no comment."""
    while number < len(units) and units[number].is_comment:
        number += 1
    return number


def _statements(formatted: Sequence[Unit], raw: Sequence[Unit], place: int, number: int) -> tuple[Tie, int] | None:
    """The fewest units of both from two places on that have as many statements, and the place behind those of `raw`."""
    start, first = place, number
    made = own = 0
    while not made or made != own:
        if made <= own and place < len(formatted):
            made, place = made + formatted[place].parts, place + 1
        elif own < made and number < len(raw):
            own, number = own + raw[number].parts, number + 1
        else:
            return None
    unit, *others = raw[first:number]
    for more in others:
        unit = unit._replace(lines=(*unit.lines, *more.gap, *more.lines), parts=own)
    return Tie(start, place, unit), number


def units_of(text: str) -> list[Unit] | None:
    """The statements and comments of a text, in order; None for one that Python's tokenizer does not read."""
    lines = text.split("\n")
    units: list[Unit] = []
    done = 0
    try:
        for start, end, parts in _spans(text):
            units.append(Unit(tuple(lines[start - 1 : end]), tuple(lines[done : start - 1]), parts))
            done = end
    except (tokenize.TokenError, SyntaxError):
        return None
    return units


def _spans(text: str) -> Iterator[tuple[int, int, int]]:
    """The first and the last row of each unit, and how many parts it has."""
    parts = _Parts()
    start = 0
    for token in tokenize.generate_tokens(StringIO(f"{text}\n").readline):
        if token.type == tokenize.NEWLINE:
            yield start, token.start[0], parts.count
            start = 0
        elif token.type in _SKIPPED or (start and token.type == tokenize.COMMENT):
            continue
        elif token.type == tokenize.COMMENT:
            yield token.start[0], token.start[0], 0
        else:
            if not start:
                start, parts = token.start[0], _Parts()
            parts.take(token)


class _Parts:
    """Counts the parts of a logical line: what stands between its semicolons, and its colons outside of brackets."""

    def __init__(self) -> None:
        self.count = 0
        self._is_open = False
        self._depth = self._lambdas = 0

    def take(self, token: tokenize.TokenInfo) -> None:
        """One more token of the line."""
        sign = token.string if token.type in (tokenize.OP, tokenize.NAME) else ""
        if self._depth == 0 and (sign == ";" or (sign == ":" and not self._lambdas)):
            self._is_open = False
            return
        if not self._is_open:
            self.count, self._is_open = self.count + 1, True
        if sign in _OPENING:
            self._depth += 1
        elif sign in _CLOSING:
            self._depth -= 1
        elif self._depth == 0 and sign in _LAMBDA:
            self._lambdas += _LAMBDA[sign]
