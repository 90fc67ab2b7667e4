"""One project held in memory: its findings while files change, on disk or in the buffers of an editor (contract 13).

A change is looked at where it has a part in something: the directives of the file itself, and those whose source was
looked for in it. The answer is the one that a fresh check of the same texts gives.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from copycheck.api.buffers import Encoder, trial_of
from copycheck.api.check_and_fix import without_garbage_collection
from copycheck.api.check_results import result_of
from copycheck.api.disk_changes import FilesOnDisk
from copycheck.api.offered_edits import OfferedEdits
from copycheck.api.offered_fixes import OfferedFixes
from copycheck.caching.incremental import live_project
from copycheck.checking.copy_states import full_copies_at, listed_copy
from copycheck.checking.finding_filter import Gate
from copycheck.checking.live_findings import StandingFindings
from copycheck.checking.outcome import Examined
from copycheck.checking.registered_full_copies import registered
from copycheck.fixing.retarget_directives import names_of
from copycheck.model.copy_entry import ListedCopy
from copycheck.model.diagnostic import Diagnostic
from copycheck.model.directive import Directive
from copycheck.model.errors import UnreadableFileError
from copycheck.model.location import FileRow
from copycheck.model.result import Result
from copycheck.project.config_search import load
from copycheck.project.settings import Settings

if TYPE_CHECKING:
    from copycheck.checking.checker import Check
    from copycheck.directives.module_directives import Module
    from copycheck.resolution.project_index import Project

_PRUNE_EVERY = 200
"""After so many changes, what nobody asks for any more is dropped."""


class Session(OfferedEdits):
    """One project held in memory. Files are named from its root on, with `/`.

    It writes nothing, starts no process but the formatter and git, and is to be used by one thread at a time. Raises
    CopycheckError for a configuration that cannot be used.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        cache: bool = False,
        reload: Callable[[], Settings] | None = None,
        processes: bool = False,
    ) -> None:
        """Check the project. With `cache`, begin with what an earlier run has kept.

        `reload` reads the configuration anew when one of its files has changed; without it, the settings stay. With
        `processes`, the first check is shared among some, which a program with threads must not do, and the cache
        keeps what it finds.
        """
        self._processes = processes
        self._reload = reload or (load if settings is None else None)
        self._cache = cache
        self._unusable: set[str] = set()
        """The configuration files that could not be used when they were last read."""
        self._start(settings or load(), {})

    def _start(self, settings: Settings, buffers: Mapping[str, bytes]) -> None:
        """Check everything, with these texts in place of those on disk."""
        offers = OfferedFixes(settings, self._cache)
        with without_garbage_collection():
            check = live_project(settings, self._cache, None if self._processes else offers.of_open_files)
        self._check, self._offers = check, offers
        self._encoder = Encoder(check.project.workspace)
        self._standing = StandingFindings()
        self._disk = FilesOnDisk(check)
        self._changes = 0
        if buffers:
            self._update(buffers, ())
        self._findings = self._standing.of(self._check)
        self._readers: dict[str, list[Examined]] | None = None

    @property
    def settings(self) -> Settings:
        """The settings that the project is checked by."""
        return self._check.project.settings

    @property
    def project(self) -> Project:
        """The files of the project, as they are with their buffers."""
        return self._check.project

    def change(self, filename: str, text: str | bytes | None, *, keep_broken: bool = True) -> frozenset[str]:
        """Take a text, with the line ends of the file, for that of a file; None takes the file from disk again.

        Returns the files whose findings are others now. Without `keep_broken`, a text that cannot be parsed is not
        taken: everything stays as it is with the last text that could be, and UnreadableFileError says where it fails.
        """
        project = self.project
        data = None if text is None else self._encoder.bytes_of(filename, text)
        if data == project.workspace.buffer(filename) or filename == self._check.gate.baseline:
            return frozenset()
        trial = trial_of(project, filename, data, keep_broken) if data is not None else None
        self._update({filename: data}, (), trial)
        return self._changed_findings()

    def changed_on_disk(self, filenames: Iterable[str]) -> frozenset[str]:
        """Look again at files and folders that were written, made, moved or removed.

        Returns the files whose findings are others now. Raises ConfigError for a configuration that cannot be used any
        more, at each call until it can be: the last one that could be counts, and all else is taken.
        """
        names = self._unusable.union(name.rstrip("/") for name in filenames)
        self._unusable = {name for name in names if self.configures(name)}
        try:
            if self._unusable and self._starts_anew():
                names = set()
            self._unusable = set()
        finally:
            if names:
                self._take_from_disk(names)
        return self._changed_findings()

    def findings(self, filename: str) -> tuple[Diagnostic, ...]:
        """The findings of a file that neither an ignore comment nor the baseline suppresses, by place and code."""
        self._plan([filename])
        return self._findings.get(filename, ())

    def all_findings(self) -> Mapping[str, tuple[Diagnostic, ...]]:
        """Every file that has findings, with these."""
        self._plan_all()
        return self._findings

    def result(self, paths: Sequence[str] = (), *, only: Sequence[str] = (), joint: bool = False) -> Result:
        """What `check_paths` gives for these files and folders of the project, with the texts of this session.

        Raises CopycheckError for what `only` names and is not there.
        """
        self._plan_all()
        return result_of(self._check, paths, only, self._fork if joint else None)

    def parses(self, filename: str) -> bool:
        """Whether a file can be read and parsed as it is now."""
        try:
            return self.project.module(filename).is_parsable
        except UnreadableFileError:
            return False

    def refresh(self, filenames: Iterable[str] = ()) -> frozenset[str]:
        """Look again at the whole project on disk, and at some files anyway, for a program that may not hear of all.

        Returns the files whose findings are others now. Raises ConfigError as `changed_on_disk` does.
        """
        return self.changed_on_disk({*filenames, *self._disk.changed_beside(), *self._disk.walk()})

    def configures(self, filename: str) -> bool:
        """Whether a file says how the project is checked or formatted, or which findings are known."""
        return filename == self._check.gate.baseline or self._disk.configures([filename])

    def looked_at(self) -> set[str]:
        """The files that the findings rest on, whether they are there or not."""
        return self._check.looked_at()

    def failures(self) -> tuple[str, ...]:
        """What kept the last check from doing its work: a formatter that is not there, say."""
        return self._check.failures()

    def copies_in(self, filename: str) -> tuple[ListedCopy, ...]:
        """The copies in a file, by row."""
        own = (found for found in self._check.directives if found.filename == filename)
        return tuple(listed_copy(self._check, found) for found in own)

    def full_copies(self, filename: str) -> tuple[ListedCopy, ...]:
        """A file as a full copy, if it is one, and the full copies of it."""
        return tuple(full_copies_at(self._check, filename))

    def directives_in(self, filename: str) -> tuple[Directive, ...]:
        """The directives in a file, one for each of `copies_in`."""
        return tuple(found.directive for found in self._check.directives if found.filename == filename)

    def names_of(self, filename: str, row: int, name: str) -> frozenset[str]:
        """The dotted names by which directives name a definition of this name at a row, or something in it."""
        return frozenset(names_of(self._check, filename, row, name))

    def place_of(self, target: str) -> FileRow | None:
        """The file and row of the definition that a dotted name leads to; None for what is none."""
        found = self.project.sources.resolve(target).definitions
        return FileRow(found[-1].filename, found[-1].location.row) if found else None

    def copies_of(self, filename: str) -> tuple[ListedCopy, ...]:
        """The copies whose source is in a file, by file and row."""
        if self._readers is None:
            self._readers = {}
            for found in self._check.directives:
                if found.source is not None:
                    self._readers.setdefault(found.source.filename, []).append(found)
        return tuple(listed_copy(self._check, found) for found in self._readers.get(filename, ()))

    def _fork(self) -> Check:
        """A check that knows the same, with the fixes of all copies that have drifted; to be edited by itself."""
        self._plan_all()
        return self._offers.fork(self._check)

    def _update(
        self,
        buffers: Mapping[str, bytes | None],
        on_disk: Collection[str],
        trial: Module | None = None,
    ) -> None:
        project = self.project
        on_disk = {*on_disk, *self._disk.moved_head()}
        others = {name for name in on_disk if project.workspace.buffer(name) is None}
        for name in on_disk:
            project.workspace.reread(name)
        project.change(buffers, others)
        if trial is not None:
            project.modules.keep(trial)
        if any(name not in self._disk for name in buffers):
            self._disk.take_walk(project.walk)
        self._check.update({*buffers, *others})
        self._offers.changed(self._check)
        self._readers = None
        self._disk.take_styles()
        self._changes += 1
        if self._changes % _PRUNE_EVERY == 0:
            project.prune({found.directive.target for found in self._check.directives})

    def _changed_findings(self) -> frozenset[str]:
        before, self._findings = self._findings, self._standing.of(self._check)
        after = self._findings
        return frozenset(name for name in {*before, *after} if before.get(name) != after.get(name))

    def _plan(self, filenames: Collection[str]) -> None:
        """Make the fixes of files known for which that was not needed so far."""
        if self._offers.plan(self._check, filenames):
            self._findings = self._standing.of(self._check)

    def _plan_all(self) -> None:
        self._plan({found.filename for found in self._check.directives})

    def _take_from_disk(self, names: Collection[str]) -> None:
        """Look again at what files and folders have a part in."""
        on_disk = {*names, *self._disk.below(names)}
        if not all(name in self._disk and os.path.isfile(self.project.workspace.path(name)) for name in names):
            on_disk |= self._disk.walk()
        self._update({}, on_disk)

    def _starts_anew(self) -> bool:
        """Read the configuration, and check everything by it where it says something else; whether it did.

        Raises ConfigError for one that cannot be used, and changes nothing then.
        """
        settings = self._reload() if self._reload is not None else self.settings
        workspace = self.project.workspace
        if settings == self.settings and self._disk.has_same_styles():
            for name in (self._check.gate.baseline, settings.full_copies_from):
                workspace.reread(name or "")
            self._check.gate = Gate(settings, workspace)
            if registered(settings, workspace) == self._check.pairs:
                return False
        buffers = {name: data for name in workspace.buffers if (data := workspace.buffer(name)) is not None}
        before = self._findings
        self._start(settings, buffers)
        self._findings = before
        return True
