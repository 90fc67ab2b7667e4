"""What of a search counts: rules that are on, ignore comments, the baseline, paths, a revision (contract 14)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timezone

from copycheck.checking import baseline
from copycheck.checking.enabled_rules import enabled_rules
from copycheck.model.diagnostic import Diagnostic, FindingKey, Fix
from copycheck.model.location import Location, Span
from copycheck.model.suggested_groups import (
    LastChange,
    Search,
    SuggestedCopy,
    SuggestedGroup,
    Suggestions,
    SuppressedRule,
)
from copycheck.project.line_history import last_changes
from copycheck.project.selection import Selection
from copycheck.project.settings import Settings
from copycheck.project.workspace import Workspace

_MOST_ASKED = 100
"""Of so many files at most git is asked when their rows have changed."""


def reported(
    settings: Settings, found: Search, workspace: Workspace, selection: Selection, changed: Sequence[Span] | None
) -> Suggestions:
    """The groups that count. With `changed`, those with a definition that shares a row with one of these spans."""
    enabled = enabled_rules(settings._replace(codes=settings.codes | settings.suggest.codes))
    known = baseline.load(settings, workspace)
    suppressed = frozenset(found.suppressed)
    counts = {"ignored": 0, "known": 0}
    wanted = _wanted(selection, changed)
    groups = []
    for group in found.groups:
        kept = []
        for copy in group.copies:
            if not enabled(copy.filename, copy.code):
                continue
            if SuppressedRule(copy.filename, copy.location.row, copy.code) in suppressed:
                counts["ignored"] += 1
            elif copy.key in known:
                counts["known"] += 1
            else:
                kept.append(copy)
        if kept and (wanted(group.rows) or any(wanted(copy.rows) for copy in kept)):
            groups.append(group._replace(copies=tuple(kept)))
    errors = [f"{found.failure}; copies were compared as they stand"] if found.failure else []
    return Suggestions(
        tuple(_with_last_changes(settings.root, groups)),
        found.definitions,
        found.left_out,
        counts["ignored"],
        counts["known"],
        tuple(errors),
    )


def _wanted(selection: Selection, changed: Sequence[Span] | None) -> Callable[[Span], bool]:
    """Whether a definition is one that the command line asks about."""
    if changed is None:
        return lambda rows: selection.holds(rows.filename)
    by_file: dict[str, list[Span]] = {}
    for span in changed:
        by_file.setdefault(span.filename, []).append(span)

    def wanted(rows: Span) -> bool:
        touched = any(span.overlaps(rows) for span in by_file.get(rows.filename, ()))
        return touched and selection.holds(rows.filename)

    return wanted


def _with_last_changes(root: str, groups: Sequence[SuggestedGroup]) -> Iterable[SuggestedGroup]:
    """The groups, each diverged copy with the side that has changed last, where git knows it."""
    spans: dict[str, set[tuple[int, int]]] = {}
    for group in groups:
        diverged = [copy for copy in group.copies if copy.state == "diverged"]
        for rows in [group.rows, *(copy.rows for copy in diverged)] if diverged else []:
            spans.setdefault(rows.filename, set()).add((rows.start, rows.end))
    changes: dict[Span, tuple[int, str, str]] = {}
    for filename, some in list(spans.items())[:_MOST_ASKED]:
        lines = {(start, end): range(start, end + 1) for start, end in some}
        known = last_changes(root, filename, [line for own in lines.values() for line in own])
        for (start, end), own in lines.items():
            times = [(known[line].committed, known[line].commit) for line in own if line in known]
            if times:
                seconds, commit = max(times)
                day = datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d")
                changes[Span(filename, start, end)] = seconds, day, commit
    if not changes:
        yield from groups
        return
    for group in groups:
        yield group._replace(copies=tuple(_with_last_change(group, copy, changes) for copy in group.copies))


def _with_last_change(
    group: SuggestedGroup, copy: SuggestedCopy, changes: Mapping[Span, tuple[int, str, str]]
) -> SuggestedCopy:
    ours, theirs = changes.get(copy.rows), changes.get(group.rows)
    if copy.state != "diverged" or ours is None or theirs is None or ours[0] == theirs[0]:
        return copy
    _, date, commit = max(ours, theirs)
    return copy._replace(changed=LastChange("copy" if ours > theirs else "source", date, commit))


def finding_of(group: SuggestedGroup, copy: SuggestedCopy) -> Diagnostic:
    """A copy as a finding."""
    source = group.source
    place = f"{source.filename}:{source.location.row}"
    name = f"`{copy.name}`" if copy.name else "the file"
    if copy.state == "equal":
        message = f"{name} is a copy of `{source.target}` ({place}), and nothing keeps it equal"
        help_ = f"write `{copy.directive}` above it: `copycheck suggest --write --accept {_at(copy)}` does so"
        if copy.is_file:
            help_ = f"register it in `full-copies`: `{copy.directive}`"
    else:
        message = f"{name} was a copy of `{source.target}` ({place}), and has diverged"
        help_ = f"bring the two in line, and mark the copy: `{copy.directive}`"
        if copy.changed is not None:
            help_ = f"{last_change(copy.changed)}; {help_}"
    return Diagnostic(
        copy.code,
        message,
        copy.filename,
        copy.location,
        Location(copy.location.row, copy.location.column),
        source,
        None,
        copy.diff,
        help_,
        copy.name,
        replacements=copy.replacements,
        rows=copy.diff_rows,
    )


def last_change(change: LastChange) -> str:
    """`the source changed last: 2024-05-01, in commit 1234567890`."""
    commit = f", in commit {change.commit}" if change.commit else ", in no commit yet"
    return f"the {change.side} changed last: {change.date}{commit}"


def _at(copy: SuggestedCopy) -> str:
    return f"{copy.filename}:{copy.location.row}"


def keys_of(suggestions: Suggestions) -> set[FindingKey]:
    """What a baseline keeps of suggestions."""
    return {copy.key for group in suggestions.groups for copy in group.copies}


def with_edits(workspace: Workspace, suggestions: Suggestions) -> list[Diagnostic]:
    """The findings, those of equal copies with the edit that writes the directive."""
    from copycheck.suggestion.proof import insertion

    findings = []
    for group in suggestions.groups:
        for copy in group.copies:
            finding = finding_of(group, copy)
            if copy.state == "equal" and not copy.is_file:
                edit = insertion(workspace.read(copy.filename), copy.row, copy.directive)
                finding = finding._replace(fix=Fix("Write the directive", edits=(edit,)))
            findings.append(finding)
    return findings
