"""Parts of a full copy that are its own: lines that match a pattern, and regions between two markers (contract 6.2)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

REGION = "region"
_WORD = re.compile(r"\w+")
_ALIKE = 0.5
"""Two lines with this share of their words in common may be one line that was changed."""
_MARKER = re.compile(
    r"^(?:[^\w`]*|\W*(?:rem|dnl)\b[^\w`]*)copycheck:[ \t]*(?P<word>keep|end)(?!-?\w)(?P<more>.*)$", re.IGNORECASE
)
"""A line that is a comment with a marker, in any syntax. Prose that quotes one, in back quotes, is none."""
_INSTEAD = re.compile(r"\binstead of (\d+) lines?\b")
_BYTES = re.compile(rb"copycheck:[ \t]*(?:keep|end)", re.IGNORECASE)
_WIDE = re.compile(rb"k\0?\0?\0?e\0?\0?\0?e\0?\0?\0?p")


class KeepError(Exception):
    """Why nobody can say which parts of a file are its own, as a clause; and the row."""

    def __init__(self, reason: str, row: int = 1) -> None:
        super().__init__(reason)
        self.row = row


class Piece(NamedTuple):
    """A line that is compared; or, with a `key`, kept lines with the blank lines around them, from `row` on.

    `key` is the number of the pattern of the first line, else `REGION`. `content` are the lines of regions, without
    blank ones; `instead` is how many lines of the source these say that they take the place of, None where they say
    nothing.
    """

    lines: tuple[str, ...]
    row: int
    key: str = ""
    content: tuple[str, ...] = ()
    instead: int | None = None

    @property
    def is_blank(self) -> bool:
        """Whether it is a blank line."""
        return not self.key and not self.lines[0].strip()

    @property
    def token(self) -> str:
        """What it is known by when two texts are laid side by side: a line without the end of a Windows line."""
        return f"\0{self.key}" if self.key else self.lines[0].rstrip("\r")


def keeps_parts(data: bytes, patterns: Sequence[re.Pattern[str]]) -> bool:
    """Whether anything in a copy may be its own: there are patterns, or it has a marker."""
    return bool(patterns) or _BYTES.search(data) is not None or (b"\0" in data and _WIDE.search(data) is not None)


def as_text(data: bytes) -> str:
    """The text of a file of any kind, each byte of which can be had back by `as_bytes`. Raises KeepError."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        raise KeepError("it is UTF-16 or UTF-32, in which no part can be kept; save it as UTF-8")
    return data.decode("utf-8", "surrogateescape")


def as_bytes(text: str) -> bytes:
    """The bytes that `as_text` made a text of."""
    return text.encode("utf-8", "surrogateescape")


def pieces_of(text: str, patterns: Sequence[re.Pattern[str]]) -> list[Piece]:
    """A text, cut into the lines that are compared and the parts that are kept.

    Raises KeepError for a marker that has no other one.
    """
    pieces: list[Piece] = []
    opened = 0
    region: list[str] = []
    instead: int | None = None
    for row, line in enumerate(text.split("\n"), 1):
        marker = _MARKER.match(line)
        word = marker["word"].lower() if marker else ""
        if opened:
            region.append(line)
            if word == "keep":
                raise KeepError(f"`copycheck: keep` is there twice before the `copycheck: end` of line {opened}", row)
            if word == "end":
                content = tuple(one.rstrip("\r") for one in region[1:-1] if one.strip())
                pieces.append(Piece(tuple(region), opened, REGION, content, instead))
                opened = 0
        elif word == "end":
            raise KeepError("`copycheck: end` has no `copycheck: keep` above it", row)
        elif marker is not None:
            found = _INSTEAD.search(marker["more"])
            opened, region, instead = row, [line], int(found[1]) if found else None
        else:
            pieces.append(Piece((line,), row, _pattern_of(line, patterns)))
    if opened:
        raise KeepError("`copycheck: keep` has no `copycheck: end` below it", opened)
    return _joined(pieces)


def _pattern_of(line: str, patterns: Sequence[re.Pattern[str]]) -> str:
    """The number of the first pattern that a line matches; empty for none."""
    if not patterns:
        return ""
    try:
        line.encode()
    except UnicodeEncodeError:  # bytes that are not UTF-8
        line = as_bytes(line).decode("latin-1")
    line = line.rstrip("\r")
    return next((str(number) for number, pattern in enumerate(patterns) if pattern.search(line)), "")


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, those that are kept with the blank lines around them, and with each other."""
    found: list[Piece] = []
    number = 0
    while number < len(pieces):
        end = number
        while end < len(pieces) and (pieces[end].key or pieces[end].is_blank):
            end += 1
        run = pieces[number:end]
        kept = [piece for piece in run if piece.key]
        if not kept:
            end = max(end, number + 1)
            found += pieces[number:end]
        else:
            key = next((piece.key for piece in kept if piece.key != REGION), REGION)
            numbers = [piece.instead for piece in kept if piece.instead is not None]
            lines = tuple(line for piece in run for line in piece.lines)
            content = tuple(line for piece in kept for line in piece.content)
            found.append(Piece(lines, kept[0].row, key, content, sum(numbers) if numbers else None))
        number = end
    return found


def are_in_sync(own: Sequence[Piece], new: Sequence[Piece]) -> bool:
    """Whether a copy is the expected text but for its kept parts, and for the blank lines that touch them.

    A line of the source that matches a pattern is left out, wherever it is. A region may take the place of lines of
    the source (`taken_ends`).
    """
    seen = {(0, 0, False)}
    front = [(0, 0, False)]
    while front:
        i, j, at_gap = front.pop()
        if i == len(own) and j == len(new):
            return True
        for state in _next(own, new, i, j, at_gap):
            if state not in seen:
                seen.add(state)
                front.append(state)
    return False


def _next(own: Sequence[Piece], new: Sequence[Piece], i: int, j: int, at_gap: bool) -> Iterator[tuple[int, int, bool]]:
    """The states that follow one: how many pieces of each text are found to be the same by then."""
    mine, theirs = own[i] if i < len(own) else None, new[j] if j < len(new) else None
    if mine is not None and mine.key:
        yield from ((i + 1, end, True) for end in taken_ends(mine, new, j))
    if theirs is not None and theirs.key:
        yield i, j + 1, True
    is_loose = at_gap or (mine is not None and mine.key) or (theirs is not None and theirs.key)
    if is_loose and mine is not None and mine.is_blank:
        yield i + 1, j, True
    if is_loose and theirs is not None and theirs.is_blank:
        yield i, j + 1, True
    if mine is not None and theirs is not None and not mine.key and mine.lines == theirs.lines and not theirs.key:
        yield i + 1, j + 1, False


def taken_ends(piece: Piece, new: Sequence[Piece], start: int) -> list[int]:
    """Behind which lines of the source a kept part may end that takes the place of those from `start` on.

    A region that says so takes the place of so many lines. Any other one takes that of lines which share half of
    their words with lines of its own, one for one and in order, or of none.
    """
    ends = [] if piece.instead else [start]
    at = taken = 0
    for number in range(start, len(new)):
        other = new[number]
        if other.is_blank:
            continue
        if piece.instead is not None:
            taken += 1
            if taken >= piece.instead or other.key:
                return [number + 1] if taken == piece.instead and not other.key else ends
            continue
        alike = range(at, len(piece.content)) if not other.key else ()
        found = next((c for c in alike if are_alike(piece.content[c], other.token)), None)
        if found is None:
            break
        ends.append(number + 1)
        at = found + 1
    return ends


def are_alike(one: str, other: str) -> bool:
    """Whether two lines may be one line that was changed: they share half of their words, or are the same signs."""
    if one.split() == other.split():
        return True
    words, others = Counter(_WORD.findall(one)), Counter(_WORD.findall(other))
    most = max(words.total(), others.total())
    return bool(most) and (words & others).total() / most >= _ALIKE


def kept_lines(pieces: Sequence[Piece]) -> list[str]:
    """The kept lines of a text, but for blank ones."""
    return [line for piece in pieces if piece.key for line in piece.lines if line.strip()]


def compares_nothing(pieces: Sequence[Piece]) -> bool:
    """Whether all that a text has is kept."""
    return any(piece.key for piece in pieces) and all(piece.key or piece.is_blank for piece in pieces)
