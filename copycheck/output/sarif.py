"""`sarif`: SARIF 2.1.0, for code scanning and editors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from copycheck import __version__
from copycheck.model.diagnostic import Diagnostic, Edit
from copycheck.model.location import Location
from copycheck.model.result import Result
from copycheck.model.rule_docs import explanation
from copycheck.model.rules import RULES, Rule
from copycheck.output.fingerprint import fingerprint
from copycheck.output.fixes_alone import FixAlone, fixes_alone
from copycheck.output.github import workspace_path
from copycheck.output.report_parts import Look

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_MOST_ROWS = 8
_HOME = "https://copycheck.readthedocs.io"


def render(result: Result, look: Look) -> str:
    """One run of the tool, with the edits of safe fixes.

    Each fix can be made alone, and all of them can: what goes together is shown once, at the first of its findings.
    """
    codes = list(RULES)
    fixes = fixes_alone(result.diagnostics)
    results = [_result(finding, codes, fix, look) for finding, fix in zip(result.diagnostics, fixes, strict=True)]
    driver = {
        "name": "copycheck",
        "version": __version__,
        "informationUri": _HOME,
        "rules": [_rule(rule) for rule in RULES.values()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository."}}},
        "results": results,
        "invocations": [_invocation(result)],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _invocation(result: Result) -> dict[str, Any]:
    notes = [{"level": "error", "message": {"text": error}} for error in result.errors]
    return {"executionSuccessful": not result.failed, "toolExecutionNotifications": notes}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": explanation(rule), "markdown": explanation(rule)},
        "helpUri": rule.url,
        "defaultConfiguration": {"enabled": rule.default, "level": "error"},
    }


def _result(diagnostic: Diagnostic, codes: Sequence[str], fix: FixAlone, look: Look) -> dict[str, Any]:
    source = diagnostic.source
    others = [other for other in fix.together if other is not diagnostic]
    elsewhere = f"fixed with the finding in line {others[0].location.row}" if others and not fix.edits else ""
    found: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": codes.index(diagnostic.code),
        "level": "error",
        "message": {"text": "\n".join(filter(None, (diagnostic.message, elsewhere, diagnostic.help)))},
        "locations": [_place(diagnostic.filename, diagnostic.location, diagnostic.end_location, look)],
        "partialFingerprints": {"copycheck/v1": fingerprint(diagnostic)},
    }
    if source is not None:
        place = _place(source.filename, source.location, source.location, look)
        found["relatedLocations"] = [{"id": 1, **place, "message": {"text": f"the source {source.target}"}}]
    if fix.edits and diagnostic.fix is not None:
        replacements = [_replacement(edit) for edit in fix.edits]
        change = {"artifactLocation": _artifact(diagnostic.filename, look), "replacements": replacements}
        rows = f", with what is wrong in {_rows(others)}" if others else ""
        found["fixes"] = [{"description": {"text": diagnostic.fix.message + rows}, "artifactChanges": [change]}]
    return found


def _rows(findings: Sequence[Diagnostic]) -> str:
    rows = [str(row) for row in dict.fromkeys(finding.location.row for finding in findings)]
    if len(rows) > _MOST_ROWS:
        rows = [*rows[:_MOST_ROWS], f"and {len(rows) - _MOST_ROWS} more"]
    return f"{'line' if len(rows) == 1 else 'lines'} {', '.join(rows)}"


def _place(filename: str, start: Location, end: Location, look: Look) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(filename, look), "region": _region(start, end)}}


def _artifact(filename: str, look: Look) -> dict[str, str]:
    path = workspace_path(look.root, filename)
    return {"uri": quote(path.encode("utf-8", "surrogateescape")), "uriBaseId": "SRCROOT"}


def _replacement(edit: Edit) -> dict[str, Any]:
    return {"deletedRegion": _region(edit.start, edit.end), "insertedContent": {"text": edit.text}}


def _region(start: Location, end: Location) -> dict[str, int]:
    return {"startLine": start.row, "startColumn": start.column, "endLine": end.row, "endColumn": end.column}
