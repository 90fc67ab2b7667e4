"""`gitlab`: a report of GitLab's code quality, which merge requests show beside the changed lines."""

from __future__ import annotations

import json

from copycheck.model.result import Result
from copycheck.output.fingerprint import fingerprint
from copycheck.output.github import workspace_path
from copycheck.output.text import Look


def render(result: Result, look: Look) -> str:
    """A list with an object for each finding; paths are relative to the repository."""
    issues = [
        {
            "description": f"{diagnostic.code}: {diagnostic.message}",
            "check_name": diagnostic.code,
            "fingerprint": fingerprint(diagnostic),
            "severity": "major",
            "location": {
                "path": workspace_path(look.root, diagnostic.filename),
                "lines": {"begin": diagnostic.location.row, "end": diagnostic.end_location.row},
            },
        }
        for diagnostic in result.diagnostics
    ]
    return json.dumps(issues, indent=2) + "\n"
