"""The drift report as a document for programs, as Markdown, and as text (contract 11)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from copycheck.model.diagnostic import Diagnostic
from copycheck.model.wording import plural
from copycheck.output.report_parts import visible, visible_start
from copycheck.output.same_change import same_changes
from copycheck.queries.drift_report import STATES, Drift, DriftReport, Row

_LABELS = {
    "in-sync": "in sync",
    "drift": "drifted",
    "adapted": "adapted",
    "external": "external",
    "unchecked": "unchecked",
}
_FULL_COPY = "full copy"
"""In place of the name of an object."""
_MOST_ROWS = 20
"""Rows of a table in Markdown: a summary of a job is read on a screen."""
_MOST_CHARACTERS = 400_000
"""Differences end there: GitHub refuses a summary of more than a mebibyte."""


def as_document(report: DriftReport, project: str, commit: str, date: str) -> dict[str, Any]:
    """The report as JSON has it. `commit` is that of the working tree, `date` that of the report; empty if unknown."""
    return {
        "version": 1,
        "project": project,
        "commit": commit,
        "date": date,
        "states": [[state, _LABELS[state]] for state in STATES],
        "total": _row(report.total),
        "packages": [_row(row) for row in report.packages],
        "sources": [_row(row) for row in report.sources],
        "drifts": [_drift(drift) for drift in report.drifts],
        "unchecked": [_unchecked(finding) for finding in report.unchecked],
    }


def render_document(document: Mapping[str, Any]) -> str:
    """The document as text."""
    return json.dumps(document, indent=2) + "\n"


def _row(row: Row) -> dict[str, Any]:
    return {"name": row.name, "total": row.total, "counts": dict(row.counts), "behind": row.behind}


def _drift(drift: Drift) -> dict[str, Any]:
    finding, change = drift.finding, drift.change
    return {
        "code": finding.code,
        "name": finding.copy or _FULL_COPY,
        "filename": finding.filename,
        "row": finding.location.row,
        "message": finding.message,
        "source": finding.source and {"target": finding.source.target, "filename": finding.source.filename},
        "side": drift.side,
        "date": _day(change.written) if change else None,
        "author": change and change.author,
        "commit": change and change.commit,
        "subject": change and change.subject,
        "baselined": drift.baselined,
        "diff": finding.diff,
        "rows": [list(pair) for pair in finding.rows],
    }


def _unchecked(finding: Diagnostic) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.copy or None,
        "filename": finding.filename,
        "row": finding.location.row,
        "message": finding.message,
        "help": finding.help,
    }


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d")


def render_markdown(report: DriftReport, project: str) -> str:
    """The report as Markdown, for a ticket or the summary of a job: totals, drifts by age, tables, differences."""
    lines = [f"# {_inline(project)}: drift report", "", _totals(report.total), ""]
    if any(not drift.baselined for drift in report.drifts):
        lines += ["Run `copycheck --fix` to write the expected text of the drifted copies.", ""]
    lines += ["## By source", "", *_table("source", report.sources)]
    if report.drifts:
        lines += ["", "## Drifted copies", "", "| since | copy | source | changed by |", "|---|---|---|---|"]
        lines += [_drift_row(drift) for drift in report.drifts[:_MOST_ROWS]]
        lines += _left_out(len(report.drifts), "drifted copy", "drifted copies")
        lines += _differences(report.drifts)
    if report.unchecked:
        lines += ["", "## Copies that could not be compared", "", "| place | why | what to do |", "|---|---|---|"]
        lines += [_unchecked_row(finding) for finding in report.unchecked[:_MOST_ROWS]]
        lines += _left_out(len(report.unchecked), "copy", "copies")
    lines += ["", "## By package", "", *_table("package", report.packages)]
    return "".join(f"{line}\n" for line in lines)


def _unchecked_row(finding: Diagnostic) -> str:
    return f"| {_place(finding)} | {finding.code}: {_prose(finding.message)} | {_prose(finding.help or '')} |"


def _totals(total: Row) -> str:
    parts = [f"{total.counts[state]} {_LABELS[state]}" for state in STATES if total.counts.get(state)]
    parts += [f"{total.behind} behind upstream"] if total.behind else []
    return f"**{plural(total.total, 'copy', 'copies')}**" + (f": {', '.join(parts)}." if parts else ".")


def _drift_row(drift: Drift) -> str:
    finding, change = drift.finding, drift.change
    source = finding.source.target if finding.source else finding.target
    when, who = "unknown", ""
    if change is not None:
        when = _day(change.written)
        who = (
            f"{change.author} ({drift.side}, {change.commit})" if change.commit else f"{drift.side}, not committed yet"
        )
    known = " (in the baseline)" if drift.baselined else ""
    return f"| {when} | {_name(finding)} {_place(finding)}{known} | {_code(source)} | {_inline(who)} |"


def _name(finding: Diagnostic) -> str:
    return _code(finding.copy) or _FULL_COPY


def _table(title: str, rows: Sequence[Row]) -> list[str]:
    states = [state for state in STATES if any(row.counts.get(state) for row in rows)]
    lines = [
        f"| {title} | copies | {' | '.join(_LABELS[state] for state in states)} |",
        f"|---|{'---:|' * (len(states) + 1)}",
    ]
    for row in rows[:_MOST_ROWS]:
        counts = " | ".join(str(row.counts.get(state, 0)) for state in states)
        lines.append(f"| {_code(row.name)} | {row.total} | {counts} |")
    return lines + _left_out(len(rows), title, f"{title}s")


def _left_out(count: int, one: str, several: str) -> list[str]:
    return ["", f"{plural(count - _MOST_ROWS, f'more {one}', f'more {several}')}."] if count > _MOST_ROWS else []


def _differences(drifts: Sequence[Drift]) -> Iterator[str]:
    """Each difference once, with the copies that have it; those of the baseline last."""
    changes = same_changes(drift.finding for drift in sorted(drifts, key=lambda drift: drift.baselined))
    size = 0
    for number, (finding, others) in enumerate(changes):
        diff = finding.diff or ""
        size += len(diff)
        if size > _MOST_CHARACTERS:
            yield f"\n{plural(len(changes) - number, 'difference')} more: run `copycheck` to see them."
            return
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", diff)), default=0))
        yield "\n".join(["", f"### {_name(finding)} in {_place(finding)}", "", f"{fence}diff", *_shown(diff), fence])
        yield from _same(others)


def _same(others: Sequence[Diagnostic]) -> Iterator[str]:
    if others:
        copies = plural(len(others), "other copy differs", "other copies differ")
        yield f"\n{copies} in the same way:\n"
        yield from (f"- {_name(other)} in {_place(other)}" for other in others[:_MOST_ROWS])
        yield from _left_out(len(others), "copy", "copies")


def _place(finding: Diagnostic) -> str:
    return _code(f"{finding.filename}:{finding.location.row}")


def _shown(diff: str) -> list[str]:
    return [visible_start(line) for line in diff.rstrip("\n").split("\n")]


def _code(text: str) -> str:
    """A name as code in a cell of a table."""
    shown = visible(text).replace("|", "\\|")
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    pad = " " if "`" in shown else ""
    return f"{fence}{pad}{shown}{pad}{fence}" if shown else ""


def _inline(text: str) -> str:
    """A text in a cell or a heading, in which nothing is markup."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~&])", r"\\\1", visible(text))


def _prose(text: str) -> str:
    """A message in a cell: what is in back quotes is code, and nothing else is markup."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return _inline(text)
    return "".join(_code(part) if number % 2 else _inline(part) for number, part in enumerate(parts))


def render_text(report: DriftReport) -> str:
    """The report for a terminal: totals, and a line for each drift, the oldest first."""
    lines = [_totals(report.total).replace("*", "")]
    for drift in report.drifts:
        finding, change = drift.finding, drift.change
        when = _day(change.written) if change else "unknown   "
        by = f": {change.author}, {change.commit}" if change and change.commit else ", not committed yet"
        who = f" ({drift.side}{by})" if change else ""
        place = f"{finding.filename}:{finding.location.row}"
        lines.append(visible_start(f"{when}  {place} {finding.copy or _FULL_COPY}{who}"))
    return "".join(f"{line}\n" for line in lines)
