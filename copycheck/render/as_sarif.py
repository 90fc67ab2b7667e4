"""`sarif`: SARIF 2.1.0, for code scanning and editors."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from copycheck import __version__
from copycheck.model import Diagnostic, Location, Patch, Result
from copycheck.pages import explanation
from copycheck.render.as_github import workspace_path
from copycheck.render.as_text import Look
from copycheck.render.fingerprint import fingerprint
from copycheck.rules import RULES, Rule

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_HOME = "https://copycheck.readthedocs.io"


def render(result: Result, look: Look) -> str:
    """One run of the tool; the patches of the result, which `--fix` would write, are the fixes of its findings."""
    codes = list(RULES)
    fixes = _Fixes(result)
    results = [_result(d, codes, fixes.of(d), look) for d in result.diagnostics]
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


def _result(diagnostic: Diagnostic, codes: Sequence[str], fix: Sequence[dict[str, Any]], look: Look) -> dict[str, Any]:
    source = diagnostic.source
    found: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": codes.index(diagnostic.code),
        "level": "error",
        "message": {"text": "\n".join(filter(None, (diagnostic.message, diagnostic.help)))},
        "locations": [_place(diagnostic.filename, diagnostic.location, diagnostic.end_location, look)],
        "partialFingerprints": {"copycheck/v1": fingerprint(diagnostic)},
    }
    if source is not None:
        place = _place(source.filename, source.location, source.location, look)
        found["relatedLocations"] = [{"id": 1, **place, "message": {"text": f"the source {source.target}"}}]
    if fix and diagnostic.fix is not None:
        change = {"artifactLocation": _artifact(diagnostic.filename, look), "replacements": fix}
        found["fixes"] = [{"description": {"text": diagnostic.fix.message}, "artifactChanges": [change]}]
    return found


def _place(filename: str, start: Location, end: Location, look: Look) -> dict[str, Any]:
    region = {"startLine": start.row, "startColumn": start.column, "endLine": end.row, "endColumn": end.column}
    return {"physicalLocation": {"artifactLocation": _artifact(filename, look), "region": region}}


def _artifact(filename: str, look: Look) -> dict[str, str]:
    path = workspace_path(look.root, filename)
    return {"uri": quote(path.encode("utf-8", "surrogateescape")), "uriBaseId": "SRCROOT"}


class _Fixes:
    """What `--fix` would write, shared out among the findings: each change to the nearest one above it in its file."""

    def __init__(self, result: Result) -> None:
        self._by_finding: dict[Diagnostic, list[dict[str, Any]]] = {}
        rows: dict[str, list[Diagnostic]] = {}
        for diagnostic in result.diagnostics:
            if diagnostic.fix is not None and diagnostic.fix.applicability == "safe":
                rows.setdefault(diagnostic.filename, []).append(diagnostic)
        for patch in result.patches:
            for row, change in _changes(patch):
                above = [d for d in rows.get(patch.filename, ()) if d.location.row <= row and _may_change(d, row)]
                if above:
                    self._by_finding.setdefault(above[-1], []).append(change)

    def of(self, diagnostic: Diagnostic) -> list[dict[str, Any]]:
        """The replacements of a finding."""
        return self._by_finding.get(diagnostic, [])


def _may_change(diagnostic: Diagnostic, row: int) -> bool:
    """Whether the fix of a finding may change a row: that of a copy what stands below its directive, others that."""
    in_directive = row <= diagnostic.end_location.row
    return not in_directive if diagnostic.code == "CPY201" else in_directive or diagnostic.code == "CPY203"


def _changes(patch: Patch) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows that a patch changes, and the replacements; none for what is no UTF-8 text."""
    try:
        before, after = ((data or b"").decode("utf-8-sig").splitlines(True) for data in (patch.before, patch.after))
    except UnicodeDecodeError:
        return
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            region = {"startLine": i1 + 1, "startColumn": 1, "endLine": i2 + 1, "endColumn": 1}
            yield i1 + 1, {"deletedRegion": region, "insertedContent": {"text": "".join(after[j1:j2])}}
