"""`gitlab`: a report of GitLab's code quality, which merge requests show beside the changed lines."""

from __future__ import annotations

import json
import re

from copycheck.model.diagnostic import Diagnostic
from copycheck.model.result import Result
from copycheck.model.rules import RULES
from copycheck.output.fingerprint import fingerprint
from copycheck.output.github import is_about_words, workspace_path
from copycheck.output.report_parts import Look


def render(result: Result, look: Look) -> str:
    """A list with an object for each finding; paths are relative to the repository."""
    issues = [
        {
            "description": f"{diagnostic.code}: {diagnostic.message}",
            "check_name": diagnostic.code,
            "fingerprint": fingerprint(diagnostic),
            "severity": "minor" if is_about_words(diagnostic.code) else "major",
            "content": {"body": _body(diagnostic)},
            "location": {
                "path": workspace_path(look.root, diagnostic.filename),
                "lines": {"begin": diagnostic.location.row, "end": diagnostic.end_location.row},
            },
        }
        for diagnostic in result.diagnostics
    ]
    return json.dumps(issues, indent=2) + "\n"


def _body(diagnostic: Diagnostic) -> str:
    """What to do, the difference, and the page of the rule, as Markdown."""
    rule = RULES[diagnostic.code]
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", diagnostic.diff or "")), default=0))
    diff = f"{fence}diff\n{diagnostic.diff}{fence}" if diagnostic.diff else ""
    return "\n\n".join(part for part in (diagnostic.help, diff, f"[{rule.code} {rule.name}]({rule.url})") if part)
