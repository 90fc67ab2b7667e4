"""Full copies whose base the lock has: which there are, their sources at a version, and how far they differ (6.3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from copycheck import progress
from copycheck.checking.expected_full_copies import ExpectedFile, WholeFiles, expected_files
from copycheck.checking.line_counts import lines_changed
from copycheck.checking.registered_full_copies import FullCopy, registered
from copycheck.comparison.formatters import Formatters
from copycheck.model.errors import CopycheckError, UnreadableFileError
from copycheck.model.upstream_report import LockedCopyReport
from copycheck.project.lock_file import CopyKey, Lock, LockedCopy, LockedSource, file_as_it_is, lines_of, whole_file
from copycheck.project.upstream_settings import Upstream
from copycheck.project.workspace import Workspace
from copycheck.resolution.project_index import Project
from copycheck.upstream.tracked_copies import Distance, with_moved
from copycheck.upstream.upstream_versions import Upstreams, versions_for


class TrackedFile(NamedTuple):
    """A full copy whose base is in the lock. `upstream` is None where its source is inside of the project."""

    pair: FullCopy
    upstream: Upstream | None

    @property
    def key(self) -> CopyKey:
        """What the lock lists it by."""
        return CopyKey(self.pair.copy, "", self.pair.source)

    @property
    def name(self) -> str:
        """The last part of its path, as a report names it."""
        return self.pair.copy.rpartition("/")[2]


def tracked_files(project: Project) -> list[TrackedFile]:
    """The tracked full copies of a project, by path. Raises ConfigError."""
    by_key = {upstream.key: upstream for upstream in project.settings.upstream}
    pairs = registered(project.settings, project.workspace)
    return sorted(TrackedFile(pair, by_key.get(pair.upstream)) for pair in pairs if pair.is_tracked)


def source_at(workspace: Workspace, upstreams: Upstreams, file: TrackedFile, version: str) -> LockedSource | str:
    """The source of a file at a version, by default the configured one; inside of the project, as it is now.

    A text says why there is none. Raises CopycheckError where the upstream is not to be had.
    """
    pair = file.pair
    if file.upstream is not None:
        version = "" if version.startswith("sha256:") else version
        return upstreams.open(file.upstream, version).whole_file(pair.source, pair.file)
    try:
        return file_as_it_is(pair.source, workspace.read_bytes(pair.source))
    except UnreadableFileError as error:
        return f"{pair.source} {error.reason}"


def bytes_of(workspace: Workspace, file: TrackedFile) -> bytes | None:
    """The bytes of a full copy; None for one that is not there, or cannot be read."""
    try:
        return workspace.read_bytes(file.pair.copy)
    except UnreadableFileError:
        return None


class FileAndSource(NamedTuple):
    """A full copy, and a source that it may be a copy of."""

    file: TrackedFile
    source: LockedSource


def file_distances(
    workspace: Workspace, formatters: Formatters, pairs: Sequence[FileAndSource]
) -> list[Distance | None]:
    """How far each full copy is from a source; None where nobody can say. One batch for the formatter."""
    read = [WholeFiles(file.pair, whole_file(source), bytes_of(workspace, file)) for file, source in pairs]
    return [
        _distance(files, wanted) if isinstance(wanted, ExpectedFile) else None
        for files, wanted in zip(read, expected_files(formatters, read), strict=True)
    ]


def _distance(files: WholeFiles, wanted: ExpectedFile) -> Distance:
    if files.copy is not None and (wanted.same or wanted.data == files.copy):
        return Distance(True, 0)
    return Distance(False, max(1, lines_changed(lines_of(wanted.data), lines_of(files.copy or b""))))


class FileSync:
    """The part of a `sync` that is about full copies."""

    def __init__(self, project: Project, formatters: Formatters, upstreams: Upstreams, lock: Lock) -> None:
        self._workspace = project.workspace
        self._formatters = formatters
        self._upstreams = upstreams
        self._before = lock
        self.files = tracked_files(project)
        present = {file.key for file in self.files}
        named = {entry.key for entry in lock.copies if entry.name}
        self.lock = with_moved(lock, sorted(present), present | named)
        self._failed: dict[CopyKey, str] = {}
        self.problems: dict[str, None] = {}

    def fill(self) -> None:
        """Lock each file that is not: at the version that the lock names, else at the configured one."""
        for file in self.files:
            base = self.lock.base(*file.key)
            if base is not None and self.lock.source(file.key.target, base.version) is not None:
                continue
            progress.at(f"Fetching {file.pair.source}")
            found = self._at(file, base.version if base is not None else "")
            if isinstance(found, LockedSource):
                self._take(file, found)

    def _at(self, file: TrackedFile, version: str) -> LockedSource | None:
        try:
            found = source_at(self._workspace, self._upstreams, file, version)
        except CopycheckError as error:
            self.problems[str(error)] = None
            found = str(error)
        if isinstance(found, LockedSource):
            return found
        self._failed[file.key] = found
        return None

    def _take(self, file: TrackedFile, source: LockedSource) -> None:
        self.lock = self.lock.with_entries([source], [LockedCopy(*file.key, source.version)])
        self._failed.pop(file.key, None)

    def find_versions(self, span: str) -> None:
        """Look for the releases that files are in sync with, or nearest to."""
        settled = self.states()
        for file in self.files:
            state = settled.get(file.key)
            if file.upstream is None or file.upstream.kind != "release" or (state and state.in_sync):
                continue
            try:
                versions = versions_for(self._upstreams, file.upstream, span)
            except CopycheckError as error:
                self.problems[str(error)] = None
                continue
            found = {one.text: one for version in reversed(versions) if (one := self._at(file, version))}
            base = self.lock.base_of_file(file.pair.copy, file.pair.source)
            candidates = [*([base] if base else []), *reversed(found.values())]
            pairs = [FileAndSource(file, source) for source in candidates]
            measured = file_distances(self._workspace, self._formatters, pairs)
            ranks = [(one.lines, number) for number, one in enumerate(measured) if one is not None]
            if ranks:
                self._take(file, candidates[min(ranks)[1]])

    def states(self) -> dict[CopyKey, Distance]:
        """How far each file is from its base, as far as it has one."""
        pairs = [
            FileAndSource(file, base)
            for file in self.files
            if (base := self.lock.base_of_file(file.pair.copy, file.pair.source))
        ]
        measured = file_distances(self._workspace, self._formatters, pairs)
        return {file.key: one for (file, _), one in zip(pairs, measured, strict=True) if one is not None}

    def reports(self) -> list[LockedCopyReport]:
        """Each file with its base."""
        states = self.states()
        reports = []
        for file in self.files:
            base, before = self.lock.base(*file.key), self._before.base(*file.key)
            state = states.get(file.key)
            report = LockedCopyReport(file.pair.copy, 1, file.name, file.key.target, base.version if base else "")
            is_new, problem = base is not None and base != before, self._failed.get(file.key, "")
            reports.append(report._replace(lines=state.lines if state else 0, is_new=is_new, problem=problem))
        return reports
