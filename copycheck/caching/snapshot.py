"""What a run leaves for the next: a snapshot of each examined file, whose directives are decoded when asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from copycheck.caching.codec import decoded, decoder, encoded
from copycheck.checking.earlier_run import ForNextRun, SaidOfLost, SettledFile
from copycheck.checking.outcome import Examined, ExaminedFile
from copycheck.model.diagnostic import Diagnostic, State
from copycheck.project.git_renames import Renames
from copycheck.resolution.unresolved_name_hints import Homes

Names = tuple[int, ...]
"""Names of files, as numbers into the names of the run."""


class _KeptDirective(NamedTuple):
    """A directive, without the name of its file and without `probed`, of which that is the number among the file's."""

    found: Examined
    probed: int


class _KeptFile(NamedTuple):
    """All of an examined file: what its directives rest on, these, its other findings, and what these rest on."""

    rests_on: tuple[Names, ...]
    directives: tuple[_KeptDirective, ...]
    diagnostics: tuple[Diagnostic, ...]
    probed: Names


class _Digest(NamedTuple):
    """What a file adds to a report by itself, without being opened; `length` is that of its data.

    `related` says that other files have a say in its findings: it is on a cycle, or names an object that is lost.
    `findings` stay as JSON has them until a report wants them.
    """

    filename: str
    probed: Names
    directives: int
    in_sync: int
    external: int
    related: bool
    ignored: int
    findings: Any
    length: int


class FileSnapshot:
    """An examined file of an earlier run: a digest, and all the rest as JSON."""

    def __init__(self, digest: _Digest, data: bytes) -> None:
        self.digest = digest
        self.data = data
        self.probed = digest.probed
        self.directives = digest.directives
        self.in_sync = digest.in_sync
        self.external = digest.external
        self.related = digest.related
        self.ignored = digest.ignored

    @property
    def diagnostics(self) -> Sequence[Diagnostic]:
        """Its findings, where it is not related to others."""
        found: Sequence[Diagnostic] = decoder(tuple[Diagnostic, ...])(self.digest.findings)
        return found

    def open(self, names: Sequence[str]) -> ExaminedFile:
        """The examined file. Raises an error of lookup, type or value for data of another shape."""
        kept, filename = decoded(_KeptFile, self.data), self.digest.filename
        rests_on = [tuple(names[number] for number in some) for some in kept.rests_on]
        found = (one.found._replace(filename=filename, probed=rests_on[one.probed]) for one in kept.directives)
        return ExaminedFile(filename, tuple(found), kept.diagnostics, tuple(names[number] for number in kept.probed))


def snapshot_of_file(settled: SettledFile, numbers: dict[str, int]) -> FileSnapshot:
    """The snapshot of a file. Names that have no number yet are given the next ones."""
    file = settled.file

    def numbered(names: Sequence[str]) -> Names:
        return tuple(numbers.setdefault(name, len(numbers)) for name in names)

    sets: dict[tuple[str, ...], int] = {}
    directives = tuple(_kept(found, sets.setdefault(found.probed, len(sets))) for found in file.directives)
    kept = _KeptFile(tuple(map(numbered, sets)), directives, file.diagnostics, numbered(file.probed))
    data = encoded(kept)
    digest = _Digest(
        filename=file.filename,
        probed=tuple(sorted({number for some in (*kept.rests_on, kept.probed) for number in some})),
        directives=len(directives),
        in_sync=sum(found.state is State.IN_SYNC for found in file.directives),
        external=sum(found.state is State.EXTERNAL for found in file.directives),
        related=settled.related,
        ignored=settled.ignored,
        findings=json.loads(encoded((*file.diagnostics, *settled.standing))),
        length=len(data),
    )
    return FileSnapshot(digest, data)


def _kept(found: Examined, probed: int) -> _KeptDirective:
    return _KeptDirective(found._replace(filename="", probed=(), comparison=None), probed)


class _Header(NamedTuple):
    names: tuple[str, ...]
    files: tuple[_Digest, ...]
    homes: Homes
    renames: Renames
    said_of_lost: Any
    """It stays as JSON has it until a run looks for what is lost."""
    parsable: frozenset[str]


class Snapshot(NamedTuple):
    """All files of a run, the names that they rest on, where what was lost went, and the files known to parse."""

    names: Sequence[str]
    records: Mapping[str, FileSnapshot]
    homes: Homes
    renames: Renames
    kept_of_lost: Any
    parsable: frozenset[str]

    @property
    def said_of_lost(self) -> SaidOfLost:
        """What was said of lost objects."""
        found: SaidOfLost = decoder(SaidOfLost)(self.kept_of_lost)
        return found

    def encoded(self) -> bytes:
        """The snapshot as bytes: a line that says what is where, and the data of the files behind it."""
        files = self.records.values()
        digests = tuple(file.digest for file in files)
        header = _Header(tuple(self.names), digests, self.homes, self.renames, self.kept_of_lost, self.parsable)
        return encoded(header) + b"\n" + b"".join(file.data for file in files)

    @staticmethod
    def decoded(data: bytes) -> Snapshot:
        """The snapshot of some bytes. Raises an error of lookup, type or value for those of another shape."""
        start = data.index(b"\n") + 1
        header = decoded(_Header, data[:start])
        records = {file.digest.filename: file for file in _files(header.files, data, start)}
        return Snapshot(header.names, records, header.homes, header.renames, header.said_of_lost, header.parsable)


def _files(digests: Sequence[_Digest], data: bytes, start: int) -> Iterator[FileSnapshot]:
    for digest in digests:
        yield FileSnapshot(digest, data[start : start + digest.length])
        start += digest.length
    if start != len(data):
        raise ValueError("files of another length")


def snapshot_of(known: ForNextRun) -> Snapshot:
    """The snapshot of a check: the files that it has examined, beside those that it has never opened."""
    numbers = {name: number for number, name in enumerate(known.names)}
    records = {name: file for name, file in known.unopened.items() if isinstance(file, FileSnapshot)}
    records |= {settled.file.filename: snapshot_of_file(settled, numbers) for settled in known.examined}
    return Snapshot(list(numbers), records, known.homes, known.renames, known.said_of_lost, known.parsable)
