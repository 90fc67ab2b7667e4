"""What one check takes from an earlier one, and leaves to the next. Who keeps it, and how, is not known here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from copycheck.checking.outcome import Examined, ExaminedFile
from copycheck.model.diagnostic import Diagnostic
from copycheck.project.git_renames import Renames
from copycheck.project.selection import Selection
from copycheck.resolution.unresolved_name_hints import Homes


class KnownFile(Protocol):
    """A file whose findings are known from an earlier run: what it rests on, and what it adds to a report.

    `probed` are numbers into the names of the run. `related` says that other files have a say in its findings: it is on
    a cycle, or names an object that is not there.
    """

    @property
    def probed(self) -> Sequence[int]: ...
    @property
    def directives(self) -> int: ...
    @property
    def in_sync(self) -> int: ...
    @property
    def external(self) -> int: ...
    @property
    def related(self) -> bool: ...
    @property
    def ignored(self) -> int: ...
    @property
    def diagnostics(self) -> Sequence[Diagnostic]: ...

    def open(self, names: Sequence[str]) -> ExaminedFile:
        """All that is known of each directive. Raises an error of lookup, type or value for damaged data."""


class SaidOfLost(NamedTuple):
    """What was said of directives whose objects are lost, and all that it rests on but homes and renames.

    `files` is a digest of the names of the project's files; `looked_for` are files that git was asked about.
    """

    lost: tuple[Examined, ...] = ()
    said: tuple[Examined, ...] = ()
    rests_on: tuple[str, ...] = ()
    looked_for: tuple[str, ...] = ()
    files: str = ""


class EarlierRun(Protocol):
    """All files of an earlier run, and the names that they rest on."""

    @property
    def names(self) -> Sequence[str]: ...
    @property
    def records(self) -> Mapping[str, KnownFile]: ...
    @property
    def homes(self) -> Homes: ...
    @property
    def renames(self) -> Renames: ...
    @property
    def said_of_lost(self) -> SaidOfLost: ...


def stale_files(earlier: EarlierRun, changed: Collection[str], present: Collection[str]) -> list[str]:
    """The files of an earlier run that are there still, and have changed themselves or rest on what has.

    Where a folder is among the changed paths, so is everything in it.
    """
    touched = set(touched_numbers(earlier.names, changed, present))
    return [
        name
        for name, file in earlier.records.items()
        if name in present and (name in changed or not touched.isdisjoint(file.probed))
    ]


def touched_numbers(names: Sequence[str], changed: Collection[str], present: Collection[str]) -> Iterator[int]:
    """The numbers of the names that have changed, or are in a folder that has."""
    folders = tuple(f"{name}/" for name in changed if name not in present)
    for number, name in enumerate(names):
        if name in changed or (folders and name.startswith(folders)):
            yield number


def files_to_open(names: Sequence[str], records: Mapping[str, KnownFile], wanted: Selection | None) -> Iterator[str]:
    """The files of which more has to be known than their records say, for the report on a selection; None for all.

    What a selection holds are the copies in it, and those whose sources are looked for in it.
    """
    if wanted is None or wanted.is_everything:
        yield from (name for name, record in records.items() if wanted is None or record.related)
        return
    held = {number for number, name in enumerate(names) if wanted.holds(name)}
    for name, record in records.items():
        if record.related or wanted.holds(name) or not held.isdisjoint(record.probed):
            yield name


class SettledFile(NamedTuple):
    """An examined file, what counts of the findings at its directives, and how many are suppressed there."""

    file: ExaminedFile
    standing: Sequence[Diagnostic]
    ignored: int
    related: bool


class ForNextRun(NamedTuple):
    """Everything that a check knows: files that it examined, and those that it has from an earlier run, unopened."""

    names: Sequence[str]
    examined: Sequence[SettledFile]
    unopened: Mapping[str, KnownFile]
    homes: Homes
    renames: Renames
    said_of_lost: SaidOfLost
    parsable: frozenset[str]
