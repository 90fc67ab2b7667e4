"""Locks the sources of copies: at their configured versions, or at those that they were copied from (contract 15)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from copycheck import progress
from copycheck.comparison.formatters import Formatters
from copycheck.model.errors import CopycheckError
from copycheck.model.upstream_report import LockedCopyReport
from copycheck.project.lock_file import CopyKey, Lock, LockedCopy, LockedSource
from copycheck.project.upstream_settings import Upstream
from copycheck.resolution.project_index import Project
from copycheck.upstream.tracked_copies import (
    CopyAndSource,
    Distance,
    TrackedCopy,
    distances,
    tracked_copies,
    tracked_in,
    unread_files,
    version_for,
    with_moved,
)
from copycheck.upstream.tracked_full_copies import FileSync
from copycheck.upstream.upstream_versions import Upstreams, versions_for


class Synced(NamedTuple):
    """The new lock, each copy of an upstream, and a line for each upstream that is not to be had."""

    lock: Lock
    copies: tuple[LockedCopyReport, ...]
    problems: tuple[str, ...]


class _Sync:
    """One run of `sync`: what was found so far."""

    def __init__(self, project: Project, formatters: Formatters, upstreams: Upstreams, lock: Lock) -> None:
        self.project = project
        self.formatters = formatters
        self.upstreams = upstreams
        self.before = lock
        self.unread = unread_files(project, lock)
        self.lock = self._with_moved(lock)
        self.copies = tracked_copies(project, self.lock)
        self.foreign = [copy for copy in self.copies if copy.upstream is not None]
        self.failed: dict[CopyKey, str] = {}
        self.problems: dict[str, None] = {}

    def _with_moved(self, lock: Lock) -> Lock:
        """The lock, in which copies that were renamed or moved keep their bases."""
        if not lock.copies:
            return lock
        there = [copy for name in self.project.files for copy in tracked_in(self.project, name)]
        hidden = {entry.key for entry in lock.copies if entry.file in self.unread or not entry.name}
        present = [copy.key for copy in there if copy.upstream is not None or copy.is_adapted]
        return with_moved(lock, present, {copy.key for copy in there} | hidden)

    def fill(self) -> None:
        """Lock each copy that is not: at the version that the lock names, else at the configured one."""
        for copy in self.foreign:
            assert copy.upstream is not None, "a foreign copy has one"
            base = self.lock.base(*copy.key)
            version = base.version if base is not None else version_for(copy)
            if base is not None and self.lock.source(copy.key.target, version, copy.key.name) is not None:
                continue
            progress.at(f"Fetching {copy.upstream.key} {version}")
            self._lock_at(copy, copy.upstream, version)

    def _lock_at(self, copy: TrackedCopy, upstream: Upstream, version: str) -> None:
        try:
            found = self.upstreams.open(upstream, "" if version.startswith("sha256:") else version)
        except CopycheckError as error:
            self.problems[str(error)] = None
            self.failed[copy.key] = str(error)
            return
        entry = found.locked(copy.key.target, copy.key.name)
        if isinstance(entry, str):
            self.failed[copy.key] = entry
        else:
            self._take(copy, entry)

    def _take(self, copy: TrackedCopy, source: LockedSource) -> None:
        self.lock = self.lock.with_entries([source], [LockedCopy(*copy.key, source.version)])
        self.failed.pop(copy.key, None)

    def find_versions(self, span: str) -> None:
        """Look for the versions that copies are in sync with, or nearest to, among the releases of their upstreams."""
        settled = self.states()
        groups: dict[Upstream, list[TrackedCopy]] = {}
        for copy in self.foreign:
            state = settled.get(copy.key)
            if copy.upstream is not None and copy.upstream.kind == "release" and not (state and state.in_sync):
                groups.setdefault(copy.upstream, []).append(copy)
        for upstream, copies in groups.items():
            try:
                versions = versions_for(self.upstreams, upstream, span)
            except CopycheckError as error:
                self.problems[str(error)] = None
                continue
            self._find_among(upstream, copies, versions)

    def _find_among(self, upstream: Upstream, copies: Sequence[TrackedCopy], versions: Sequence[str]) -> None:
        candidates: dict[CopyKey, dict[tuple[str, ...], LockedSource]] = {copy.key: {} for copy in copies}
        for copy in copies:
            base = self.lock.base(*copy.key)
            known = self.lock.source(copy.key.target, base.version, copy.key.name) if base else None
            if known is not None:
                candidates[copy.key][known.text] = known
        for number, version in enumerate(versions, 1):
            progress.at(f"Looking through {upstream.key} {version} ({number} of {len(versions)})")
            try:
                found = self.upstreams.open(upstream, version)
            except CopycheckError as error:
                self.problems[str(error)] = None
                continue
            for target in {copy.key.target for copy in copies}:
                entry = found.locked(target)
                if isinstance(entry, LockedSource):
                    for copy in copies:
                        if copy.key.target == target:
                            candidates[copy.key].setdefault(entry.text, entry)
        self._choose(copies, candidates)

    def _choose(
        self, copies: Sequence[TrackedCopy], candidates: dict[CopyKey, dict[tuple[str, ...], LockedSource]]
    ) -> None:
        """Take for each copy the newest version that it is in sync with, else the nearest one."""
        pairs = [(copy, source) for copy in copies for source in candidates[copy.key].values()]
        held = [CopyAndSource(copy.copy, source) for copy, source in pairs]
        measured = distances(self.formatters, held, self.project.settings)
        best: dict[CopyKey, tuple[int, int, TrackedCopy, LockedSource]] = {}
        for number, ((copy, source), distance) in enumerate(zip(pairs, measured, strict=True)):
            if distance is None:
                continue
            rank = (distance.lines, number, copy, source)
            if copy.key not in best or rank[:2] < best[copy.key][:2]:
                best[copy.key] = rank
        for _, _, copy, source in best.values():
            self._take(copy, source)

    def states(self) -> dict[CopyKey, Distance]:
        """How far each foreign copy is from its base, as far as it has one."""
        pairs = []
        for copy in self.foreign:
            base = self.lock.base(*copy.key)
            source = self.lock.source(copy.key.target, base.version, copy.key.name) if base else None
            if source is not None:
                pairs.append((copy, source))
        held = [CopyAndSource(copy.copy, source) for copy, source in pairs]
        measured = distances(self.formatters, held, self.project.settings)
        return {copy.key: one for (copy, _), one in zip(pairs, measured, strict=True) if one is not None}

    def result(self, files: FileSync) -> Synced:
        """What both parts have found; the lock is that of `files`, without what nobody needs."""
        present = {copy.key for copy in self.copies} | {file.key for file in files.files}
        self.problems.update(dict.fromkeys(self.unread.values()))
        self.lock = files.lock
        lock = self.lock.used([copy for copy in self.lock.copies if copy.key in present or copy.file in self.unread])
        states = self.states()
        reports = files.reports()
        for copy in self.foreign:
            base, before = lock.base(*copy.key), self.before.base(*copy.key)
            state = states.get(copy.key)
            reports.append(
                LockedCopyReport(
                    copy.copy.filename,
                    copy.copy.directive.row,
                    copy.copy.name,
                    copy.key.target,
                    base.version if base else "",
                    state.lines if state else 0,
                    base is not None and base != before,
                    self.failed.get(copy.key, ""),
                )
            )
        return Synced(lock, tuple(sorted(reports)), tuple({**self.problems, **files.problems}))


def sync(
    project: Project,
    formatters: Formatters,
    upstreams: Upstreams,
    lock: Lock,
    find_version: bool = False,
    span: str = "",
) -> Synced:
    """The lock with an entry for each copy of a configured upstream, and without those that nobody needs.

    A copy that is locked keeps its base. With `find_version`, each that is not in sync with it is held against the
    releases that `span` names, by default the newest of each minor. Nothing is written.
    """
    run = _Sync(project, formatters, upstreams, lock)
    if find_version:
        run.find_versions(span)
    run.fill()
    files = FileSync(project, formatters, upstreams, run.lock)
    if find_version:
        files.find_versions(span)
    files.fill()
    return run.result(files)
