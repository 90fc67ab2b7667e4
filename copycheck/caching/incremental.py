"""A check with or without a cache: the least work that gives the same findings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

from copycheck import progress
from copycheck.caching.file_freshness import Signature, signature
from copycheck.caching.store import Cache, Entry
from copycheck.model.diagnostic import Diagnostic
from copycheck.model.errors import CopycheckError
from copycheck.model.result import Summary
from copycheck.parallel import MapShares, map_here, map_shares
from copycheck.project.discovery import Walk, explore
from copycheck.project.selection import Selection
from copycheck.project.settings import Settings

if TYPE_CHECKING:
    from copycheck.caching.copy_index import CopyIndex
    from copycheck.caching.fixed_text_hashes import WrittenTexts
    from copycheck.checking.checker import Check
    from copycheck.checking.fix_planner_protocol import FixPlanner
    from copycheck.project.workspace import Workspace
    from copycheck.resolution.project_index import Project
    from copycheck.resolution.source_provider import SourceProvider


class KeptReport(NamedTuple):
    """The findings of a run on everything, and its summary."""

    diagnostics: tuple[Diagnostic, ...]
    summary: Summary


_FORMATTED = 4096
"""So many formatted texts are remembered by a check that is kept up to date: some megabytes."""


class Checked(NamedTuple):
    """The selected findings, the summary, what kept the check from doing its work, and what the walk has found.

    `looked_at` are the files that the findings of all files rest on, besides those of the walk.
    """

    diagnostics: tuple[Diagnostic, ...]
    summary: Summary
    failures: tuple[str, ...]
    walk: Walk
    looked_at: Collection[str] = ()


def checked(
    settings: Settings, selection: Selection, cached: bool, joint: bool = False, workspace: Workspace | None = None
) -> Checked:
    """Check what has changed since the last run, or everything.

    With `joint`, fixes have the edits that they make when all of them are made together.
    """
    run = _Run.begun(settings, cached, workspace)
    report = run.report_of_entry() if selection.is_everything and not run.changed else None
    if report is not None and not (joint and any(finding.fix for finding in report.diagnostics)):
        return Checked(*report, (), run.found, run.entry.others if run.entry else ())
    check = run.check(None if joint else selection)
    diagnostics, summary, _ = check.report(selection)
    failures = check.failures()
    if joint:
        from copycheck.fixing.fixer import with_joint_edits

        diagnostics = tuple(with_joint_edits(check, selection, diagnostics))
    known = run.entry.others if run.entry else ()
    return Checked(diagnostics, summary, failures, run.found, check.looked_at().union(known))


def listed(settings: Settings, cached: bool, workspace: Workspace | None = None) -> CopyIndex:
    """Every directive of a project with its state, by file and row.

    Raises CopycheckError where the check cannot do its work.
    """
    run = _Run.begun(settings, cached, workspace)
    if (copies := run.copies_of_entry()) is not None:
        return copies
    from copycheck.caching.copy_index import CopyIndex
    from copycheck.checking.copy_states import listed_copies

    check = run.check()
    if failures := check.failures():
        raise CopycheckError("; ".join(failures))
    copies = CopyIndex(listed_copies(check))
    run.keep_copies(copies)
    return copies


def checked_project(settings: Settings, cached: bool, workspace: Workspace | None = None) -> Check:
    """The check of a whole project with all that is known of each directive, to be changed: nothing new is kept."""
    return _Run.begun(settings, cached, workspace).check(keep=False)


def live_project(settings: Settings, cached: bool, plan: FixPlanner | None) -> Check:
    """The check of a whole project that is kept up to date from now on; what formatters said is remembered.

    With a `plan` that leaves fixes out, the cache keeps nothing, and no process is forked: the caller has threads.
    """
    run = _Run.begun(settings, cached, None)._replace(how=_How(plan, map_here if plan else map_shares, _FORMATTED))
    return run.check(keep=plan is None)


def checked_and_kept(settings: Settings, tell: Callable[[Check], None]) -> None:
    """Check what has changed since the last run, tell of it, and have the cache keep it; nothing where nothing has."""
    run = _Run.begun(settings, True, None)
    if run.entry is None or run.changed:
        run.check(tell=tell)


class _How(NamedTuple):
    """How a check goes about its work: who plans the fixes (by default a `Planner`), and who shares out work."""

    plan: FixPlanner | None = None
    share: MapShares = map_shares
    remembers: int = 0


class _Run(NamedTuple):
    """A check of what a walk has found, and what the cache knows of the last one, if there is a cache."""

    settings: Settings
    found: Walk
    workspace: Workspace | None
    """The one of the caller, which may hold open buffers."""
    cache: Cache | None = None
    entry: Entry | None = None
    signatures: Mapping[str, Signature] = {}
    changed: frozenset[str] = frozenset()
    """What is not as it was at the time of the entry."""
    how: _How = _How()

    @staticmethod
    def begun(settings: Settings, cached: bool, workspace: Workspace | None) -> _Run:
        """Walk, and ask the cache, which knows of no open buffer."""
        progress.at("Looking for files")
        found = explore(settings)
        if not cached:
            return _Run(settings, found, workspace)
        cache = Cache(settings)
        entry = cache.load()
        signatures = {file.filename: signature(file.stat) for file in found.files}
        changed = cache.changed(entry, signatures) if entry is not None else set[str]()
        if entry is not None and not changed:
            cache.confirm(entry, signatures)
        unsaved = workspace.buffers if workspace is not None else ()
        return _Run(settings, found, workspace, cache, entry, signatures, frozenset(changed.union(unsaved)))

    @property
    def is_kept(self) -> bool:
        """Whether a later run may rely on what this one finds: the texts are those of the files."""
        return self.cache is not None and not (self.workspace is not None and self.workspace.buffers)

    def report_of_entry(self) -> KeptReport | None:
        """The report of the last run, if there is a sound one."""
        from copycheck.caching.codec import decoder

        if self.entry is None:
            return None
        try:
            report: KeptReport = decoder(KeptReport)(self.entry.report)
            return report
        except (LookupError, TypeError, ValueError):
            return None

    def copies_of_entry(self) -> CopyIndex | None:
        """The copies as the last run listed them, if it did and nothing has changed."""
        from copycheck.caching.copy_index import CopyIndex

        if self.cache is None or self.entry is None or self.changed:
            return None
        try:
            return CopyIndex.decoded(self.cache.load_copies())
        except ValueError:
            return None

    def keep_copies(self, copies: CopyIndex) -> None:
        """Tell the cache of the copies of the check that was just made."""
        if self.cache is not None and self.is_kept:
            self.cache.save_copies(copies.encoded())

    def check(
        self, wanted: Selection | None = None, keep: bool = True, tell: Callable[[Check], None] | None = None
    ) -> Check:
        """Check what has changed since the entry, or all, and `tell` of it; with `keep`, the cache keeps what is new.

        Where only the report on a selection is `wanted`, most of what is known stays closed.
        """
        keep = keep and self.is_kept
        found = self._from_entry(wanted)
        check = found or self._new_check(frozenset()).run()
        if found is not None and not self.changed:
            return check
        if self.how.plan is None:  # else the offers are made, and tried, by whoever brought the plan
            from copycheck.fixing.withdrawn_fixes import withdraw_empty_offers

            withdraw_empty_offers(check)
        if tell is not None:
            tell(check)
        if keep:
            others = self.entry.others if found is not None and self.entry is not None else {}
            self._keep(check, {name: sign for name, sign in others.items() if name not in self.changed})
        return check

    def _new_check(self, parsable: frozenset[str]) -> Check:
        from copycheck.checking.checker import Check
        from copycheck.fixing.fix_planner import Planner

        project = self._project(parsable)
        return Check(project, self.how.plan or Planner(self._written()), self.how.remembers)

    def _from_entry(self, wanted: Selection | None) -> Check | None:
        """Check what has changed; None where that does not do."""
        from copycheck.caching.snapshot import Snapshot

        if self.cache is None or self.entry is None:
            return None
        if any(name.endswith(".toml") for name in self.changed):
            return None  # a style has changed: whatever was formatted is formatted anew
        try:
            snapshot = Snapshot.decoded(self.cache.load_details())
        except (LookupError, TypeError, ValueError):
            return None
        return self._new_check(snapshot.parsable - self.changed).run_from(snapshot, self.changed, wanted)

    def _written(self) -> WrittenTexts | None:
        """What fixes have written, where there is a cache to keep it."""
        from copycheck.caching.fixed_text_hashes import WrittenTexts

        return WrittenTexts(self.settings) if self.cache is not None else None

    def _project(self, parsable: frozenset[str]) -> Project:
        """The project, with the providers of sources that no root has."""
        from copycheck.resolution.project_index import Project

        workspace = self.workspace
        providers: tuple[SourceProvider, ...] = ()
        if self.settings.upstream:
            from copycheck.project.workspace import Workspace
            from copycheck.resolution.configured_providers import providers_of

            workspace = workspace if workspace is not None else Workspace(self.settings.root)
            providers = providers_of(self.settings, workspace)
        return Project(self.settings, self.found, parsable, workspace, providers, share=self.how.share)

    def _keep(self, check: Check, known: Mapping[str, Signature | None]) -> None:
        from copycheck.caching.snapshot import snapshot_of

        if self.cache is not None and not check.failures():
            report, details = check.report(Selection()), snapshot_of(check.for_next_run()).encoded()
            findings = report.diagnostics, report.summary
            self.cache.save(self.signatures, known, check.looked_at(), findings, details)
