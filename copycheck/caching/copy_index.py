"""All copies of a project, indexed for questions about one object: each is decoded when it is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, overload

from copycheck.caching.codec import decoder, encoded
from copycheck.model.copy_entry import ListedCopy
from copycheck.model.location import Source


def _position(name: str) -> int:
    """Where a field is in a copy, as a value and as the codec writes it."""
    return ListedCopy._fields.index(name)


_FILENAME, _TARGET, _SOURCE, _READS, _IS_FULL = map(_position, ("filename", "target", "source", "reads", "is_full"))
_SOURCE_FILENAME = Source._fields.index("filename")


class Reader(NamedTuple):
    """The first and the last row of a piece of a file, and the number of the copy that is compared with it."""

    first: int
    last: int
    copy: int


class CopyIndex(Sequence[ListedCopy]):
    """Copies that are decoded when they are asked for: who asks for one object wants few of them.

    An entry is a copy, or the list of its fields.
    """

    def __init__(self, entries: Iterable[Any]) -> None:
        self._entries: list[Any] = list(entries)

    @staticmethod
    def decoded(data: bytes) -> CopyIndex:
        """The copies of some bytes. Raises ValueError for those of another shape."""
        entries = json.loads(data)
        if not isinstance(entries, list):
            raise ValueError("no list of copies")
        return CopyIndex(entries)

    def encoded(self) -> bytes:
        """The copies as bytes."""
        return encoded(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, number: int) -> ListedCopy: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[ListedCopy]: ...
    def __getitem__(self, number: int | slice) -> ListedCopy | Sequence[ListedCopy]:
        if isinstance(number, slice):
            return [self[n] for n in range(*number.indices(len(self)))]
        entry = self._entries[number]
        copy: ListedCopy = entry if isinstance(entry, ListedCopy) else decoder(ListedCopy)(entry)
        self._entries[number] = copy
        return copy

    def readers(self) -> dict[str, list[Reader]]:
        """File → the pieces of it that copies are compared with."""
        found: dict[str, list[Reader]] = {}
        for number, entry in enumerate(self._entries):
            for filename, start, end in entry[_READS]:
                found.setdefault(filename, []).append(Reader(start, end, number))
        return found

    @property
    def filenames(self) -> set[str]:
        """The files that hold copies, or sources of such."""
        names = {entry[_FILENAME] for entry in self._entries}
        names |= {filename for entry in self._entries for filename, _, _ in entry[_READS]}
        return names | {entry[_SOURCE][_SOURCE_FILENAME] for entry in self._entries if entry[_SOURCE]}

    def full_copies(self) -> list[int]:
        """The numbers of the full copies."""
        return [number for number, entry in enumerate(self._entries) if entry[_IS_FULL]]

    def unread(self) -> list[ListedCopy]:
        """The copies that are held against nothing: what they name is not there, or cannot be read."""
        return [self[number] for number, entry in enumerate(self._entries) if not entry[_READS]]

    def named(self, name: str) -> list[ListedCopy]:
        """The copies whose source was found, by its dotted name, or else by the last part of it."""
        entries = self._entries
        exact = [n for n, entry in enumerate(entries) if entry[_TARGET] == name and entry[_READS]]
        loose = (n for n, entry in enumerate(entries) if entry[_TARGET].endswith(f".{name}") and not entry[_IS_FULL])
        return [self[number] for number in exact or loose if entries[number][_READS]]
