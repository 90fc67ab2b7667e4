"""`json`: the report for programs, one object (contract 8)."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from copycheck.model.diagnostic import Diagnostic
from copycheck.model.location import Location
from copycheck.model.result import Result
from copycheck.model.rules import RULES
from copycheck.output.report_parts import Look


def render(result: Result, look: Look) -> str:
    """The object that the contract describes; with statistics, the counts by rule and by source are in it besides."""
    document: dict[str, Any] = {"version": 1, "summary": summary(result)}
    if look.statistics:
        from copycheck.output.statistics import by_source

        counts = Counter(diagnostic.code for diagnostic in result.diagnostics)
        document["statistics"] = [
            {"code": code, "name": RULES[code].name, "count": count, "fixable": RULES[code].fixable}
            for code, count in sorted(counts.items())
        ]
        document["sources"] = [{"target": target, "count": count} for target, count in by_source(result)]
    document["diagnostics"] = [as_object(diagnostic) for diagnostic in result.diagnostics]
    return json.dumps(document, indent=2) + "\n"


def summary(result: Result) -> dict[str, int]:
    """The counts; `fixed` after a fix, `ignored` and `known` where there are any."""
    summary = result.summary
    counted = {
        "files": summary.files,
        "directives": summary.directives,
        "in_sync": summary.in_sync,
        "external": summary.external,
        "findings": summary.findings,
    }
    if summary.fixed is not None:
        counted["fixed"] = summary.fixed
    return counted | {name: count for name, count in (("ignored", summary.ignored), ("known", summary.known)) if count}


def as_object(diagnostic: Diagnostic) -> dict[str, Any]:
    """A finding as the contract's JSON has it."""
    source, fix = diagnostic.source, diagnostic.fix
    return {
        "code": diagnostic.code,
        "name": RULES[diagnostic.code].name,
        "message": diagnostic.message,
        "filename": diagnostic.filename,
        "location": _location(diagnostic.location),
        "end_location": _location(diagnostic.end_location),
        "source": source
        and {"target": source.target, "filename": source.filename, "location": _location(source.location)},
        "fix": fix and {"applicability": fix.applicability, "message": fix.message},
        "diff": diagnostic.diff,
        "help": diagnostic.help,
        "url": RULES[diagnostic.code].url,
    }


def _location(location: Location) -> dict[str, int]:
    return {"row": location.row, "column": location.column}
