"""Merges the copies of a project with their sources, each source before its copies (contract 12)."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence

from copycheck.checking.checker import Check
from copycheck.checking.outcome import Examined
from copycheck.fixing.drift_fixes import fix_copies
from copycheck.fixing.fix_session import FixSession
from copycheck.fixing.promote_to_source import find
from copycheck.model.diagnostic import Identity, State
from copycheck.model.errors import CopycheckError
from copycheck.model.merge_report import CopyMerge, Outcome
from copycheck.model.wording import listed
from copycheck.project.file_edits import LineEdit, add_apart, edited
from copycheck.project.git import GitError
from copycheck.project.selection import Selection
from copycheck.upstream.copy_merging import (
    Located,
    Merged,
    MergeError,
    Sides,
    conflict_lines,
    edit_of,
    locate,
    merge_of,
    put_lines,
)
from copycheck.upstream.git_base import History
from copycheck.upstream.merged_imports import SourceModule
from copycheck.upstream.threeway import MarkerLabels

SHORT = 10
"""So many digits of a commit are shown."""


def merge_copies(check: Check, chosen: Sequence[Identity], with_conflicts: bool) -> list[CopyMerge]:
    """Merge copies that have drifted, in the workspace. Copies that were in sync follow what was merged above them.

    `with_conflicts` writes git's markers where a copy and its source contradict each other.
    """
    in_sync = frozenset(found.identity for found in check.directives if found.state is State.IN_SYNC)
    session = FixSession(check, Selection(only=in_sync))
    history = History(check.project.settings, check.formatters)
    reports: dict[Identity, CopyMerge] = {}
    conflicts: dict[Identity, str] = {}
    for identity in _sources_first(check, chosen):
        found = find(check, identity)
        if found.state is State.IN_SYNC:
            reports[identity] = _report(found, None, "nothing")
            continue
        report = reports[identity] = _merged(session, history, found)
        if report.outcome == "conflict":
            conflicts[identity] = report.base
    fix_copies(session)
    rows = {found.identity: found.directive.row for found in check.directives}
    if with_conflicts:
        _write_conflicts(session, history, conflicts)
    return sorted(report._replace(row=rows[identity]) for identity, report in reports.items())


def _merged(session: FixSession, history: History, found: Examined) -> CopyMerge:
    """Merge one copy, in the workspace where that is clean."""
    check = session.check
    place = None
    try:
        place = locate(check, found, history)
        result = merge_of(check, place)
        if result.lines:
            source = SourceModule(check.project, place.source_file)
            imports = put_lines(check.project, place.module, place.copy, result.lines, source)
            check.update([found.filename])
            return _report(found, place, result.outcome, reason=adds(imports), result=result)
    except (MergeError, GitError, CopycheckError) as error:
        return _report(found, place, "refused", reason=str(error))
    return _report(found, place, result.outcome, result=result)


def adds(imports: Sequence[str]) -> str:
    """The imports that a merge adds, as a clause; empty for none."""
    return f"adds {listed(imports)}" if imports else ""


def _report(
    found: Examined, place: Located | None, outcome: Outcome, reason: str = "", result: Merged | None = None
) -> CopyMerge:
    base = place.base.commit[:SHORT] if place else ""
    report = CopyMerge(
        found.filename,
        found.directive.row,
        found.name,
        found.directive.target,
        outcome,
        base,
        reason,
    )
    if result is None:
        return report
    return report._replace(
        theirs=changes_of(result.sides, base, own=False), own=changes_of(result.sides, base, own=True)
    )


def changes_of(sides: Sides, base: str, own: bool) -> str:
    """What one side has changed since the base, as a unified diff."""
    label, text = ("copy", sides.ours) if own else ("source", sides.theirs)
    before, after = (part.splitlines(keepends=True) for part in (sides.base, text))
    return "".join(difflib.unified_diff(before, after, f"base ({base})" if base else "base", label))


def _sources_first(check: Check, chosen: Collection[Identity]) -> Iterator[Identity]:
    """The directives, each after those that its source lies in; of a circle the first goes ahead."""
    numbers = {number: found.identity for number, found in enumerate(check.directives) if found.identity in chosen}
    waiting = list(numbers)
    while waiting:
        ready = [number for number in waiting if not _is_below(check, number, waiting)] or waiting[:1]
        yield from (numbers[number] for number in ready)
        waiting = [number for number in waiting if number not in ready]


def _is_below(check: Check, number: int, others: Collection[int]) -> bool:
    """Whether the source of a directive lies in the copy of one of the others, through chains."""
    seen, front = {number}, [number]
    while front:
        for above in check.edges[front.pop()]:
            if above in others and above != number:
                return True
            if above not in seen:
                seen.add(above)
                front.append(above)
    return False


def _write_conflicts(session: FixSession, history: History, conflicts: dict[Identity, str]) -> None:
    """Put git's markers into copies. All of a file at once, since it cannot be parsed afterwards."""
    check = session.check
    by_file: dict[str, list[LineEdit]] = {}
    for identity, base in conflicts.items():
        found = find(check, identity)
        place = locate(check, found, history)
        result = merge_of(check, place)
        if not result.result.conflicts or session.obstacle_of(found.filename):
            continue
        labels = MarkerLabels(f"copy {found.name}", f"base {base}", f"source {found.directive.target}")
        lines = conflict_lines(place.module, place.copy, result, check.project.settings, labels)
        add_apart(by_file.setdefault(found.filename, []), edit_of(place.copy, tuple(lines)))
    for filename, edits in by_file.items():
        check.project.edit({filename: edited(check.project.workspace.read(filename), edits)})
