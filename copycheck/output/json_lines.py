"""`json-lines`: an object a line, one for each finding."""

from __future__ import annotations

import json

from copycheck.model.result import Result
from copycheck.output.fingerprint import fingerprint
from copycheck.output.json_report import as_object
from copycheck.output.report_parts import Look


def render(result: Result, look: Look) -> str:
    """The findings as `json` has them, with the fingerprint of each."""
    return "".join(
        json.dumps(as_object(finding) | {"fingerprint": fingerprint(finding)}) + "\n" for finding in result.diagnostics
    )
