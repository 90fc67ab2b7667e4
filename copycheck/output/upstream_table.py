"""What `copycheck upstream` says: the state of the lock, and what upstream changed; for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from copycheck.model.upstream_report import LockedCopyReport, SourceStatus
from copycheck.model.wording import plural
from copycheck.output.report_parts import Look, visible, visible_start

_COLORS = {"nothing": "dim", "as-upstream": "green", "merged": "green", "conflict": "red", "gone": "red"}
_TOTALS = {"nothing": "with nothing to do"}
"""How the last line counts what is no word for copies."""
_SHOWN = {"refused": "conflict"}
"""For a program, a merge that cannot be written is a conflict; `reason` says why."""


def render_sync(copies: Sequence[LockedCopyReport], look: Look, problems: Sequence[str] = ()) -> str:
    """A line for each copy that got another base, or none; and the totals.

    `problems` are said once for all copies that have them, and not here.
    """
    lines = []
    for copy in copies:
        place = look.paint(f"{visible_start(copy.filename)}:{copy.row}:", "bold")
        if copy.problem in problems:
            continue
        if copy.problem:
            said = look.paint("is not locked", "red")
            lines.append(f"{place} `{visible(copy.name)}` {said}: {visible(copy.problem)}")
        elif copy.is_new:
            how = "differs from" if copy.lines else "is in sync with"
            much = f" in {plural(copy.lines, 'line')}" if copy.lines else ""
            source = f"`{visible(copy.target)}` {visible(copy.version)}"
            lines.append(f"{place} `{visible(copy.name)}` {how} {source}{much}")
    if not look.quiet:
        in_sync = sum(bool(copy.version) and not copy.lines for copy in copies)
        other = sum(bool(copy.version and copy.lines) for copy in copies)
        lost = sum(not copy.version for copy in copies)
        told = [f"{in_sync} in sync"]
        told += [f"{other} with edits"] if other else []
        told += [f"{lost} not locked"] if lost else []
        lines.append(f"{plural(len(copies), 'copy', 'copies')} of other packages: {', '.join(told)}.")
    return "".join(f"{line}\n" for line in lines)


def render_status(sources: Sequence[SourceStatus], look: Look) -> str:
    """Each source with its versions, and below it what an update would do with each copy."""
    lines = []
    for source in sources:
        what = f"{plural(source.lines_changed, 'line')} changed" if source.lines_changed else "unchanged"
        head = look.paint(visible(source.target), "bold")
        lines.append(f"{head}: {_version(source.base)} → {_version(source.to)}, {what}")
        for copy in source.copies:
            outcome = look.paint(f"{copy.outcome:11}", _COLORS.get(copy.outcome, "yellow"))
            more = f": {visible(copy.reason)}" if copy.reason else ""
            more += f"; it may be `{visible(copy.home)}` now" if copy.home else ""
            lines.append(f"  {outcome} {copy.state:8} {visible(copy.filename)}:{copy.row} `{visible(copy.name)}`{more}")
    if not look.quiet:
        copies = [copy for source in sources for copy in source.copies]
        order = ("nothing", "as-upstream", "merged", "conflict", "gone", "refused")
        counts = [(outcome, sum(copy.outcome == outcome for copy in copies)) for outcome in order]
        told = ", ".join(f"{count} {_TOTALS.get(outcome, outcome)}" for outcome, count in counts if count) or "none"
        lines.append(f"{plural(len(sources), 'source')}, {plural(len(copies), 'copy', 'copies')}: {told}.")
    return "".join(f"{line}\n" for line in lines)


def _version(text: str) -> str:
    return visible(text.removeprefix("sha256:"))


def render_status_json(sources: Sequence[SourceStatus]) -> str:
    """The sources as contract 15 has them."""
    document = {"version": 1, "sources": [_source(source) for source in sources]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _source(source: SourceStatus) -> dict[str, object]:
    copies = [
        {
            "filename": copy.filename,
            "location": {"row": copy.row, "column": copy.column},
            "name": copy.name,
            "state": copy.state,
            "outcome": _SHOWN.get(copy.outcome, copy.outcome),
            **({"reason": copy.reason} if copy.reason else {}),
            **({"home": copy.home} if copy.home else {}),
        }
        for copy in source.copies
    ]
    head = {"target": source.target, "base": source.base, "to": source.to, "lines_changed": source.lines_changed}
    return {**head, "copies": copies}
