"""`json-lines`: an object a line, one for each finding."""

from __future__ import annotations

import json

from copycheck.model.diagnostic import Diagnostic
from copycheck.model.result import Result
from copycheck.model.rules import RULES
from copycheck.output.fingerprint import fingerprint
from copycheck.output.json_report import as_object
from copycheck.output.text import Look


def render(result: Result, look: Look) -> str:
    """The findings as `json` has them, with what helps a program that shows one: help, page and fingerprint."""
    return "".join(json.dumps(as_object(finding) | _more(finding)) + "\n" for finding in result.diagnostics)


def _more(finding: Diagnostic) -> dict[str, str | None]:
    return {"help": finding.help, "url": RULES[finding.code].url, "fingerprint": fingerprint(finding)}
