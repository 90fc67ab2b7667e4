"""Places: rows and columns of a file (contract 8)."""

from __future__ import annotations

from typing import NamedTuple


class Location(NamedTuple):
    """A place in a file; rows and columns count from 1."""

    row: int
    column: int = 1


class Excerpt(NamedTuple):
    """A line that a finding is about, the columns that are wrong in it, and the line as it should be, if known."""

    text: str
    column: int
    length: int
    corrected: str = ""


class Span(NamedTuple):
    """Rows `start` to `end` of a file, both included."""

    filename: str
    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether the two have a row in common."""
        return self.filename == other.filename and self.start <= other.end and other.start <= self.end


class Rows(NamedTuple):
    """The first and the last row of a part of a file, both included."""

    first: int
    last: int


class FileRow(NamedTuple):
    """A file and a row of it."""

    filename: str
    row: int


class DiffRows(NamedTuple):
    """What a line of a difference shows: a row of the copy, one of the source, or both; 0 for none."""

    copy: int
    source: int


class Source(NamedTuple):
    """Where the source of a copy was found; for a full copy the target is the source's path."""

    target: str
    filename: str
    location: Location

    @property
    def is_foreign(self) -> bool:
        """Whether it is in another package, as `birds@2.0/birds/owl.py`: nothing can be written there."""
        _, at, below = self.filename.partition("@")
        return bool(at) and "/" in below


class NamedRows(NamedTuple):
    """The rows of an object, and the name by which people know it: `FILE:NAME`, `FILE:ROW` or a file alone."""

    name: str
    rows: Span
