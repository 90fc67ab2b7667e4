"""`rdjson`: Reviewdog's diagnostic format, for reviews on every code host that reviewdog knows."""

from __future__ import annotations

import json
from typing import Any

from copycheck.model.diagnostic import Diagnostic, Edit
from copycheck.model.location import Location
from copycheck.model.result import Result
from copycheck.model.rules import RULES
from copycheck.output.github import is_about_words, workspace_path
from copycheck.output.report_parts import Look

_SOURCE = {"name": "copycheck", "url": "https://copycheck.readthedocs.io"}


def render(result: Result, look: Look) -> str:
    """One object with all findings. A safe fix is a suggestion; paths are relative to the workspace."""
    findings = [_diagnostic(finding, look) for finding in result.diagnostics]
    return json.dumps({"source": _SOURCE, "severity": "ERROR", "diagnostics": findings}, indent=2) + "\n"


def _diagnostic(finding: Diagnostic, look: Look) -> dict[str, Any]:
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
    suggestions = _suggestions(finding)
    if suggestions:
        document["suggestions"] = suggestions
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


def _suggestions(finding: Diagnostic) -> list[dict[str, Any]]:
    """The edits of a safe fix, where all are in the finding's own file: a suggestion has no path of its own.

    Only edits of whole lines, whose columns are the same however they are counted.
    """
    fix = finding.fix
    if fix is None or fix.applicability != "safe":
        return []
    if not all(edit.portable and edit.filename == finding.filename and _is_of_lines(edit) for edit in fix.edits):
        return []
    return [{"range": {"start": _place(edit.start), "end": _place(edit.end)}, "text": edit.text} for edit in fix.edits]


def _is_of_lines(edit: Edit) -> bool:
    return edit.start.column == 1 and edit.end.column == 1


def _place(location: Location) -> dict[str, int]:
    return {"line": location.row, "column": location.column}
