"""`rdjson`: Reviewdog's diagnostic format, for reviews on every code host that reviewdog knows."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from copycheck.model.diagnostic import Diagnostic, Edit
from copycheck.model.location import Location
from copycheck.model.result import Result
from copycheck.model.rules import RULES
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
    findings = [_diagnostic(*pair, look) for pair in zip(result.diagnostics, suggestions, strict=True)]
    return json.dumps({"source": _SOURCE, "severity": "ERROR", "diagnostics": findings}, indent=2) + "\n"


def _diagnostic(finding: Diagnostic, suggestion: Edit | None, look: Look) -> dict[str, Any]:
    start, end = finding.location, finding.end_location
    # Columns of this format count bytes. Lines before a directive are blanks, so its first column is the same in both.
    place = {"start": {"line": start.row, "column": start.column}, "end": {"line": end.row}}
    rule = RULES[finding.code]
    document: dict[str, Any] = {
        "message": "\n".join(part for part in (finding.message, finding.help) if part),
        "location": {"path": workspace_path(look.root, finding.filename), "range": place},
        "severity": "WARNING" if is_about_words(finding.code) else "ERROR",
        "code": {"value": finding.code, "url": rule.url},
    }
    if suggestion is not None:
        place = {"start": _place(suggestion.start), "end": _place(suggestion.end)}
        document["suggestions"] = [{"range": place, "text": suggestion.text}]
    if finding.source is not None:
        source = finding.source
        document["related_locations"] = [
            {
                "message": f"the source `{source.target}`",
                "location": {
                    "path": workspace_path(look.root, source.filename),
                    "range": {"start": {"line": source.location.row}},
                },
            }
        ]
    return document


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
    return edit.start.column == 1 and edit.end.column == 1


def _place(location: Location) -> dict[str, int]:
    return {"line": location.row, "column": location.column}
