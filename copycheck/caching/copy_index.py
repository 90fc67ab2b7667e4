"""Listed copies as plain data, for the cache, and back; a file is a number in a list of names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, overload

from copycheck.caching.codec import diagnostic_of, plain_diagnostic, plain_location
from copycheck.model.copy_entry import ListedCopy
from copycheck.model.directive import Replacement
from copycheck.model.location import Location, Source, Span

_TARGET, _SOURCE, _READS = 3, 7, 12
"""Positions in the list of a copy."""


class PlainCopies(Sequence[ListedCopy]):
    """Copies that are decoded when they are asked for: who asks for one object wants few of them."""

    def __init__(self, names: Sequence[str], plain: Sequence[Any]) -> None:
        self._names = names
        self._plain = plain
        self._known: dict[int, ListedCopy] = {}

    @staticmethod
    def of(copies: Iterable[ListedCopy]) -> PlainCopies:
        """The same copies as plain data."""
        numbers: dict[str, int] = {}
        plain = [_plain(copy, numbers) for copy in copies]
        return PlainCopies(list(numbers), plain)

    @staticmethod
    def decoded(data: bytes) -> PlainCopies:
        """The copies of some bytes. Raises ValueError for those of another shape."""
        names, plain = json.loads(data)
        return PlainCopies(names, plain)

    def encoded(self) -> bytes:
        """The copies as bytes."""
        return json.dumps([self._names, self._plain], separators=(",", ":")).encode()

    def __len__(self) -> int:
        return len(self._plain)

    @overload
    def __getitem__(self, number: int) -> ListedCopy: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[ListedCopy]: ...
    def __getitem__(self, number: int | slice) -> ListedCopy | Sequence[ListedCopy]:
        if isinstance(number, slice):
            return [self[n] for n in range(*number.indices(len(self)))]
        if number not in self._known:
            self._known[number] = _copy_of(self._plain[number], self._names)
        return self._known[number]

    def readers(self) -> dict[str, list[tuple[int, int, int]]]:
        """File → first and last row of each piece of it that a copy is compared with, and the number of the copy."""
        found: dict[int, list[tuple[int, int, int]]] = {}
        for number, data in enumerate(self._plain):
            for file, start, end in data[_READS]:
                found.setdefault(file, []).append((start, end, number))
        return {self._names[file]: rows for file, rows in found.items()}

    @property
    def filenames(self) -> Sequence[str]:
        """The files that hold copies, or sources of such."""
        return self._names

    def unread(self) -> list[ListedCopy]:
        """The copies that are held against nothing: what they name is not there, or cannot be read."""
        return [self[number] for number, data in enumerate(self._plain) if not data[_READS]]

    def named(self, name: str) -> list[ListedCopy]:
        """The copies whose source was found, by its dotted name, or else by the last part of it."""
        exact = [n for n, data in enumerate(self._plain) if data[_TARGET] == name and data[_READS]]
        loose = (n for n, data in enumerate(self._plain) if data[_TARGET].endswith(f".{name}") and data[_READS])
        return [self[number] for number in exact or loose]


def _plain(copy: ListedCopy, numbers: dict[str, int]) -> Any:
    def file(name: str) -> int:
        return numbers.setdefault(name, len(numbers))

    def rows(span: Span) -> list[int]:
        return [file(span.filename), span.start, span.end]

    source = copy.source
    return [
        file(copy.filename),
        plain_location(copy.location),
        copy.name,
        copy.target,
        copy.state,
        [[r.left, r.right, r.all_casing] for r in copy.replacements],
        copy.rows and rows(copy.rows),
        source and [file(source.filename), plain_location(source.location)],
        [plain_diagnostic(finding) for finding in copy.findings],
        sorted(copy.ignored),
        sorted(copy.known),
        copy.reason,
        [rows(span) for span in copy.reads],
        [rows(span) for span in copy.writes],
        copy.ordinal,
    ]


def _copy_of(data: Sequence[Any], names: Sequence[str]) -> ListedCopy:
    def span(rows: Sequence[int]) -> Span:
        return Span(names[rows[0]], rows[1], rows[2])

    file, place, name, target, state, replacements, rows, source, findings, ignored, known, reason, *others = data
    reads, writes, ordinal = others
    return ListedCopy(
        names[file],
        Location(*place),
        name,
        target,
        state,
        tuple(Replacement(*item) for item in replacements),
        span(rows) if rows else None,
        Source(target, names[source[0]], Location(*source[1])) if source else None,
        tuple(diagnostic_of(item) for item in findings),
        frozenset(ignored),
        frozenset(known),
        reason,
        tuple(map(span, reads)),
        tuple(map(span, writes)),
        ordinal,
    )
