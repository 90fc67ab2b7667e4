"""`json-lines`: an object a line, one for each finding."""

from __future__ import annotations

import json

from copycheck.model import Diagnostic, Result
from copycheck.render.as_json import as_object
from copycheck.render.as_text import Look
from copycheck.render.fingerprint import fingerprint
from copycheck.rules import RULES


def render(result: Result, look: Look) -> str:
    """The findings as `json` has them, with what helps a program that shows one: help, page and fingerprint."""
    return "".join(json.dumps(as_object(finding) | _more(finding)) + "\n" for finding in result.diagnostics)


def _more(finding: Diagnostic) -> dict[str, str | None]:
    return {"help": finding.help, "url": RULES[finding.code].url, "fingerprint": fingerprint(finding)}
