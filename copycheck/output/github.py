"""`github`: workflow commands, which GitHub shows as annotations of the changed lines."""

from __future__ import annotations

import os

from copycheck.model.diagnostic import Diagnostic
from copycheck.model.paths import is_outside, relative_path
from copycheck.model.result import Result
from copycheck.model.rules import RULES
from copycheck.output.text import Look, summary_line, visible, visible_lines


def render(result: Result, look: Look) -> str:
    """A command for each finding; the summary is a line of the log. Paths are relative to the workspace."""
    lines = [_command(diagnostic, look.root) for diagnostic in result.diagnostics]
    lines += [] if look.quiet else [summary_line(result.summary)]
    return "".join(f"{line}\n" for line in lines)


def _command(diagnostic: Diagnostic, root: str) -> str:
    start, end = diagnostic.location, diagnostic.end_location
    properties = {
        "title": f"{diagnostic.code} {RULES[diagnostic.code].name}",
        "file": visible(workspace_path(root, diagnostic.filename)),
        "line": str(start.row),
        "endLine": str(end.row),
    }
    if start.row == end.row:
        properties |= {"col": str(start.column), "endColumn": str(end.column)}
    said = [visible(diagnostic.message), visible(diagnostic.help or "")]
    diff = visible_lines((diagnostic.diff or "").rstrip("\n"))
    message = "\n".join(part for part in (*said, diff, RULES[diagnostic.code].url) if part)
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::error {listed}::{_data(message)}"


def workspace_path(root: str, filename: str) -> str:
    """A file as the service names it: from the workspace, where the project lies in one."""
    workspace = os.environ.get("GITHUB_WORKSPACE") or os.environ.get("CI_PROJECT_DIR")
    if not workspace or not root:
        return filename
    path = relative_path(os.path.join(os.path.realpath(root), filename), os.path.realpath(workspace))
    return filename if is_outside(path) else path


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
