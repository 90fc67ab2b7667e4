"""`rdjson`: Reviewdog's diagnostic format, for reviews on every code host that reviewdog knows.

By default reviewdog shows what is at a changed line, and drops the rest. So a drift is at the lines that differ, and a
source that has changed without its copies is reported at its changed line, as in `github`.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from copycheck.model.diagnostic import Diagnostic, Edit
from copycheck.model.result import Result
from copycheck.model.rules import RULES
from copycheck.output.changed_sources import ChangedSource, changed_sources, drifts_by_source
from copycheck.output.fixes_alone import FixAlone, fixes_alone
from copycheck.output.github import is_about_words, workspace_path
from copycheck.output.report_parts import Look

_SOURCE = {"name": "copycheck", "url": "https://copycheck.readthedocs.io"}


def render(result: Result, look: Look) -> str:
    """One object with all findings; paths are relative to the workspace.

    A safe fix is a suggestion, where it is one run of lines and breaks nothing by itself: people take one without
    another.
    """
    fixes = fixes_alone(result.diagnostics)
    suggestions = _apart([_suggestion(fix) for fix in fixes])
    drifts = drifts_by_source(result.diagnostics).groups
    findings = [_of_source(change, look) for change in changed_sources(drifts, result.changed)]
    findings += [_diagnostic(*pair, look) for pair in zip(result.diagnostics, suggestions, strict=True)]
    return json.dumps({"source": _SOURCE, "severity": "ERROR", "diagnostics": findings}, indent=2) + "\n"


def _of_source(change: ChangedSource, look: Look) -> dict[str, Any]:
    return {
        "message": change.message,
        "location": _place(look, change.source.filename, change.row, change.row),
        "severity": "ERROR",
        "code": {"value": change.code, "url": RULES[change.code].url},
    }


def _diagnostic(finding: Diagnostic, suggestion: Edit | None, look: Look) -> dict[str, Any]:
    document: dict[str, Any] = {
        "message": "\n".join(part for part in (finding.message, finding.help) if part),
        "location": _place(look, finding.filename, *(_rows(suggestion) if suggestion else _differing_rows(finding))),
        "severity": "WARNING" if is_about_words(finding.code) else "ERROR",
        "code": {"value": finding.code, "url": RULES[finding.code].url},
    }
    if suggestion is not None:
        document["suggestions"] = [_shown(suggestion)]
    if finding.source is not None:
        source = finding.source
        place = _place(look, source.filename, source.location.row)
        document["related_locations"] = [{"message": f"the source `{source.target}`", "location": place}]
    return document


def _differing_rows(finding: Diagnostic) -> tuple[int, int]:
    """The first and last row of the copy that differ; those of the finding, where no row of it does."""
    lines = zip((finding.diff or "").split("\n")[2:], finding.rows, strict=False)
    rows = [copy for line, (copy, _) in lines if line[:1] == "-"]
    return (min(rows), max(rows)) if rows else (finding.location.row, finding.end_location.row)


def _suggestion(fix: FixAlone) -> Edit | None:
    """A fix as one edit of whole lines, whose columns are the same however they are counted; a suggestion has no path.

    Reviewdog shows one suggestion of a finding.
    """
    if len(fix.together) != 1 or not fix.edits:
        return None
    [finding] = fix.together
    edit = fix.edits[0] if len(fix.edits) == 1 else finding.fix and finding.fix.as_one
    return edit if edit and edit.filename == finding.filename and _is_of_lines(edit) else None


def _apart(suggestions: list[Edit | None]) -> list[Edit | None]:
    """The suggestions without those that share lines: a copy in a copy, both of which have drifted."""
    some = sorted((edit, number) for number, edit in enumerate(suggestions) if edit is not None)
    shared: set[int] = set()
    for (edit, number), (other, behind) in pairwise(some):
        if edit.overlaps(other):
            shared |= {number, behind}
    return [None if number in shared else edit for number, edit in enumerate(suggestions)]


def _is_of_lines(edit: Edit) -> bool:
    return edit.start.column == 1 and edit.end.column == 1 and edit.text[-1:] in ("", "\n")


def _rows(edit: Edit) -> tuple[int, int]:
    """The first and last row that an edit replaces; where it adds some, the row before them."""
    if edit.start == edit.end:
        return (max(edit.start.row - 1, 1),) * 2
    return edit.start.row, edit.end.row - 1


def _shown(edit: Edit) -> dict[str, Any]:
    """Whole lines, without their last line end, as a code host shows them.

    What adds lines has columns, and so has a blank line in the place of others: without them it would take lines out.
    """
    text = edit.text.removesuffix("\n").removesuffix("\r")
    if edit.start == edit.end or (edit.text and not text):
        start, end = ({"line": place.row, "column": 1} for place in (edit.start, edit.end))
        return {"range": {"start": start, "end": end}, "text": edit.text}
    return {"range": {"start": {"line": edit.start.row}, "end": {"line": edit.end.row - 1}}, "text": text}


def _place(look: Look, filename: str, first: int, last: int | None = None) -> dict[str, Any]:
    end = {} if last is None else {"end": {"line": last}}
    return {"path": workspace_path(look.root, filename), "range": {"start": {"line": first}, **end}}
