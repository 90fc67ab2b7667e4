"""One project held in memory: its findings while files change, on disk or in the buffers of an editor (contract 13).

A change is looked at where it has a part in something: the directives of the file itself, and those whose source was
looked for in it. The answer is the one that a fresh check of the same texts gives.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from copycheck.api.buffers import Encoder
from copycheck.api.checking import without_garbage_collection
from copycheck.api.on_disk import Stat, stat_of, stats_of, style_table
from copycheck.api.writing import written_result
from copycheck.caching.incremental import live_project
from copycheck.checking.copy_entries import listed_copy
from copycheck.checking.filter import Gate
from copycheck.checking.full_copies import registered
from copycheck.checking.outcome import Examined
from copycheck.checking.standing import StandingFindings
from copycheck.fixing.plan import PlanOpenFiles, plan_fixes
from copycheck.model.copy_entry import ListedCopy
from copycheck.model.diagnostic import Diagnostic, Identity
from copycheck.model.directive import Directive
from copycheck.model.errors import UnreadableFileError
from copycheck.model.paths import with_folders
from copycheck.model.result import Result
from copycheck.project.config import load
from copycheck.project.discovery import explore
from copycheck.project.left_out import LeftOut
from copycheck.project.selection import Selection
from copycheck.project.settings import Settings
from copycheck.project.toml import CONFIGURATIONS

if TYPE_CHECKING:
    from copycheck.checking.checker import Check
    from copycheck.directives.module import Module
    from copycheck.resolution.index import Project

_OF_STYLE = frozenset({"ruff.toml", ".ruff.toml"})
_PRUNE_EVERY = 200
"""After so many changes, what nobody asks for any more is dropped."""


class Session:
    """One project held in memory. Files are named from its root on, with `/`.

    It writes nothing, starts no process but the formatter, and is to be used by one thread at a time. Raises
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
        `processes`, the first check is shared among some, which a program with threads must not do, and the cache is
        told of it.
        """
        self._processes = processes
        self._reload = reload or (load if settings is None else None)
        self._cache = cache
        self._start(settings or load(), {})

    def _start(self, settings: Settings, buffers: Mapping[str, bytes]) -> None:
        """Check everything, with these texts in place of those on disk."""
        planner = PlanOpenFiles()
        with without_garbage_collection():
            check = live_project(settings, self._cache, None if self._processes else planner)
        self._check, self._planner = check, planner
        self._encoder = Encoder(check.project.workspace)
        self._standing = StandingFindings()
        self._styles = self._tables({})
        self._stats = stats_of(check.project.walk)
        self._beside = self._stats_beside()
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
        trial = self._trial(filename, data, keep_broken) if data is not None else None
        self._update({filename: data}, (), trial)
        return self._changed_findings()

    def _trial(self, filename: str, data: bytes, keep_broken: bool) -> Module | None:
        """A text as a module, which need not be parsed again; None for what is none."""
        if not filename.endswith((".py", ".pyi")):
            return None
        try:
            module = self.project.trial(filename, data)
            if not keep_broken:
                module.outline  # noqa: B018
            return module
        except UnreadableFileError:
            if not keep_broken:
                raise
            return None

    def changed_on_disk(self, filenames: Iterable[str]) -> frozenset[str]:
        """Look again at files and folders that were written, made, moved or removed.

        Returns the files whose findings are others now. Raises ConfigError for a configuration that cannot be used any
        more: everything stays as it is with the last one that could be.
        """
        names = {name.rstrip("/") for name in filenames}
        if self._configures(names):
            self._start_anew()
            return self._changed_findings()
        on_disk = names | self._below(names)
        if not all(name in self._stats and os.path.isfile(self.project.workspace.path(name)) for name in names):
            on_disk |= self._walk()
        self._reread_baseline(on_disk)
        self._update({}, on_disk)
        return self._changed_findings()

    def findings(self, filename: str) -> tuple[Diagnostic, ...]:
        """The findings of a file that neither an ignore comment nor the baseline suppresses, by place and code."""
        self._plan([filename])
        return self._findings.get(filename, ())

    def all_findings(self) -> Mapping[str, tuple[Diagnostic, ...]]:
        """Every file that has findings, with these."""
        self._plan(list(self._planner.skipped))
        return self._findings

    def result(self, paths: Sequence[str] = ()) -> Result:
        """What `check_paths` gives for these files and folders of the project, with the texts of this session."""
        self._plan(list(self._planner.skipped))
        diagnostics, summary = self._check.report(Selection(tuple(paths)))
        failures = self._check.failures()
        return Result(diagnostics, summary, errors=failures, failed=bool(failures))

    def members_at(self, filename: str, directive_row: int, row: int) -> tuple[str, ...]:
        """The member of a copied class around a row, which can be ignored; that of a function is the function itself.

        None where the row is in no member, or the copy is no class and no function.
        """
        module = self.project.module(filename)
        directive = next((d for d in module.directives if d.row == directive_row), None) if module.is_parsable else None
        site = module.definition_below(directive) if directive is not None else None
        if site is None or site.statement.kind == "assignment":
            return ()
        if site.statement.kind != "class":
            return (site.statement.name,)
        members = (member for member in site.statement.children if member.is_scope)
        return tuple(member.name for member in members if member.start <= row <= module.end_of(member))

    def parses(self, filename: str) -> bool:
        """Whether a file can be read and parsed as it is now."""
        try:
            return self.project.module(filename).is_parsable
        except UnreadableFileError:
            return False

    def refresh(self) -> frozenset[str]:
        """Look again at the whole project on disk, for a program that hears of no changes.

        Returns the files whose findings are others now.
        """
        before, self._beside = self._beside, self._stats_beside()
        changed = {name for name in {*before, *self._beside} if before.get(name) != self._beside.get(name)}
        return self.changed_on_disk(changed | self._walk())

    def failures(self) -> tuple[str, ...]:
        """What kept the last check from doing its work: a formatter that is not there, say."""
        return self._check.failures()

    def copies_in(self, filename: str) -> tuple[ListedCopy, ...]:
        """The copies in a file, by row."""
        own = (found for found in self._check.directives if found.filename == filename)
        return tuple(listed_copy(self._check, found) for found in own)

    def directives_in(self, filename: str) -> tuple[Directive, ...]:
        """The directives in a file, one for each of `copies_in`."""
        return tuple(found.directive for found in self._check.directives if found.filename == filename)

    def copies_of(self, filename: str) -> tuple[ListedCopy, ...]:
        """The copies whose source is in a file, by file and row."""
        if self._readers is None:
            self._readers = {}
            for found in self._check.directives:
                if found.source is not None:
                    self._readers.setdefault(found.source.filename, []).append(found)
        return tuple(listed_copy(self._check, found) for found in self._readers.get(filename, ()))

    def fix(
        self,
        paths: Sequence[str] = (),
        *,
        only: Collection[Identity] | None = None,
        within: Collection[str] | None = None,
        unsafe: bool = False,
    ) -> Result:
        """What `--fix` would write for files and folders, or for all of them: a patch for each file that changes.

        With `only`, the expected text of these copies and nothing else; with `within`, no other file is changed.
        """
        from copycheck.fixing.fixer import fix_selected
        from copycheck.fixing.session import FixSession

        selection = Selection(tuple(paths), frozenset(only) if only is not None else None)
        fixes = FixSession(self._fork(), selection, unsafe, None if within is None else frozenset(within))
        fix_selected(fixes)
        return written_result(fixes, selection, write=False)

    def promote(self, filename: str, row: int, *, trickle: bool = True) -> Result:
        """What `promote_copy` would write for the copy at a row. Raises CopycheckError where that cannot be done."""
        from copycheck.api.refactoring import promoted

        return promoted(*self._copy_at(filename, row), write=False, trickle=trickle)

    def break_copy(self, filename: str, row: int, *, reason: str | None = None, member: str | None = None) -> Result:
        """What `break_copy` would write for the copy at a row. Raises CopycheckError where that cannot be done."""
        from copycheck.api.refactoring import broken

        return broken(*self._copy_at(filename, row), write=False, reason=reason, member=member)

    def ignore_differing(self, filename: str, row: int) -> Result:
        """What `ignore_differing` would write for the copy at a row. Raises CopycheckError where it cannot be done."""
        from copycheck.api.refactoring import ignored

        return ignored(*self._copy_at(filename, row), write=False)

    def move(self, old: str, new: str) -> Result:
        """What `move` would write. Raises CopycheckError where no directive names `old`."""
        from copycheck.api.refactoring import moved

        return moved(self._fork(), old, new, write=False)

    def _fork(self) -> Check:
        """A check that knows the same, with the fixes of all copies that have drifted; to be edited by itself."""
        self._plan(list(self._planner.skipped))
        return self._check.fork(plan_fixes)

    def _copy_at(self, filename: str, row: int) -> tuple[Check, Examined]:
        from copycheck.fixing.break_copy import directive_at

        check = self._fork()
        return check, directive_at(check, filename, row)

    def _update(
        self,
        buffers: Mapping[str, bytes | None],
        on_disk: Collection[str],
        trial: Module | None = None,
    ) -> None:
        project = self.project
        others = {name for name in on_disk if project.workspace.buffer(name) is None}
        for name in on_disk:
            project.workspace.reread(name)
        project.change(buffers, others)
        if trial is not None:
            project.keep(trial)
        if any(name not in self._stats for name in buffers):
            project.take_walk(project.walk, self._unsaved())
        self._check.update({*buffers, *others})
        self._readers = None
        self._styles = {**self._tables(self._styles), **self._styles}
        self._changes += 1
        if self._changes % _PRUNE_EVERY == 0:
            project.prune({found.directive.target for found in self._check.directives})

    def _changed_findings(self) -> frozenset[str]:
        before, self._findings = self._findings, self._standing.of(self._check)
        after = self._findings
        return frozenset(name for name in {*before, *after} if before.get(name) != after.get(name))

    def _plan(self, filenames: Iterable[str]) -> None:
        """Plan the fixes of files for which that was not needed so far."""
        wanted = self._planner.skipped.intersection(filenames)
        if wanted:
            self._planner.skipped -= wanted
            self._check.replan(wanted, plan_fixes)
            self._findings = self._standing.of(self._check)

    def _configures(self, names: Collection[str]) -> bool:
        """Whether one of some files says how the project is checked or formatted."""
        root, settings = self.settings.root, self.settings
        known = {os.path.normpath(path) for path in self._styles}
        return any(
            name.rpartition("/")[2] in CONFIGURATIONS | _OF_STYLE
            or name == settings.full_copies_from
            or os.path.normpath(os.path.join(root, name)) in known
            for name in names
        )

    def _start_anew(self) -> None:
        """Read the configuration, and check everything by it where it says something else than before."""
        settings = self._reload() if self._reload is not None else self.settings
        same = settings == self.settings and self._tables(()) == self._styles
        if same and registered(settings, self.project.workspace) == self._check.pairs:
            self._update({}, self._walk())
            return
        workspace = self.project.workspace
        buffers = {name: data for name in workspace.buffers if (data := workspace.buffer(name)) is not None}
        before = self._findings
        self._start(settings, buffers)
        self._findings = before

    def _tables(self, known: Collection[str]) -> dict[str, object]:
        """What the configuration files of formatters say, but for those that are known."""
        return {path: style_table(path) for path in self._check.formatters.looked_at() if path not in known}

    def _below(self, names: Collection[str]) -> set[str]:
        """What was looked for in folders that have changed as a whole, outside of the files of the project."""
        folders = {name for name in names if name not in self._stats}
        if not folders:
            return set()
        probed = {name for found in self._check.directives for name in found.probed}
        return {name for name in probed if not folders.isdisjoint(with_folders(name))}

    def _stats_beside(self) -> dict[str, Stat]:
        """What the check rests on besides the files of the project, as far as it is there."""
        looked_at = (name for name in self._check.looked_at() if name not in self._stats)
        stats = {name: stat_of(self.project.workspace.path(name)) for name in looked_at}
        return {name: found for name, found in stats.items() if found is not None}

    def _walk(self) -> set[str]:
        """Walk over the project; the files that are not as they were at the last walk."""
        found = explore(self.settings)
        before, self._stats = self._stats, stats_of(found)
        self.project.take_walk(found, self._unsaved())
        return {name for name in {*before, *self._stats} if before.get(name) != self._stats.get(name)}

    def _unsaved(self) -> dict[str, int]:
        """The sizes of open buffers that a walk would find if they were saved."""
        workspace = self.project.workspace
        unsaved = [name for name in workspace.buffers if not os.path.lexists(workspace.path(name))]
        left_out = LeftOut(self.settings) if unsaved else None
        return {
            name: workspace.size(name)
            for name in unsaved
            if left_out is not None and left_out.is_included(name)
            if name in self.settings.named or not left_out.is_passed_over(name)
        }

    def _reread_baseline(self, names: Collection[str]) -> None:
        """Read the baseline anew where it is among some files. Raises ConfigError for one that is none."""
        if self._check.gate.baseline in names:
            self.project.workspace.reread(self._check.gate.baseline)
            self._check.gate = Gate(self.settings, self.project.workspace)
