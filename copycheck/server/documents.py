"""Open documents: their texts as an editor changes them, and places in the units that it counts in.

The protocol ends a line at `\\n`, `\\r\\n` and `\\r`, as Python does, and nowhere else.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lsprotocol import types

from copycheck.model.location import Location


def split_lines(text: str) -> list[str]:
    """The lines of a text, with their ends; an empty one follows a last end."""
    lines = io.StringIO(text, newline="").readlines()
    return lines if lines and not lines[-1].endswith(("\n", "\r")) else [*lines, ""]


class Units:
    """What an editor counts in: bytes, UTF-16 code units, or characters."""

    def __init__(self, encoding: types.PositionEncodingKind | str = types.PositionEncodingKind.Utf16) -> None:
        self._codec = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2)}.get(str(getattr(encoding, "value", encoding)))

    def count(self, text: str) -> int:
        """The length of a text."""
        if self._codec is None or text.isascii():
            return len(text)
        codec, width = self._codec
        return len(text.encode(codec, "surrogatepass")) // width

    def characters(self, line: str, units: int) -> int:
        """How many characters of a line so many units are; at most all of them, and no half of one."""
        if self._codec is None or line.isascii():
            return min(units, len(line))
        codec, width = self._codec
        return len(line.encode(codec, "surrogatepass")[: units * width].decode(codec, "ignore"))


class Text(NamedTuple):
    """The lines of a text, with their ends, and the units that its places are counted in."""

    lines: Sequence[str]
    units: Units

    def position(self, place: Location) -> types.Position:
        """A place of ours as the protocol has it; one behind the end is the end."""
        if place.row > len(self.lines):
            last = self.lines[-1] if self.lines else ""
            return types.Position(max(len(self.lines) - 1, 0), self.units.count(last.rstrip("\r\n")))
        line = self.lines[place.row - 1]
        return types.Position(place.row - 1, self.units.count(line[: place.column - 1].rstrip("\r\n")))

    def range(self, start: Location, end: Location) -> types.Range:
        """Two places of ours as a range; `end` is behind the last character."""
        return types.Range(self.position(start), self.position(end))

    def rows(self, first: int, last: int) -> types.Range:
        """Whole rows, from the first character that is no blank to the end of the last."""
        line = self.lines[first - 1] if first <= len(self.lines) else ""
        end = self.lines[last - 1].rstrip("\r\n") if last <= len(self.lines) else ""
        return self.range(Location(first, len(line) - len(line.lstrip()) + 1), Location(last, len(end) + 1))

    def place(self, position: types.Position) -> Location:
        """A position of the protocol as a place of ours."""
        if position.line >= len(self.lines):
            return Location(max(len(self.lines), 1), len(self.lines[-1]) + 1 if self.lines else 1)
        line = self.lines[position.line].rstrip("\r\n")
        return Location(position.line + 1, self.units.characters(line, position.character) + 1)


@dataclass(slots=True)
class Document:
    """An open document: its text as the editor has it."""

    uri: str
    text: str
    version: int

    def change(self, changes: Iterable[types.TextDocumentContentChangeEvent], version: int, units: Units) -> None:
        """Apply changes, each to the text that the one before has left."""
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                self._replace(change.range, change.text, units)
            else:
                self.text = change.text
        self.version = version

    def _replace(self, range_: types.Range, text: str, units: Units) -> None:
        lines = split_lines(self.text)
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line))

        def offset(position: types.Position) -> int:
            if position.line >= len(lines):
                return len(self.text)
            line = lines[position.line].rstrip("\r\n")
            return starts[position.line] + units.characters(line, position.character)

        start, end = sorted((offset(range_.start), offset(range_.end)))
        self.text = self.text[:start] + text + self.text[end:]
