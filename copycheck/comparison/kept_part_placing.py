"""Puts the parts of a full copy that are its own into the text of its source (contract 6.2)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from copycheck.comparison.kept_parts import KeepError, Piece, are_alike, are_in_sync, kept_lines, pieces_of, taken_ends
from copycheck.model.line_matcher import LineMatcher
from copycheck.model.wording import plural

_MOST = 40_000
"""No two parts with more pairs of lines than this are laid side by side by their words."""


class PlaceError(KeepError):
    """Why a part of a copy has no place in the text of its source, as a clause; and its row in the copy."""


def with_kept_parts(copy: str, expected: str, patterns: Sequence[re.Pattern[str]]) -> str:
    """The expected text of a copy with the parts that are the copy's own; the copy itself where it is in sync.

    A kept line takes the place of the line of the source that matches the same pattern. Everything else stays behind
    the line that it follows. A region takes the place of those lines of the source beside it that are like its own, one
    for one, or of as many as it says. Raises PlaceError where a part has no certain place, and KeepError for a
    marker that has no other one.
    """
    own, new = pieces_of(copy, patterns), pieces_of(expected, patterns)
    if are_in_sync(own, new):
        return copy
    text = "\n".join(_Keeping(own, new).lines())
    result = pieces_of(text, patterns)
    kept = iter(kept_lines(result))
    if not all(line in kept for line in kept_lines(own)) or not are_in_sync(result, new):
        row = next((piece.row for piece in own if piece.key), 1)
        raise PlaceError("the part that is its own would change", row)
    return text


def restored(formatted: str, raw: str, patterns: Sequence[re.Pattern[str]]) -> str:
    """A formatted text with its kept parts as they are in the text before, where that is known for each."""
    pieces, before = pieces_of(formatted, patterns), [piece for piece in pieces_of(raw, patterns) if piece.key]
    if [piece.key for piece in pieces if piece.key] != [piece.key for piece in before]:
        return formatted
    own = iter(before)
    lines: list[str] = []
    for piece in pieces:
        lines += _between_blanks(piece, next(own)) if piece.key else piece.lines
    return "\n".join(lines)


def _between_blanks(piece: Piece, own: Piece) -> Iterator[str]:
    """The lines of one part between the blank lines around another one."""
    around = [number for number, line in enumerate(piece.lines) if line.strip()]
    inside = [number for number, line in enumerate(own.lines) if line.strip()]
    yield from piece.lines[: around[0]]
    yield from own.lines[inside[0] : inside[-1] + 1]
    yield from piece.lines[around[-1] + 1 :]


class _Slot(NamedTuple):
    """Where a kept part goes among the new lines of a hunk: before `start`, in the place of those up to `end`."""

    start: int
    end: int
    piece: Piece


class _Keeping:
    """A copy and its expected text, side by side."""

    def __init__(self, own: Sequence[Piece], new: Sequence[Piece]) -> None:
        self._own = own
        self._new = new
        matcher = LineMatcher([piece.token for piece in own], [piece.token for piece in new])
        self._opcodes = matcher.get_opcodes()
        unmatched = (piece for tag, i1, i2, _, _ in self._opcodes if tag != "equal" for piece in own[i1:i2])
        self._spare = Counter(piece.key for piece in unmatched if piece.key)
        """The kept parts of the copy that have no counterpart at their place: one elsewhere is theirs."""

    def lines(self) -> Iterator[str]:
        """The lines of the expected text, with those of the copy that are its own."""
        for tag, i1, i2, j1, j2 in self._opcodes:
            own, new = self._own[i1:i2], self._new[j1:j2]
            if tag == "equal":
                for mine, theirs in zip(own, new, strict=True):
                    yield from mine.lines if mine.key else theirs.lines
            else:
                yield from self._hunk(own, new)

    def _hunk(self, own: Sequence[Piece], new: Sequence[Piece]) -> Iterator[str]:
        has_kept = any(piece.key for piece in (*own, *new))
        if has_kept and all(piece.key or piece.is_blank for piece in (*own, *new)):
            for piece in own:  # all the rest is the same: what the copy has here, or has not, is its own
                yield from piece.lines
            return
        slots = _slots(own, new)
        at = 0
        blank: list[str] = []
        for number, slot in enumerate(slots):
            yield from blank
            blank = []
            lines = list(self._theirs(new[at : slot.start]))
            while lines and not lines[-1].strip():
                lines.pop()
            yield from lines
            yield from slot.piece.lines
            at = slot.end
            is_last = number + 1 == len(slots) or slots[number + 1].start > at
            while is_last and at < len(new) and new[at].is_blank:
                at += 1
        yield from self._theirs(new[at:])

    def _theirs(self, new: Sequence[Piece]) -> Iterator[str]:
        """New lines of the source. A kept line among them is left out where the copy has one of its own elsewhere."""
        for piece in new:
            if piece.key and self._spare[piece.key] > 0:
                self._spare[piece.key] -= 1
                yield from (line for line in piece.lines[:1] if not line.strip())
            else:
                yield from piece.lines


def _slots(own: Sequence[Piece], new: Sequence[Piece]) -> list[_Slot]:
    """Where the kept parts of a hunk go, in order. Raises PlaceError."""
    slots: list[_Slot] = []
    links = _links(own, new)
    at = 0
    for number, piece in enumerate(own):
        if not piece.key:
            continue
        slot = _slot(own, number, new, links, at)
        if slot is None or slot.start < at:
            raise PlaceError("the lines around the part that is its own have changed too much to place it", piece.row)
        slots.append(slot)
        at = slot.end
    return slots


def _slot(own: Sequence[Piece], number: int, new: Sequence[Piece], links: dict[int, int], at: int) -> _Slot | None:
    piece = own[number]
    same = next((n for n in range(at, len(new)) if new[n].key == piece.key), None)
    if same is not None:
        return _Slot(same, same + 1, piece)
    before = next((links[n] for n in range(number - 1, -1, -1) if n in links), None)
    after = next((links[n] for n in range(number + 1, len(own)) if n in links), None)
    is_first = all(other.key or other.is_blank for other in own[:number])
    is_last = all(other.key or other.is_blank for other in own[number + 1 :])
    low = 0 if is_first else before + 1 if before is not None else None
    high = len(new) if is_last else after
    low, high = max(at, low if low is not None else at), high if high is not None else len(new)
    if (piece.content or piece.instead) and (taken := _taken(piece, new, low, high)):
        return _Slot(*taken, piece)
    if is_first or before is not None:
        if not piece.lines[0].strip():  # a part that is apart stays behind what was added to the lines above it
            low = next((n for n in range(low, high) if new[n].is_blank), high)
        return _Slot(low, low, piece)
    if is_last or after is not None:
        return _Slot(high, high, piece)
    return None


def _taken(piece: Piece, new: Sequence[Piece], low: int, high: int) -> tuple[int, int] | None:
    """The lines of the source that a region takes the place of, among some; None for none. Raises PlaceError."""
    facing = [n for n in range(low, high) if not new[n].is_blank]
    if piece.instead is not None and len(facing) != piece.instead:
        count = len(facing)
        raise PlaceError(
            f"it takes the place of {plural(piece.instead, 'line')}, and the source has {count} there", piece.row
        )
    for start in facing:
        end = max((end for end in taken_ends(piece, new, start) if end <= high), default=start)
        if end > start:
            return start, end
    return None


def _links(own: Sequence[Piece], new: Sequence[Piece]) -> dict[int, int]:
    """Which new line each line of a copy has become, where that is certain: by their number, or by their words."""
    mine = [n for n, piece in enumerate(own) if not piece.key and not piece.is_blank]
    theirs = [n for n, piece in enumerate(new) if not piece.key and not piece.is_blank]
    if len(mine) == len(theirs):
        return dict(zip(mine, theirs, strict=True))
    if len(mine) * len(theirs) > _MOST:
        return {}
    links: dict[int, int] = {}
    start = 0
    for n in mine:
        found = next((t for t in range(start, len(theirs)) if are_alike(own[n].token, new[theirs[t]].token)), None)
        if found is not None:
            links[n] = theirs[found]
            start = found + 1
    return links
