"""Brings what upstream changed into copies, release by release where one jump conflicts (contract 15)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from copycheck import progress
from copycheck.checking.checker import Check
from copycheck.checking.line_counts import lines_changed
from copycheck.fixing.drift_fixes import fix_copies
from copycheck.fixing.fix_session import FixSession
from copycheck.model.diagnostic import Identity, State
from copycheck.model.errors import CopycheckError
from copycheck.model.merge_report import CopyMerge, Outcome
from copycheck.model.upstream_report import CopyStatus, SourceStatus
from copycheck.project.file_edits import LineEdit, add_apart, edited
from copycheck.project.lock_file import CopyKey, Lock, LockedSource
from copycheck.project.selection import Selection
from copycheck.upstream.copy_merging import (
    Merged,
    MergeError,
    Sides,
    conflict_lines,
    edit_of,
    merged,
    put_lines,
    sides_of,
)
from copycheck.upstream.full_copy_updates import FileUpdate
from copycheck.upstream.merged_imports import SourceModule
from copycheck.upstream.project_merging import adds, changes_of
from copycheck.upstream.threeway import Chunk, MarkerLabels, Merge, merge
from copycheck.upstream.tracked_copies import (
    CopyAndSource,
    TrackedCopy,
    distances,
    region_in,
    tracked_copies,
    tracked_in,
    unread_files,
)
from copycheck.upstream.update_run import Updated, Wanted
from copycheck.upstream.updated_sources import Target, Targets
from copycheck.upstream.upstream_versions import Upstreams, steps_between


class _Conflict(NamedTuple):
    """A merge that conflicts, and what the source is to become."""

    result: Merged
    target: Target


class Update:
    """One run of `status` or `update`: the check of the project, its lock, and the upstreams."""

    def __init__(self, check: Check, upstreams: Upstreams, lock: Lock, wanted: Wanted) -> None:
        self._check = check
        self._project = check.project
        self._upstreams = upstreams
        self._lock = lock
        self._wanted = wanted
        self._result = Updated()
        self._targets = Targets(check.project, upstreams, wanted.to, self._result.problems)
        self._conflicts: dict[CopyKey, _Conflict] = {}

    def run(self) -> Updated:
        """Update all that is wanted, in the workspace."""
        copies = tracked_copies(self._project, self._lock)
        chosen = [copy for copy in copies if self._wanted.keys is None or copy.key in self._wanted.keys]
        self._result.problems.update(dict.fromkeys(self._unread().values()))
        followers = self._followers(copies)
        states = self._states(chosen)
        rows: dict[tuple[str, str, str], list[CopyStatus]] = {}
        heads: dict[tuple[str, str, str], int] = {}
        for copy in chosen:
            base = self._base(copy)
            if base is None:
                continue
            progress.at(f"Merging {copy.copy.name}")
            target = self._targets.of(copy, base)
            if target is None:
                continue
            status = self._updated(copy, base, target, states.get(copy.key, "drift"))
            key = copy.key.target, base.version, target.version
            rows.setdefault(key, []).append(status)
            heads[key] = lines_changed(base.text, target.source.text) if target.source else len(base.text)
        files = FileUpdate(self._check, self._upstreams, self._lock, self._wanted, self._result)
        whole = files.run()
        self._follow(followers)
        if self._wanted.conflicts:
            self._write_conflicts()
            files.write_conflicts()
        sources = [SourceStatus(*key, heads[key], tuple(sorted(rows[key]))) for key in rows]
        self._result.sources = sorted([*sources, *whole])
        return self._result

    def _unread(self) -> dict[str, str]:
        """The files whose copies cannot be updated now, as far as these are wanted."""
        unread = unread_files(self._project, self._lock)
        if self._wanted.keys is None:
            return unread
        wanted = {key.filename for key in self._wanted.keys}
        return {name: line for name, line in unread.items() if name in wanted}

    def _followers(self, copies: Sequence[TrackedCopy]) -> frozenset[Identity]:
        """The copies inside of the project that are in sync: they follow the copies that they copy."""
        foreign = {copy.key for copy in copies if copy.upstream is not None}
        in_sync = (found for found in self._check.directives if found.state is State.IN_SYNC)
        return frozenset(found.identity for found in in_sync if found.identity[:3] not in foreign)

    def _follow(self, followers: frozenset[Identity]) -> None:
        changed = self._project.workspace.edits()
        if changed:
            self._check.update(changed)
            fix_copies(FixSession(self._check, Selection(only=followers)))

    def _base(self, copy: TrackedCopy) -> LockedSource | None:
        entry = self._lock.base(*copy.key)
        base = self._lock.source(copy.key.target, entry.version, copy.key.name) if entry else None
        if base is None:
            self._problem(f"{copy.place}: `{copy.key.target}` is not in the lock: run `copycheck upstream sync`")
        return base

    def _problem(self, line: str) -> None:
        self._result.problems[line] = None

    def _states(self, copies: Sequence[TrackedCopy]) -> dict[CopyKey, str]:
        """`in-sync`, `drift` or `adapted` for each copy that has a base."""
        pairs = []
        for copy in copies:
            entry = self._lock.base(*copy.key)
            base = self._lock.source(copy.key.target, entry.version, copy.key.name) if entry else None
            if base is not None:
                pairs.append((copy, base))
        held = [CopyAndSource(copy.copy, base) for copy, base in pairs]
        measured = distances(self._check.formatters, held, self._project.settings)
        return {
            copy.key: "adapted" if copy.is_adapted else "in-sync" if one and one.in_sync else "drift"
            for (copy, _), one in zip(pairs, measured, strict=True)
        }

    def _updated(self, copy: TrackedCopy, base: LockedSource, target: Target, state: str) -> CopyStatus:
        """Update one copy, in the workspace, and say what became of it."""
        outcome: Outcome
        result: Merged | None = None
        reason = target.reason
        if target.source is None:
            outcome = "gone"
        elif self._wanted.keep:
            reason = self._wanted.why_not_kept(copy.is_adapted, copy.place)
            outcome = "refused" if reason else "kept"
        else:
            try:
                result, reason = self._merge(copy, base, target)
                outcome = result.outcome
            except (MergeError, CopycheckError) as error:
                outcome, reason = "refused", str(error)
        if target.source is not None and outcome in ("nothing", "as-upstream", "merged", "kept"):
            self._moved(copy, target)
        if result is not None and outcome == "conflict":
            self._conflicts[copy.key] = _Conflict(result, target)
        directive = copy.copy.directive
        status = CopyStatus(
            copy.copy.filename, directive.row, directive.column, copy.copy.name, state, outcome, reason, target.home
        )
        self._report(copy, base, status, result)
        return status

    def _moved(self, copy: TrackedCopy, target: Target) -> CopyKey:
        """Move the base of a copy on; what the lock knows the copy by now."""
        assert target.source is not None, "what is gone is no base"
        key = self._rewritten(copy, target.address)
        self._result.moved[key] = target.source
        if key != copy.key:
            self._result.left.add(copy.key)
        return key

    def _rewritten(self, copy: TrackedCopy, address: str) -> CopyKey:
        """Put another address into the comment of a copy; what the lock knows the copy by now."""
        if not address or address == copy.key.target:
            return copy.key
        file = self._project.workspace.read(copy.copy.filename)
        row = self._current(copy).copy.directive.row
        line = file.lines[row - 1].replace(copy.key.target, address, 1)
        self._project.edit({file.filename: edited(file, [LineEdit(row, row, (line,))])})
        return copy.key._replace(target=address)

    def _report(self, copy: TrackedCopy, base: LockedSource, status: CopyStatus, result: Merged | None) -> None:
        reason = status.reason + (f"; it may be `{status.home}` now" if status.home else "")
        report = CopyMerge(
            status.filename, status.row, status.name, copy.key.target, status.outcome, base.version, reason
        )
        if result is not None:
            theirs, own = (changes_of(result.sides, base.version, own=own) for own in (False, True))
            report = report._replace(theirs=theirs, own=own)
        self._result.merges.append(report)

    def _merge(self, copy: TrackedCopy, base: LockedSource, target: Target) -> tuple[Merged, str]:
        """Merge one copy, and put what came out into its file; which imports that added.

        Raises MergeError, with nothing changed.
        """
        source = target.source
        assert source is not None, "what is gone cannot be merged"
        current = self._current(copy)
        sides = self._sides(current, base, source)
        settings = self._project.settings
        result = merged(self._check.formatters, current.module, current.copy, sides, settings)
        if result.outcome == "conflict" and (text := self._by_steps(current, base, source, sides)) is not None:
            stepped = Merge((Chunk(text),))
            result = merged(self._check.formatters, current.module, current.copy, sides, settings, stepped)
        imports: tuple[str, ...] = ()
        if result.lines:
            project = target.foreign.project if target.foreign is not None else self._project
            module = SourceModule(project, source.file)
            imports = put_lines(self._project, current.module, current.copy, result.lines, module)
        return result, adds(imports)

    def _current(self, copy: TrackedCopy) -> TrackedCopy:
        """The copy as it is in the workspace now: others of its file may have been written."""
        now = tracked_in(self._project, copy.copy.filename)
        found = next((one for one in now if one.key == copy.key), None)
        if found is None:
            raise MergeError("an update of the copy around it has overwritten it: run the update again")
        return found

    def _sides(self, copy: TrackedCopy, base: LockedSource, source: LockedSource) -> Sides:
        old, new = region_in(base, copy.copy), region_in(source, copy.copy)
        if old is None or new is None:
            raise MergeError("the locked text of its source cannot be parsed: run `copycheck upstream sync`")
        if old.kind.removeprefix("async ") != new.kind.removeprefix("async "):
            change = f"its source was a `{old.kind}`, and is a `{new.kind}` now"
            raise MergeError(f"{change}: copy it anew, or keep it with `copycheck break`")
        replacements = copy.copy.directive.replacements
        return sides_of(self._check.formatters, copy.copy, old, replacements, new, self._project.settings)

    def _by_steps(self, copy: TrackedCopy, base: LockedSource, to: LockedSource, sides: Sides) -> str | None:
        """The merged text, release by release; None where a step conflicts too, or there are no steps."""
        upstream = copy.upstream
        if not self._wanted.steps or upstream is None or upstream.kind != "release":
            return None
        before, ours = base, sides.ours
        for version in [*steps_between(self._upstreams, upstream, base.version, to.version), to.version]:
            foreign = self._targets.opened(upstream, version)
            after = foreign.locked(copy.key.target) if foreign is not None else ""
            if not isinstance(after, LockedSource):
                continue
            if after.text == before.text:
                before = after
                continue
            try:
                step = self._sides(copy, before, after)
            except MergeError:
                return None
            result = merge(step.base, ours, step.theirs)
            if result.conflicts:
                return None
            before, ours = after, result.text
        return ours

    def _write_conflicts(self) -> None:
        """Put git's markers into copies. All of a file at once, since it cannot be parsed afterwards.

        The base of such a copy moves on, as git's does: what upstream changed is in the file, for a person to settle.
        """
        by_file: dict[str, list[LineEdit]] = {}
        settings = self._project.settings
        tracked = {copy.key: copy for copy in tracked_copies(self._project, self._lock)}
        moved = [
            (key, self._moved(tracked[key], one.target), one) for key, one in self._conflicts.items() if key in tracked
        ]
        now = {
            copy.key: copy for name in {key.filename for key, _, _ in moved} for copy in tracked_in(self._project, name)
        }
        for before, key, conflict in moved:
            copy = now[key]
            entry = self._lock.base(*before)
            version = entry.version.removeprefix("sha256:") if entry else ""
            labels = MarkerLabels(f"copy {key.name}", f"base {version}", f"source {key.target}")
            lines = conflict_lines(copy.module, copy.copy, conflict.result, settings, labels)
            add_apart(by_file.setdefault(key.filename, []), edit_of(copy.copy, tuple(lines)))
        for filename, edits in by_file.items():
            self._project.edit({filename: edited(self._project.workspace.read(filename), edits)})
