"""The part of an update that is about full copies: each is merged with what its source has become (contract 15.7)."""

from __future__ import annotations

from copycheck import progress
from copycheck.checking.checker import Check
from copycheck.checking.line_counts import lines_changed
from copycheck.model.errors import CopycheckError
from copycheck.model.merge_report import CopyMerge, Outcome
from copycheck.model.upstream_report import CopyStatus, SourceStatus
from copycheck.project.lock_file import CopyKey, Lock, LockedSource, whole_file
from copycheck.upstream.copy_merging import MergeError, Sides
from copycheck.upstream.full_copy_merging import FileMerger, MergedFile
from copycheck.upstream.project_merging import changes_of
from copycheck.upstream.threeway import Chunk, MarkerLabels, Merge, merge
from copycheck.upstream.tracked_full_copies import FileAndSource, TrackedFile, file_distances, source_at, tracked_files
from copycheck.upstream.update_run import Updated, Wanted
from copycheck.upstream.upstream_versions import Upstreams, goal_of, is_ahead, steps_between


class FileUpdate:
    """Updates the tracked full copies of a project, in the workspace; `result` says what is done."""

    def __init__(self, check: Check, upstreams: Upstreams, lock: Lock, wanted: Wanted, result: Updated) -> None:
        self._check = check
        self._workspace = check.project.workspace
        self._upstreams = upstreams
        self._lock = lock
        self._wanted = wanted
        self._result = result
        self._conflicts: dict[CopyKey, tuple[FileMerger, MergedFile, str]] = {}
        self._targets: dict[CopyKey, LockedSource] = {}

    def run(self) -> list[SourceStatus]:
        """Update all that is wanted; what is to be said of each source."""
        statuses = []
        for file in tracked_files(self._check.project):
            if self._wanted.keys is not None and file.key not in self._wanted.keys:
                continue
            base = self._lock.base_of_file(file.pair.copy, file.pair.source)
            if base is None:
                self._problem(
                    f"{file.pair.copy}: `{file.pair.source}` is not in the lock: run `copycheck upstream sync`"
                )
                continue
            progress.at(f"Merging {file.name}")
            status = self._updated(file, base)
            if status is not None:
                statuses.append(status)
        return statuses

    def _problem(self, line: str) -> None:
        self._result.problems[line] = None

    def _updated(self, file: TrackedFile, base: LockedSource) -> SourceStatus | None:
        """Update one file, in the workspace; None where its upstream is not to be had."""
        try:
            source = self._source(file, base)
        except CopycheckError as error:
            self._problem(str(error))
            return None
        state = self._state(file, base)
        outcome: Outcome = "gone"
        merged: MergedFile | None = None
        reason = source if isinstance(source, str) else ""
        if isinstance(source, LockedSource) and self._wanted.keep:
            reason = self._wanted.why_not_kept(bool(file.pair.adapted), file.pair.copy)
            outcome = "refused" if reason else "kept"
        elif isinstance(source, LockedSource):
            try:
                merged = self._merge(file, base, source)
                outcome = merged.outcome
            except (MergeError, CopycheckError) as error:
                outcome, reason = "refused", str(error)
            if file.key in self._conflicts:
                self._targets[file.key] = source
        if isinstance(source, LockedSource) and outcome in ("nothing", "as-upstream", "merged", "kept"):
            self._result.moved[file.key] = source
        status = CopyStatus(file.pair.copy, 1, 1, file.name, state, outcome, reason)
        self._report(file, base, status, merged)
        to, text = (
            (source.version, source.text) if isinstance(source, LockedSource) else (self._version_for(file, base), ())
        )
        changed = lines_changed(base.text, text) if text else len(base.text)
        return SourceStatus(file.pair.source, base.version, to or "now", changed, (status,))

    def _source(self, file: TrackedFile, base: LockedSource) -> LockedSource | str:
        """What the source is to become; a text says why there is none. Raises CopycheckError."""
        version = self._version_for(file, base)
        if file.upstream is not None and version == base.version and is_ahead(file.upstream, version):
            return base
        return source_at(self._workspace, self._upstreams, file, version)

    def _version_for(self, file: TrackedFile, base: LockedSource) -> str:
        """The version to go to; empty for a source inside of the project, and for one that has no versions."""
        return goal_of(file.upstream, self._wanted.to, base.version) if file.upstream is not None else ""

    def _state(self, file: TrackedFile, base: LockedSource) -> str:
        if file.pair.adapted:
            return "adapted"
        distance = file_distances(self._workspace, self._check.formatters, [FileAndSource(file, base)])[0]
        return "in-sync" if distance is not None and distance.in_sync else "drift"

    def _merge(self, file: TrackedFile, base: LockedSource, source: LockedSource) -> MergedFile:
        merger = FileMerger(self._workspace, self._check.formatters, file.pair)
        sides = merger.sides(whole_file(base), whole_file(source))
        merged = merger.merged(sides, whole_file(source))
        if merged.outcome == "conflict" and (text := self._by_steps(merger, file, base, source)) is not None:
            merged = merger.merged(sides, whole_file(source), Merge((Chunk(text),)))
        if merged.outcome == "conflict":
            self._conflicts[file.key] = merger, merged, base.version
        if merged.data is not None:
            self._check.project.edit({file.pair.copy: merged.data})
        return merged

    def _by_steps(self, merger: FileMerger, file: TrackedFile, base: LockedSource, to: LockedSource) -> str | None:
        """The merged text, release by release; None where a step conflicts too, or there are no steps."""
        upstream = file.upstream
        if not self._wanted.steps or upstream is None or upstream.kind != "release":
            return None
        steps = steps_between(self._upstreams, upstream, base.version, to.version)
        before, ours = base, ""
        for version in [*steps, to.version] if steps else []:
            try:
                after = source_at(self._workspace, self._upstreams, file, version)
                if not isinstance(after, LockedSource) or after.text == before.text:
                    continue
                sides: Sides = merger.sides(whole_file(before), whole_file(after))
            except (MergeError, CopycheckError):
                return None
            step = merge(sides.base, ours or sides.ours, sides.theirs, by_tokens=file.pair.copy.endswith(".py"))
            if step.conflicts:
                return None
            before, ours = after, step.text
        return ours or None

    def _report(self, file: TrackedFile, base: LockedSource, status: CopyStatus, merged: MergedFile | None) -> None:
        report = CopyMerge(
            status.filename, 1, status.name, file.pair.source, status.outcome, base.version, status.reason
        )
        if merged is not None:
            theirs, own = (changes_of(merged.sides, base.version, own=own) for own in (False, True))
            report = report._replace(theirs=theirs, own=own)
        self._result.merges.append(report)

    def write_conflicts(self) -> None:
        """Put git's markers into the files that conflict. Their bases move on: a person settles what is in the file."""
        for key, (merger, merged, base) in self._conflicts.items():
            labels = MarkerLabels(f"copy {key.filename}", f"base {base}", f"source {key.target}")
            try:
                self._check.project.edit({key.filename: merger.with_markers(merged, labels)})
                self._result.moved[key] = self._targets[key]
            except MergeError as error:
                self._problem(f"{key.filename}: {error}")
